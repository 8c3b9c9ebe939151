#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <winnow/core/random.hpp>
#include <winnow/schedulers/rung.hpp>

namespace winnow::rung_test {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double quantile_of(const Rung& rung) {
  const auto around = rung.around_quantile();
  return around->low + (around->high - around->low) * around->weight;
}

TEST(Rung, AnEmptyOneHasNoQuantile) {
  const Rung rung(3, 0.5);
  EXPECT_FALSE(rung.around_quantile());
  EXPECT_EQ(rung.size(), 0U);
  EXPECT_EQ(rung.resource(), 3);
}

TEST(Rung, OneValueIsEveryQuantile) {
  for (const double fraction : {0.0, 0.3, 0.75, 1.0}) {
    Rung rung(1, fraction);
    rung.insert(4.5);
    EXPECT_EQ(quantile_of(rung), 4.5) << fraction;
  }
}

TEST(Rung, InterpolatesBetweenNeighbours) {
  Rung rung(1, 0.75);
  for (const double value : {2.0, 1.0}) rung.insert(value);
  EXPECT_DOUBLE_EQ(quantile_of(rung), 1.75);
  rung.insert(10);
  EXPECT_DOUBLE_EQ(quantile_of(rung), 6);
}

TEST(Rung, FractionsZeroAndOneAreTheEnds) {
  Rung smallest(1, 0);
  Rung greatest(1, 1);
  for (const double value : {3.0, -1.0, 8.0, 2.0, 8.0, -1.0}) {
    smallest.insert(value);
    greatest.insert(value);
  }
  EXPECT_EQ(smallest.around_quantile()->low, -1);
  EXPECT_EQ(quantile_of(greatest), 8);
}

TEST(Rung, MinusInfinityIsAValue) {
  Rung rung(1, 0.5);
  for (const double value : {1.0, -kInfinity}) rung.insert(value);
  EXPECT_EQ(rung.around_quantile()->low, -kInfinity);
  EXPECT_EQ(rung.around_quantile()->high, 1);
}

/// Values in random order, with ties: the neighbours are those of the sorted list, after every insertion.
void expect_neighbours_of_sorted_list(double fraction, std::uint64_t seed) {
  Rng rng = keyed_rng(seed, 0, "rung");
  Rung rung(1, fraction);
  std::vector<double> sorted;
  for (int n = 1; n <= 300; ++n) {
    const double value = std::floor(uniform01(rng) * 50);
    rung.insert(value);
    sorted.insert(std::upper_bound(sorted.begin(), sorted.end(), value), value);
    const double position = fraction * (n - 1);
    const auto below = static_cast<std::size_t>(position);
    const auto around = rung.around_quantile();
    ASSERT_EQ(rung.size(), sorted.size());
    ASSERT_EQ(around->low, sorted[below]) << "fraction " << fraction << ", n " << n;
    ASSERT_EQ(around->high, sorted[std::min(below + 1, sorted.size() - 1)]) << "fraction " << fraction << ", n " << n;
  }
}

TEST(Rung, FindsTheNeighboursThatTheSortedListHas) {
  std::uint64_t seed = 0;
  for (const double fraction : {0.0, 0.1, 0.5, 2.0 / 3, 0.75, 0.9, 0.99999, 1.0}) {
    for (int i = 0; i < 20; ++i) expect_neighbours_of_sorted_list(fraction, ++seed);
  }
}

}  // namespace
}  // namespace winnow::rung_test
