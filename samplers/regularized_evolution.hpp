/// Regularized (aging) evolution (Real, Aggarwal, Huang and Le, "Regularized Evolution for Image Classifier
/// Architecture Search", AAAI 2019, algorithm 1), for domains of all kinds as Syne Tune's RegularizedEvolution has it
/// (0.14): docs/algorithms/regularized_evolution.md.
///
/// The population are the last `population_size` trials that completed; as long as there are fewer, trials are drawn at
/// random. Then a trial is a copy of the best of `sample_size` that are drawn from it with replacement, with one
/// parameter drawn anew from its domain, so that it has another value.
#pragma once

#include <memory>

#include <winnow/core/result.hpp>
#include <winnow/samplers/context.hpp>
#include <winnow/samplers/sampler.hpp>

namespace winnow {

/// Options: population_size (100), sample_size (10). Fails with `invalid_option`.
Result<std::unique_ptr<Sampler>> make_regularized_evolution(const Value& options, SamplerContext context);

}  // namespace winnow
