/// A scrambled Sobol' sequence, as in Optuna's QMCSampler (optuna/samplers/_qmc.py, 5.0.0) and SciPy's qmc.Sobol.
///
/// Direction numbers: Joe and Kuo, "Constructing Sobol sequences with better two-dimensional projections", SIAM J. Sci.
/// Comput. 30 (2008), from Boost.Random. Scrambling: Owen's nested uniform scrambling ("Randomly Permuted (t,m,s)-Nets
/// and (t,s)-Sequences", 1995) in base 2: each bit is flipped, or not, by a hash of the seed, the dimension and the
/// bits above it. SciPy's is a cheaper one, by random matrices and a digital shift.
#pragma once

#include <memory>

#include <winnow/core/result.hpp>
#include <winnow/samplers/context.hpp>
#include <winnow/samplers/sampler.hpp>

namespace winnow {

/// Options: scramble (true). Fails with `invalid_option`.
Result<std::unique_ptr<Sampler>> make_sobol(const Value& options, SamplerContext context);

}  // namespace winnow
