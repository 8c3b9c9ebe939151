#include <winnow/spec/metrics.hpp>

#include <algorithm>

namespace winnow {

bool has_metric(const SweepSpec& spec, std::string_view name) {
  const auto named = [&](const auto& metric) { return metric.name == name; };
  return std::any_of(spec.metrics.begin(), spec.metrics.end(), named) ||
         std::any_of(spec.other_metrics.begin(), spec.other_metrics.end(), named);
}

std::vector<std::string> declared_metrics(const SweepSpec& spec) {
  std::vector<std::string> names;
  for (const MetricSpec& metric : spec.metrics) names.push_back(metric.name);
  for (const OtherMetric& metric : spec.other_metrics) names.push_back(metric.name);
  const std::string& resource = spec.scheduler.resource;
  if (resource != "step" && resource != "reports" && !has_metric(spec, resource)) names.push_back(resource);
  return names;
}

OrderedJson metric_json(const MetricSpec& metric) {
  OrderedJson json{{"name", metric.name}, {"goal", to_string(metric.goal)}};
  if (metric.threshold) json["threshold"] = *metric.threshold;
  if (metric.impute) json["impute"] = to_string(*metric.impute);
  if (metric.impute_while_running) json["impute_while_running"] = to_string(*metric.impute_while_running);
  return json;
}

OrderedJson metric_json(const OtherMetric& metric) {
  OrderedJson json{{"name", metric.name}, {"strategy", to_string(metric.strategy)}, {"goal", to_string(metric.goal)}};
  if (metric.threshold) json["threshold"] = *metric.threshold;
  return json;
}

void put_metrics(const SweepSpec& spec, OrderedJson& file) {
  if (spec.metrics.size() == 1) {
    file["metric"] = metric_json(spec.metrics.front());
    file["metric"]["scope"] = to_string(spec.scope);
    file["metric"]["eligible"] = spec.stopped_are_eligible ? "all" : "finished";
  } else {
    for (const MetricSpec& metric : spec.metrics) file["metrics"].push_back(metric_json(metric));
  }
  for (const OtherMetric& metric : spec.other_metrics) file["metrics"].push_back(metric_json(metric));
}

}  // namespace winnow
