/// Latin hypercubes (McKay, Beckman and Conover, "A Comparison of Three Methods for Selecting Values of Input Variables
/// in the Analysis of Output from a Computer Code", 1979), with the option names of SciPy's qmc.LatinHypercube.
///
/// Each block of n trials cuts every dimension into n cells of equal width and has one point in each: a random
/// permutation of the cells for each dimension and block. Within its cell a point lies at random, or (`scramble:
/// false`) in the middle.
#pragma once

#include <memory>

#include <winnow/core/result.hpp>
#include <winnow/samplers/context.hpp>
#include <winnow/samplers/sampler.hpp>

namespace winnow {

/// Options: n (32), scramble (true). Fails with `invalid_option`.
Result<std::unique_ptr<Sampler>> make_latin_hypercube(const Value& options, SamplerContext context);

}  // namespace winnow
