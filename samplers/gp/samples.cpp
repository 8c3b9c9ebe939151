#include <winnow/samplers/gp/samples.hpp>

#include <boost/math/distributions/normal.hpp>
#include <boost/random/sobol.hpp>

#include <cmath>
#include <cstdint>
#include <vector>

namespace winnow::gp {
namespace {

constexpr Index kMostDimensions = 3667;

double in_unit(std::uint64_t digits) {
  return std::ldexp(static_cast<double>(digits >> 11) + 0.5, -53);
}

}  // namespace

Matrix unit_samples(Index count, Index dimensions, Rng& rng) {
  Matrix samples(count, dimensions);
  if (dimensions == 0) return samples;
  const bool even = dimensions <= kMostDimensions;
  std::vector<std::uint64_t> shift(static_cast<std::size_t>(dimensions));
  for (auto& digits : shift) digits = rng();
  boost::random::sobol sequence(static_cast<std::size_t>(even ? dimensions : 1));
  for (Index i = 0; i < count; ++i) {
    for (Index j = 0; j < dimensions; ++j) {
      samples(i, j) = in_unit(even ? sequence() ^ shift[static_cast<std::size_t>(j)] : rng());
    }
  }
  return samples;
}

Matrix normal_samples(Index count, Index dimensions, Rng& rng) {
  const boost::math::normal_distribution<double> normal;
  return unit_samples(count, dimensions, rng).unaryExpr([&](double u) { return quantile(normal, u); });
}

}  // namespace winnow::gp
