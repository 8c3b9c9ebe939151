#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <winnow/core/random.hpp>
#include <winnow/schedulers/band.hpp>

namespace winnow::testing::band_test {
namespace {

double sorted_element(std::vector<double> values, double r) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(r * static_cast<double>(values.size()))];
}

TEST(Band, WithoutValuesStopsNobody) {
  const Band band(3, 0.5);
  EXPECT_EQ(band.threshold(), std::numeric_limits<double>::infinity());
  EXPECT_EQ(band.threshold_with(7), 7);
}

TEST(Band, IsTheSortedElementAtEverySizeWithAndWithoutOneMoreValue) {
  for (const double eta : {1.0001, 1.2, 1.5, 2.0, 3.0, 4.5, 49.0, 1000.0}) {
    Rng rng = keyed_rng(7, 0, "band");
    const double r = 1 / eta;
    Band band(1, r);
    std::vector<double> values;
    for (int i = 0; i < 600; ++i) {
      const double next = uniform01(rng) < 0.5 ? std::floor(uniform01(rng) * 8) : uniform01(rng) * 8 - 4;
      std::vector<double> more = values;
      more.push_back(next);
      ASSERT_EQ(band.threshold_with(next), sorted_element(more, r)) << eta << " " << i;
      band.insert(next);
      values = std::move(more);
      ASSERT_EQ(band.threshold(), sorted_element(values, r)) << eta << " " << i;
    }
    EXPECT_EQ(band.size(), values.size());
  }
}

}  // namespace
}  // namespace winnow::testing::band_test
