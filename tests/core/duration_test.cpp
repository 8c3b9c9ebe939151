#include <gtest/gtest.h>

#include <limits>

#include <winnow/core/duration.hpp>

namespace winnow::duration_test {
namespace {

using namespace std::chrono_literals;

TEST(Duration, IsWholeMillisecondsOfSeconds) {
  EXPECT_EQ(milliseconds(1.5), 1500ms);
  EXPECT_EQ(milliseconds(3600), 1h);
  EXPECT_EQ(milliseconds(0.0004), 0ms);
}

TEST(Duration, IsAHundredYearsAtMostSoThatAClockCanAddIt) {
  for (const double seconds : {1e16, 1e300, std::numeric_limits<double>::infinity()}) {
    EXPECT_EQ(milliseconds(seconds), kLongestDuration);
    EXPECT_GT(std::chrono::steady_clock::now() + milliseconds(seconds), std::chrono::steady_clock::now());
  }
}

TEST(Duration, IsNothingForWhatIsNoDuration) {
  EXPECT_EQ(milliseconds(-1), 0ms);
  EXPECT_EQ(milliseconds(std::numeric_limits<double>::quiet_NaN()), 0ms);
}

}  // namespace
}  // namespace winnow::duration_test
