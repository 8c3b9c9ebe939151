#include <winnow/sweep/sweep.hpp>

#include <gtest/gtest.h>

#include <limits>

#include <span>

#include <winnow/core/highest_step.hpp>
#include <winnow/sweep/best.hpp>

#include "support.hpp"

namespace winnow::sweep_test {
namespace {

using test::asha_spec;
using test::Desk;
using test::fifo_spec;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

template <class T>
bool is(const Next& next) {
  return std::holds_alternative<T>(next);
}

TEST(SweepReports, AStepThatIsLeftOutIsTheLastPlusOne) {
  Desk desk(fifo_spec());
  const TrialId trial = desk.create();
  ASSERT_TRUE(desk.report({trial, 0, {}, {{"loss", 1}}}).has_value());
  ASSERT_TRUE(desk.report({trial, 0, 5, {{"loss", 1}}}).has_value());
  ASSERT_TRUE(desk.report({trial, 0, {}, {{"loss", 1}}}).has_value());
  EXPECT_EQ(desk.trial(trial).last_step, 6);
}

TEST(SweepReports, WhatAClientSendsAgainWhenItIsBegunAnewIsRecordedOnce) {
  Desk desk(fifo_spec());
  const TrialId trial = desk.create();
  desk.report({trial, 0, 1, {{"loss", 0.5}, {"noise", kNaN}}});
  desk.record({event_of(event::Opened{}, desk.now)});
  desk.start(trial, 1);
  const std::size_t before = desk.log.size();
  EXPECT_EQ(desk.report({trial, 0, 1, {{"loss", 0.5}, {"noise", kNaN}}}), Verdict::go_on);
  EXPECT_EQ(desk.log.size(), before);
  EXPECT_EQ(desk.report({trial, 0, 1, {{"loss", 0.5}, {"accuracy", 0.9}}}), Verdict::go_on);
  ASSERT_EQ(desk.log.size(), before + 1);
  EXPECT_EQ(desk.log.back().as<event::Reported>()->metrics, (Metrics{{"accuracy", 0.9}}));
  EXPECT_FALSE(desk.log.back().as<event::Reported>()->judged);
  EXPECT_EQ(desk.trial(trial).objective.value(Scope::last), 0.5);
}

TEST(SweepReports, TheObjectiveMayComeLaterForTheSameStep) {
  Desk desk(fifo_spec());
  const TrialId trial = desk.create();
  ASSERT_TRUE(desk.report({trial, 0, 3, {{"accuracy", 0.9}}}).has_value());
  EXPECT_FALSE(desk.log.back().as<event::Reported>()->judged);
  desk.loss(trial, 3, 0.2);
  EXPECT_TRUE(desk.log.back().as<event::Reported>()->judged);
  EXPECT_EQ(desk.trial(trial).last_judged_step, 3);
}

TEST(SweepReports, ARestoredTrialThatGoesOverOldGroundEntersNoRungAgain) {
  Desk desk(asha_spec());
  const TrialId trial = desk.create();
  for (Step step = 1; step <= 4; ++step) desk.loss(trial, step, 1.0);
  desk.record({event_of(event::Opened{}, desk.now)});
  desk.start(trial, 1);
  const double spent = desk.sweep.counts().resource;
  for (Step step = 2; step <= 4; ++step) EXPECT_EQ(desk.loss(trial, step, 1.0), Verdict::go_on);
  EXPECT_EQ(desk.sweep.counts().resource, spent);
  desk.loss(trial, 5, 1.0);
  EXPECT_EQ(desk.sweep.counts().resource, spent + 1);
}

TEST(SweepReports, AnOlderAttemptIsOut) {
  Desk desk(fifo_spec());
  const TrialId trial = desk.create();
  desk.record(*desk.sweep.on_lost(trial, 1, "worker gone", desk.now));
  desk.start(trial);
  const auto late = desk.report({trial, 1, 1, {{"loss", 1}}});
  ASSERT_FALSE(late.has_value());
  EXPECT_EQ(late.error().code, errc::stale_attempt);
  EXPECT_EQ(desk.report({trial, 2, 1, {{"loss", 1}}}), Verdict::go_on);
}

TEST(SweepReports, AStopIsToldAgainToWhoeverAsksAgain) {
  Desk desk(asha_spec());
  const TrialId good = desk.create();
  const TrialId bad = desk.create();
  desk.loss(good, 1, 0.1);
  EXPECT_EQ(desk.loss(bad, 1, 0.9), Verdict::stop);
  const std::size_t before = desk.log.size();
  EXPECT_EQ(desk.loss(bad, 1, 0.9), Verdict::stop);
  EXPECT_EQ(desk.loss(bad, 2, 0.9), Verdict::stop);
  EXPECT_EQ(desk.log.size(), before);
  EXPECT_EQ(desk.trial(bad).state, TrialState::stopped);
}

TEST(SweepReports, MaxTCompletesTheTrial) {
  Desk desk(asha_spec());
  const TrialId trial = desk.create();
  EXPECT_EQ(desk.loss(trial, 9, 0.1), Verdict::stop);
  EXPECT_EQ(desk.trial(trial).state, TrialState::completed);
}

TEST(SweepReports, AFirstReportAtMaxTIsWarnedAbout) {
  Desk desk(asha_spec());
  const TrialId blind = desk.create();
  desk.loss(blind, 9, 0.1);
  EXPECT_NE(desk.trial(blind).reason.find("rungs never came into play"), std::string::npos);
  const TrialId seen = desk.create();
  desk.loss(seen, 1, 0.1);
  desk.loss(seen, 9, 0.1);
  EXPECT_EQ(desk.trial(seen).reason, "");
}

TEST(SweepReports, NaNFailsTheTrialWhereTheFileSaysSo) {
  SweepSpec spec = fifo_spec();
  spec.trial.on_nan = OnNan::fail;
  Desk desk(spec);
  const TrialId trial = desk.create();
  EXPECT_EQ(desk.loss(trial, 1, kNaN), Verdict::stop);
  EXPECT_EQ(desk.trial(trial).state, TrialState::failed);
}

TEST(SweepReports, NaNIsStoredAndRanksWorstOtherwise) {
  Desk desk(fifo_spec());
  const TrialId trial = desk.create();
  EXPECT_EQ(desk.loss(trial, 1, kNaN), Verdict::go_on);
  EXPECT_EQ(desk.trial(trial).state, TrialState::running);
}

TEST(SweepReports, AMetricAsResourceLeavesReportsWithoutItUnjudged) {
  SweepSpec spec = asha_spec();
  spec.scheduler.resource = "seconds";
  Desk desk(spec);
  const TrialId trial = desk.create();
  desk.loss(trial, 1, 0.5);
  EXPECT_FALSE(desk.log.back().as<event::Reported>()->judged);
  ASSERT_TRUE(desk.report({trial, 0, 2, {{"loss", 0.4}, {"seconds", 3.5}}}).has_value());
  EXPECT_TRUE(desk.log.back().as<event::Reported>()->judged);
  EXPECT_EQ(desk.trial(trial).resource, 3.5);
}

TEST(SweepNext, CreatesUpToRunCapThenEnds) {
  SweepSpec spec = fifo_spec();
  spec.run_cap = 2;
  Desk desk(spec);
  desk.create();
  EXPECT_TRUE(is<NewTrial>(desk.sweep.next()));
  EXPECT_TRUE(is<Wait>(desk.sweep.next(1))) << "one that is asked for counts";
  desk.create();
  EXPECT_TRUE(is<Wait>(desk.sweep.next()));
  desk.record(*desk.sweep.on_completed(0, 1, desk.now));
  desk.record(*desk.sweep.on_completed(1, 1, desk.now));
  EXPECT_TRUE(is<Done>(desk.sweep.next()));
}

TEST(SweepNext, ALostTrialComesBeforeNewOnes) {
  Desk desk(fifo_spec());
  desk.create();
  desk.create();
  desk.record(*desk.sweep.on_lost(1, 1, "gone", desk.now));
  const Next next = desk.sweep.next();
  ASSERT_TRUE(is<StartTrial>(next));
  EXPECT_EQ(std::get<StartTrial>(next).trial, 1);
}

TEST(SweepNext, TheTargetStopsNewTrialsOnly) {
  SweepSpec spec = fifo_spec();
  spec.metrics[0].target = 0.2;
  Desk desk(spec);
  const TrialId first = desk.create();
  const TrialId second = desk.create();
  EXPECT_EQ(desk.loss(first, 1, 0.2), Verdict::go_on);
  EXPECT_TRUE(is<Wait>(desk.sweep.next()));
  EXPECT_EQ(desk.loss(second, 1, 0.9), Verdict::go_on);
}

TEST(SweepNext, AUsedUpResourceBudgetStopsRunningTrialsAtTheirNextReport) {
  SweepSpec spec = fifo_spec();
  spec.budget_resource = 5;
  Desk desk(spec);
  const TrialId first = desk.create();
  const TrialId second = desk.create();
  EXPECT_EQ(desk.loss(first, 5, 0.2), Verdict::go_on);
  EXPECT_EQ(desk.loss(second, 1, 0.2), Verdict::stop);
  EXPECT_EQ(desk.trial(second).state, TrialState::stopped);
}

TEST(SweepNext, TheWallBudgetIsRunningTimeSummedOverSessions) {
  SweepSpec spec = fifo_spec();
  spec.budget_wall = 100;
  Desk desk(spec);
  desk.now += 60;
  desk.create();
  desk.now += 100'000;  // the machine was off
  desk.record({event_of(event::Opened{}, desk.now)});
  EXPECT_EQ(desk.sweep.wall_used(39), 99);
  EXPECT_FALSE(desk.sweep.on_clock(39, desk.now + 39).has_value());
  const auto expired = desk.sweep.on_clock(40, desk.now + 40);
  ASSERT_TRUE(expired.has_value());
  desk.record({*expired});
  EXPECT_TRUE(is<Done>(desk.sweep.next()));
}

TEST(SweepNext, AClockThatIsSetBackTakesNothingOffTheRunningTime) {
  Desk desk(fifo_spec());
  desk.now += 60;
  desk.create();
  desk.now -= 3600;
  desk.create();
  desk.now += 10;
  desk.create();
  desk.record({event_of(event::Opened{}, desk.now + 1000)});
  EXPECT_EQ(desk.sweep.wall_used(0), 70);
}

TEST(SweepFailures, TheFuseBlowsWhenTheFirstFiveAllFail) {
  SweepSpec spec = fifo_spec();
  spec.failures_first = 5;
  Desk desk(spec);
  for (int i = 0; i < 5; ++i) {
    EXPECT_FALSE(desk.sweep.fuse_blown());
    const TrialId trial = desk.create();
    desk.record(*desk.sweep.on_error(trial, 1, "boom", desk.now));
  }
  EXPECT_TRUE(desk.sweep.fuse_blown());
  EXPECT_TRUE(is<Done>(desk.sweep.next()));
  desk.record({event_of(event::Opened{}, desk.now)});
  EXPECT_FALSE(desk.sweep.fuse_blown()) << "counted since the last resume";
}

TEST(SweepFailures, OnesThatTheFuseStopsDontMendIt) {
  SweepSpec spec = fifo_spec();
  spec.failures_first = 5;
  Desk desk(spec);
  const TrialId runs = desk.create();
  for (int i = 0; i < 5; ++i) desk.record(*desk.sweep.on_error(desk.create(), 1, "boom", desk.now));
  ASSERT_TRUE(desk.sweep.fuse_blown());
  const auto told = desk.sweep.on_report({runs, 1, 1, {{"loss", 1.0}}}, desk.now);
  ASSERT_EQ(told->verdict, Verdict::stop);
  desk.record(told->events);
  EXPECT_TRUE(desk.sweep.fuse_blown());
  EXPECT_TRUE(is<Done>(desk.sweep.next()));
}

TEST(SweepReports, AStepBeyondTheHighestIsRefusedAlsoWhereItIsLeftOut) {
  Desk desk(fifo_spec());
  const TrialId trial = desk.create();
  desk.record(desk.sweep.on_report({trial, 1, kHighestStep, {{"loss", 1.0}}}, desk.now)->events);
  EXPECT_FALSE(desk.sweep.on_report({trial, 1, std::nullopt, {{"loss", 1.0}}}, desk.now));
}

TEST(SweepFailures, OneThatEndsWellKeepsTheFuse) {
  SweepSpec spec = fifo_spec();
  spec.failures_first = 5;
  Desk desk(spec);
  desk.record(*desk.sweep.on_completed(desk.create(), 1, desk.now));
  for (int i = 0; i < 20; ++i) desk.record(*desk.sweep.on_error(desk.create(), 1, "boom", desk.now));
  EXPECT_FALSE(desk.sweep.fuse_blown());
}

TEST(SweepFailures, RetriesAreCountedByKind) {
  SweepSpec spec = fifo_spec();
  spec.trial.retries_lost = 1;
  spec.trial.retries_error = 1;
  Desk desk(spec);
  const TrialId trial = desk.create();
  desk.record(*desk.sweep.on_lost(trial, 1, "gone", desk.now));
  EXPECT_EQ(desk.trial(trial).state, TrialState::queued);
  desk.start(trial);
  desk.record(*desk.sweep.on_error(trial, 2, "boom", desk.now));
  EXPECT_EQ(desk.trial(trial).state, TrialState::queued);
  desk.start(trial);
  desk.record(*desk.sweep.on_lost(trial, 3, "gone", desk.now));
  EXPECT_EQ(desk.trial(trial).state, TrialState::failed);
}

TEST(SweepFailures, OfADevicesMemorySpendTheirOwnRetriesAndThenThoseOfErrors) {
  SweepSpec spec = fifo_spec();
  spec.trial.retries_oom = 2;
  spec.trial.retries_error = 1;
  Desk desk(spec);
  const TrialId trial = desk.create();
  const auto runs_out = [&](Attempt attempt) {
    desk.record(*desk.sweep.on_out_of_memory(trial, attempt, "CUDA out of memory", desk.now));
    return desk.trial(trial).state;
  };
  for (Attempt attempt = 1; attempt <= 3; ++attempt) {
    EXPECT_EQ(runs_out(attempt), TrialState::queued) << attempt;
    desk.start(trial);
  }
  EXPECT_EQ(runs_out(4), TrialState::failed) << "two of its own, one of errors";
}

TEST(SweepFailures, OfADevicesMemoryAreErrorsWhereNothingElseIsSaid) {
  Desk desk(fifo_spec());
  const TrialId trial = desk.create();
  desk.record(*desk.sweep.on_out_of_memory(trial, 1, "CUDA out of memory", desk.now));
  EXPECT_EQ(desk.trial(trial).state, TrialState::failed);
}

TEST(SweepFailures, TheEndOfWinnowItselfSpendsNoRetry) {
  SweepSpec spec = fifo_spec();
  spec.trial.retries_lost = 0;
  Desk desk(spec);
  const TrialId trial = desk.create();
  for (int i = 0; i < 3; ++i) {
    desk.record({event_of(event::Opened{}, desk.now)});
    EXPECT_EQ(desk.trial(trial).state, TrialState::queued);
    desk.start(trial);
  }
  EXPECT_EQ(desk.trial(trial).attempt, 4);
}

SweepSpec quick_spec() {
  SweepSpec spec = fifo_spec();
  spec.failures_first = 3;
  return spec;
}

/// A trial that fails this long after its start.
void fail_after(Desk& desk, double seconds) {
  const TrialId trial = desk.create();
  desk.now += seconds;
  desk.record(*desk.sweep.on_error(trial, 0, "exit code 1", desk.now));
}

TEST(SweepFailures, ABrokenMachinePausesASweepThatHadBegunWell) {
  Desk desk(quick_spec());
  desk.record(*desk.sweep.on_completed(desk.create(), 0, desk.now));
  fail_after(desk, 2);
  fail_after(desk, 2);
  EXPECT_FALSE(desk.sweep.on_hold());
  fail_after(desk, 2);
  EXPECT_TRUE(desk.sweep.on_hold());
  EXPECT_FALSE(desk.sweep.fuse_blown());
  const auto& command = *desk.log.back().as<event::Command>();
  EXPECT_EQ(*command.params.find("why"), "3 trials in a row failed within 10 s of their start: exit code 1");
  EXPECT_EQ(desk.command(CommandVerb::resume), "");
  fail_after(desk, 2);
  EXPECT_FALSE(desk.sweep.on_hold()) << "counted anew";
}

TEST(SweepFailures, ATrialThatEndsWellOrFailsLaterBreaksTheRow) {
  Desk desk(quick_spec());
  desk.record(*desk.sweep.on_completed(desk.create(), 0, desk.now));
  for (int i = 0; i < 4; ++i) {
    fail_after(desk, 2);
    fail_after(desk, 2);
    fail_after(desk, 60);
    fail_after(desk, 2);
    desk.record(*desk.sweep.on_completed(desk.create(), 0, desk.now));
  }
  EXPECT_FALSE(desk.sweep.on_hold());
}

TEST(SweepFailures, WithFirst0NoRowOfThemPauses) {
  SweepSpec spec = quick_spec();
  spec.failures_first = 0;
  Desk desk(spec);
  desk.record(*desk.sweep.on_completed(desk.create(), 0, desk.now));
  for (int i = 0; i < 9; ++i) fail_after(desk, 0);
  EXPECT_FALSE(desk.sweep.on_hold());
}

TEST(SweepRetry, AFailedTrialRunsAgainWithItsNumberAndAllItsRetries) {
  SweepSpec spec = fifo_spec();
  spec.trial.retries_error = 1;
  Desk desk(spec);
  const TrialId trial = desk.create();
  desk.loss(trial, 1, kNaN);
  for (int attempt = 1; attempt <= 2; ++attempt) {
    desk.record(*desk.sweep.on_error(trial, 0, "boom", desk.now));
    if (attempt == 1) desk.start(trial);
  }
  ASSERT_EQ(desk.trial(trial).state, TrialState::failed);
  EXPECT_EQ(desk.command(CommandVerb::retry, trial), "");
  EXPECT_EQ(desk.trial(trial).state, TrialState::queued);
  EXPECT_EQ(std::get<StartTrial>(desk.sweep.next()).trial, trial);
  desk.start(trial);
  EXPECT_EQ(desk.trial(trial).attempt, 3);
  desk.record(*desk.sweep.on_error(trial, 0, "boom", desk.now));
  EXPECT_EQ(desk.trial(trial).state, TrialState::queued) << "a retry is left again";
  desk.start(trial);
  desk.loss(trial, 1, 0.25);
  desk.record(*desk.sweep.on_completed(trial, 0, desk.now));
  EXPECT_EQ(desk.sweep.counts().failed, 0);
  EXPECT_EQ(best_trial(desk.sweep)->value, 0.25) << "what failed says nothing of its value";
}

TEST(SweepRetry, WithoutANumberIsOfEveryFailedTrial) {
  Desk desk(fifo_spec());
  for (int i = 0; i < 3; ++i) fail_after(desk, 60);
  desk.record(*desk.sweep.on_completed(desk.create(), 0, desk.now));
  EXPECT_EQ(desk.command(CommandVerb::retry), "");
  EXPECT_EQ(desk.sweep.counts().queued, 3);
  EXPECT_EQ(desk.command(CommandVerb::retry), "no trial has failed");
}

TEST(SweepRetry, OfATrialThatHasntFailedIsRefused) {
  Desk desk(fifo_spec());
  const TrialId trial = desk.create();
  desk.record(*desk.sweep.on_completed(trial, 0, desk.now));
  EXPECT_EQ(desk.command(CommandVerb::retry, trial),
            "trial 0 is completed; only a failed trial can be run again in the same sweep (`winnow train` trains any "
            "one anew)");
  Event event = event_of(event::Command{}, desk.now, "retry");
  event.trial = trial;
  event.state = TrialState::queued;
  EXPECT_FALSE(desk.sweep.check({&event, 1}));
}

TEST(SweepRetry, ARungThatHasJudgedATrialDoesntJudgeItAgain) {
  Desk desk(test::promotion_spec());
  for (const double value : {0.1, 0.2, 0.3}) desk.loss(desk.create(), 1, value);
  for (TrialId trial = 0; trial < 3; ++trial) desk.pause(trial);
  desk.promote(0);
  desk.record(*desk.sweep.on_error(0, 0, "boom", desk.now));
  EXPECT_EQ(desk.command(CommandVerb::retry, 0), "");
  desk.start(0);
  EXPECT_EQ(desk.loss(0, 1, 0.1), Verdict::go_on);
  EXPECT_EQ(desk.loss(0, 2, 0.1), Verdict::go_on);
  EXPECT_EQ(desk.loss(0, 3, 0.1), Verdict::pause);
  EXPECT_EQ(desk.trial(0).rung, 1);
}

TEST(SweepRetry, OfATrialThatFailedAtMaxTEndsThereAgain) {
  SweepSpec spec = asha_spec();
  spec.trial.on_nan = OnNan::fail;
  Desk desk(spec);
  const TrialId trial = desk.create();
  EXPECT_EQ(desk.loss(trial, 9, kNaN), Verdict::stop);
  EXPECT_EQ(desk.command(CommandVerb::retry, trial), "");
  desk.start(trial);
  EXPECT_EQ(desk.loss(trial, 8, 0.3), Verdict::go_on);
  EXPECT_EQ(desk.loss(trial, 9, 0.2), Verdict::stop);
  EXPECT_EQ(desk.trial(trial).state, TrialState::completed);
  EXPECT_EQ(best_trial(desk.sweep)->value, 0.2);
}

TEST(SweepRetry, WhereNothingMayStartSaysWhy) {
  SweepSpec spec = fifo_spec();
  spec.budget_wall = 100;
  Desk desk(spec);
  desk.record(*desk.sweep.on_error(desk.create(), 0, "boom", desk.now));
  desk.record({*desk.sweep.on_clock(100, desk.now)});
  EXPECT_EQ(
      desk.command(CommandVerb::retry),
      "nothing starts any more: the wall budget is used up; `winnow resume DIR --set budget.wall=…` gives it more");
  EXPECT_EQ(desk.trial(0).state, TrialState::failed);
}

TEST(SweepTarget, IsNotReachedByATrialThatFailedAfterwards) {
  SweepSpec spec = fifo_spec();
  spec.metrics.front().target = 0.1;
  Desk desk(spec);
  desk.loss(desk.create(), 1, 0.01);
  EXPECT_TRUE(is<Wait>(desk.sweep.next()));
  desk.record(*desk.sweep.on_error(0, 0, "boom", desk.now));
  EXPECT_TRUE(is<NewTrial>(desk.sweep.next()));
}

SweepSpec limited_spec(OnTimeLimit what) {
  SweepSpec spec = fifo_spec();
  spec.failures_first = 1;
  spec.trial.time_limit = 60;
  spec.trial.on_time_limit = what;
  return spec;
}

TEST(SweepTimeLimit, FailsATrialUnlessToldToLetItsValueStand) {
  Desk desk(limited_spec(OnTimeLimit::fail));
  desk.loss(desk.create(), 1, 0.5);
  desk.record(*desk.sweep.on_time_limit(0, 0, "over its time limit", desk.now + 60));
  EXPECT_EQ(desk.trial(0).state, TrialState::failed);

  Desk lenient(limited_spec(OnTimeLimit::stop));
  lenient.loss(lenient.create(), 1, 0.5);
  lenient.record(*lenient.sweep.on_time_limit(0, 0, "over its time limit", lenient.now + 60));
  EXPECT_EQ(lenient.trial(0).state, TrialState::completed);
  EXPECT_EQ(lenient.trial(0).reason, "over its time limit");
  EXPECT_FALSE(lenient.sweep.fuse_blown());
  EXPECT_EQ(best_trial(lenient.sweep)->value, 0.5);
}

TEST(SweepTimeLimit, FailsOneThatHasNoValueAllTheSame) {
  Desk desk(limited_spec(OnTimeLimit::stop));
  const TrialId trial = desk.create();
  desk.record(*desk.sweep.on_time_limit(trial, 0, "over its time limit", desk.now + 60));
  EXPECT_EQ(desk.trial(trial).state, TrialState::failed);
  EXPECT_TRUE(desk.sweep.fuse_blown());
}

TEST(SweepBudget, CompletesATrialThatHasComeAsFarAsThoseThatEndedByThemselves) {
  SweepSpec spec = fifo_spec();
  spec.budget_wall = 100;
  Desk desk(spec);
  desk.loss(desk.create(), 3, 0.5);
  desk.record(*desk.sweep.on_completed(0, 0, desk.now));
  const TrialId done = desk.create();
  const TrialId half = desk.create();
  desk.record({*desk.sweep.on_clock(100, desk.now)});
  EXPECT_EQ(desk.loss(done, 3, 0.4), Verdict::stop);
  EXPECT_EQ(desk.loss(half, 2, 0.1), Verdict::stop);
  EXPECT_EQ(desk.trial(done).state, TrialState::completed);
  EXPECT_EQ(desk.trial(half).state, TrialState::stopped);
  EXPECT_EQ(best_trial(desk.sweep)->trial, done);
}

TEST(SweepTell, MetricsAreTheFinalValueAndEnterNoRung) {
  Desk desk(asha_spec());
  const TrialId trial = desk.create();
  desk.loss(trial, 1, 0.5);
  desk.record(*desk.sweep.on_tell(trial, 0, true, {{"loss", 0.3}}, desk.now));
  EXPECT_EQ(desk.trial(trial).told, 0.3);
  EXPECT_EQ(desk.trial(trial).state, TrialState::completed);
  EXPECT_EQ(desk.trial(trial).last_judged_step, 1);
}

TEST(SweepTell, AfterAStopVerdictItIsAcknowledgedAndChangesNothing) {
  Desk desk(asha_spec());
  desk.loss(desk.create(), 1, 0.1);
  const TrialId bad = desk.create();
  ASSERT_EQ(desk.loss(bad, 1, 0.9), Verdict::stop);
  const auto events = desk.sweep.on_tell(bad, 0, true, {{"loss", 0.0}}, desk.now);
  ASSERT_TRUE(events.has_value());
  EXPECT_TRUE(events->empty());
}

TEST(SweepTell, AgainIsAcknowledgedWhereItSaysTheSame) {
  Desk desk(fifo_spec());
  const TrialId trial = desk.create(), failed = desk.create();
  desk.record(*desk.sweep.on_tell(trial, 0, true, {{"loss", 0.3}}, desk.now));
  desk.record(*desk.sweep.on_tell(failed, 0, false, {}, desk.now));
  const auto again = desk.sweep.on_tell(trial, 0, true, {{"loss", 0.3}}, desk.now);
  ASSERT_TRUE(again.has_value());
  EXPECT_TRUE(again->empty());
  EXPECT_TRUE(desk.sweep.on_tell(failed, 0, false, {}, desk.now).has_value());
  EXPECT_FALSE(desk.sweep.on_tell(trial, 0, true, {}, desk.now).has_value());
  EXPECT_FALSE(desk.sweep.on_tell(trial, 0, true, {{"loss", 0.2}}, desk.now).has_value());
  EXPECT_FALSE(desk.sweep.on_tell(trial, 0, false, {{"loss", 0.3}}, desk.now).has_value());
  EXPECT_FALSE(desk.sweep.on_tell(failed, 0, true, {}, desk.now).has_value());
}

TEST(SweepTell, OfAnAttemptThatWasReplacedIsRefused) {
  Desk desk(fifo_spec());
  const TrialId trial = desk.create();
  desk.record(*desk.sweep.on_lost(trial, 1, "silent", desk.now));
  desk.start(trial);
  EXPECT_EQ(desk.sweep.on_tell(trial, 1, true, {{"loss", 0.3}}, desk.now).error().code, errc::stale_attempt);
  EXPECT_TRUE(desk.sweep.on_tell(trial, 2, true, {{"loss", 0.3}}, desk.now).has_value());
}

TEST(SweepReport, SaidAgainOfTheSameStepIsKnown) {
  Desk desk(fifo_spec());
  const TrialId trial = desk.create();
  EXPECT_FALSE(desk.sweep.was_said({trial, 0, 1, {{"loss", 0.5}}}));
  desk.loss(trial, 1, 0.5);
  EXPECT_TRUE(desk.sweep.was_said({trial, 0, 1, {{"loss", 0.5}}}));
  EXPECT_FALSE(desk.sweep.was_said({trial, 0, std::nullopt, {{"loss", 0.5}}}));
  EXPECT_FALSE(desk.sweep.was_said({trial, 0, 1, {{"loss", 0.4}}}));
  EXPECT_FALSE(desk.sweep.was_said({trial, 0, 1, {{"loss", 0.5}, {"accuracy", 1}}}));
  desk.loss(trial, 2, 0.5);
  EXPECT_FALSE(desk.sweep.was_said({trial, 0, 1, {{"loss", 0.5}}}));
}

TEST(SweepFold, ALedgerThatCannotBeIsRefused) {
  Sweep sweep = *Sweep::make(fifo_spec(), 1);
  Event event = event_of(event::Started{}, 0);
  event.trial = 3;
  ASSERT_FALSE(sweep.apply(event).has_value());
  EXPECT_EQ(sweep.apply(event).error().code, errc::corrupt);
}

TEST(SweepFold, TheFurthestStepIsThatOfAnyAttempt) {
  Desk desk(fifo_spec());
  const TrialId trial = desk.create();
  desk.loss(trial, 1, 0.5);
  desk.record(*desk.sweep.on_lost(trial, 1, "gone", desk.now));
  desk.start(trial);
  desk.loss(trial, 1, 0.5);
  EXPECT_EQ(desk.trial(trial).last_step, 0) << "nothing new was reported";
  EXPECT_EQ(desk.trial(trial).furthest, 1);
}

TEST(SweepFold, AnEventWhoseTurnItIsNotIsRefused) {
  Desk desk(fifo_spec());
  desk.create();
  for (const std::int64_t seq : {desk.sweep.last_seq(), desk.sweep.last_seq() + 2}) {
    Event event = desk.sweep.suggested(1, Assignment(), 0, desk.now);
    event.seq = seq;
    EXPECT_EQ(desk.sweep.apply(event).error().code, errc::corrupt);
  }
}

TEST(SweepFold, AJudgedReportWithoutAValueIsRefused) {
  Desk desk(asha_spec());
  const TrialId trial = desk.create();
  auto judgement = *desk.sweep.on_report({trial, 1, 1, {{"loss", 0.5}}}, desk.now);
  judgement.events[0].as<event::Reported>()->metrics = {{"accuracy", 1}};
  EXPECT_EQ(desk.sweep.apply(judgement.events[0]).error().code, errc::corrupt);
}

std::vector<Event> start_of(const Sweep& sweep, TrialId trial, double now) {
  return {sweep.suggested(trial, Assignment(), 0, now), sweep.started(trial, std::nullopt, now)};
}

TEST(SweepCommit, ChecksThenKeepsThenFolds) {
  Desk desk(fifo_spec());
  const auto before = desk.sweep.last_seq();
  std::vector<Event> kept;
  const auto keep = [&](std::span<Event> events) -> Result<void> {
    EXPECT_TRUE(desk.sweep.trials().empty()) << "nothing has changed yet";
    kept.assign(events.begin(), events.end());
    return {};
  };
  int folded = 0;
  auto events = start_of(desk.sweep, 0, desk.now);
  ASSERT_TRUE(desk.sweep.commit(events, keep, [&](const Event&) { ++folded; }));
  EXPECT_EQ(kept.size(), 2U);
  EXPECT_EQ(kept[0].seq, before + 1);
  EXPECT_EQ(folded, 2);
  EXPECT_EQ(desk.trial(0).state, TrialState::running);
}

TEST(SweepCommit, WhatIsRefusedIsNotKeptAndChangesNothing) {
  Desk desk(fifo_spec());
  const auto before = desk.sweep.last_seq();
  const auto keep = [](std::span<Event>) -> Result<void> {
    ADD_FAILURE() << "was kept";
    return {};
  };
  auto events = start_of(desk.sweep, 0, desk.now);
  events.push_back(desk.sweep.started(0, std::nullopt, desk.now));  // it runs by then
  const auto refused = desk.sweep.commit(events, keep, [](const Event&) {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::corrupt);
  EXPECT_TRUE(desk.sweep.trials().empty());
  EXPECT_EQ(desk.sweep.last_seq(), before);
}

TEST(SweepCommit, WhatCannotBeKeptChangesNothing) {
  Desk desk(fifo_spec());
  const auto before = desk.sweep.last_seq();
  const auto keep = [](std::span<Event>) -> Result<void> { return fail(errc::io, "disk full"); };
  auto events = start_of(desk.sweep, 0, desk.now);
  EXPECT_EQ(desk.sweep.commit(events, keep, [](const Event&) {}).error().code, errc::io);
  EXPECT_TRUE(desk.sweep.trials().empty());
  EXPECT_EQ(desk.sweep.last_seq(), before);
  desk.create();
}

}  // namespace
}  // namespace winnow::sweep_test
