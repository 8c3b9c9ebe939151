#include <gtest/gtest.h>

#include <cmath>
#include <winnow/schedulers/signed_rank.hpp>

namespace winnow::signed_rank_test {
namespace {

double p_of(std::vector<double> differences) {
  static const SignedRankTest kTest;
  return kTest.p_greater(differences);
}

TEST(SignedRank, CountsTheWaysToReachTheSum) {
  EXPECT_EQ(p_of({1, 2, 3}), 1.0 / 8) << "6 alone";
  EXPECT_EQ(p_of({3, -1, 2}), 2.0 / 8) << "5 and 6";
  EXPECT_EQ(p_of({-2, 3, 1}), 3.0 / 8) << "4, 5 and 6";
  EXPECT_EQ(p_of({-3, 1, 2}), 5.0 / 8) << "3 (two ways), 4, 5 and 6";
  EXPECT_EQ(p_of({-1, -2, -3}), 1);
}

TEST(SignedRank, GoesByTheOrderOfSizesOnly) {
  EXPECT_EQ(p_of({100, -0.001, 7}), p_of({3, -1, 2}));
}

TEST(SignedRank, EqualSizesShareTheirRanks) {
  EXPECT_EQ(p_of({1, 1}), 1.0 / 4) << "ranks 1.5 and 1.5: 3 alone";
  EXPECT_EQ(p_of({1, -1}), 3.0 / 4) << "1.5 (two ways) and 3";
  EXPECT_EQ(p_of({-1, 1, 2}), 3.0 / 8) << "ranks 1.5, 1.5, 3: 4.5 (two ways) and 6";
}

TEST(SignedRank, ZerosCountHalfWhateverTheSigns) {
  EXPECT_EQ(p_of({0, 0}), 1);
  EXPECT_EQ(p_of({0, 1}), 1.0 / 2) << "2.5 of 0.5 and 2.5";
  EXPECT_EQ(p_of({0, 1, 2}), 1.0 / 4);
}

TEST(SignedRank, IsExactForFiftyDifferentOnes) {
  std::vector<double> all(50);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<double>(i) + 1;
  EXPECT_EQ(p_of(all), std::ldexp(1, -50));
}

/// W = 1326, mean 663, variance 51·52·103/24 = 11381.5: z = 6.2146.
TEST(SignedRank, IsNormalForMore) {
  std::vector<double> all(51);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<double>(i) + 1;
  EXPECT_NEAR(p_of(all), 0.5 * std::erfc(663 / std::sqrt(11381.5) / std::sqrt(2.0)), 1e-18);
}

/// 13: two in 2^13 ways reach the sum of twelve that are positive and one that isn't and is the least. 14: W = 105,
/// mean 52.5, variance (14·15·29 − (14³ − 14)/2)/24 = 196.875: z = 3.7417.
TEST(SignedRank, TiesAreCountedUpToThirteenAndNormalFromThereOn) {
  EXPECT_EQ(p_of({-1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2}), 2.0 / 8192);
  EXPECT_NEAR(p_of(std::vector<double>(14, 1)), 9.1414e-5, 1e-8);
}

}  // namespace
}  // namespace winnow::signed_rank_test
