/// Optuna's patient pruner on histories small enough to work out by hand.
#include <limits>

#include "optuna_support.hpp"

namespace winnow::testing::optuna_patient_test {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::unique_ptr<Scheduler> patient(int patience, double min_delta = 0) {
  return minimising("optuna_patient", {{"patience", patience}, {"min_delta", min_delta}});
}

TEST(OptunaPatient, StopsAfterPatienceIsOver) {
  EXPECT_EQ(verdicts(*patient(1), 0, {1, 2, 2}), "ggs");
  EXPECT_EQ(verdicts(*patient(2), 0, {1, 5, 5, 5}), "gggs");
}

TEST(OptunaPatient, WithoutPatienceTheFirstWorseValueStops) {
  EXPECT_EQ(verdicts(*patient(0), 0, {3, 2, 2, 2.5}), "gggs") << "equal isn't worse";
}

TEST(OptunaPatient, ABetterValueRenewsIt) {
  EXPECT_EQ(verdicts(*patient(2), 0, {1, 5, 5, 0.5, 5, 5, 5}), "ggggggs");
}

TEST(OptunaPatient, BearsWhatIsWorseByMinDelta) {
  EXPECT_EQ(verdicts(*patient(1, 1), 0, {1, 2, 2, 2}), "gggg");
  EXPECT_EQ(verdicts(*patient(1, 1), 0, {1, 2.5, 2.5}), "ggs");
}

TEST(OptunaPatient, MaximisingLessIsWorse) {
  const auto maximal = maximising("optuna_patient", {{"patience", 0}, {"min_delta", 1}});
  EXPECT_EQ(verdicts(*maximal, 0, {3, 2, 4, 2.5}), "gggs");
}

TEST(OptunaPatient, NanIsNeitherBetterNorWorse) {
  EXPECT_EQ(verdicts(*patient(0), 0, {kNan, 5}), "gg") << "nothing before";
  EXPECT_EQ(verdicts(*patient(0), 0, {1, kNan, 2}), "ggs") << "1 before";
}

TEST(OptunaPatient, CountsReportsAndNotSteps) {
  const auto one = patient(1);
  EXPECT_EQ(tell(*one, 0, 10, 1), Verdict::go_on);
  EXPECT_EQ(tell(*one, 0, 500, 2), Verdict::go_on);
  EXPECT_EQ(tell(*one, 0, 501, 2), Verdict::stop);
}

TEST(OptunaPatient, EachTrialHasItsOwnPatience) {
  const auto one = patient(1);
  verdicts(*one, 0, {0, 0, 0});
  EXPECT_EQ(verdicts(*one, 1, {9, 9, 9}), "ggg");
}

TEST(OptunaPatient, AsksTheWrappedOne) {
  const auto wrapping =
      minimising("optuna_patient", {{"patience", 0}, {"wrapped", {{"type", "optuna_threshold"}, {"upper", 5}}}});
  EXPECT_EQ(verdicts(*wrapping, 0, {9, 8, 9}), "ggs") << "not asked, better, worse and above";
  EXPECT_EQ(verdicts(*wrapping, 1, {3, 4, 5}), "ggg") << "worse, but not above";
}

/// The median of what completed is 2 at each step.
TEST(OptunaPatient, TheWrappedOneHearsOfAllTrials) {
  const auto wrapping = minimising(
      "optuna_patient", {{"patience", 0}, {"wrapped", {{"type", "optuna_median"}, {"n_startup_trials", 3}}}});
  complete(*wrapping, 0, {1, 1, 1});
  complete(*wrapping, 1, {2, 2, 2});
  complete(*wrapping, 2, {3, 3, 3});
  EXPECT_EQ(verdicts(*wrapping, 3, {4, 3, 3.5}), "ggs") << "worse than the median all the time, than itself last";
  EXPECT_EQ(verdicts(*wrapping, 4, {1, 9, 9}), "ggg") << "its best isn't worse";
}

TEST(OptunaPatient, RefusesToWrapOthers) {
  const auto made = make_scheduler("optuna_patient", {{"patience", 1}, {"wrapped", {{"type", "fifo"}}}}, {});
  ASSERT_FALSE(made);
  EXPECT_TRUE(made.error().message.starts_with("wrapped: "));
}

}  // namespace
}  // namespace winnow::testing::optuna_patient_test
