/// NSGA-II (Deb, Pratap, Agarwal and Meyarivan, "A fast and elitist multiobjective genetic algorithm: NSGA-II", IEEE
/// Trans. Evol. Comput. 6(2), 2002), with the names, defaults and rules of Optuna's NSGAIISampler
/// (optuna/samplers/nsgaii, 5.0.0): docs/algorithms/nsga2.md.
///
/// A generation's parents are the best `population_size` of the generation before and its parents: front by front, and
/// of the last front the least crowded; trials that miss constraints come behind, by how much they miss them.
#pragma once

#include <memory>

#include <winnow/core/result.hpp>
#include <winnow/samplers/context.hpp>
#include <winnow/samplers/sampler.hpp>

namespace winnow {

/// Options: population_size (50), mutation_prob (null: 1 / number of parameters), crossover (uniform), crossover_prob
/// (0.9), swapping_prob (0.5), mutation (null: a new draw). Fails with `invalid_option`.
Result<std::unique_ptr<Sampler>> make_nsga2(const Value& options, SamplerContext context);

}  // namespace winnow
