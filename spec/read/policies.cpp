#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <winnow/samplers/registry.hpp>
#include <winnow/schedulers/registry.hpp>
#include <winnow/space/dialects/wandb.hpp>
#include <winnow/spec/objective.hpp>
#include <winnow/spec/read/parts.hpp>
#include <winnow/spec/sampler_of.hpp>

namespace winnow::spec_reader {
namespace {

/// The options of all schedulers, by their examples.
const std::set<std::string>& scheduler_words() {
  static const std::set<std::string> kWords = [] {
    std::set<std::string> words;
    for (const std::string& type : scheduler_names()) {
      for (const Value& example : scheduler_examples(type)) {
        for (const auto& [key, value] : example.items()) words.insert(key);
      }
    }
    return words;
  }();
  return kWords;
}

void check_scheduler_metric(MappingReader& scheduler, const SweepSpec& spec) {
  const std::string& type = spec.scheduler.type;
  const auto& metric = spec.scheduler.metric;
  if (metric && objective_of(spec) == nullptr) {
    std::vector<std::string> names;
    for (const MetricSpec& known : spec.metrics) names.push_back(known.name);
    return scheduler.complain("metric", fmt::format("'{}' is none of the sweep's metrics ({}){}", *metric,
                                                    listed(names), did_you_mean(*metric, names)));
  }
  if (type == "fifo") return;
  if (spec.metrics.empty()) return scheduler.complain(fmt::format("{} needs the sweep to have a metric", type));
  if (spec.metrics.size() > 1 && !metric) {
    scheduler.complain(fmt::format("metric is missing: with several metrics, {} needs the name of one of them", type));
  }
}

void take_options(const MappingReader& reader, const Node& node, SchedulerSpec& spec) {
  for (const Node::Entry& entry : node.entries) {
    if (!reader.knows(entry.key)) spec.options[entry.key] = entry.node.value();
  }
}

/// A policy that counts for itself has one resource.
void check_resource(MappingReader& scheduler, SchedulerSpec& spec) {
  const std::string own(own_resource(spec.type, spec.options));
  if (own.empty()) return;
  if (scheduler.find("resource") != nullptr && spec.resource != own) {
    scheduler.complain("resource", fmt::format("{} takes none but {}, got {}", spec.type, own, spec.resource));
  }
  spec.resource = own;
}

/// W&B's key for what is a scheduler here.
void read_early_terminate(const Node& node, Diagnostics& diagnostics, SweepSpec& spec) {
  MappingReader reader(node, "early_terminate", diagnostics);
  if (!diagnostics.ok()) return;
  const auto type = reader.text("type");
  if (!type) return reader.complain("type is missing; W&B has hyperband");
  if (*type != "hyperband") {
    return reader.complain("type", fmt::format("must be hyperband, the only one that W&B has, got '{}'", *type));
  }
  spec.scheduler.type = kEarlyTerminate;
  spec.scheduler.resource = own_resource(spec.scheduler.type);
  take_options(reader, node, spec.scheduler);
  if (spec.metrics.empty()) return reader.complain("needs the sweep to have a metric");
  if (spec.metrics.size() > 1) {
    reader.complain("can't name one of several metrics; write scheduler: {type: wandb_hyperband, metric: …} instead");
  }
}

/// What the error says, without the key that it begins with.
std::string without_key(const Error& error) {
  return error.key.empty() ? error.message : error.message.substr(error.key.size() + 2);
}

/// An error of `max_t` stands at scheduler.max_t, or at the mapping if that isn't there.
void place_scheduler_error(MappingReader& scheduler, const Error& error) {
  if (error.key.empty()) return scheduler.complain(error.message);
  scheduler.complain(error.key, without_key(error));
}

/// One of `parameters.lr` stands where that is defined, one of `method` there.
void place_sampler_error(MappingReader& top, const SweepSpec& spec, const Error& error) {
  const Node* parameters = top.find("parameters");
  if (error.key.starts_with("parameters.") && parameters != nullptr) {
    if (const Parameter* parameter = spec.space.find(error.key.substr(std::string_view("parameters.").size()))) {
      return top.diagnostics().error(wandb::definition(*parameters, *parameter).position, error.key,
                                     without_key(error));
    }
  }
  const Node* options = top.find("sampler");
  if (options != nullptr && spec.sampler_options.contains(error.key)) {
    return MappingReader(*options, "sampler", top.diagnostics()).complain(error.key, without_key(error));
  }
  if (top.node().find(error.key) != nullptr) return top.complain(error.key, without_key(error));
  top.diagnostics().error(top.node().position, "", error.message);
}

/// What people might take the sampler to look at.
void warn_of_unseen(MappingReader& top, const SweepSpec& spec) {
  const LearnsFrom from = learns_from(spec.method);
  if (from == LearnsFrom::nothing) return;
  const char* key = top.find("method") != nullptr ? "method" : top.find("sampler") != nullptr ? "sampler" : "space";
  if (spec.metrics.empty()) {
    return top.warn(
        key, fmt::format("{} learns from a metric, and the sweep names none: all is drawn at random", spec.method));
  }
  const auto constraint =
      std::find_if(spec.other_metrics.begin(), spec.other_metrics.end(),
                   [](const OtherMetric& metric) { return metric.strategy == OtherMetric::Strategy::constraint; });
  if (from == LearnsFrom::constraints || constraint == spec.other_metrics.end()) return;
  top.warn(key, fmt::format("{} doesn't look at constraints such as {}'s: they count for the best trial only; tpe, gp "
                            "and nsga2 do",
                            spec.method, constraint->name));
}

}  // namespace

/// One without `type` is W&B Launch's, unless it has an option of ours.
bool has_scheduler(MappingReader& top) {
  const Node* node = top.find("scheduler");
  if (node == nullptr) return false;
  const auto has = [&](std::string_view key) { return node->find(key) != nullptr; };
  return !node->is_mapping() || has("type") || std::any_of(scheduler_words().begin(), scheduler_words().end(), has);
}

void read_scheduler(MappingReader& top, SweepSpec& spec) {
  const bool ours = has_scheduler(top);
  if (const Node* early = top.find("early_terminate"); early != nullptr) {
    if (ours) return top.complain("early_terminate", "stands beside scheduler; give one of them");
    read_early_terminate(*early, top.diagnostics(), spec);
  }
  const Node* node = top.find("scheduler");
  if (node == nullptr) return;
  if (!ours) return top.warn("scheduler", "has no type: it is taken for W&B Launch's and ignored");

  MappingReader scheduler(*node, "scheduler", top.diagnostics());
  const auto type = scheduler.text("type");
  if (!type) return scheduler.complain(fmt::format("type is missing; one of {}", listed(scheduler_names())));
  spec.scheduler.type = *type;
  spec.scheduler.resource = scheduler.text("resource").value_or(spec.scheduler.resource);
  spec.scheduler.metric = scheduler.text("metric");
  take_options(scheduler, *node, spec.scheduler);
  check_resource(scheduler, spec.scheduler);
  check_scheduler_metric(scheduler, spec);
}

void check_policies(MappingReader& top, const SweepSpec& spec) {
  const MetricSpec* metric = objective_of(spec);
  const Goal goal = metric != nullptr ? metric->goal : Goal::minimize;
  const std::string key = has_scheduler(top) ? "scheduler" : "early_terminate";
  if (top.find(key) != nullptr) {
    MappingReader scheduler(*top.find(key), key, top.diagnostics());
    const auto made =
        make_scheduler(spec.scheduler.type, spec.scheduler.options, {.goal = goal, .seed = 0, .space = &spec.space});
    if (!made) place_scheduler_error(scheduler, made.error());
    if (made && (*made)->needs_all() && !spec.run_cap) {
      scheduler.complain(
          fmt::format("{} compares all trials with each other: run_cap has to say how many there are, "
                      "e.g. run_cap: 16",
                      spec.scheduler.type));
    }
  }
  const auto made = sampler_of(spec, 0);
  if (!made) return place_sampler_error(top, spec, made.error());
  warn_of_unseen(top, spec);
}

}  // namespace winnow::spec_reader
