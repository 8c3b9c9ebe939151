/// A permutation of 0 … size−1 that costs no memory: of any place, what stands there.
///
/// A Feistel network over the next even power of two, gone through again until it lands below `size` (Black and
/// Rogaway, "Ciphers with Arbitrary Finite Domains", CT-RSA 2002, "cycle walking").
#pragma once

#include <bit>
#include <cstdint>

#include <winnow/core/random.hpp>

namespace winnow {

class KeyedPermutation {
public:
  /// `size` at least 1.
  KeyedPermutation(std::uint64_t size, std::uint64_t key)
      : size_(size), key_(key), half_((static_cast<int>(std::bit_width(size - 1)) + 1) / 2) {}

  /// `place` below size; on average at most four walks.
  [[nodiscard]] std::uint64_t operator()(std::uint64_t place) const {
    do {
      place = walk(place);
    } while (place >= size_);
    return place;
  }

private:
  static constexpr std::uint64_t kRounds = 12;

  [[nodiscard]] std::uint64_t walk(std::uint64_t place) const {
    const std::uint64_t mask = (std::uint64_t{1} << half_) - 1;
    std::uint64_t left = place >> half_;
    std::uint64_t right = place & mask;
    for (std::uint64_t round = 0; round < kRounds; ++round) {
      const std::uint64_t next = left ^ (mix64(key_ ^ mix64(round << 32 | right)) & mask);
      left = right;
      right = next;
    }
    return left << half_ | right;
  }

  std::uint64_t size_;
  std::uint64_t key_;
  int half_;  ///< bits of each half, at most 32
};

}  // namespace winnow
