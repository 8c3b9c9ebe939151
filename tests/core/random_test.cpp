#include <gmock/gmock.h>

#include <array>
#include <limits>
#include <vector>
#include <winnow/core/random.hpp>

namespace winnow::random_test {
namespace {

std::array<std::uint64_t, 3> first_three(Rng rng) {
  return {rng(), rng(), rng()};
}

// These numbers are part of the promise "same seed, same decisions": if one changes, every sweep's draws change.
TEST(KeyedRng, GivesTheNumbersItAlwaysGave) {
  EXPECT_EQ(key_hash(0, 0, ""), 4725398728194510117U);
  EXPECT_EQ(key_hash(7, 3, "lr"), 13295200071178971440U);
  EXPECT_EQ(key_hash(std::numeric_limits<std::uint64_t>::max(), -1, "ü"), 13103959693954622232U);
  EXPECT_THAT(first_three(keyed_rng(0, 0, "")),
              ::testing::ElementsAre(3398246792537946906U, 11168344816738230411U, 12528374577372606219U));
  EXPECT_THAT(first_three(keyed_rng(7, 3, "lr")),
              ::testing::ElementsAre(17972832290601690775U, 16918182887724680371U, 15130704752477112240U));
  Rng rng = keyed_rng(7, 3, "lr");
  EXPECT_EQ(uniform01(rng), 0.97430919075939881);
}

TEST(KeyedRng, EveryPartOfTheKeyCounts) {
  const auto base = first_three(keyed_rng(7, 3, "lr"));
  EXPECT_NE(first_three(keyed_rng(8, 3, "lr")), base);
  EXPECT_NE(first_three(keyed_rng(7, 4, "lr")), base);
  EXPECT_NE(first_three(keyed_rng(7, 3, "lr2")), base);
  EXPECT_NE(first_three(keyed_rng(3, 7, "lr")), base);
}

/// Pearson's correlation of two columns of uniform numbers in [0, 1), by their known mean and variance.
double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - 0.5) * (b[i] - 0.5);
  return 12 * sum / static_cast<double>(a.size());
}

TEST(KeyedRng, NeighbouringTrialsAndNamesAreUncorrelatedAndUniform) {
  constexpr int kTrials = 100'000;
  std::vector<double> here;
  std::vector<double> next;
  std::vector<double> other;
  std::array<int, 16> counts{};
  for (TrialId trial = 0; trial < kTrials; ++trial) {
    Rng first = keyed_rng(7, trial, "lr");
    Rng second = keyed_rng(7, trial + 1, "lr");
    Rng third = keyed_rng(7, trial, "wd");
    here.push_back(uniform01(first));
    next.push_back(uniform01(second));
    other.push_back(uniform01(third));
    ++counts[static_cast<std::size_t>(here.back() * 16)];
  }
  EXPECT_NEAR(correlation(here, next), 0, 0.015);
  EXPECT_NEAR(correlation(here, other), 0, 0.015);
  for (const int count : counts) EXPECT_NEAR(count, kTrials / 16, 400);
}

TEST(Uniform01, StaysBelowOne) {
  Rng rng = keyed_rng(1, 1, "u");
  for (int i = 0; i < 100'000; ++i) {
    const double drawn = uniform01(rng);
    ASSERT_GE(drawn, 0);
    ASSERT_LT(drawn, 1);
  }
}

}  // namespace
}  // namespace winnow::random_test
