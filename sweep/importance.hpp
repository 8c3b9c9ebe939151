/// Parameter importance in a sweep (docs/algorithms/importance.md), of the trials that have completed with a finite
/// value of the metric (objective_values).
#pragma once

#include <cstddef>

#include <winnow/sweep/ped_anova.hpp>
#include <winnow/sweep/sweep.hpp>

namespace winnow {

/// For the metric of this place among those that the sweep optimises. Fails as ped_anova does.
Result<Importance> parameter_importance(const Sweep& sweep, std::size_t metric, const PedAnovaOptions& options = {});

}  // namespace winnow
