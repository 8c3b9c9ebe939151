#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <winnow/session/curve.hpp>

namespace winnow::curve_test {
namespace {

CurvePoint point(std::int64_t at, double value) {
  return {.seq = at, .attempt = 1, .step = at, .time = 0, .value = value};
}

TEST(MetricCurve, IsWholeAsLongAsItsPointsAreEnough) {
  MetricCurve curve(10);
  for (int i = 1; i <= 10; ++i) curve.add(point(i, i));
  EXPECT_EQ(curve.points().size(), 10U);
  EXPECT_EQ(curve.points()[3], point(4, 4));
}

TEST(MetricCurve, KeepsEverySpikeAndBothEnds) {
  for (const std::int64_t count : {11, 12, 100, 1000, 4097, 100'000}) {
    MetricCurve curve(100);
    const std::int64_t high = count / 3, low = count / 2;
    for (std::int64_t i = 1; i <= count; ++i) curve.add(point(i, i == high ? 50 : i == low ? -50 : std::sin(i)));
    const auto points = curve.points();
    EXPECT_LE(points.size(), 100U);
    EXPECT_GE(points.size(), std::min<std::size_t>(static_cast<std::size_t>(count), 40U));
    EXPECT_EQ(points.front().seq, 1);
    EXPECT_EQ(points.back().seq, count);
    EXPECT_NE(std::find(points.begin(), points.end(), point(high, 50)), points.end()) << count;
    EXPECT_NE(std::find(points.begin(), points.end(), point(low, -50)), points.end()) << count;
    EXPECT_TRUE(std::is_sorted(points.begin(), points.end(), [](auto& a, auto& b) { return a.seq < b.seq; }));
    EXPECT_EQ(curve.count(), count);
  }
}

TEST(MetricCurve, OfOddNumbersOfStretchesLosesNothing) {
  for (std::size_t most = 4; most < 40; ++most) {
    MetricCurve curve(most);
    for (int i = 1; i <= 777; ++i) curve.add(point(i, i == 300 ? 9 : 0));
    const auto points = curve.points();
    EXPECT_LE(points.size(), most);
    EXPECT_NE(std::find(points.begin(), points.end(), point(300, 9)), points.end()) << most;
  }
}

TEST(MetricCurve, ANaNHidesNothing) {
  MetricCurve curve(6);
  for (int i = 1; i <= 100; ++i) curve.add(point(i, i == 50 ? 3 : std::numeric_limits<double>::quiet_NaN()));
  const auto points = curve.points();
  EXPECT_NE(std::find(points.begin(), points.end(), point(50, 3)), points.end());
  EXPECT_TRUE(std::isnan(points.back().value));
}

}  // namespace
}  // namespace winnow::curve_test
