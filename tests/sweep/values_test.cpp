/// Which values count as a trial's, where steps come again (docs/semantics.md, "The best trial").
#include <gtest/gtest.h>

#include <winnow/spec/record.hpp>
#include <winnow/sweep/best.hpp>

#include "support.hpp"

namespace winnow::values_test {
namespace {

using test::Desk;

SweepSpec spec_of(Scope scope) {
  SweepSpec spec = test::asha_spec();
  spec.scope = scope;
  return spec;
}

double value(const Desk& desk) {
  return *trial_value(desk.sweep, desk.trial(0));
}

/// Five folds whose steps start again; the last value of each is its number.
void cross_validate(Desk& desk) {
  for (const double fold : {5.0, 1.0, 4.0, 2.0, 3.0}) {
    for (Step step = 1; step <= 4; ++step) desk.loss(0, step, fold + static_cast<double>(4 - step));
  }
}

TEST(Values, KFoldStepsThatStartAgainAllCountAndAreJudgedOnce) {
  for (const auto& [scope, expected] : {std::pair(Scope::last, 3.0), std::pair(Scope::best, 1.0)}) {
    Desk desk(spec_of(scope));
    desk.create();
    cross_validate(desk);
    EXPECT_EQ(value(desk), expected);
    EXPECT_EQ(desk.trial(0).judged_reports, 4);
    EXPECT_EQ(desk.sweep.counts().resource, 4);
    desk.record(*desk.sweep.on_completed(0, 0, desk.now));
    EXPECT_EQ(desk.trial(0).reason, "16 reports at steps already judged");
  }
}

TEST(Values, KFoldThatIsRunAgainAfterItWasLostCountsToo) {
  Desk desk(spec_of(Scope::last));
  desk.create();
  for (Step step = 1; step <= 4; ++step) desk.loss(0, step, 9.0);
  desk.record(*desk.sweep.on_lost(0, 0, "gone", desk.now));
  desk.start(0);
  for (Step step = 1; step <= 3; ++step) desk.loss(0, step, 8.0);
  EXPECT_EQ(value(desk), 9.0) << "it isn't yet where it was";
  desk.loss(0, 4, 7.0);
  EXPECT_EQ(value(desk), 9.0);
  for (Step step = 1; step <= 4; ++step) desk.loss(0, step, 6.0 - static_cast<double>(step));
  EXPECT_EQ(value(desk), 2.0);
  EXPECT_EQ(desk.trial(0).repeats, 4) << "going over old ground is none";
}

TEST(Values, KFoldThatIsInterruptedInItsThirdFoldCountsEachFoldOnce) {
  Desk desk(spec_of(Scope::avg));
  desk.create();
  const auto fold = [&](int number, Step steps) {
    for (Step step = 1; step <= steps; ++step) desk.loss(0, step, static_cast<double>(10 * number + step));
  };
  fold(1, 4);
  fold(2, 4);
  fold(3, 2);
  desk.record({event_of(event::Opened{}, desk.now)});
  desk.start(0);
  for (int number = 1; number <= 3; ++number) fold(number, 4);
  EXPECT_EQ(value(desk), 22.5);
  EXPECT_EQ(desk.trial(0).objective.count(), 12);
}

TEST(Values, AProgramThatGoesOnFromItsCheckpointInTheSecondFoldCountsWhatFollows) {
  Desk desk(spec_of(Scope::last));
  desk.create();
  for (Step step = 1; step <= 4; ++step) desk.loss(0, step, 1.0);
  for (Step step = 1; step <= 2; ++step) desk.loss(0, step, 2.0);
  desk.record({event_of(event::Opened{}, desk.now)});
  desk.start(0, 2);
  desk.loss(0, 3, 3.0);
  EXPECT_EQ(value(desk), 3.0);
  EXPECT_EQ(desk.trial(0).objective.count(), 7);
}

TEST(Values, EqualValuesOfOneAttemptAllCount) {
  Desk desk(spec_of(Scope::avg));
  desk.create();
  for (const double value : {0.9, 0.9, 0.6}) desk.loss(0, 1, value);
  EXPECT_DOUBLE_EQ(value(desk), 0.8);
}

TEST(Values, OfARetriedTrialAreThoseOfItsNewAttempt) {
  Desk desk(spec_of(Scope::last));
  desk.create();
  for (Step step = 1; step <= 3; ++step) desk.loss(0, step, 5.0);
  desk.record(*desk.sweep.on_error(0, 0, "boom", desk.now));
  EXPECT_EQ(desk.command(CommandVerb::retry, 0), "");
  desk.start(0);
  desk.loss(0, 1, 0.5);
  desk.loss(0, 2, 6.0);
  EXPECT_EQ(value(desk), 6.0);
  EXPECT_EQ(desk.trial(0).last_metrics, (Metrics{{"loss", 6.0}}));
  EXPECT_EQ(desk.trial(0).furthest, 2);
}

TEST(Values, StepsThatGoDownAllCountForTheBest) {
  Desk desk(spec_of(Scope::best));
  desk.create();
  for (Step step = 5; step >= 1; --step) desk.loss(0, step, static_cast<double>(step));
  EXPECT_EQ(value(desk), 1.0);
  EXPECT_EQ(desk.trial(0).last_judged_step, 5);
}

TEST(Values, TheLastStepLoggedAgainAfterTheBestCheckpointIsRestoredIsTheLastValue) {
  Desk desk(spec_of(Scope::last));
  desk.create();
  desk.loss(0, 1, 0.5);
  desk.loss(0, 2, 0.3);
  desk.loss(0, 3, 0.8);
  desk.loss(0, 3, 0.3);
  EXPECT_EQ(value(desk), 0.3);
  EXPECT_EQ(desk.trial(0).last_metrics, (Metrics{{"loss", 0.3}}));
  desk.record(*desk.sweep.on_completed(0, 0, desk.now));
  EXPECT_EQ(desk.trial(0).reason, "1 report at a step already judged");
}

TEST(Values, AMetricLoggedByItselfAtTheSameStepIsNoRepeat) {
  Desk desk(spec_of(Scope::last));
  desk.create();
  desk.loss(0, 1, 0.5);
  desk.report({0, 0, 1, {{"accuracy", 0.9}}});
  EXPECT_EQ(desk.trial(0).repeats, 0);
  EXPECT_EQ(desk.trial(0).last_metrics, (Metrics{{"loss", 0.5}, {"accuracy", 0.9}}));
}

TEST(Values, ATargetReachedAtAStepThatIsNotJudgedIsReached) {
  SweepSpec spec = spec_of(Scope::best);
  spec.metrics.front().target = 0.1;
  Desk desk(spec);
  desk.create();
  desk.loss(0, 5, 0.5);
  desk.loss(0, 4, 0.05);
  desk.record(*desk.sweep.on_completed(0, 0, desk.now));
  EXPECT_EQ(std::get<Done>(desk.sweep.next()).why, "target reached");
}

TEST(Values, UnderTheRulesOfAnOlderLedgerOnlyJudgedOnesCount) {
  SweepSpec spec = spec_of(Scope::last);
  spec.rules = 1;
  Desk desk(spec);
  desk.create();
  desk.report({0, 0, 3, {{"accuracy", 0.9}}});
  desk.loss(0, 5, 0.5);
  desk.loss(0, 3, 0.1);
  EXPECT_EQ(value(desk), 0.5);
}

TEST(Values, ARecordThatNamesNoRulesStandsUnderTheFirst) {
  OrderedJson record = spec_record(test::fifo_spec());
  EXPECT_EQ(spec_of_record(record)->rules, kRules);
  record.erase("rules");
  EXPECT_EQ(spec_of_record(record)->rules, 1);
}

}  // namespace
}  // namespace winnow::values_test
