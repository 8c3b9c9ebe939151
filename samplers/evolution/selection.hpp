/// Who of a generation and its parents survives.
#pragma once

#include <cstddef>
#include <vector>

#include <winnow/samplers/detail/non_dominated.hpp>
#include <winnow/samplers/evolution/chance.hpp>

namespace winnow::evolution {

struct Fitness {
  Losses losses;       ///< none of them NaN
  double penalty = 0;  ///< by how much constraints are missed in all, >= 0
};

/// a before b by constrained domination.
bool beats(const Fitness& a, const Fitness& b);

/// By Deb et al. 2002, §III-B: the sum over the objectives of the distance between the neighbours on both sides, in
/// terms of the whole range; infinite at the ends. An objective in which all are the same counts 0, and the distance of
/// an infinite value from an equal one is 0 (Optuna's rule).
std::vector<double> crowding_distances(const std::vector<Losses>& losses);

/// NSGA-II: front by front, of the last one the least crowded. Indices; fewer if there are no more.
std::vector<std::size_t> select_by_crowding(const std::vector<Fitness>& pool, std::size_t size);

/// NSGA-III's reference points, if nobody gives others: all points with whole coordinates that sum up to `divisions`.
std::vector<Losses> reference_points(std::size_t objectives, int divisions);

/// NSGA-III (Deb and Jain, "An Evolutionary Many-Objective Optimization Algorithm Using Reference-Point-Based
/// Nondominated Sorting Approach, Part I", IEEE Trans. Evol. Comput. 18(4), 2014, §IV): front by front, of the last one
/// those whose closest reference line has the fewest survivors. Losses are normalised to the plane through the extreme
/// points, or by the ranges if there is none; infinite ones are put three ranges beyond the others (Optuna's rules).
std::vector<std::size_t> select_by_niches(const std::vector<Fitness>& pool, std::size_t size,
                                          const std::vector<Losses>& reference, Chance& chance);

}  // namespace winnow::evolution
