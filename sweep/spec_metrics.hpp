/// The metrics of a sweep file; not part of the interface.
///
///   metric: {name: acc, goal: maximize, target: 0.99, threshold: 0.9, scope: last}
///   metrics:
///     - {name: acc, goal: maximize, threshold: 0.9}                        strategy: optimize
///     - {name: latency, goal: minimize, strategy: constraint, threshold: 20}
///     - {name: memory, strategy: store}
///
/// `metric` is the one that is optimised; `metrics` beside it holds constraints and stored ones only. Without it
/// `metrics` holds all.
#pragma once

#include <winnow/core/assignment.hpp>
#include <winnow/sweep/spec.hpp>

namespace winnow {

/// Without the target, which is a setting.
OrderedJson metric_json(const MetricSpec& metric);
OrderedJson metric_json(const OtherMetric& metric);

/// `metric` and `metrics` of a sweep file; reading them gives the same.
void put_metrics(const SweepSpec& spec, OrderedJson& file);

}  // namespace winnow
