/// NSGA-III (Deb and Jain, "An Evolutionary Many-Objective Optimization Algorithm Using Reference-Point-Based
/// Nondominated Sorting Approach, Part I", IEEE Trans. Evol. Comput. 18(4), 2014), with the names, defaults and rules
/// of Optuna's NSGAIIISampler (optuna/samplers/_nsgaiii, 5.0.0): docs/algorithms/nsga3.md.
///
/// As nsga2, but of the last front those survive whose reference line has the fewest survivors: for three objectives
/// and more, where crowding says little.
#pragma once

#include <memory>

#include <winnow/core/result.hpp>
#include <winnow/samplers/context.hpp>
#include <winnow/samplers/sampler.hpp>

namespace winnow {

/// Options: those of nsga2, reference_points (null: made by dividing_parameter), dividing_parameter (3). Fails with
/// `invalid_option`.
Result<std::unique_ptr<Sampler>> make_nsga3(const Value& options, SamplerContext context);

}  // namespace winnow
