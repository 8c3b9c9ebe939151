#include <fmt/format.h>

#include <algorithm>
#include <winnow/sweep/spec_reader.hpp>

namespace winnow::spec_reader {
namespace {

MetricSpec read_metric(MappingReader metric) {
  MetricSpec spec;
  spec.name = metric.text("name").value_or("");
  if (spec.name.empty()) metric.complain("name is missing: the metric that trials report");
  spec.goal =
      metric.choice<Goal>("goal", {{"minimize", Goal::minimize}, {"maximize", Goal::maximize}}).value_or(spec.goal);
  spec.target = metric.number("target");
  for (const std::string_view key : {"impute", "impute_while_running"}) {
    if (metric.find(key) != nullptr) metric.warn(key, "is ignored: only method bayes reads it");
  }
  if (metric.path() == "metric") metric.find("scope");
  metric.finish("a metric");
  return spec;
}

bool has_metric(const SweepSpec& spec, std::string_view name) {
  return std::any_of(spec.metrics.begin(), spec.metrics.end(), [&](const MetricSpec& m) { return m.name == name; });
}

}  // namespace

void read_metrics(MappingReader& top, SweepSpec& spec) {
  const Node* one = top.find("metric");
  const Node* several = top.find("metrics");
  if (one != nullptr && several != nullptr) return top.complain("metrics", "stands beside metric; give one of them");
  if (one != nullptr) spec.metrics.push_back(read_metric({*one, "metric", top.diagnostics()}));
  if (several == nullptr) return;
  if (!several->is_sequence() || several->items.empty()) {
    return top.complain("metrics", fmt::format("must be a list of metrics, got {}", shown(*several)));
  }
  for (const Node& item : several->items) {
    const std::string path = fmt::format("metrics[{}]", spec.metrics.size());
    MetricSpec metric = read_metric({item, path, top.diagnostics()});
    if (has_metric(spec, metric.name)) {
      top.diagnostics().error(item.position, path, fmt::format("a second metric named '{}'", metric.name));
    }
    spec.metrics.push_back(std::move(metric));
  }
}

}  // namespace winnow::spec_reader
