/// The best trials by several losses (multi-objective TPE: Ozaki et al., GECCO 2020, with the rules of Optuna 5.0).
#pragma once

#include <cstddef>
#include <vector>

#include <winnow/samplers/tpe/hypervolume.hpp>

namespace winnow::tpe {

/// Which `n` (<= losses.size()) of the loss vectors are the best, in ascending order: whole fronts of non-dominated
/// ones first; of the front that doesn't fit, those that dominate the most together, below 1.1 times its worst losses
/// (0.9 times where those are negative). Equal vectors: the first counts, its copies only where there is nothing else
/// left. No NaN.
std::vector<std::size_t> best_of(const std::vector<Losses>& losses, std::size_t n);

}  // namespace winnow::tpe
