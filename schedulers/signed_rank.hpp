/// Wilcoxon's signed-rank test, one-sided (Wilcoxon, "Individual Comparisons by Ranking Methods", Biometrics Bulletin
/// 1, 1945), with the choices of scipy.stats.wilcoxon 1.17 for `zero_method="zsplit"`, `method="auto"` and no
/// correction.
///
/// The n differences are ranked by their size from 1 to n; equal ones share the mean of their ranks. W is the sum of
/// the ranks of the positive ones, and of half the ranks of zeros. p is the chance of as great a W or a greater one if
/// each difference were as likely to have the other sign:
/// - exact for up to 50 differences, none of them zero and no two of the same size;
/// - exact over the signs of these very ranks for up to 13 otherwise;
/// - else by the normal distribution with W's mean n(n + 1)/4 and variance (n(n + 1)(2n + 1) − Σ(t³ − t)/2)/24, the sum
///   being over groups of t equal sizes, and without a correction for continuity.
#pragma once

#include <cstddef>
#include <vector>

namespace winnow {

class SignedRankTest {
public:
  SignedRankTest();

  /// p of the differences being greater than zero; they are any number but NaN, at least one, and are sorted by their
  /// size. O(n log n).
  [[nodiscard]] double p_greater(std::vector<double>& differences) const;

private:
  std::vector<std::vector<double>> tails_;  ///< P(W >= w) by n and w, where all ranks differ
};

}  // namespace winnow
