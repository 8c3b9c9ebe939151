#include <winnow/spec/objective.hpp>

#include <algorithm>

namespace winnow {

const MetricSpec* objective_of(const SweepSpec& spec) {
  if (!spec.scheduler.metric) return spec.metrics.empty() ? nullptr : &spec.metrics.front();
  const auto it = std::find_if(spec.metrics.begin(), spec.metrics.end(),
                               [&](const MetricSpec& metric) { return metric.name == *spec.scheduler.metric; });
  return it == spec.metrics.end() ? nullptr : &*it;
}

}  // namespace winnow
