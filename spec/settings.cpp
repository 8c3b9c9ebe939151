#include <winnow/spec/settings.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <winnow/core/nearest.hpp>
#include <winnow/space/dialects/wandb.hpp>
#include <winnow/space/linear_constraints.hpp>
#include <winnow/spec/metrics.hpp>
#include <winnow/spec/read/parts.hpp>
#include <winnow/spec/record.hpp>

namespace winnow {
namespace {

using Flat = std::vector<std::pair<std::string, Value>>;

/// Whole numbers as people write them: 7200, not 7200.0.
Value number(double value) {
  if (std::trunc(value) == value && std::abs(value) < 0x1p53) return static_cast<std::int64_t>(value);
  return value;
}

Value number(std::optional<double> value) {
  return value ? number(*value) : Value();
}

template <class T>
Value or_null(const std::optional<T>& value) {
  return value ? Value(*value) : Value();
}

std::string metric_path(const SweepSpec& spec, std::size_t index) {
  return spec.metrics.size() == 1 ? "metric" : fmt::format("metrics[{}]", index);
}

/// What is no setting, for a diff.
OrderedJson fixed_json(const SweepSpec& spec) {
  OrderedJson json{{"name", spec.name}, {"method", spec.method}, {"seed", or_null(spec.seed)}};
  json["project"] = spec.project.empty() ? Value() : Value(spec.project);
  json["entity"] = spec.entity.empty() ? Value() : Value(spec.entity);
  json["trial_seed"] = or_null(spec.trial_seed);
  for (std::size_t i = 0; i < spec.metrics.size(); ++i) {
    json[metric_path(spec, i)] = metric_json(spec.metrics[i]);
  }
  for (std::size_t i = 0; i < spec.other_metrics.size(); ++i) {
    const std::size_t before = spec.metrics.size() > 1 ? spec.metrics.size() : 0;
    json[fmt::format("metrics[{}]", before + i)] = metric_json(spec.other_metrics[i]);
  }
  json[spec.metrics.size() > 1 ? "metrics" : "metric"]["scope"] = to_string(spec.scope);
  json["parameters"] = wandb::to_json(spec.space);
  json["linear_constraints"] = to_json(spec.space.constraints());
  json["num_samples"] = spec.num_samples;
  json["scheduler"] = spec.scheduler.options;
  json["scheduler"]["type"] = spec.scheduler.type;
  json["scheduler"]["resource"] = spec.scheduler.resource;
  json["scheduler"]["metric"] = or_null(spec.scheduler.metric);
  json["trainer"] = spec.trainer.options;
  json["trainer"]["type"] = spec.trainer.type;
  json["trainer"]["module"] = spec.trainer.module;
  json["trainer"]["ranks"] = spec.trainer.ranks;
  json["program"] = spec.program;
  json["command"] = spec.command;
  json["process"] = {{"directory", spec.process.directory}, {"wandb", spec.process.wandb}};
  for (const auto& [name, value] : spec.process.env) json["process"]["env"][name] = value;
  for (const auto& [name, pattern] : spec.process.metrics) json["process"]["stdout"][name] = pattern;
  json["sampler"] = spec.sampler_options;
  json["fixed"] = spec.fixed.to_json();
  json["repeat"] = spec.repeat;
  json["repeats"] = or_null(spec.repeats);
  json["start_with"] = OrderedJson::array();
  for (const Assignment& point : spec.start_with) json["start_with"].push_back(point.to_json());
  return json;
}

/// Mappings are gone through, lists are not: `parameters.lr.max`.
void flatten(const OrderedJson& json, const std::string& path, Flat& flat) {
  if (!json.is_object()) {
    flat.emplace_back(path, Value(json));
    return;
  }
  for (const auto& [key, value] : json.items()) flatten(value, path.empty() ? key : path + "." + key, flat);
}

const Value* find(const Flat& flat, std::string_view name) {
  const auto it = std::find_if(flat.begin(), flat.end(), [&](const auto& entry) { return entry.first == name; });
  return it == flat.end() ? nullptr : &it->second;
}

/// The places in which two flat documents differ; one that only one of them has is null in the other.
std::vector<Change> difference(const Flat& before, const Flat& after) {
  std::vector<Change> places;
  const auto value_in = [](const Flat& flat, const std::string& name) {
    const Value* value = find(flat, name);
    return value != nullptr ? *value : Value();
  };
  for (const auto& [name, value] : before) {
    if (Value other = value_in(after, name); other != value) places.push_back({name, value, std::move(other)});
  }
  for (const auto& [name, value] : after) {
    if (find(before, name) == nullptr && !value.is_null()) places.push_back({name, Value(), value});
  }
  return places;
}

tl::unexpected<Error> refuse(const SweepSpec& before, const SweepSpec& after) {
  Flat was, is;
  flatten(fixed_json(before), "", was);
  flatten(fixed_json(after), "", is);
  std::string message = "this can't change while a sweep goes on; put it back, or start a new sweep:";
  const auto places = difference(was, is);
  for (const Change& place : places) message += "\n  " + to_string(place);
  if (places.empty()) message += "\n  what is searched";
  const auto early = spec_reader::kEarlyTerminate;
  if (before.scheduler != after.scheduler && (before.scheduler.type == early || after.scheduler.type == early)) {
    message += fmt::format("\n(early_terminate is the scheduler {})", early);
  }
  return fail(errc::invalid_input, std::move(message));
}

std::string message_without_place(std::string message) {
  const auto end = message.find(": ");
  return end == std::string::npos ? message : message.substr(end + 2);
}

/// Reads a document of settings as the sweep file is read.
Result<void> read_settings(const OrderedJson& json, SweepSpec& spec) {
  const auto document = parse_document(json.dump(), "settings.json");
  if (!document) return fail(document.error());
  Diagnostics diagnostics("settings");
  SweepSpec fresh;
  fresh.trainer.ranks = spec.trainer.ranks;
  MappingReader top(document->root, "", diagnostics);
  spec_reader::read_settings(top, fresh);
  spec_reader::check_isolation(top, fresh);
  if (!diagnostics.ok()) return fail(errc::invalid_input, message_without_place(diagnostics.first_error().message));
  return take_settings_record(settings_record(fresh), spec);
}

Result<void> set_target(MetricSpec& metric, const std::string& name, const Value& value) {
  if (!value.is_null() && (!value.is_number() || !std::isfinite(value.get<double>()))) {
    return fail(errc::invalid_input, fmt::format("{}: must be a finite number, got {}", name, shown(value)));
  }
  metric.target = value.is_null() ? std::nullopt : std::optional(value.get<double>());
  return {};
}

tl::unexpected<Error> refuse_name(const SweepSpec& spec, const Flat& settings, const std::string& name) {
  std::vector<std::string> names;
  for (const auto& [known, value] : settings) names.push_back(known);
  Flat fixed;
  flatten(fixed_json(spec), "", fixed);
  const std::string head = name.substr(0, name.find_first_of(".["));
  const bool is_fixed =
      head == "early_terminate" || std::any_of(fixed.begin(), fixed.end(), [&](const auto& entry) {
        return entry.first == head || entry.first.starts_with(head + ".") || entry.first.starts_with(head + "[");
      });
  const std::string hint = did_you_mean(name, names);
  if (is_fixed && hint.empty()) {
    return fail(errc::invalid_input,
                name + ": says what is searched or how, which can't change while a sweep goes on; start a new sweep");
  }
  return fail(errc::invalid_input, fmt::format("{}: no such setting{} (there are: {})", name, hint, listed(names)));
}

}  // namespace

std::vector<std::pair<std::string, Value>> settings_of(const SweepSpec& spec) {
  Flat flat;
  flatten(settings_record(spec), "", flat);
  for (std::size_t i = 0; i < spec.metrics.size(); ++i) {
    flat.emplace_back(metric_path(spec, i) + ".target", number(spec.metrics[i].target));
  }
  return flat;
}

void put_setting(OrderedJson& file, std::string_view name, const Value& value) {
  std::string pointer = "/" + std::string(name);
  std::replace_if(
      pointer.begin(), pointer.end(), [](char c) { return c == '.' || c == '['; }, '/');
  std::erase(pointer, ']');
  file[OrderedJson::json_pointer(pointer)] = value;
}

Result<std::vector<Change>> changes(const SweepSpec& before, const SweepSpec& after) {
  auto places = difference(settings_of(before), settings_of(after));
  SweepSpec reached = before;
  for (const Change& place : places) {
    if (!change(reached, place.name, place.after)) return refuse(before, after);
  }
  if (reached != after) return refuse(before, after);
  return places;
}

Result<Change> change(SweepSpec& spec, std::string_view name_view, const Value& value) {
  const std::string name(name_view);
  const Flat settings = settings_of(spec);
  const Value* before = find(settings, name);
  if (before == nullptr) return refuse_name(spec, settings, name);
  SweepSpec changed = spec;
  if (name.starts_with("metric")) {
    for (std::size_t i = 0; i < spec.metrics.size(); ++i) {
      if (name != metric_path(spec, i) + ".target") continue;
      if (auto set = set_target(changed.metrics[i], name, value); !set) return fail(set.error());
    }
  } else {
    OrderedJson json = settings_record(spec);
    put_setting(json, name, value);
    if (auto read = read_settings(json, changed); !read) return fail(read.error());
  }
  spec = std::move(changed);
  return Change{name, *before, *find(settings_of(spec), name)};
}

Result<void> restore(SweepSpec& spec, std::string_view name, const Value& value) {
  for (std::size_t i = 0; i < spec.metrics.size(); ++i) {
    if (name == metric_path(spec, i) + ".target") return set_target(spec.metrics[i], std::string(name), value);
  }
  OrderedJson record = settings_record(spec);
  Flat known;
  flatten(record, "", known);
  if (find(known, name) == nullptr) return fail(errc::corrupt, fmt::format("there is no setting '{}'", name));
  put_setting(record, name, value);
  return take_settings_record(record, spec);
}

std::string to_string(const Change& change) {
  const auto text = [](const Value& value) { return value.is_null() ? "none" : shown(value); };
  return fmt::format("{}: {} -> {}", change.name, text(change.before), text(change.after));
}

}  // namespace winnow
