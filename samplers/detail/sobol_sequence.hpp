/// Sobol' points: samplers/sobol.hpp says by which rule.
#pragma once

#include <boost/random/sobol.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <winnow/samplers/detail/sequence_sampler.hpp>

namespace winnow {

class SobolSequence final : public PointSequence {
public:
  static constexpr std::size_t kMostDimensions = BOOST_RANDOM_SOBOL_MAX_DIMENSION;  ///< 3667

  /// `scramble`: the seed of the scrambling; nullopt: the sequence as it is, from the origin on.
  SobolSequence(std::size_t dimension, std::optional<std::uint64_t> scramble);

  /// O(dimension); `index` below 2^64 − 1.
  std::vector<double> point(std::uint64_t index) override;

private:
  std::optional<boost::random::sobol> engine_;  ///< none in no dimensions
  std::vector<std::uint64_t> keys_;             ///< one a dimension; empty: not scrambled
  std::vector<std::uint64_t> words_;
};

}  // namespace winnow
