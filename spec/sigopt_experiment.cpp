#include <winnow/spec/sigopt_experiment.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <winnow/space/dialects/sigopt.hpp>
#include <winnow/spec/metrics.hpp>
#include <winnow/spec/read/metrics.hpp>
#include <winnow/spec/read/parts.hpp>

namespace winnow {
namespace {

using Strategy = OtherMetric::Strategy;

constexpr std::size_t kMostOptimised = 2;
constexpr std::size_t kMostConstraints = 4;

constexpr std::array<std::string_view, 3> kIgnored = {"metadata", "num_solutions", "tasks"};
/// What the service adds when it shows an experiment.
constexpr std::array<std::string_view, 14> kAnswered = {"object",
                                                        "id",
                                                        "client",
                                                        "created",
                                                        "updated",
                                                        "user",
                                                        "state",
                                                        "progress",
                                                        "development",
                                                        "deleted",
                                                        "folder",
                                                        "conditionals",
                                                        "linear_constraints",
                                                        "can_be_deleted"};

void read_metric(MappingReader metric, SweepSpec& spec) {
  const auto name = metric.text("name");
  const Goal goal = metric.choice<Goal>("objective", {{"maximize", Goal::maximize}, {"minimize", Goal::minimize}})
                        .value_or(Goal::maximize);
  const auto strategy = read_strategy(metric);
  const auto threshold = metric.number("threshold");
  metric.find("object");
  metric.finish("a metric");
  if (!name || name->empty()) return metric.complain("name is missing: the metric that trials report");
  if (!strategy) {
    spec.metrics.push_back({.name = *name, .goal = goal, .target = std::nullopt, .threshold = threshold});
    return;
  }
  if (*strategy == Strategy::store && threshold) {
    metric.complain("threshold", "is for strategy constraint or optimize; this one is only stored");
  }
  if (*strategy == Strategy::constraint && !threshold) {
    metric.complain("threshold is missing: a constraint needs it");
  }
  spec.other_metrics.push_back({*name, *strategy, goal, threshold});
}

std::size_t constraints(const SweepSpec& spec) {
  return static_cast<std::size_t>(
      std::count_if(spec.other_metrics.begin(), spec.other_metrics.end(),
                    [](const OtherMetric& metric) { return metric.strategy == Strategy::constraint; }));
}

void read_metrics(MappingReader& experiment, SweepSpec& spec) {
  const Node* list = experiment.find("metrics");
  if (list == nullptr) return;
  if (!list->is_sequence() || list->items.empty()) {
    return experiment.complain("metrics", fmt::format("must be a list, e.g. [{{name: loss, objective: minimize}}], got "
                                                      "{}",
                                                      shown(*list)));
  }
  SweepSpec read;
  for (const Node& item : list->items) {
    const std::string path =
        fmt::format("{}[{}]", experiment.path_of("metrics"), read.metrics.size() + read.other_metrics.size());
    const Node* name = item.is_mapping() ? item.find("name") : &item;
    if (name != nullptr && has_metric(read, name->text)) {
      return experiment.diagnostics().error(item.position, path, fmt::format("a second metric named '{}'", name->text));
    }
    if (item.scalar.is_string()) {
      read.metrics.push_back({.name = item.text, .goal = Goal::maximize, .target = std::nullopt});
    } else {
      read_metric({item, path, experiment.diagnostics()}, read);
    }
    if (!experiment.diagnostics().ok()) return;
  }
  if (read.metrics.empty()) {
    return experiment.complain("metrics", "holds none that is optimised; one needs strategy: optimize");
  }
  if (read.metrics.size() > kMostOptimised) {
    experiment.complain("metrics", fmt::format("one or two can be optimised, not {}; the others need strategy: store "
                                               "or constraint",
                                               read.metrics.size()));
  }
  if (constraints(read) > kMostConstraints) {
    experiment.complain("metrics",
                        fmt::format("up to {} can be constraints, not {}", kMostConstraints, constraints(read)));
  }
  spec.metrics = std::move(read.metrics);
  spec.other_metrics = std::move(read.other_metrics);
}

void read_budget(MappingReader& experiment, SweepSpec& spec) {
  const auto observations = experiment.integer("observation_budget", 1);
  const auto budget = experiment.integer("budget", 1);
  if (observations && budget) experiment.complain("budget", "stands beside observation_budget; give one of them");
  if (observations || budget) spec.run_cap = observations ? observations : budget;
  if (spec.run_cap) return;
  if (spec.metrics.size() > 1) experiment.complain("observation_budget is missing; two optimised metrics need it");
  if (constraints(spec) > 0) experiment.complain("observation_budget is missing; a constraint needs it");
}

void check_keys(MappingReader& experiment) {
  for (const std::string_view key : kAnswered) experiment.find(key);
  for (const std::string_view key : kIgnored) {
    if (experiment.find(key) != nullptr) experiment.warn(key, "is ignored");
  }
  spec_reader::check_strangers(experiment);
}

}  // namespace

std::optional<std::string> read_sigopt_experiment(const Node& experiment, SweepSpec& spec, Diagnostics& diagnostics,
                                                  const std::string& path) {
  spec.space = sigopt::read_space(experiment, diagnostics, path);
  if (!experiment.is_mapping()) return std::nullopt;
  MappingReader reader(experiment, path, diagnostics);
  reader.find("parameters");
  spec.name = reader.text("name").value_or(spec.name);
  spec.project = reader.text("project").value_or(spec.project);
  read_metrics(reader, spec);
  read_budget(reader, spec);
  const auto slots = reader.integer("parallel_bandwidth", 1, std::numeric_limits<int>::max());
  if (slots) spec.slots = static_cast<int>(*slots);
  const bool random = reader.choice<bool>("type", {{"offline", false}, {"random", true}}).value_or(false);
  check_keys(reader);
  return random ? std::optional<std::string>("random") : std::nullopt;
}

}  // namespace winnow
