#include <winnow/spec/space_options.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <sstream>
#include <string_view>
#include <utility>

namespace winnow {
namespace {

OrderedJson metric_of(const std::string& text, std::optional<Goal> known, std::vector<std::string>& wrong) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos && known && !text.empty()) return {{"name", text}, {"goal", to_string(*known)}};
  const std::string goal = colon == std::string::npos ? "" : text.substr(colon + 1);
  if (colon == 0 || (goal != "minimize" && goal != "maximize")) {
    wrong.push_back(fmt::format("--metric {}: must be NAME:minimize or NAME:maximize", text));
  }
  return {{"name", text.substr(0, colon)}, {"goal", goal}};
}

/// `asha,max_t=27` as a mapping.
OrderedJson policy_of(std::string_view option, const std::string& text, std::vector<std::string>& wrong) {
  OrderedJson json = OrderedJson::object();
  std::stringstream parts(text);
  for (std::string part; std::getline(parts, part, ',');) {
    const auto equals = part.find('=');
    if (!json.contains("type")) {
      json["type"] = part;
    } else if (equals == std::string::npos || equals == 0 || equals + 1 == part.size()) {
      wrong.push_back(fmt::format("{} {}: '{}' is no KEY=VALUE; e.g. {}", option, text, part,
                                  option == "--method" ? "tpe,n_startup_trials=20" : "asha,max_t=27"));
    } else if (json.contains(part.substr(0, equals))) {
      wrong.push_back(fmt::format("{} {}: '{}' stands twice", option, text, part.substr(0, equals)));
    } else {
      json[part.substr(0, equals)] = resolve_scalar(part.substr(equals + 1));
    }
  }
  return json;
}

Node* child(Node& mapping, std::string_view key) {
  const auto it = std::find_if(mapping.entries.begin(), mapping.entries.end(),
                               [&](const Node::Entry& entry) { return entry.key == key; });
  return it == mapping.entries.end() ? nullptr : &it->node;
}

void drop(Node& mapping, std::initializer_list<std::string_view> keys) {
  std::erase_if(mapping.entries,
                [&](const Node::Entry& entry) { return std::find(keys.begin(), keys.end(), entry.key) != keys.end(); });
}

/// Of what is no part of the file: messages then name the command line.
constexpr Position kNowhere{0, 0};

void set_positions(Node& node, Position position) {
  node.position = position;
  for (Node& item : node.items) set_positions(item, position);
  for (auto& [key, key_position, value] : node.entries) {
    key_position = position;
    set_positions(value, position);
  }
}

void put(Node& mapping, Node::Entry given) {
  Node* there = child(mapping, given.key);
  set_positions(given.node, kNowhere);
  given.position = kNowhere;
  if (there != nullptr) {
    *there = std::move(given.node);
  } else {
    mapping.entries.push_back(std::move(given));
  }
}

bool says_the_same_name(const Node& metric, const Node& given) {
  const Node* name = metric.find("name");
  return name != nullptr && name->text == given.find("name")->text;
}

void put_metric(Node& root, Node::Entry given) {
  Node* there = child(root, "metric");
  if (given.key == "metric" && there != nullptr && there->is_mapping() && says_the_same_name(*there, given.node)) {
    for (Node::Entry& entry : given.node.entries) put(*there, std::move(entry));
    return;
  }
  drop(root, {"metric", "metrics"});
  put(root, std::move(given));
}

}  // namespace

Result<OrderedJson> keys_of(const SpaceOptions& options) {
  std::vector<std::string> wrong;
  OrderedJson json = OrderedJson::object();
  if (!options.method.empty()) {
    auto sampler = policy_of("--method", options.method, wrong);
    json["method"] = sampler["type"];
    if (sampler.size() > 1) json["sampler"] = std::move(sampler);
  }
  OrderedJson metrics = OrderedJson::array();
  for (const std::string& metric : options.metrics) {
    const std::size_t i = metrics.size();
    metrics.push_back(
        metric_of(metric, i < options.goals.size() ? std::optional(options.goals[i]) : std::nullopt, wrong));
  }
  if (metrics.size() == 1) json["metric"] = std::move(metrics.front());
  if (metrics.size() > 1) json["metrics"] = std::move(metrics);
  if (!options.scheduler.empty()) json["scheduler"] = policy_of("--scheduler", options.scheduler, wrong);
  if (!options.command.empty()) json["command"] = options.command;
  if (options.trials) json["run_cap"] = *options.trials;
  if (!wrong.empty()) return fail(errc::invalid_input, fmt::format("{}", fmt::join(wrong, "\n")));
  return json;
}

Result<void> override_keys(Document& file, const SpaceOptions& options) {
  const auto keys = keys_of(options);
  if (!keys) return fail(keys.error());
  if (!file.root.is_mapping()) return {};  // refused as what it is
  auto given = parse_document(keys->dump(-1, ' ', false, OrderedJson::error_handler_t::replace), file.file);
  if (!given) return fail(given.error());
  for (Node::Entry& entry : given->root.entries) {
    if (entry.key == "scheduler") drop(file.root, {"early_terminate"});
    if (entry.key == "method") drop(file.root, {"sampler"});
    if (entry.key == "command") drop(file.root, {"trainer"});
    if (entry.key.starts_with("metric")) {
      put_metric(file.root, std::move(entry));
    } else {
      put(file.root, std::move(entry));
    }
  }
  return {};
}

}  // namespace winnow
