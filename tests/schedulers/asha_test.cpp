#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <map>

#include "support.hpp"

namespace winnow::testing::asha_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

const Asha::Options kHalving{.max_t = 16, .grace_period = 1, .reduction_factor = 2};
const Asha::Options kThirds{.max_t = 27, .grace_period = 1, .reduction_factor = 3};

TEST(AshaRungs, AreMadeByMultiplicationSoThatNoPowerIsLost) {
  auto asha = make_asha({.max_t = 244, .grace_period = 1, .reduction_factor = 3}, Goal::minimize);
  EXPECT_THAT(asha.rungs_of(0), ElementsAre(1, 3, 9, 27, 81, 243));
}

TEST(AshaRungs, MaxTIsNone) {
  EXPECT_THAT(make_asha({.max_t = 243, .reduction_factor = 3}, Goal::minimize).rungs_of(0),
              ElementsAre(1, 3, 9, 27, 81));
}

TEST(AshaRungs, BeginAtTheGracePeriod) {
  EXPECT_THAT(make_asha({.max_t = 100, .grace_period = 5}, Goal::minimize).rungs_of(0), ElementsAre(5, 20, 80));
}

TEST(AshaRungs, BracketsLeaveOutTheLowest) {
  auto asha = make_asha({.max_t = 27, .reduction_factor = 3, .brackets = 4}, Goal::minimize);
  EXPECT_THAT(asha.describe(), ElementsAre("bracket 0: rungs 1, 3, 9", "bracket 1: rungs 3, 9", "bracket 2: rungs 9",
                                           "bracket 3: no rungs", "a trial is complete at 27"));
}

TEST(AshaBrackets, AreDrawnInProportionToTheExponentialOfTheirRungs) {
  auto asha = make_asha({.max_t = 27, .reduction_factor = 3, .brackets = 3}, Goal::minimize, 11);
  std::map<std::size_t, double> share;
  constexpr int kTrials = 20000;
  for (TrialId trial = 0; trial < kTrials; ++trial) share[asha.rungs_of(trial).size()] += 1.0 / kTrials;
  const double total = std::exp(3) + std::exp(2) + std::exp(1);
  EXPECT_NEAR(share[3], std::exp(3) / total, 0.02);
  EXPECT_NEAR(share[2], std::exp(2) / total, 0.02);
  EXPECT_NEAR(share[1], std::exp(1) / total, 0.02);
}

TEST(AshaBrackets, KeepTheirValuesApart) {
  auto asha = make_asha({.max_t = 27, .reduction_factor = 3, .brackets = 2}, Goal::maximize);
  TrialId low = 0;
  while (asha.rungs_of(low).size() != 3) ++low;
  TrialId high = 0;
  while (asha.rungs_of(high).size() != 2) ++high;
  report(asha, {.trial = low, .resource = 3, .value = 0.9});
  EXPECT_EQ(report(asha, {.trial = high, .resource = 3, .value = 0.1}), Verdict::go_on);
}

TEST(AshaStopping, StopsATrialBelowTheTopThirdOfItsRung) {
  auto asha = make_asha({.max_t = 9, .grace_period = 1, .reduction_factor = 3}, Goal::maximize);
  EXPECT_EQ(report(asha, {.trial = 1, .resource = 1, .value = 0.9}), Verdict::go_on);
  EXPECT_EQ(report(asha, {.trial = 2, .resource = 1, .value = 0.8}), Verdict::stop);
  EXPECT_EQ(report(asha, {.trial = 3, .resource = 1, .value = 0.1}), Verdict::stop);
  EXPECT_EQ(report(asha, {.trial = 4, .resource = 1, .value = 0.88}), Verdict::go_on);
}

TEST(AshaStopping, MinimizesWhereTheGoalSaysSo) {
  auto asha = make_asha(kHalving, Goal::minimize);
  report(asha, {.trial = 1, .resource = 1, .value = 0.5});
  EXPECT_EQ(report(asha, {.trial = 2, .resource = 1, .value = 0.6}), Verdict::stop);
  EXPECT_EQ(report(asha, {.trial = 3, .resource = 1, .value = 0.4}), Verdict::go_on);
}

TEST(AshaStopping, TiesGoOn) {
  auto asha = make_asha(kThirds, Goal::maximize);
  for (TrialId trial = 0; trial < 50; ++trial) {
    EXPECT_EQ(report(asha, {.trial = trial, .resource = 1, .value = 0.1}), Verdict::go_on) << trial;
  }
}

TEST(AshaStopping, JudgesOnceARung) {
  auto asha = make_asha(kThirds, Goal::maximize);
  report(asha, {.trial = 1, .resource = 1, .value = 0.9});
  EXPECT_EQ(decide(asha, {.trial = 2, .resource = 1, .value = 0.95}), (Decision{.rung = 0}));
  EXPECT_EQ(decide(asha, {.trial = 2, .resource = 2, .value = 0.01}), (Decision{}));
  EXPECT_EQ(decide(asha, {.trial = 2, .resource = 3, .value = 0.01}), (Decision{.rung = 1}));
}

TEST(AshaStopping, TheHighestRungReachedJudgesAndSkippedOnesNever) {
  auto asha = make_asha(kThirds, Goal::maximize);
  report(asha, {.trial = 1, .resource = 1, .value = 0.9});
  EXPECT_EQ(decide(asha, {.trial = 2, .resource = 4, .value = 0.1}), (Decision{.rung = 1}));
  EXPECT_EQ(decide(asha, {.trial = 2, .resource = 5, .value = 0.1}), (Decision{}));
  EXPECT_EQ(report(asha, {.trial = 3, .resource = 1, .value = 0.8}), Verdict::stop);
}

TEST(AshaStopping, ThePercentileIsInterpolated) {
  auto asha = make_asha({.max_t = 9, .reduction_factor = 4}, Goal::maximize);
  report(asha, {.trial = 1, .resource = 1, .value = 1});
  report(asha, {.trial = 2, .resource = 1, .value = 2});
  EXPECT_EQ(asha.judge({.trial = 3, .resource = 1, .value = 1.75}).verdict, Verdict::go_on);
  EXPECT_EQ(asha.judge({.trial = 3, .resource = 1, .value = 1.74}).verdict, Verdict::stop);
}

TEST(AshaStopping, HugeValuesDoNotOverflowTheCutoff) {
  constexpr double kHuge = std::numeric_limits<double>::max();
  auto asha = make_asha(kHalving, Goal::maximize);
  report(asha, {.trial = 1, .resource = 1, .value = -kHuge});
  report(asha, {.trial = 2, .resource = 1, .value = kHuge});
  EXPECT_EQ(asha.judge({.trial = 3, .resource = 1, .value = 1}).verdict, Verdict::go_on);
  EXPECT_EQ(asha.judge({.trial = 3, .resource = 1, .value = -1}).verdict, Verdict::stop);
}

TEST(AshaNonFinite, StopsATrialAtAnEmptyRungToo) {
  for (const double value : {kNan, kInfinity, -kInfinity}) {
    auto asha = make_asha(kHalving, Goal::maximize);
    EXPECT_EQ(report(asha, {.trial = 1, .resource = 1, .value = value}), Verdict::stop) << value;
  }
}

TEST(AshaNonFinite, BetweenRungsGoesOn) {
  auto asha = make_asha(kHalving, Goal::maximize);
  report(asha, {.trial = 1, .resource = 2, .value = 1});
  EXPECT_EQ(report(asha, {.trial = 1, .resource = 3, .value = kNan}), Verdict::go_on);
}

TEST(AshaNonFinite, CountsAsWorstInThePercentile) {
  auto asha = make_asha(kHalving, Goal::minimize);
  report(asha, {.trial = 1, .resource = 1, .value = kNan});
  EXPECT_EQ(report(asha, {.trial = 2, .resource = 1, .value = 1e300}), Verdict::go_on);
  // Of {worst, 1e300} the median is the worst, of {worst, 1e300, 1} it is 1e300.
  EXPECT_EQ(report(asha, {.trial = 3, .resource = 1, .value = 1}), Verdict::go_on);
  EXPECT_EQ(report(asha, {.trial = 4, .resource = 1, .value = 1.1e300}), Verdict::stop);
}

TEST(AshaMaxT, CompletesATrialHoweverGoodOrBad) {
  auto asha = make_asha(kHalving, Goal::maximize);
  const Decision complete{.verdict = Verdict::stop, .completed = true};
  EXPECT_EQ(decide(asha, {.trial = 1, .resource = 16, .value = 1}), complete);
  EXPECT_EQ(decide(asha, {.trial = 2, .resource = 99, .value = kNan}), complete);
  EXPECT_EQ(asha.max_t(), 16);
}

TEST(AshaFold, RecordsTheRecordedDecisionAndNotItsOwn) {
  auto asha = make_asha(kThirds, Goal::maximize);
  // A ledger in which the report at 9 was judged by rung 0, which this policy would not say.
  asha.record({.trial = 1, .resource = 9, .value = 0.5}, {.rung = 0});
  EXPECT_EQ(asha.judge({.trial = 2, .resource = 1, .value = 0.4}).verdict, Verdict::stop);
  EXPECT_EQ(asha.judge({.trial = 2, .resource = 9, .value = 0.4}).verdict, Verdict::go_on);
}

TEST(AshaFold, ARungThatDoesNotExistChangesNothing) {
  auto asha = make_asha(kThirds, Goal::maximize);
  asha.record({.trial = 1, .resource = 9, .value = 0.5}, {.rung = 99});
  EXPECT_EQ(asha.judge({.trial = 1, .resource = 9, .value = 0.4}), (Decision{.rung = 2}));
}

TEST(AshaFold, ValuesOfEndedTrialsStayInTheRungs) {
  auto asha = make_asha(kHalving, Goal::maximize);
  report(asha, {.trial = 1, .resource = 1, .value = 0.9});
  asha.ended(1, TrialState::completed);
  report(asha, {.trial = 2, .resource = 2, .value = 0.9});
  asha.ended(2, TrialState::failed);
  EXPECT_EQ(asha.judge({.trial = 3, .resource = 1, .value = 0.5}).verdict, Verdict::stop);
  EXPECT_EQ(asha.judge({.trial = 3, .resource = 2, .value = 0.5}).verdict, Verdict::stop);
}

std::string refusal(const Value& options) {
  const auto made = make_scheduler("asha", options, {});
  return made ? "" : made.error().message;
}

TEST(AshaOptions, NamesTheKeyAndTheRange) {
  EXPECT_THAT(refusal(Value::object()), HasSubstr("max_t: is required"));
  EXPECT_EQ(refusal({{"max_t", 0}}), "max_t: must be at least 1, got 0");
  EXPECT_EQ(refusal({{"max_t", 9}, {"grace_period", 0.5}}), "grace_period: must be at least 1, got 0.5");
  EXPECT_EQ(refusal({{"max_t", 9}, {"grace_period", 9}}), "grace_period: must be less than max_t (9), got 9");
  EXPECT_EQ(refusal({{"max_t", 9}, {"reduction_factor", 1}}), "reduction_factor: must be greater than 1, got 1");
  EXPECT_EQ(refusal({{"max_t", 9}, {"brackets", 0}}), "brackets: must be from 1 to 1000, got 0");
  EXPECT_EQ(refusal({{"max_t", 9}, {"compat", "rai"}}), "compat: must be ray, got 'rai'");
}

TEST(AshaOptions, ALadderWithoutEndIsRefused) {
  EXPECT_THAT(refusal({{"max_t", 1e9}, {"reduction_factor", 1.0000001}}), HasSubstr("more than 1000 rungs"));
}

TEST(AshaOptions, ThereAreTwoVariants) {
  EXPECT_EQ(refusal({{"max_t", 9}, {"variant", "promotion"}}), "");
  EXPECT_EQ(refusal({{"max_t", 9}, {"variant", "stopping"}}), "");
  EXPECT_EQ(refusal({{"max_t", 9}, {"variant", "halving"}}), "variant: must be stopping or promotion, got 'halving'");
}

TEST(AshaOptions, TheDefaultsAreRays) {
  EXPECT_EQ(make_or_fail("asha", {{"max_t", 100}}, {})->describe(),
            (std::vector<std::string>{"bracket 0: rungs 1, 4, 16, 64", "a trial is complete at 100"}));
}

}  // namespace
}  // namespace winnow::testing::asha_test
