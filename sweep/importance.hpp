/// Parameter importance in a sweep (docs/algorithms/importance.md), of the trials that have completed with a finite
/// value of the metric (objective_values).
#pragma once

#include <cstddef>
#include <variant>

#include <winnow/sweep/fanova.hpp>
#include <winnow/sweep/ped_anova.hpp>
#include <winnow/sweep/sweep.hpp>

namespace winnow {

/// Which one it is by, and how.
using ImportanceEvaluator = std::variant<PedAnovaOptions, FanovaOptions>;

/// For the metric of this place among those that the sweep optimises. Fails as the evaluator does.
Result<Importance> parameter_importance(const Sweep& sweep, std::size_t metric,
                                        const ImportanceEvaluator& evaluator = PedAnovaOptions{});

}  // namespace winnow
