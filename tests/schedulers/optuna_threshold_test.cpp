/// Optuna's threshold pruner on histories small enough to work out by hand.
#include <limits>

#include "optuna_support.hpp"

namespace winnow::testing::optuna_threshold_test {
namespace {

TEST(OptunaThreshold, StopsOutsideAndNotAtTheBounds) {
  const auto threshold = minimising("optuna_threshold", {{"lower", 0}, {"upper", 1}});
  EXPECT_EQ(tell(*threshold, 0, 1, 0), Verdict::go_on);
  EXPECT_EQ(tell(*threshold, 0, 2, 1), Verdict::go_on);
  EXPECT_EQ(tell(*threshold, 0, 3, 1.5), Verdict::stop);
  EXPECT_EQ(tell(*threshold, 1, 1, -0.5), Verdict::stop);
}

TEST(OptunaThreshold, OneBoundIsEnough) {
  EXPECT_EQ(verdicts(*minimising("optuna_threshold", {{"lower", 0}}), 0, {1e300, 0, -1e-300}), "ggs");
  EXPECT_EQ(verdicts(*minimising("optuna_threshold", {{"upper", 0}}), 0, {-1e300, 0, 1e-300}), "ggs");
}

TEST(OptunaThreshold, TheGoalMakesNoDifference) {
  EXPECT_EQ(verdicts(*maximising("optuna_threshold", {{"upper", 1}}), 0, {0, 1, 2}), "ggs");
  EXPECT_EQ(verdicts(*maximising("optuna_threshold", {{"lower", 1}}), 0, {2, 1, 0}), "ggs");
}

TEST(OptunaThreshold, InfinitiesAreOutsideAndNanIsNoNumber) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const auto threshold = minimising("optuna_threshold", {{"upper", 1}});
  EXPECT_EQ(tell(*threshold, 0, 1, kInfinity), Verdict::stop);
  EXPECT_EQ(tell(*threshold, 1, 1, -kInfinity), Verdict::go_on);
  EXPECT_EQ(tell(*threshold, 2, 1, std::numeric_limits<double>::quiet_NaN()), Verdict::stop);
}

TEST(OptunaThreshold, LooksAtTheFirstReportOfAnInterval) {
  const auto threshold = minimising("optuna_threshold", {{"upper", 1}, {"n_warmup_steps", 2}, {"interval_steps", 3}});
  EXPECT_EQ(tell(*threshold, 0, 1, 9), Verdict::go_on);
  EXPECT_EQ(tell(*threshold, 0, 3, 0), Verdict::go_on);
  EXPECT_EQ(tell(*threshold, 0, 4, 9), Verdict::go_on);
  EXPECT_EQ(tell(*threshold, 0, 5, 9), Verdict::stop);
}

TEST(OptunaThreshold, EachTrialHasItsOwnIntervals) {
  const auto threshold = minimising("optuna_threshold", {{"upper", 1}, {"interval_steps", 4}});
  EXPECT_EQ(tell(*threshold, 0, 0, 0), Verdict::go_on);
  EXPECT_EQ(tell(*threshold, 1, 3, 9), Verdict::stop) << "its first report from 0 to 3";
  EXPECT_EQ(tell(*threshold, 0, 3, 9), Verdict::go_on) << "its second one";
}

TEST(OptunaThreshold, SaysWhy) {
  const auto threshold = minimising("optuna_threshold", {{"lower", 0}, {"upper", 1}});
  EXPECT_EQ(threshold->judge({0, 3, 1.5, 3}).why, "1.5 is above upper, 1 at step 3");
  EXPECT_EQ(threshold->judge({0, 3, -1.5, 3}).why, "-1.5 is below lower, 0 at step 3");
}

TEST(OptunaThreshold, RefusesAnEmptyRange) {
  EXPECT_EQ(make_scheduler("optuna_threshold", {{"lower", 2}, {"upper", 1}}, {}).error().message,
            "lower: must be at most upper (1), got 2");
  EXPECT_FALSE(make_scheduler("optuna_threshold", Value::object(), {}));
}

}  // namespace
}  // namespace winnow::testing::optuna_threshold_test
