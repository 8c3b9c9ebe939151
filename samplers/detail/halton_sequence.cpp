#include <algorithm>
#include <cmath>
#include <numeric>
#include <winnow/core/random.hpp>
#include <winnow/samplers/detail/halton_sequence.hpp>

namespace winnow {
namespace {

constexpr double kBelowOne = 1 - 0x1.0p-53;

std::vector<std::uint64_t> first_primes(std::size_t count) {
  std::vector<std::uint64_t> primes;
  for (std::uint64_t candidate = 2; primes.size() < count; ++candidate) {
    if (std::none_of(primes.begin(), primes.end(), [&](std::uint64_t prime) { return candidate % prime == 0; })) {
      primes.push_back(candidate);
    }
  }
  return primes;
}

/// SciPy's number of digits.
int digits_of_a_double(std::uint64_t base) {
  return static_cast<int>(std::ceil(54 / std::log2(static_cast<double>(base)))) - 1;
}

/// Fisher and Yates.
std::vector<std::uint16_t> permutation(std::uint64_t size, Rng& rng) {
  std::vector<std::uint16_t> order(size);
  std::iota(order.begin(), order.end(), std::uint16_t{0});
  for (std::size_t i = order.size(); i > 1; --i) {
    std::swap(order[i - 1], order[static_cast<std::size_t>(uniform01(rng) * static_cast<double>(i))]);
  }
  return order;
}

}  // namespace

HaltonSequence::HaltonSequence(std::size_t dimension, std::optional<std::uint64_t> scramble) {
  for (const std::uint64_t base : first_primes(dimension)) {
    Axis axis{base, {}};
    if (scramble) {
      Rng rng = keyed_rng(*scramble, static_cast<TrialId>(base), "halton");
      for (int digit = 0; digit < digits_of_a_double(base); ++digit) axis.digits.push_back(permutation(base, rng));
    }
    axes_.push_back(std::move(axis));
  }
}

std::vector<double> HaltonSequence::point(std::uint64_t index) {
  std::vector<double> point;
  point.reserve(axes_.size());
  for (const Axis& axis : axes_) {
    double sum = 0;
    double unit = 1.0 / static_cast<double>(axis.base);
    std::uint64_t rest = index;
    const auto add = [&](std::uint64_t digit) {
      sum += static_cast<double>(digit) * unit;
      unit /= static_cast<double>(axis.base);
      rest /= axis.base;
    };
    if (axis.digits.empty()) {
      while (rest > 0) add(rest % axis.base);
    } else {
      for (const Permutation& permuted : axis.digits) add(permuted[rest % axis.base]);
    }
    point.push_back(std::min(sum, kBelowOne));
  }
  return point;
}

}  // namespace winnow
