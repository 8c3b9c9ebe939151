/// A sum of exponentials, several at a time.
#pragma once

#include <cstddef>

namespace winnow::tpe {

/// The least exponent: e^-700 is still a normal double.
inline constexpr double kLeastExponent = -700;

/// Σ weights[k] · e^exponents[k], k < count, to a few units in the last place; exponents from kLeastExponent to 0.
///
/// With wider registers where the processor has them. Nothing is fused, and the order is the same: so are the results.
double sum_of_exponentials(const double* exponents, const double* weights, std::size_t count);

}  // namespace winnow::tpe
