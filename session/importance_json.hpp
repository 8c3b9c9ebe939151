/// Parameter importance as JSON (docs/algorithms/importance.md), as `winnow importance --json` and the HTTP API say it.
#pragma once

#include <vector>

#include <winnow/core/value.hpp>
#include <winnow/sweep/importance.hpp>

namespace winnow {

/// The names of the evaluators; the first is the usual one.
const std::vector<std::string>& importance_evaluators();

/// `{"evaluator": …, its options, "metrics": […]}`. `all`: of each metric, in the sweep's order.
OrderedJson importance_json(const std::vector<MetricSpec>& metrics, const std::vector<Importance>& all,
                            const ImportanceEvaluator& evaluator);

}  // namespace winnow
