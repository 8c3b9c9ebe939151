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
#include <winnow/space/reader.hpp>
#include <winnow/sweep/spec.hpp>

namespace winnow {

/// Without the target, which is a setting.
OrderedJson metric_json(const MetricSpec& metric);
OrderedJson metric_json(const OtherMetric& metric);

/// True if a metric of that name is there, optimised or not.
bool has_metric(const SweepSpec& spec, std::string_view name);

/// The key `strategy`: optimize (nullopt, the default), store or constraint.
std::optional<OtherMetric::Strategy> read_strategy(MappingReader& metric);

/// `metric` and `metrics` of a sweep file; reading them gives the same.
void put_metrics(const SweepSpec& spec, OrderedJson& file);

}  // namespace winnow
