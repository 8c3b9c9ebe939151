/// Pareto dominance, and the fronts of a set of trials.
///
/// A loss of several objectives dominates another if it is nowhere worse and not the same. Rank 0 are those that none
/// dominates, rank 1 those that only rank 0 dominates, and so on; equal ones have the same rank. Those that miss
/// constraints come behind all that don't, by how much they miss them in all (Deb et al., "A fast and elitist
/// multiobjective genetic algorithm: NSGA-II", IEEE Trans. Evol. Comput. 6(2), 2002, §VI; Optuna's
/// _fast_non_domination_rank).
#pragma once

#include <vector>

namespace winnow {

/// One number for each objective, none of them NaN.
using Losses = std::vector<double>;

bool dominates(const Losses& one, const Losses& other);

/// `penalties`: one each, 0 where no constraint is missed; empty: all 0. O(n log n) for one or two objectives, else
/// O(n²) at worst (Zhang et al., "An Efficient Approach to Nondominated Sorting for Evolutionary Multiobjective
/// Optimization", IEEE Trans. Evol. Comput. 19(2), 2015, "ENS").
std::vector<int> non_domination_ranks(const std::vector<Losses>& losses, const std::vector<double>& penalties = {});

}  // namespace winnow
