/// A scrambled Halton sequence, as in Optuna's QMCSampler (optuna/samplers/_qmc.py, 5.0.0) and SciPy's qmc.Halton.
///
/// Dimension k holds the radical inverse of the point's number in the base of the k-th prime (Halton, "On the
/// efficiency of certain quasi-random sequences of points", 1960). Scrambled (Owen, "A randomized Halton algorithm in
/// R", 2017): each digit, leading zeros too, goes through a random permutation of its place and dimension.
#pragma once

#include <memory>

#include <winnow/core/result.hpp>
#include <winnow/samplers/context.hpp>
#include <winnow/samplers/sampler.hpp>

namespace winnow {

/// Options: scramble (true). Fails with `invalid_option`.
Result<std::unique_ptr<Sampler>> make_halton(const Value& options, SamplerContext context);

}  // namespace winnow
