/// Optuna's pruners on histories small enough to work out by hand.
#include <cmath>
#include <winnow/schedulers/optuna_hyperband.hpp>

#include "support.hpp"

namespace winnow::testing::optuna_pruners_test {
namespace {

Verdict tell(Scheduler& scheduler, TrialId trial, Step step, double value) {
  return report(scheduler, {trial, static_cast<double>(step), value, step});
}

std::unique_ptr<Scheduler> minimising(const char* type, const Value& options) {
  return make_or_fail(type, options, {.goal = Goal::minimize, .sweep = "s"});
}

/// Three completed trials with 1, 2 and 3 at step 1.
std::unique_ptr<Scheduler> median_of_three() {
  auto median = minimising("optuna_median", {{"n_startup_trials", 3}});
  for (TrialId trial = 0; trial < 3; ++trial) {
    tell(*median, trial, 1, 1.0 + static_cast<double>(trial));
    median->ended(trial, TrialState::completed);
  }
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
  EXPECT_EQ(tell(*median_of_three(), 9, 2, std::nan("")), Verdict::stop);
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

TEST(OptunaThreshold, StopsOutsideAndNotAtTheBounds) {
  const auto threshold = minimising("optuna_threshold", {{"lower", 0}, {"upper", 1}});
  EXPECT_EQ(tell(*threshold, 0, 1, 0), Verdict::go_on);
  EXPECT_EQ(tell(*threshold, 0, 2, 1), Verdict::go_on);
  EXPECT_EQ(tell(*threshold, 0, 3, 1.5), Verdict::stop);
  EXPECT_EQ(tell(*threshold, 1, 1, -0.5), Verdict::stop);
}

TEST(OptunaThreshold, LooksAtTheFirstReportOfAnInterval) {
  const auto threshold = minimising("optuna_threshold", {{"upper", 1}, {"n_warmup_steps", 2}, {"interval_steps", 3}});
  EXPECT_EQ(tell(*threshold, 0, 1, 9), Verdict::go_on);
  EXPECT_EQ(tell(*threshold, 0, 3, 0), Verdict::go_on);
  EXPECT_EQ(tell(*threshold, 0, 4, 9), Verdict::go_on);
  EXPECT_EQ(tell(*threshold, 0, 5, 9), Verdict::stop);
}

TEST(OptunaSuccessiveHalving, KeepsTheBestHalfOfARung) {
  const auto halving = minimising("optuna_successive_halving", {{"min_resource", 1}, {"reduction_factor", 2}});
  EXPECT_EQ(tell(*halving, 0, 1, 3), Verdict::go_on);
  EXPECT_EQ(tell(*halving, 1, 1, 4), Verdict::stop);
  EXPECT_EQ(tell(*halving, 2, 1, 3), Verdict::go_on);
  EXPECT_EQ(tell(*halving, 3, 1, 3), Verdict::go_on) << "the best 2 of 4, and ties";
}

TEST(OptunaSuccessiveHalving, AutoWaitsForACompletedTrial) {
  const auto halving = minimising("optuna_successive_halving", Value::object());
  EXPECT_EQ(tell(*halving, 0, 250, 1), Verdict::go_on);
  halving->ended(0, TrialState::completed);
  EXPECT_EQ(halving->judge({1, 2, 1, 2}).rung, 0) << "250/100";
  EXPECT_EQ(halving->judge({1, 1, 1, 1}).rung, -1);
}

TEST(OptunaHyperband, TakesTheChecksumThatPythonTakes) {
  EXPECT_EQ(crc32_of("123456789"), 0xCBF43926U);
}

TEST(OptunaHyperband, HasFiveBracketsUpTo243AsThere) {
  const auto hyperband = minimising("optuna_hyperband", {{"max_resource", 243}});
  EXPECT_EQ(hyperband->describe().front(), "bracket 0: 81 of 143 trials, rungs 1, 3, 9, 27, 81, 243, …");
}

TEST(OptunaPatient, StopsAfterPatienceIsOver) {
  const auto patient = minimising("optuna_patient", {{"patience", 1}});
  EXPECT_EQ(tell(*patient, 0, 1, 1), Verdict::go_on);
  EXPECT_EQ(tell(*patient, 0, 2, 2), Verdict::go_on);
  EXPECT_EQ(tell(*patient, 0, 3, 2), Verdict::stop);
}

TEST(OptunaPatient, AsksTheWrappedOne) {
  const auto patient =
      minimising("optuna_patient", {{"patience", 0}, {"wrapped", {{"type", "optuna_threshold"}, {"upper", 5}}}});
  EXPECT_EQ(tell(*patient, 0, 1, 9), Verdict::go_on) << "not asked";
  EXPECT_EQ(tell(*patient, 0, 2, 8), Verdict::go_on) << "better";
  EXPECT_EQ(tell(*patient, 0, 3, 9), Verdict::stop);
}

TEST(OptunaPatient, RefusesToWrapOthers) {
  const auto made = make_scheduler("optuna_patient", {{"patience", 1}, {"wrapped", {{"type", "fifo"}}}}, {});
  ASSERT_FALSE(made);
  EXPECT_TRUE(made.error().message.starts_with("wrapped: "));
}

}  // namespace
}  // namespace winnow::testing::optuna_pruners_test
