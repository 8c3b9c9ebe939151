#include <winnow/sweep/importance/category_marginal.hpp>

#include <bit>
#include <cmath>
#include <utility>

namespace winnow::importance {
namespace {

constexpr std::size_t kWord = 64;

}  // namespace

CategoryMarginal::CategoryMarginal(std::size_t categories) : words_((categories + kWord - 1) / kWord) {
  state_of(Bits(2 * words_, 0));
}

CategoryMarginal::State CategoryMarginal::decide(State from, std::size_t category, bool is) {
  Bits bits = leaves_[from].bits;
  bits[(is ? words_ : 0) + category / kWord] |= std::uint64_t{1} << category % kWord;
  return state_of(std::move(bits));
}

void CategoryMarginal::add(State state, double volume, double mass) {
  leaves_[state].volume += volume;
  leaves_[state].mass += mass;
}

double CategoryMarginal::variance(double mean) const {
  // 2^c v·w·v'·w' of two leaves; none where they contradict each other.
  const auto covariance = [&](const Leaves& a, const Leaves& b) {
    int both = 0;
    for (std::size_t i = 0; i < words_; ++i) {
      const std::uint64_t a_not = a.bits[i];
      const std::uint64_t a_is = a.bits[words_ + i];
      const std::uint64_t b_not = b.bits[i];
      const std::uint64_t b_is = b.bits[words_ + i];
      if (((a_not & b_is) | (a_is & b_not)) != 0) return 0.0;
      both += std::popcount(a_not & b_not) + std::popcount(a_is & b_is);
    }
    return std::ldexp((a.mass - mean * a.volume) * (b.mass - mean * b.volume), both);
  };
  double sum = 0;
  double variance = 0;
  for (std::size_t i = 1; i < leaves_.size(); ++i) {
    sum += leaves_[i].mass - mean * leaves_[i].volume;
    variance += covariance(leaves_[i], leaves_[i]);
    for (std::size_t j = 1; j < i; ++j) variance += 2 * covariance(leaves_[i], leaves_[j]);
  }
  // Leaves that have decided nothing, which nobody adds, sum to -sum: around the mean all of them sum to 0.
  return variance - sum * sum;
}

CategoryMarginal::State CategoryMarginal::state_of(Bits bits) {
  const auto [it, is_new] = states_.try_emplace(std::move(bits), leaves_.size());
  if (is_new) leaves_.push_back({.bits = it->first});
  return it->second;
}

}  // namespace winnow::importance
