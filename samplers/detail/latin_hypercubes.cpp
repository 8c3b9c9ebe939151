#include <winnow/core/random.hpp>
#include <winnow/samplers/detail/keyed_permutation.hpp>
#include <winnow/samplers/detail/latin_hypercubes.hpp>

namespace winnow {

std::vector<double> LatinHypercubes::point(std::uint64_t index) {
  const auto n = static_cast<std::uint64_t>(options_.n);
  const auto block = static_cast<TrialId>(index / n);
  Rng within = keyed_rng(seed_, static_cast<TrialId>(index), "latin_hypercube");
  std::vector<double> point;
  point.reserve(dimension_);
  for (std::size_t i = 0; i < dimension_; ++i) {
    const KeyedPermutation cells(n, key_hash(seed_ ^ mix64(i), block, "latin_hypercube"));
    const double offset = options_.scramble ? uniform01(within) : 0.5;
    point.push_back((static_cast<double>(cells(index % n)) + offset) / static_cast<double>(n));
  }
  return point;
}

}  // namespace winnow
