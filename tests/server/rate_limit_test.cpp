#include <gtest/gtest.h>

#include <winnow/server/rate_limit.hpp>

namespace winnow::server::rate_limit_test {

RateLimit::Time at(double seconds) {
  return RateLimit::Time(std::chrono::duration_cast<RateLimit::Time::duration>(std::chrono::duration<double>(seconds)));
}

TEST(RateLimit, LetsABurstInAndThenItsRate) {
  RateLimit limit({.rate = 2, .burst = 3});
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(limit.take("a", at(0)));
  EXPECT_EQ(limit.take("a", at(0)), 1);
  EXPECT_FALSE(limit.take("a", at(0.5)));
  EXPECT_EQ(limit.take("a", at(0.5)), 1);
}

TEST(RateLimit, SaysHowLongToWait) {
  RateLimit limit({.rate = 0.1, .burst = 1});
  EXPECT_FALSE(limit.take("a", at(0)));
  EXPECT_EQ(limit.take("a", at(0)), 10);
  EXPECT_EQ(limit.take("a", at(7)), 3);
}

TEST(RateLimit, OfOneTokenIsNotThatOfAnother) {
  RateLimit limit({.rate = 1, .burst = 1});
  EXPECT_FALSE(limit.take("a", at(0)));
  EXPECT_FALSE(limit.take("b", at(0)));
  EXPECT_TRUE(limit.take("a", at(0)));
}

TEST(RateLimit, OfZeroIsNone) {
  RateLimit limit({});
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(limit.take("a", at(0)));
}

TEST(RateLimit, MayChange) {
  RateLimit limit({});
  EXPECT_FALSE(limit.take("a", at(0)));
  limit.set({.rate = 1, .burst = 1});
  EXPECT_FALSE(limit.take("a", at(0)));
  EXPECT_TRUE(limit.take("a", at(0)));
  limit.set({});
  EXPECT_FALSE(limit.take("a", at(0)));
}

TEST(RateLimit, StaysThroughManyNames) {
  RateLimit limit({.rate = 1, .burst = 1});
  for (int i = 0; i < 5000; ++i) EXPECT_FALSE(limit.take(std::to_string(i), at(i)));
  EXPECT_TRUE(limit.take("4999", at(4999)));
}

}  // namespace winnow::server::rate_limit_test
