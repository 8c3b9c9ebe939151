/// Optuna's successive halving and Hyperband on histories small enough to work out by hand.
#include <limits>
#include <winnow/schedulers/optuna_hyperband.hpp>

#include "optuna_support.hpp"

namespace winnow::testing::optuna_halving_test {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::unique_ptr<Scheduler> halving(Value options) {
  return minimising("optuna_successive_halving", options);
}

/// The verdicts on so many trials' only values, at step 1.
std::string at_first_rung(Scheduler& scheduler, std::initializer_list<double> values) {
  std::string text;
  TrialId trial = 0;
  for (const double value : values) text += verdicts(scheduler, trial++, {value});
  return text;
}

TEST(OptunaSuccessiveHalving, KeepsTheBestHalfOfARung) {
  const auto two = halving({{"min_resource", 1}, {"reduction_factor", 2}});
  EXPECT_EQ(at_first_rung(*two, {3, 4, 3, 3}), "gsgg") << "the best 2 of 4, and ties";
}

TEST(OptunaSuccessiveHalving, KeepsTheBestThirdRoundedDownAndAtLeastOne) {
  const auto three = halving({{"min_resource", 1}, {"reduction_factor", 3}});
  EXPECT_EQ(at_first_rung(*three, {6, 5, 5.5, 3, 2}), "ggsgg") << "one of up to five";
  EXPECT_EQ(tell(*three, 5, 1, 2.5), Verdict::go_on) << "two of six";
  EXPECT_EQ(tell(*three, 6, 1, 2.75), Verdict::stop) << "two of seven";
}

TEST(OptunaSuccessiveHalving, MaximisingTheGreatestGoOn) {
  const auto two = maximising("optuna_successive_halving", {{"min_resource", 1}, {"reduction_factor", 2}});
  EXPECT_EQ(at_first_rung(*two, {3, 2, 4, 3}), "gsgg") << "the best 2 of 4 are 4 and 3";
}

TEST(OptunaSuccessiveHalving, JudgesAtRungsOnly) {
  const auto two = halving({{"min_resource", 2}, {"reduction_factor", 2}});
  complete(*two, 0, {1, 1, 1, 1});
  EXPECT_EQ(verdicts(*two, 1, {9}), "g") << "rungs are at 2, 4, 8, …";
  EXPECT_EQ(tell(*two, 1, 2, 0.5), Verdict::go_on);
  EXPECT_EQ(tell(*two, 1, 3, 9), Verdict::go_on);
  EXPECT_EQ(tell(*two, 1, 4, 9), Verdict::stop);
}

TEST(OptunaSuccessiveHalving, AReportThatReachesSeveralRungsIsJudgedAtEach) {
  const auto two = halving({{"min_resource", 1}, {"reduction_factor", 2}});
  verdicts(*two, 0, {5, 5, 1, 1});
  const Decision stopped = two->judge({1, 4, 6, 4});
  EXPECT_EQ(stopped.verdict, Verdict::stop);
  EXPECT_EQ(stopped.why, "6 is not among the best 1 of 2 trials at the rung at step 1");
  const Decision later = two->judge({1, 4, 3, 4});
  EXPECT_EQ(later.rung, 2) << "better than 5, 5, not than 1";
  EXPECT_EQ(later.verdict, Verdict::stop);
  EXPECT_EQ(two->judge({1, 4, 1, 4}).verdict, Verdict::go_on);
}

TEST(OptunaSuccessiveHalving, RungsStartLaterByTheStoppingRate) {
  const auto later = halving({{"min_resource", 2}, {"reduction_factor", 3}, {"min_early_stopping_rate", 1}});
  EXPECT_EQ(later->rungs_of(0)[0], 6);
  EXPECT_EQ(later->rungs_of(0)[1], 18);
}

TEST(OptunaSuccessiveHalving, TheFirstOnesStopForBootstrapping) {
  const auto bootstrapped = halving({{"min_resource", 1}, {"bootstrap_count", 2}});
  EXPECT_EQ(at_first_rung(*bootstrapped, {5, 4, 3, 3.5}), "ssgs") << "then the best one of up to seven";
}

TEST(OptunaSuccessiveHalving, NanStopsAndCountsForNobody) {
  const auto two = halving({{"min_resource", 1}, {"reduction_factor", 2}, {"bootstrap_count", 1}});
  EXPECT_EQ(at_first_rung(*two, {kNan, 9, 8, kNan}), "ssgs") << "9 is the first with a number";
}

TEST(OptunaSuccessiveHalving, AutoWaitsForACompletedTrial) {
  const auto by_itself = halving(Value::object());
  EXPECT_EQ(tell(*by_itself, 0, 250, 1), Verdict::go_on);
  by_itself->ended(0, TrialState::completed);
  EXPECT_EQ(by_itself->judge({1, 2, 1, 2}).rung, 0) << "250/100";
  EXPECT_EQ(by_itself->judge({1, 1, 1, 1}).rung, -1);
}

TEST(OptunaSuccessiveHalving, AutoStaysAsItWasFound) {
  const auto by_itself = halving({{"reduction_factor", 2}});
  tell(*by_itself, 0, 300, 1);
  by_itself->ended(0, TrialState::completed);
  tell(*by_itself, 1, 900, 1);
  by_itself->ended(1, TrialState::completed);
  EXPECT_EQ(by_itself->rungs_of(2)[0], 3);
}

/// Shares are ⌈3·9/3⌉ = 9, ⌈3·3/2⌉ = 5 and ⌈3·1/1⌉ = 3, in all 17; the CRC-32 of s_0, s_1 and s_7 modulo 17 are 3, 13
/// and 16 (Python's binascii).
std::unique_ptr<Scheduler> up_to_nine() {
  return minimising("optuna_hyperband", {{"max_resource", 9}});
}

TEST(OptunaHyperband, TakesTheChecksumThatPythonTakes) {
  EXPECT_EQ(crc32_of("123456789"), 0xCBF43926U);
}

TEST(OptunaHyperband, HasFiveBracketsUpTo243AsThere) {
  const auto hyperband = minimising("optuna_hyperband", {{"max_resource", 243}});
  EXPECT_EQ(hyperband->describe().front(), "bracket 0: 81 of 143 trials, rungs 1, 3, 9, 27, 81, 243, …");
}

TEST(OptunaHyperband, ATrialsBracketFollowsFromItsName) {
  const auto nine = up_to_nine();
  EXPECT_EQ(nine->rungs_of(0)[0], 1);
  EXPECT_EQ(nine->rungs_of(1)[0], 3);
  EXPECT_EQ(nine->rungs_of(7)[0], 9);
  const auto other = make_or_fail("optuna_hyperband", {{"max_resource", 9}}, {.goal = Goal::minimize, .sweep = "t"});
  std::string same;
  for (TrialId trial = 0; trial < 20; ++trial)
    same += nine->rungs_of(trial)[0] == other->rungs_of(trial)[0] ? '=' : '/';
  EXPECT_THAT(same, ::testing::HasSubstr("/")) << "another sweep's trials are in others";
}

TEST(OptunaHyperband, SharesGoByTheBrackets) {
  EXPECT_THAT(up_to_nine()->describe(),
              ::testing::ElementsAre(::testing::StartsWith("bracket 0: 9 of 17 trials, rungs 1, 3"),
                                     ::testing::StartsWith("bracket 1: 5 of 17 trials, rungs 3, 9"),
                                     ::testing::StartsWith("bracket 2: 3 of 17 trials, rungs 9, 27"), ::testing::_));
}

TEST(OptunaHyperband, TrialsOfOtherBracketsDontCount) {
  const auto nine = up_to_nine();
  EXPECT_EQ(verdicts(*nine, 0, {1, 1, 1}), "ggg") << "bracket 0";
  EXPECT_EQ(verdicts(*nine, 1, {5, 5, 5}), "ggg") << "the first of bracket 1";
  EXPECT_EQ(verdicts(*nine, 2, {5}), "s") << "bracket 0, where 1 was";
  EXPECT_EQ(verdicts(*nine, 11, {9, 9, 9}), "ggs") << "bracket 1, at step 3";
}

TEST(OptunaHyperband, MaxResourceEndsNobody) {
  const auto nine = up_to_nine();
  EXPECT_FALSE(nine->max_t());
  EXPECT_EQ(nine->judge({0, 9, 1, 9}), (Decision{.verdict = Verdict::go_on, .rung = 2}));
}

TEST(OptunaHyperband, AutoIsOneMoreThanTheLastStepOfACompletedTrial) {
  const auto by_itself = minimising("optuna_hyperband", Value::object());
  EXPECT_EQ(verdicts(*by_itself, 0, {1, 1, 1, 1, 1, 1, 1, 1}), "gggggggg");
  EXPECT_TRUE(by_itself->rungs_of(0).empty());
  by_itself->ended(0, TrialState::completed);
  tell(*by_itself, 7, 1, 9);
  EXPECT_EQ(by_itself->rungs_of(7)[0], 9) << "as with 9";
  EXPECT_EQ(by_itself->rungs_of(1)[0], 3);
}

TEST(OptunaHyperband, RefusesAMaximumBelowTheMinimum) {
  EXPECT_EQ(make_scheduler("optuna_hyperband", {{"min_resource", 4}, {"max_resource", 3}}, {}).error().message,
            "max_resource: must be at least 4, got 3");
}

}  // namespace
}  // namespace winnow::testing::optuna_halving_test
