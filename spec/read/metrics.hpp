/// How the metrics of a sweep file are read.
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

#include <optional>

#include <winnow/space/reader.hpp>
#include <winnow/spec/spec.hpp>

namespace winnow {

/// The key `strategy`: optimize (nullopt, the default), store or constraint.
std::optional<OtherMetric::Strategy> read_strategy(MappingReader& metric);

}  // namespace winnow
