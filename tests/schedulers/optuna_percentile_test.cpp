/// Optuna's median and percentile pruners on histories small enough to work out by hand.
#include <cmath>
#include <limits>

#include "optuna_support.hpp"

namespace winnow::testing::optuna_percentile_test {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// Three completed trials with 1, 2 and 3 at step 1.
std::unique_ptr<Scheduler> median_of_three() {
  auto median = minimising("optuna_median", {{"n_startup_trials", 3}});
  for (const double value : {1.0, 2.0, 3.0}) complete(*median, static_cast<TrialId>(value) - 1, {value});
  return median;
}

TEST(OptunaMedian, StopsWhatIsWorseThanTheMedianAndSaysWhy) {
  const auto median = median_of_three();
  const Decision decision = median->judge({9, 1, 2.5, 1});
  EXPECT_EQ(decision.verdict, Verdict::stop);
  EXPECT_EQ(decision.why, "2.5 is worse than the median 2 of 3 trials at step 1");
}

TEST(OptunaMedian, TiesGoOn) {
  EXPECT_EQ(tell(*median_of_three(), 9, 1, 2), Verdict::go_on);
}

TEST(OptunaMedian, GoesOnAtAStepThatNobodyReported) {
  EXPECT_EQ(tell(*median_of_three(), 9, 2, 100), Verdict::go_on);
}

TEST(OptunaMedian, StopsWhatIsNothingButNan) {
  EXPECT_EQ(tell(*median_of_three(), 9, 2, kNan), Verdict::stop);
}

TEST(OptunaMedian, CountsOnlyCompletedTrials) {
  const auto median = minimising("optuna_median", {{"n_startup_trials", 1}});
  tell(*median, 0, 1, 1);
  median->ended(0, TrialState::failed);
  tell(*median, 1, 1, 1);
  median->ended(1, TrialState::stopped);
  EXPECT_EQ(tell(*median, 2, 1, 5), Verdict::go_on);
}

TEST(OptunaMedian, KeepsWhatAFailedTrialReportedUntilItCompletes) {
  const auto median = minimising("optuna_median", {{"n_startup_trials", 1}});
  tell(*median, 0, 1, 1);
  median->ended(0, TrialState::failed);
  median->ended(0, TrialState::completed);
  EXPECT_EQ(tell(*median, 2, 1, 5), Verdict::stop);
}

/// Five completed trials with 0, 10, 20, 30 and 40 at step 1, and as much at step 2.
std::unique_ptr<Scheduler> five(Goal goal, Value options) {
  auto made = make_or_fail("optuna_percentile", options, {.goal = goal, .sweep = "s"});
  for (const double value : {0.0, 10.0, 20.0, 30.0, 40.0}) {
    complete(*made, static_cast<TrialId>(value), {value, value});
  }
  return made;
}

TEST(OptunaPercentile, TheBestPercentGoOn) {
  const auto quarter = five(Goal::minimize, {{"percentile", 25}});
  EXPECT_EQ(tell(*quarter, 1, 1, 10), Verdict::go_on) << "the 25th percentile of five is the second";
  EXPECT_EQ(tell(*quarter, 2, 1, 10.5), Verdict::stop);
}

TEST(OptunaPercentile, MaximisingTheBestAreTheGreatest) {
  const auto quarter = five(Goal::maximize, {{"percentile", 25}});
  EXPECT_EQ(tell(*quarter, 1, 1, 30), Verdict::go_on) << "the 75th percentile of five is the fourth";
  EXPECT_EQ(tell(*quarter, 2, 1, 29.5), Verdict::stop);
}

TEST(OptunaPercentile, LiesBetweenTwoValues) {
  const auto tenth = five(Goal::minimize, {{"percentile", 10}});
  EXPECT_EQ(tell(*tenth, 1, 1, 4), Verdict::go_on) << "0 + 0.4 of the way to 10";
  EXPECT_EQ(tell(*tenth, 2, 1, 4.01), Verdict::stop);
}

TEST(OptunaPercentile, GoesByTheBestValueSoFar) {
  const auto quarter = five(Goal::minimize, {{"percentile", 25}});
  EXPECT_EQ(verdicts(*quarter, 1, {5, 39}), "gg");
  EXPECT_EQ(verdicts(*quarter, 2, {39, 5}), "sg") << "its best is good enough again";
}

TEST(OptunaPercentile, WaitsForStartupTrials) {
  const auto six = five(Goal::minimize, {{"percentile", 25}, {"n_startup_trials", 6}});
  EXPECT_EQ(tell(*six, 1, 1, 99), Verdict::go_on);
  complete(*six, 2, {});
  EXPECT_EQ(tell(*six, 3, 1, 99), Verdict::stop) << "the sixth needs no report";
}

TEST(OptunaPercentile, WaitsForTrialsAtTheStep) {
  const auto two = five(Goal::minimize, {{"percentile", 25}, {"n_min_trials", 2}});
  complete(*two, 50, {0, 0, 0});
  EXPECT_EQ(tell(*two, 1, 3, 99), Verdict::go_on) << "one was there";
  complete(*two, 51, {0, 0, kNan});
  EXPECT_EQ(tell(*two, 2, 3, 99), Verdict::stop) << "two, if one of them without a number";
}

TEST(OptunaPercentile, LooksAtTheFirstReportOfEachInterval) {
  const auto by_three =
      five(Goal::minimize, {{"percentile", 25}, {"n_warmup_steps", 1}, {"interval_steps", 3}, {"n_startup_trials", 0}});
  complete(*by_three, 50, {0, 0, 0, 0, 0});
  EXPECT_EQ(verdicts(*by_three, 1, {99, 99, 99, 99, 99}), "sggsg") << "steps 1 and 4";
  EXPECT_EQ(tell(*by_three, 2, 0, 99), Verdict::go_on) << "before the warm-up is over";
  EXPECT_EQ(tell(*by_three, 2, 2, 99), Verdict::stop) << "the first one from there on";
}

TEST(OptunaPercentile, OfHundredOnlyWhatIsWorseThanAllStops) {
  const auto all = five(Goal::minimize, {{"percentile", 100}});
  EXPECT_EQ(tell(*all, 1, 1, 40), Verdict::go_on);
  EXPECT_EQ(tell(*all, 2, 1, 41), Verdict::stop);
  const auto none = five(Goal::minimize, {{"percentile", 0}});
  EXPECT_EQ(tell(*none, 1, 1, 0), Verdict::go_on);
  EXPECT_EQ(tell(*none, 2, 1, 1), Verdict::stop) << "worse than the best";
}

TEST(OptunaPercentile, IsRequired) {
  EXPECT_EQ(make_scheduler("optuna_percentile", Value::object(), {}).error().message,
            "percentile: is required: of the completed trials, from 0 to 100");
}

}  // namespace
}  // namespace winnow::testing::optuna_percentile_test
