/// Halton points: samplers/halton.hpp says by which rule.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <winnow/samplers/detail/sequence_sampler.hpp>

namespace winnow {

class HaltonSequence final : public PointSequence {
public:
  static constexpr std::size_t kMostDimensions = 1000;  ///< the sequence is of little use long before

  /// `scramble`: the seed of the permutations; nullopt: the sequence as it is, from the origin on.
  HaltonSequence(std::size_t dimension, std::optional<std::uint64_t> scramble);

  std::vector<double> point(std::uint64_t index) override;

private:
  using Permutation = std::vector<std::uint16_t>;
  struct Axis {
    std::uint64_t base;
    std::vector<Permutation> digits;  ///< from the highest on, as many as a double can hold; empty: not scrambled
  };

  std::vector<Axis> axes_;
};

}  // namespace winnow
