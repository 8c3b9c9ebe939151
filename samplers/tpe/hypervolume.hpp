/// How much of the space below a reference point a set of loss vectors dominates, and which few dominate the most.
#pragma once

#include <cstddef>
#include <vector>

namespace winnow::tpe {

using Losses = std::vector<double>;

/// Exactly, for any number of objectives, by the WFG algorithm (While, Bradstreet and Barone, "A Fast Way of
/// Calculating Exact Hypervolumes", IEEE TEVC 2012). No point may be beyond the reference; all numbers finite.
double hypervolume(std::vector<Losses> points, const Losses& reference);

/// `size` (<= points.size()) of a front's points, each once and in ascending order, greedily: each adds the most to the
/// hypervolume of those before it, of equal ones the first (Guerreiro, Fonseca and Paquete, "Greedy Hypervolume Subset
/// Selection in Low Dimensions", EC 2016; the rule of Optuna 5.0's _solve_hssp, without its treatment of duplicates).
/// With an infinite reference just the first ones.
std::vector<std::size_t> hypervolume_subset(const std::vector<Losses>& points, std::size_t size,
                                            const Losses& reference);

}  // namespace winnow::tpe
