/// Pauses, promotions and commands as decisions and folds.
#include "support.hpp"

namespace winnow::pauses_test {
namespace {

using test::asha_spec;
using test::Desk;
using test::fifo_spec;
using test::promotion_spec;

/// Three trials paused at step 1 with losses 3, 2, 1: trial 2 may be promoted.
Desk three_paused() {
  Desk desk(promotion_spec());
  for (TrialId trial = 0; trial < 3; ++trial) {
    desk.create();
    EXPECT_EQ(desk.loss(trial, 1, 3.0 - static_cast<double>(trial)), Verdict::pause);
    desk.pause(trial, 1);
  }
  return desk;
}

TrialId promoted_by(const Next& next) {
  const auto* promote = std::get_if<PromoteTrial>(&next);
  return promote != nullptr ? promote->trial : -1;
}

TEST(Pauses, ATrialRunsUntilItsPauseIsCarriedOut) {
  Desk desk(promotion_spec());
  desk.create();
  EXPECT_EQ(desk.loss(0, 1, 0.5), Verdict::pause);
  EXPECT_EQ(desk.trial(0).state, TrialState::running);
  desk.pause(0, 1);
  EXPECT_EQ(desk.trial(0).state, TrialState::paused);
  EXPECT_EQ(desk.log.back().as<event::Paused>()->from_step, 1);
  EXPECT_EQ(desk.sweep.counts().paused, 1);
}

TEST(Pauses, APauseThatNobodyOrderedIsRefused) {
  Desk desk(promotion_spec());
  desk.create();
  const auto paused = desk.sweep.on_paused(0, 0, 1, desk.now);
  ASSERT_FALSE(paused);
  EXPECT_EQ(paused.error().code, errc::illegal_state);
}

TEST(Pauses, ARepeatedReportIsAnsweredWithThePauseThatIsDue) {
  Desk desk(promotion_spec());
  desk.create();
  desk.loss(0, 1, 0.5);
  EXPECT_EQ(desk.loss(0, 1, 0.5), Verdict::pause);
  EXPECT_FALSE(desk.log.back().as<event::Reported>()->judged);
  EXPECT_EQ(desk.loss(0, 2, 0.4), Verdict::pause) << "a trainer that went on all the same: kept, not judged";
  EXPECT_FALSE(desk.log.back().as<event::Reported>()->judged);
  desk.pause(0, 1);
  EXPECT_EQ(desk.loss(0, 2, 0.4), Verdict::pause) << "a report after the pause changes nothing";
  EXPECT_EQ(desk.trial(0).state, TrialState::paused);
}

TEST(Pauses, ALateReportOfAnOlderAttemptIsRefused) {
  Desk desk = three_paused();
  desk.promote(2, 1);
  const auto late = desk.report({2, 1, 2, {{"loss", 0.1}}});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, errc::stale_attempt);
}

TEST(Pauses, APromotedTrialGoesOverOldGroundAsRepeats) {
  Desk desk = three_paused();
  desk.promote(2);  // no checkpoint: it starts over
  EXPECT_EQ(desk.loss(2, 1, 1.0), Verdict::go_on);
  EXPECT_EQ(desk.loss(2, 2, 0.9), Verdict::go_on);
  EXPECT_EQ(desk.loss(2, 3, 0.8), Verdict::pause);
  EXPECT_EQ(desk.trial(2).rung, 1);
}

TEST(Pauses, LostTrialsComeBeforePromotionsAndThoseBeforeNewOnes) {
  Desk desk = three_paused();
  desk.create();
  desk.record(*desk.sweep.on_lost(3, 0, "gone", desk.now));
  desk.record({desk.sweep.suggested(4, Assignment(), 0, desk.now)});
  ASSERT_TRUE(std::holds_alternative<StartTrial>(desk.sweep.next()));
  EXPECT_EQ(std::get<StartTrial>(desk.sweep.next()).trial, 3);
  desk.start(3);
  EXPECT_EQ(promoted_by(desk.sweep.next()), 2);
  desk.promote(2);
  EXPECT_EQ(std::get<StartTrial>(desk.sweep.next()).trial, 4) << "suggested, never started";
  desk.start(4);
  EXPECT_TRUE(std::holds_alternative<NewTrial>(desk.sweep.next()));
}

TEST(Pauses, ATrialLostBeforeItsPauseKeepsItsPlace) {
  Desk desk(promotion_spec());
  for (TrialId trial = 0; trial < 3; ++trial) {
    desk.create();
    desk.loss(trial, 1, static_cast<double>(trial));
  }
  desk.record({event_of(event::Opened{}, desk.now)});  // kill -9, resume
  EXPECT_EQ(std::get<StartTrial>(desk.sweep.next()).trial, 0);
  EXPECT_TRUE(desk.trial(0).pause_due);
  desk.record(desk.sweep.paused_without_running(0, 1, desk.now));
  EXPECT_EQ(desk.trial(0).state, TrialState::paused);
  EXPECT_EQ(desk.log.back().attempt, 2);
  EXPECT_EQ(desk.trial(0).lost_count, 0);
  EXPECT_EQ(to_promote(desk.sweep.scheduler().wish({})), 0);
}

TEST(Pauses, TheSweepEndsWhenNothingIsPromotableAndCanBeExtended) {
  SweepSpec spec = promotion_spec();
  spec.run_cap = 2;
  Desk desk(spec);
  for (TrialId trial = 0; trial < 2; ++trial) {
    desk.create();
    const Next running = desk.sweep.next();
    EXPECT_TRUE(trial == 0 || std::get<Wait>(running).more);
    desk.loss(trial, 1, static_cast<double>(trial));
    desk.pause(trial, 1);
  }
  EXPECT_TRUE(std::holds_alternative<Done>(desk.sweep.next()));
  EXPECT_EQ(desk.sweep.counts().paused, 2);
}

TEST(Pauses, NothingIsPromotedAfterTheTargetIsReached) {
  SweepSpec spec = promotion_spec();
  spec.metrics[0].target = 1.0;
  spec.run_cap = 3;
  Desk desk(spec);
  for (TrialId trial = 0; trial < 3; ++trial) {
    desk.create();
    desk.loss(trial, 1, 3.0 - static_cast<double>(trial));
    desk.pause(trial, 1);
  }
  EXPECT_TRUE(std::holds_alternative<Done>(desk.sweep.next()));
}

TEST(Commands, APausedSweepStartsNothingAndRunningOnesGoOn) {
  Desk desk(fifo_spec());
  desk.create();
  EXPECT_EQ(desk.command(CommandVerb::pause), "");
  EXPECT_TRUE(std::get<Wait>(desk.sweep.next()).more);
  EXPECT_EQ(desk.loss(0, 1, 0.5), Verdict::go_on);
  EXPECT_EQ(desk.command(CommandVerb::pause), "the sweep is paused already");
  EXPECT_EQ(desk.command(CommandVerb::resume), "");
  EXPECT_TRUE(std::holds_alternative<NewTrial>(desk.sweep.next()));
  EXPECT_EQ(desk.command(CommandVerb::resume), "the sweep is not paused");
}

TEST(Commands, StopLetsRunningTrialsFinish) {
  Desk desk(fifo_spec());
  desk.create();
  EXPECT_EQ(desk.command(CommandVerb::stop), "");
  EXPECT_TRUE(std::holds_alternative<Wait>(desk.sweep.next()));
  EXPECT_EQ(desk.loss(0, 1, 0.5), Verdict::go_on);
  desk.record(*desk.sweep.on_completed(0, 0, desk.now));
  EXPECT_EQ(std::get<Done>(desk.sweep.next()).why, "stopped by command");
  EXPECT_EQ(desk.trial(0).state, TrialState::completed);
}

TEST(Commands, StopNowEndsRunningTrialsAtTheirNextReport) {
  Desk desk(fifo_spec());
  desk.create();
  desk.create();
  EXPECT_EQ(desk.command(CommandVerb::stop), "");
  EXPECT_EQ(desk.command(CommandVerb::stop_now), "") << "after stop, --now is still possible";
  EXPECT_EQ(desk.loss(0, 1, 0.5), Verdict::stop);
  EXPECT_EQ(desk.trial(0).state, TrialState::stopped);
  desk.record(*desk.sweep.on_lost(1, 0, "its slot is gone", desk.now));
  EXPECT_EQ(desk.trial(1).state, TrialState::stopped) << "one that can't be asked any more";
  EXPECT_TRUE(std::holds_alternative<Done>(desk.sweep.next()));
}

TEST(Commands, ATrialThatReachesMaxTIsCompleteAllTheSame) {
  Desk desk(asha_spec());
  desk.create();
  desk.create();
  desk.command(CommandVerb::stop_now);
  EXPECT_EQ(desk.loss(0, 9, 0.5), Verdict::stop);
  EXPECT_EQ(desk.trial(0).state, TrialState::completed);
  EXPECT_EQ(desk.loss(1, 8, 0.5), Verdict::stop);
  EXPECT_EQ(desk.trial(1).state, TrialState::stopped);
}

TEST(Commands, ATrialPausesAtItsNextReportAndIsNotPromotedUntilResumed) {
  Desk desk = three_paused();
  EXPECT_EQ(desk.command(CommandVerb::pause, 2), "");
  EXPECT_EQ(promoted_by(desk.sweep.next()), -1) << "held";
  EXPECT_EQ(desk.command(CommandVerb::resume, 2), "");
  EXPECT_EQ(promoted_by(desk.sweep.next()), 2);
  desk.promote(2, 1);
  EXPECT_EQ(desk.command(CommandVerb::pause, 2), "");
  EXPECT_EQ(desk.trial(2).state, TrialState::running);
  EXPECT_EQ(desk.loss(2, 2, 0.1), Verdict::pause);
  EXPECT_TRUE(desk.log.back().as<event::Reported>()->commanded);
  desk.pause(2, 2);
  EXPECT_EQ(desk.command(CommandVerb::resume, 2), "");
  EXPECT_EQ(desk.trial(2).state, TrialState::queued) << "the scheduler had not paused it: it simply goes on";
}

TEST(Commands, ATrialResumedBeforeItHasPausedGoesOn) {
  Desk desk(fifo_spec());
  desk.create();
  desk.command(CommandVerb::pause, 0);
  EXPECT_EQ(desk.loss(0, 1, 0.5), Verdict::pause);
  EXPECT_EQ(desk.command(CommandVerb::resume, 0), "");
  desk.pause(0, 1);
  EXPECT_EQ(desk.trial(0).state, TrialState::queued);
}

TEST(Commands, StoppingATrialTakesPlacesWithNobody) {
  Desk desk = three_paused();
  EXPECT_EQ(desk.command(CommandVerb::stop, 2), "");
  EXPECT_EQ(desk.trial(2).state, TrialState::stopped);
  EXPECT_EQ(promoted_by(desk.sweep.next()), -1);
  EXPECT_EQ(desk.command(CommandVerb::stop, 2), "trial 2 has ended (stopped)");
}

TEST(Commands, ACommandedStopIsNoVerdictOfTheScheduler) {
  Desk desk(asha_spec());
  desk.create();
  EXPECT_EQ(desk.command(CommandVerb::stop, 0), "");
  EXPECT_EQ(desk.command(CommandVerb::stop, 0), "trial 0 is being stopped already");
  EXPECT_EQ(desk.loss(0, 1, 0.5), Verdict::stop);
  EXPECT_EQ(desk.trial(0).reason, "stopped by command");
  EXPECT_EQ(desk.sweep.counts().verdicts_stop, 0);
}

TEST(Commands, SayWhatIsTheMatter) {
  Desk desk = three_paused();
  EXPECT_EQ(desk.command(CommandVerb::pause, 9), "there is no trial 9; 3 trials were created");
  EXPECT_EQ(desk.command(CommandVerb::resume, 0), "trial 0 is paused by the scheduler; it goes on when it is promoted");
  EXPECT_EQ(desk.command(CommandVerb::stop_now, 0), "trial 0 can be stopped at its next report only; leave --now out");
  desk.record({event_of(event::Finished{}, desk.now)});
  EXPECT_EQ(desk.command(CommandVerb::pause), "the sweep has finished");
}

TEST(Commands, AreForgottenWhenTheSweepIsTakenUpAgain) {
  Desk desk(fifo_spec());
  desk.create();
  desk.command(CommandVerb::stop);
  desk.record({event_of(event::Opened{}, desk.now)});
  EXPECT_TRUE(std::holds_alternative<StartTrial>(desk.sweep.next()));
}

}  // namespace
}  // namespace winnow::pauses_test
