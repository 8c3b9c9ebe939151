#include <winnow/spec/read/metrics.hpp>

#include <fmt/format.h>

#include <winnow/spec/metrics.hpp>
#include <winnow/spec/read/parts.hpp>

namespace winnow {
namespace spec_reader {
namespace {

using Strategy = OtherMetric::Strategy;

std::optional<Impute> read_impute(MappingReader& metric, std::string_view key, const SweepSpec& spec) {
  const Node* node = metric.find(key);
  if (node == nullptr) return std::nullopt;
  if (spec.method != "bayes" && spec.method != "gp") metric.warn(key, "is ignored: only method bayes reads it");
  using Word = std::optional<Impute>;
  if (key == "impute") {
    return metric.choice<Word>(key, {{"latest", Impute::latest}, {"best", Impute::best}, {"worst", Impute::worst}})
        .value_or(std::nullopt);
  }
  if (node->scalar == false) return std::nullopt;
  return metric
      .choice<Word>(key, {{"latest", Impute::latest}, {"best", Impute::best}, {"worst", Impute::worst}, {"false", {}}})
      .value_or(std::nullopt);
}

std::string read_name(MappingReader& metric) {
  std::string name = metric.text("name").value_or("");
  if (name.empty()) metric.complain("name is missing: the metric that trials report");
  return name;
}

Goal read_goal(MappingReader& metric) {
  return metric.choice<Goal>("goal", {{"minimize", Goal::minimize}, {"maximize", Goal::maximize}})
      .value_or(Goal::minimize);
}

MetricSpec read_metric(MappingReader& metric, const SweepSpec& spec) {
  MetricSpec read{.name = read_name(metric), .goal = read_goal(metric), .target = metric.number("target")};
  read.threshold = metric.number("threshold");
  read.impute = read_impute(metric, "impute", spec);
  read.impute_while_running = read_impute(metric, "impute_while_running", spec);
  if (metric.path() == "metric") {
    metric.find("scope");
    metric.find("eligible");
  }
  metric.finish("a metric");
  return read;
}

OtherMetric read_other(MappingReader& metric, Strategy strategy) {
  OtherMetric read{.name = read_name(metric), .strategy = strategy, .goal = read_goal(metric)};
  if (strategy == Strategy::constraint) {
    read.threshold = metric.number("threshold");
    if (metric.find("threshold") == nullptr) metric.complain("threshold is missing: a constraint needs it");
  } else if (metric.find("threshold") != nullptr) {
    metric.complain("threshold", "is for strategy constraint or optimize; this one is only stored");
  }
  metric.finish(fmt::format("a {} metric", to_string(strategy)));
  return read;
}

void read_listed(MappingReader metric, SweepSpec& spec, bool beside_metric) {
  const auto strategy = read_strategy(metric);
  const Node* name = metric.find("name");
  if (name != nullptr && has_metric(spec, name->text)) {
    metric.complain(fmt::format("a second metric named '{}'", name->text));
  }
  if (strategy) {
    spec.other_metrics.push_back(read_other(metric, *strategy));
  } else if (beside_metric) {
    metric.complain("stands beside metric, the one that is optimised; it needs strategy: store or constraint");
  } else {
    spec.metrics.push_back(read_metric(metric, spec));
  }
}

}  // namespace

void read_metrics(MappingReader& top, SweepSpec& spec) {
  const Node* one = top.find("metric");
  const Node* several = top.find("metrics");
  if (one != nullptr) {
    MappingReader metric(*one, "metric", top.diagnostics());
    spec.metrics.push_back(read_metric(metric, spec));
  }
  if (several == nullptr) return;
  if (!several->is_sequence() || several->items.empty()) {
    return top.complain("metrics", fmt::format("must be a list of metrics, got {}", shown(*several)));
  }
  std::size_t index = 0;
  for (const Node& item : several->items) {
    read_listed({item, fmt::format("metrics[{}]", index++), top.diagnostics()}, spec, one != nullptr);
  }
  if (spec.metrics.empty()) top.complain("metrics", "holds none that is optimised; one needs strategy: optimize");
}

}  // namespace spec_reader

std::optional<OtherMetric::Strategy> read_strategy(MappingReader& metric) {
  using Strategy = OtherMetric::Strategy;
  return metric
      .choice<std::optional<Strategy>>(
          "strategy", {{"optimize", std::nullopt}, {"store", Strategy::store}, {"constraint", Strategy::constraint}})
      .value_or(std::nullopt);
}

}  // namespace winnow
