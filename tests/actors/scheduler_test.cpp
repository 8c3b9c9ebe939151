/// The sequencer alone: the test plays the trainer and the storage.
#include "support.hpp"

#include <cmath>
#include <span>
#include <stdexcept>

namespace winnow::scheduler_test {
namespace {

using test::spec_of;
using test::World;

/// A storage that commits when it is told to.
struct SlowStorage {
  std::int64_t last = 0;
  caf::actor_addr customer;

  storage_actor spawn(World& world) {
    return world.system.spawn([this](storage_actor::pointer self) -> storage_actor::behavior_type {
      return {[this, self](const Append& message) {
                last = message.events.back().seq;
                customer = caf::actor_cast<caf::actor_addr>(self->current_sender());
              },
              [](Commit) {}, [](const CloseLedger&) {}};
    });
  }
  void commit(World& world) {
    caf::anon_send(world.scheduler_handle, Durable{last});
    world.run();
  }
};

/// A trainer that notes what it is told.
struct Probe {
  std::vector<StartAttempt> starts;
  std::vector<Answer> answers;
  trainer_actor handle;

  void spawn(World& world) {
    handle = world.system.spawn([this](trainer_actor::pointer) -> trainer_actor::behavior_type {
      return {[this](const StartAttempt& order) { starts.push_back(order); }, [](const Answer&) {},
              [](const Drain&) {}};
    });
    caf::anon_send(world.scheduler_handle, Grant{handle});
    world.run();
  }
  /// From an actor of its own, so that it can wait for the answer.
  void report(World& world, Report report) { ask<Answer>(world, std::move(report), answers); }
  void burst(World& world, Reports reports) { ask<Answer>(world, std::move(reports), answers); }
  void want(World& world, DrawValue wanted) { ask<Drawn>(world, std::move(wanted), drawn); }
  /// Its attempt has left, and it is the sweep's again.
  void say_free(World& world) const {
    caf::anon_send(world.scheduler_handle, SlotFree{handle});
    caf::anon_send(world.scheduler_handle, Grant{handle});
    world.run();
  }

  std::vector<Drawn> drawn;

private:
  template <class Said, class Question>
  static void ask(World& world, Question question, std::vector<Said>& said) {
    world.system.spawn([&said, question, scheduler = world.scheduler_handle](caf::event_based_actor* self) {
      self->request(scheduler, caf::infinite, question).then([&said](const Said& answer) { said.push_back(answer); });
    });
    world.run();
  }
};

TEST(Sequencer, AnAttemptIsDurableBeforeItRuns) {
  World world(spec_of(3));
  SlowStorage storage;
  world.start_scheduler(storage.spawn(world));
  Probe probe;
  probe.spawn(world);
  EXPECT_TRUE(probe.starts.empty());
  storage.commit(world);
  ASSERT_EQ(probe.starts.size(), 1U);
  EXPECT_EQ(probe.starts[0].attempt, 1);
}

TEST(Sequencer, AVerdictLeavesOnlyAfterItsReportIsDurable) {
  World world(spec_of(3));
  SlowStorage storage;
  world.start_scheduler(storage.spawn(world));
  Probe probe;
  probe.spawn(world);
  storage.commit(world);
  probe.report(world, {0, 1, 1, {{"loss", 0.5}}});
  EXPECT_TRUE(probe.answers.empty()) << "the verdict is late: the disk is slow";
  storage.commit(world);
  ASSERT_EQ(probe.answers.size(), 1U);
  EXPECT_EQ(probe.answers[0].verdict, Verdict::go_on);
}

TEST(Sequencer, ARepeatAfterALostAnswerWaitsForTheSameRecordAndAddsNone) {
  World world(spec_of(3));
  SlowStorage storage;
  world.start_scheduler(storage.spawn(world));
  Probe probe;
  probe.spawn(world);
  storage.commit(world);
  probe.report(world, {0, 1, 1, {{"loss", 0.5}}, 7});
  const std::int64_t recorded = storage.last;
  probe.report(world, {0, 1, 1, {{"loss", 0.5}}, 7});
  EXPECT_EQ(storage.last, recorded);
  EXPECT_TRUE(probe.answers.empty()) << "the repeat may not overtake the record it repeats";
  storage.commit(world);
  EXPECT_EQ(probe.answers.size(), 2U);
}

TEST(Sequencer, SeveralReportsThatAreSentAgainAreRecordedOnceAlsoWhereTheirStepsGoBack) {
  World world(spec_of(3));
  SlowStorage storage;
  world.start_scheduler(storage.spawn(world));
  Probe probe;
  probe.spawn(world);
  storage.commit(world);
  const Reports folds{0, 1, {{1, {{"loss", 0.5}}}, {2, {{"loss", 0.4}}}, {1, {{"loss", 0.3}}}}, 7};
  probe.burst(world, folds);
  storage.commit(world);
  const std::int64_t recorded = storage.last;
  probe.burst(world, folds);
  storage.commit(world);
  EXPECT_EQ(storage.last, recorded);
  ASSERT_EQ(probe.answers.size(), 2U);
  EXPECT_EQ(probe.answers[1].taken, 3U);
}

TEST(Sequencer, AReportOfAnOldAttemptIsRefusedAndToldSo) {
  World world(spec_of(3));
  world.start_scheduler();
  Probe probe;
  probe.spawn(world);
  caf::anon_send(world.scheduler_handle, SlotLost{caf::actor_cast<caf::actor_addr>(probe.handle), "gone"});
  Probe second;
  second.spawn(world);
  ASSERT_EQ(second.starts.size(), 1U);
  EXPECT_EQ(second.starts[0].attempt, 2);
  probe.report(world, {0, 1, 1, {{"loss", 0.5}}});
  ASSERT_EQ(probe.answers.size(), 1U);
  ASSERT_TRUE(probe.answers[0].error.has_value());
  EXPECT_EQ(probe.answers[0].error->code, errc::stale_attempt);
}

TEST(Sequencer, TheWallBudgetEndsTheSweep) {
  SweepSpec spec = spec_of(100);
  spec.budget_wall = 60;
  World world(spec);
  world.start_scheduler();
  world.run();
  Probe probe;
  probe.spawn(world);
  probe.report(world, {0, 1, 1, {{"loss", 0.5}}});
  world.steady = 61;
  probe.report(world, {0, 1, 2, {{"loss", 0.4}}});
  ASSERT_EQ(probe.answers.size(), 2U);
  EXPECT_EQ(probe.answers[0].verdict, Verdict::go_on);
  EXPECT_EQ(probe.answers[1].verdict, Verdict::stop);
  probe.say_free(world);
  ASSERT_TRUE(world.ended.has_value());
  EXPECT_EQ(world.ended->why, "wall budget used up");
}

TEST(Sequencer, TheWallBudgetIsMeasuredByAClockThatNobodySets) {
  SweepSpec spec = spec_of(100);
  spec.budget_wall = 60;
  World world(spec);
  world.start_scheduler();
  Probe probe;
  probe.spawn(world);
  world.now += 86400;  // the system's clock is set forward by a day
  probe.report(world, {0, 1, 1, {{"loss", 0.5}}});
  EXPECT_EQ(world.ledger.count(EventKind::expired), 0U);
  world.now -= 2 * 86400.0;  // and back by two
  world.pass(std::chrono::seconds(59));
  EXPECT_EQ(world.ledger.count(EventKind::expired), 0U);
  world.pass(std::chrono::seconds(2));
  EXPECT_EQ(world.ledger.count(EventKind::expired), 1U) << "without a report";
}

TEST(Sequencer, ATimerThatIsEarlyIsSetAgain) {
  SweepSpec spec = spec_of(100);
  spec.budget_wall = 60;
  World world(spec);
  world.start_scheduler();
  world.run();
  world.steady -= 30;  // the timers' clock is ahead
  world.pass(std::chrono::seconds(61));
  EXPECT_EQ(world.ledger.count(EventKind::expired), 0U);
  world.pass(std::chrono::seconds(30));
  EXPECT_EQ(world.ledger.count(EventKind::expired), 1U);
}

TEST(Sequencer, AnAttemptWhoseSlotIsFreedWithoutAnEndIsLost) {
  World world(spec_of(1));
  world.start_scheduler();
  Probe probe;
  probe.spawn(world);
  probe.report(world, {0, 1, -1, {{"loss", 0.5}}});
  ASSERT_EQ(probe.answers.size(), 1U);
  ASSERT_TRUE(probe.answers[0].error.has_value());
  EXPECT_EQ(probe.answers[0].error->code, errc::invalid_input);
  probe.say_free(world);
  EXPECT_EQ(world.ledger.count(EventKind::lost), 1U);
  ASSERT_EQ(probe.starts.size(), 2U) << "its retry";
  EXPECT_EQ(probe.starts[1].attempt, 2);
  probe.say_free(world);
  ASSERT_TRUE(world.ended.has_value()) << "the sweep ends: no trial runs for ever";
  EXPECT_EQ(world.folded().find(0)->state, TrialState::failed);
  EXPECT_EQ(world.folded().find(0)->reason, "its slot was freed without an end");
}

TEST(Sequencer, ASlotThatIsGrantedDuringAPauseGoesBackAndIsWantedAfterIt) {
  World world(spec_of(3));
  world.start_scheduler();
  Probe probe;
  probe.spawn(world);
  EXPECT_GT(world.demand.up_to, 1);
  probe.report(world, {0, 1, 1, {{"loss", std::nan("")}}});
  caf::anon_send(world.scheduler_handle, Command{CommandVerb::pause, std::nullopt, ""});
  probe.say_free(world);
  EXPECT_EQ(world.demand.up_to, 0);
  EXPECT_EQ(world.released.size(), 1U);
  caf::anon_send(world.scheduler_handle, Command{CommandVerb::resume, std::nullopt, ""});
  world.run();
  EXPECT_GT(world.demand.up_to, 0);
  probe.say_free(world);
  EXPECT_EQ(probe.starts.size(), 2U);
}

TEST(Sequencer, WhereAHigherPriorityWaitsATrialThatCanGoOnPausesAtItsReportAndIsQueuedAgain) {
  World world(spec_of(10));
  world.can_go_on = [](TrialId trial) { return trial == 1; };
  world.start_scheduler();
  Probe stays, leaves;
  stays.spawn(world);
  leaves.spawn(world);
  caf::anon_send(world.scheduler_handle, Yield{});
  world.run();
  stays.report(world, {.trial = 0, .attempt = 1, .step = 1, .metrics = {{"loss", 0.5}}});
  leaves.report(world, {.trial = 1, .attempt = 1, .step = 1, .metrics = {{"loss", 0.5}}});
  EXPECT_EQ(stays.answers.at(0).verdict, Verdict::go_on);
  EXPECT_EQ(leaves.answers.at(0).verdict, Verdict::pause);
  EXPECT_FALSE(world.folded().find(1)->held) << "nobody has to take it back";
  caf::anon_send(world.scheduler_handle, AttemptPaused{1, 1, Step{1}});
  world.run();
  EXPECT_EQ(world.folded().find(1)->state, TrialState::queued);
  leaves.say_free(world);
  EXPECT_EQ(leaves.starts.back().trial, 1) << "it is the first to go on";
  EXPECT_EQ(leaves.starts.back().attempt, 2);
}

TEST(Sequencer, ABurstWithARefusedReportIsAnsweredWhenWhatItTookIsDurable) {
  World world(spec_of(3));
  SlowStorage storage;
  world.start_scheduler(storage.spawn(world));
  Probe probe;
  probe.spawn(world);
  storage.commit(world);
  probe.burst(world, {0, 1, {{1, {{"loss", 0.5}}}, {-1, {{"loss", 0.4}}}}, 7});
  EXPECT_TRUE(probe.answers.empty()) << "it says that the first one is durable";
  storage.commit(world);
  ASSERT_EQ(probe.answers.size(), 1U);
  EXPECT_EQ(probe.answers[0].taken, 1U);
  EXPECT_EQ(probe.answers[0].error->code, errc::invalid_input);
}

TEST(Sequencer, ARefusalWaitsForWhatItSpeaksOf) {
  World world(spec_of(3));
  SlowStorage storage;
  world.start_scheduler(storage.spawn(world));
  Probe probe;
  probe.spawn(world);
  storage.commit(world);
  caf::anon_send(world.scheduler_handle, SlotLost{caf::actor_cast<caf::actor_addr>(probe.handle), "gone"});
  world.run();
  probe.report(world, {0, 1, 1, {{"loss", 0.5}}});
  EXPECT_TRUE(probe.answers.empty()) << "that the attempt is out isn't durable yet";
  storage.commit(world);
  ASSERT_EQ(probe.answers.size(), 1U);
  EXPECT_TRUE(probe.answers[0].error.has_value());
}

TEST(Sequencer, AfterAFailureNothingIsAcknowledgedOrWritten) {
  World world(spec_of(3));
  world.start_scheduler();
  Probe probe;
  probe.spawn(world);
  caf::anon_send(world.scheduler_handle, StorageFailed{"internal: a decision that its own fold refuses"});
  world.run();
  const std::size_t written = world.ledger.events.size();
  probe.report(world, {0, 1, 1, {{"loss", 0.5}}});
  probe.say_free(world);
  EXPECT_TRUE(probe.answers.empty());
  EXPECT_EQ(world.ledger.events.size(), written) << "there would be a hole";
  ASSERT_TRUE(world.ended.has_value());
  EXPECT_EQ(world.ended->error->message, "internal: a decision that its own fold refuses");
}

TEST(Sequencer, ADecisionThatItsFoldRefusesIsNotWrittenAndEndsTheSweep) {
  World world(spec_of(3));
  world.start_scheduler();
  caf::anon_send(world.scheduler_handle, Suggestion{5, Assignment(), 0});  // trial 0 is due
  world.run();
  ASSERT_TRUE(world.ended.has_value());
  ASSERT_TRUE(world.ended->error.has_value());
  EXPECT_NE(world.ended->error->message.find("internal: "), std::string::npos) << world.ended->error->message;
  EXPECT_EQ(world.ledger.events.size(), 1U);
  EXPECT_EQ(world.folded().trials().size(), 0U) << "it can be opened again";
}

TEST(Sequencer, ALedgerThatThrowsEndsItsSweep) {
  World world(spec_of(3));
  world.append = [](std::span<Event>) -> Result<std::int64_t> { throw std::runtime_error("no memory for it"); };
  world.start_scheduler();
  Probe probe;
  probe.spawn(world);
  ASSERT_TRUE(world.ended.has_value());
  ASSERT_TRUE(world.ended->error.has_value());
  EXPECT_NE(world.ended->error->message.find("no memory for it"), std::string::npos) << world.ended->error->message;
  EXPECT_TRUE(probe.starts.empty());
}

TEST(Sequencer, AStorageThatDiesEndsTheSweep) {
  World world(spec_of(3));
  world.start_scheduler();
  caf::anon_send_exit(world.storage_handle, caf::exit_reason::kill);
  world.run();
  ASSERT_TRUE(world.ended.has_value());
  ASSERT_TRUE(world.ended->error.has_value());
  EXPECT_NE(world.ended->error->message.find("the storage failed: "), std::string::npos);
}

TEST(Sequencer, ASamplerThatCannotDrawIsNotTheEnd) {
  World world(spec_of(3));
  world.sampler_handle = world.system.spawn([](sampler_actor::pointer) -> sampler_actor::behavior_type {
    return {[](const Suggest& ask) {
              return Suggestion{ask.trial, Assignment(), ask.seen};
            },
            [](const Draw&) { return Drawn{fail(errc::unsupported, "not this kind of domain")}; },
            [](const Observe&) {}};
  });
  world.start_scheduler();
  Probe probe;
  probe.spawn(world);
  probe.want(world, {0, 1, "width", Integer{1, 8}});
  ASSERT_EQ(probe.drawn.size(), 1U);
  ASSERT_FALSE(probe.drawn[0].value.has_value());
  EXPECT_EQ(probe.drawn[0].value.error().message, "not this kind of domain");
  EXPECT_EQ(world.ledger.count(EventKind::drawn), 0U);
}

TEST(Sequencer, SnapshotShowsTheBestSoFar) {
  World world(spec_of(3));
  world.start_scheduler();
  Probe probe;
  probe.spawn(world);
  probe.report(world, {0, 1, 1, {{"loss", 0.5}}});
  const Snapshot snapshot = world.snapshot();
  ASSERT_TRUE(snapshot.best.has_value());
  EXPECT_EQ(snapshot.best->value, 0.5);
  ASSERT_EQ(snapshot.rows.size(), 1U);
  EXPECT_EQ(snapshot.rows[0].state, TrialState::running);
}

}  // namespace
}  // namespace winnow::scheduler_test
