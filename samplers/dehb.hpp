/// DEHB's sampler (Awad, Mallik and Hutter, "DEHB: Evolutionary Hyperband for Scalable, Robust and Efficient
/// Hyperparameter Optimization", IJCAI 2021), by the rules of its package (0.1.2): a population for each budget of
/// Hyperband, evolved by what the one below has found; docs/algorithms/dehb.md.
///
/// The scheduler of that name runs each trial to the budget that its number stands for.
#pragma once

#include <memory>

#include <winnow/core/result.hpp>
#include <winnow/samplers/context.hpp>
#include <winnow/samplers/sampler.hpp>

namespace winnow {

/// Fails with `invalid_option` and the option's name; also where the sweep has another scheduler, which gives no plan.
Result<std::unique_ptr<Sampler>> make_dehb(const Value& options, SamplerContext context);

}  // namespace winnow
