/// CMA-ES, by the rules and with the options of Optuna 5.0's CmaEsSampler, and the restarts that 4.3 still had: its
/// parts, each with its source, are in cmaes/; docs/algorithms/cmaes.md.
///
/// The numeric parameters without conditions make a vector; it is drawn from a normal distribution, which is updated as
/// soon as `popsize` of the vectors drawn from it have ended. A trial belongs to the generation that it was drawn from:
/// one that ends after the update counts no more. The others' values are drawn beside it, by key.
#pragma once

#include <memory>

#include <winnow/core/result.hpp>
#include <winnow/samplers/context.hpp>
#include <winnow/samplers/sampler.hpp>

namespace winnow {

/// Fails with `invalid_option` and the option's name.
Result<std::unique_ptr<Sampler>> make_cmaes(const Value& options, SamplerContext context);

}  // namespace winnow
