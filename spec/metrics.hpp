/// The metrics of a sweep, looked at and written down.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <winnow/spec/spec.hpp>

namespace winnow {

/// True if a metric of that name is there, optimised or not.
bool has_metric(const SweepSpec& spec, std::string_view name);

/// All that the sweep file names, the one that the scheduler counts among them.
std::vector<std::string> declared_metrics(const SweepSpec& spec);

/// Without the target, which is a setting.
OrderedJson metric_json(const MetricSpec& metric);
OrderedJson metric_json(const OtherMetric& metric);

/// Puts `metric` and `metrics` into a sweep file; reading them gives the same.
void put_metrics(const SweepSpec& spec, OrderedJson& file);

}  // namespace winnow
