#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <winnow/schedulers/signed_rank.hpp>

namespace winnow {
namespace {

constexpr std::size_t kMostExact = 50;    ///< differences of different sizes
constexpr std::size_t kMostFlipped = 13;  ///< others: 2^13 ways to give them signs

/// Of differences that are sorted by their size.
struct Ranked {
  std::vector<std::size_t> doubled;  ///< ranks of those that aren't zero, times two: whole numbers
  double sum = 0;                    ///< W
  double ties = 0;                   ///< Σ(t³ − t)
  bool plain = true;                 ///< no zeros, no ties
};

Ranked ranked(const std::vector<double>& sorted) {
  Ranked found;
  found.doubled.reserve(sorted.size());
  for (std::size_t begin = 0, end = 0; begin < sorted.size(); begin = end) {
    const double size = std::fabs(sorted[begin]);
    std::size_t positive = 0;
    for (end = begin; end < sorted.size() && std::fabs(sorted[end]) == size; ++end) positive += sorted[end] > 0 ? 1 : 0;
    const std::size_t doubled = begin + 1 + end;  // twice the mean of begin + 1, …, end
    const auto tied = static_cast<double>(end - begin);
    const double rank = static_cast<double>(doubled) / 2;
    found.sum += size == 0 ? tied * rank / 2 : static_cast<double>(positive) * rank;
    found.ties += tied * tied * tied - tied;
    found.plain = found.plain && size != 0 && end - begin == 1;
    if (size != 0) found.doubled.insert(found.doubled.end(), end - begin, doubled);
  }
  return found;
}

/// How many of the ways to give signs to these ranks make at least the sum that there is, as a share.
double flipped_tail(const Ranked& ranked, std::size_t n) {
  std::size_t total = 0;
  std::vector<std::uint32_t> ways(n * (n + 1) + 1, 0);  // by twice the sum of the positive ones
  ways[0] = 1;
  for (const std::size_t rank : ranked.doubled) {
    total += rank;
    for (std::size_t sum = total; sum >= rank; --sum) ways[sum] += ways[sum - rank];
  }
  // Zeros add half of their ranks to every sum; quarters are the least that there is.
  const double zeros = (static_cast<double>(n * (n + 1)) - static_cast<double>(total)) / 4;
  std::uint32_t reached = 0;
  for (std::size_t sum = 0; sum <= total; ++sum) {
    if (zeros + static_cast<double>(sum) / 2 >= ranked.sum) reached += ways[sum];
  }
  return std::ldexp(reached, -static_cast<int>(ranked.doubled.size()));
}

}  // namespace

SignedRankTest::SignedRankTest() {
  std::vector<std::uint64_t> ways = {1};  // to sum up to w with some of the ranks 1, …, n
  for (std::size_t n = 0; n <= kMostExact; ++n) {
    if (n > 0) {
      ways.resize(ways.size() + n, 0);
      for (std::size_t w = ways.size(); w-- > n;) ways[w] += ways[w - n];
    }
    std::vector<double>& tail = tails_.emplace_back(ways.size());
    std::uint64_t reached = 0;
    for (std::size_t w = ways.size(); w-- > 0;) {
      reached += ways[w];
      tail[w] = std::ldexp(static_cast<double>(reached), -static_cast<int>(n));
    }
  }
}

double SignedRankTest::p_greater(std::vector<double>& differences) const {
  std::sort(differences.begin(), differences.end(), [](double a, double b) { return std::fabs(a) < std::fabs(b); });
  const Ranked found = ranked(differences);
  const std::size_t count = differences.size();
  if (found.plain && count <= kMostExact) return tails_[count][static_cast<std::size_t>(found.sum)];
  if (!found.plain && count <= kMostFlipped) return flipped_tail(found, count);
  const auto n = static_cast<double>(count);
  const double spread = std::sqrt((n * (n + 1) * (2 * n + 1) - found.ties / 2) / 24);
  const double z = (found.sum - n * (n + 1) / 4) / spread;
  return std::erfc(z / std::numbers::sqrt2) / 2;
}

}  // namespace winnow
