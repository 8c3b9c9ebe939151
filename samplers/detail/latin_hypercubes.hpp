/// Latin hypercubes, one after the other: samplers/latin_hypercube.hpp says by which rule.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <winnow/samplers/detail/sequence_sampler.hpp>

namespace winnow {

class LatinHypercubes final : public PointSequence {
public:
  struct Options {
    int n = 32;            ///< trials of a block, >= 1
    bool scramble = true;  ///< at random within the cell
  };

  LatinHypercubes(std::size_t dimension, std::uint64_t seed, Options options)
      : dimension_(dimension), seed_(seed), options_(options) {}

  std::vector<double> point(std::uint64_t index) override;

private:
  std::size_t dimension_;
  std::uint64_t seed_;
  Options options_;
};

}  // namespace winnow
