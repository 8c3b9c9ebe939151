#include <algorithm>
#include <winnow/core/random.hpp>
#include <winnow/samplers/detail/sobol_sequence.hpp>

namespace winnow {
namespace {

constexpr int kDoubleBits = 53;

/// Flips the bits that a double can hold; two words that agree in their first k bits agree there afterwards.
std::uint64_t owen_scrambled(std::uint64_t word, std::uint64_t key) {
  std::uint64_t flips = 0;
  for (int depth = 0; depth < kDoubleBits; ++depth) {
    const std::uint64_t above = depth == 0 ? 0 : word >> (64 - depth);
    const std::uint64_t node = (std::uint64_t{1} << depth) | above;  // each node of the binary tree has one number
    flips |= (mix64(key ^ mix64(node)) >> 63) << (63 - depth);
  }
  return word ^ flips;
}

}  // namespace

SobolSequence::SobolSequence(std::size_t dimension, std::optional<std::uint64_t> scramble) : words_(dimension) {
  if (dimension > 0) engine_.emplace(dimension);
  if (!scramble) return;
  for (std::size_t i = 0; i < dimension; ++i) keys_.push_back(key_hash(*scramble, static_cast<TrialId>(i), "sobol"));
}

std::vector<double> SobolSequence::point(std::uint64_t index) {
  std::fill(words_.begin(), words_.end(), 0);
  if (engine_ && index > 0) {  // Boost leaves the origin out
    engine_->seed(index - 1);
    engine_->generate(words_.begin(), words_.end());
  }
  std::vector<double> point;
  point.reserve(words_.size());
  for (std::size_t i = 0; i < words_.size(); ++i) {
    const std::uint64_t word = keys_.empty() ? words_[i] : owen_scrambled(words_[i], keys_[i]);
    point.push_back(static_cast<double>(word >> (64 - kDoubleBits)) * 0x1.0p-53);
  }
  return point;
}

}  // namespace winnow
