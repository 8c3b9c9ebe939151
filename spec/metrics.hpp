/// The metrics of a sweep, looked at and written down.
#pragma once

#include <string_view>

#include <winnow/spec/spec.hpp>

namespace winnow {

/// True if a metric of that name is there, optimised or not.
bool has_metric(const SweepSpec& spec, std::string_view name);

/// Without the target, which is a setting.
OrderedJson metric_json(const MetricSpec& metric);
OrderedJson metric_json(const OtherMetric& metric);

/// Puts `metric` and `metrics` into a sweep file; reading them gives the same.
void put_metrics(const SweepSpec& spec, OrderedJson& file);

}  // namespace winnow
