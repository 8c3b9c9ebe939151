/// Optuna's Wilcoxon pruner on histories small enough to work out by hand: p of n differences with one sign is 2^-n.
#include <cmath>
#include <limits>

#include "optuna_support.hpp"

namespace winnow::testing::optuna_wilcoxon_test {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// Trial 0 has completed with 0 at steps 1 to 6.
std::unique_ptr<Scheduler> after_zeros(const Value& options = Value::object()) {
  auto wilcoxon = minimising("optuna_wilcoxon", options);
  complete(*wilcoxon, 0, {0, 0, 0, 0, 0, 0});
  return wilcoxon;
}

TEST(OptunaWilcoxon, StopsWhenPIsBelowTheThreshold) {
  EXPECT_EQ(verdicts(*after_zeros(), 1, {1, 2, 3, 4}), "gggs") << "1/8 after three, 1/16 after four";
  EXPECT_EQ(verdicts(*after_zeros({{"p_threshold", 0.3}}), 1, {1, 2}), "gs") << "1/4";
  EXPECT_EQ(verdicts(*after_zeros({{"p_threshold", 0.0625}}), 1, {1, 2, 3, 4, 5}), "ggggs") << "1/16 isn't below";
}

TEST(OptunaWilcoxon, SaysWhy) {
  const auto wilcoxon = after_zeros();
  verdicts(*wilcoxon, 1, {1, 2, 3});
  EXPECT_EQ(wilcoxon->judge({1, 4, 4, 4}).why, "its mean 2.5 is worse than 0 of trial 0, p = 0.0625 by 4 steps");
}

TEST(OptunaWilcoxon, RanksDifferencesBySize) {
  EXPECT_EQ(verdicts(*after_zeros(), 1, {-1, 2, 3, 4, 5}), "ggggs") << "W is 14 of 15: 2/32";
  EXPECT_EQ(verdicts(*after_zeros(), 1, {-2, 1, 3, 4, 5}), "ggggs") << "13: 3/32";
  EXPECT_EQ(verdicts(*after_zeros(), 1, {-3, 1, 2, 4, 5}), "ggggg") << "12: 5/32";
}

TEST(OptunaWilcoxon, EqualDifferencesShareRanksAndZerosAreSplit) {
  EXPECT_EQ(verdicts(*after_zeros(), 1, {1, 1, 1, 1}), "gggs") << "1/16";
  EXPECT_EQ(verdicts(*after_zeros(), 1, {0, 1, 2, 3, 4}), "ggggs") << "1/8 after four, 1/16 after five";
  EXPECT_EQ(verdicts(*after_zeros(), 1, {0, 0, 0, 0, 0, 0}), "gggggg");
}

TEST(OptunaWilcoxon, WaitsForStepsInCommon) {
  EXPECT_EQ(verdicts(*after_zeros({{"n_startup_steps", 6}}), 1, {1, 2, 3, 4, 5, 6}), "gggggs");
  EXPECT_EQ(verdicts(*after_zeros({{"n_startup_steps", 0}, {"p_threshold", 1}}), 1, {1, 2}), "gs") << "never at one";
}

TEST(OptunaWilcoxon, ComparesOnlyStepsThatBothHave) {
  const auto wilcoxon = minimising("optuna_wilcoxon", Value::object());
  for (const Step step : {2, 4, 6, 8}) tell(*wilcoxon, 0, step, 0);
  wilcoxon->ended(0, TrialState::completed);
  EXPECT_EQ(verdicts(*wilcoxon, 1, {1, 1, 1, 1, 1, 1, 1, 1}), "gggggggs");
}

TEST(OptunaWilcoxon, GoesOnWhileItsMeanIsNoWorse) {
  const auto wilcoxon = minimising("optuna_wilcoxon", Value::object());
  complete(*wilcoxon, 0, {0, 0, 0, 0, 12.5});
  EXPECT_EQ(verdicts(*wilcoxon, 1, {1, 2, 3, 4}), "gggg") << "its mean is 2.5, the best one's, too";
  EXPECT_EQ(verdicts(*wilcoxon, 2, {1, 2, 3, 4.5}), "gggs");
}

TEST(OptunaWilcoxon, MaximisingLessIsWorse) {
  const auto wilcoxon = maximising("optuna_wilcoxon", Value::object());
  complete(*wilcoxon, 0, {0, 0, 0, 0});
  EXPECT_EQ(verdicts(*wilcoxon, 1, {1, 2, 3, 4}), "gggg");
  EXPECT_EQ(verdicts(*wilcoxon, 2, {-1, -2, -3, -4}), "gggs");
}

TEST(OptunaWilcoxon, TheBestIsTheCompletedOneOfTheBestMean) {
  const auto wilcoxon = minimising("optuna_wilcoxon", Value::object());
  verdicts(*wilcoxon, 0, {-9, -9, -9, -9});  // runs on
  verdicts(*wilcoxon, 1, {-9, -9, -9, -9});
  wilcoxon->ended(1, TrialState::stopped);
  verdicts(*wilcoxon, 2, {-9, -9, -9, -9});
  wilcoxon->ended(2, TrialState::failed);
  EXPECT_EQ(verdicts(*wilcoxon, 3, {1, 2, 3, 4}), "gggg") << "none has completed";
  complete(*wilcoxon, 4, {5, 5, 5, 5});
  complete(*wilcoxon, 5, {3, 0, 0, 1});
  complete(*wilcoxon, 6, {1, 1, 1, 1});
  verdicts(*wilcoxon, 7, {2, 3, 4});
  EXPECT_EQ(verdicts(*wilcoxon, 8, {4, 2, 3, 5}), "gggs") << "1, 2, 3, 4 more than trial 5";
  EXPECT_EQ(wilcoxon->judge({7, 4, 5, 4}).verdict, Verdict::go_on) << "-1, 3, 4, 4 more than trial 5: W is 9, 2/16";
}

TEST(OptunaWilcoxon, NothingIsSaidOfValuesThatArentFinite) {
  EXPECT_EQ(verdicts(*after_zeros(), 1, {1, kNan, 3, 4, 5, 6}), "gggggg");
  const auto wilcoxon = minimising("optuna_wilcoxon", Value::object());
  complete(*wilcoxon, 0, {0, 0, 0, -std::numeric_limits<double>::infinity()});
  EXPECT_EQ(verdicts(*wilcoxon, 1, {1, 2, 3, 4}), "gggg") << "the best mean is infinite";
}

TEST(OptunaWilcoxon, ATrialWhoseMeanIsNanIsNeverTheBest) {
  const auto wilcoxon = minimising("optuna_wilcoxon", Value::object());
  complete(*wilcoxon, 0, {kNan, -9, -9, -9});
  complete(*wilcoxon, 1, {});
  EXPECT_EQ(verdicts(*wilcoxon, 2, {1, 2, 3, 4}), "gggg");
  complete(*wilcoxon, 3, {0, 0, 0, 0});
  EXPECT_EQ(verdicts(*wilcoxon, 4, {1, 2, 3, 4}), "gggs");
}

TEST(OptunaWilcoxon, ANewAttemptReplacesWhatAFailedOneSaid) {
  const auto wilcoxon = after_zeros();
  verdicts(*wilcoxon, 1, {1, 2, 3});
  wilcoxon->ended(1, TrialState::failed);
  EXPECT_EQ(verdicts(*wilcoxon, 1, {-1, -1, -1, 4}), "gggg") << "W is 4 of 10, not all of it";
  wilcoxon->ended(1, TrialState::failed);
  EXPECT_EQ(verdicts(*wilcoxon, 1, {1, 2, 3, 4}), "gggs");
}

TEST(OptunaWilcoxon, RefusesOptionsOutOfRange) {
  EXPECT_EQ(make_scheduler("optuna_wilcoxon", {{"p_threshold", 1.5}}, {}).error().message,
            "p_threshold: must be from 0 to 1, got 1.5");
  EXPECT_EQ(make_scheduler("optuna_wilcoxon", {{"n_startup_steps", -1}}, {}).error().message,
            "n_startup_steps: must be at least 0, got -1");
}

}  // namespace
}  // namespace winnow::testing::optuna_wilcoxon_test
