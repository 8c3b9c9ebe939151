/// The sequencer alone: the test plays the trainer and the storage.
#include "support.hpp"

namespace winnow {
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
              [](Commit) {}};
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
    caf::anon_send(world.scheduler_handle, SlotFree{handle});
    world.run();
  }
  /// From an actor of its own, so that it can wait for the answer.
  void report(World& world, Report report) {
    world.system.spawn([this, report, scheduler = world.scheduler_handle](caf::event_based_actor* self) {
      self->request(scheduler, caf::infinite, report).then([this](const Answer& answer) { answers.push_back(answer); });
    });
    world.run();
  }
  void release() { handle = nullptr; }
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
  probe.report(world, {0, 1, 1, {{"loss", 0.5}}});
  const std::int64_t recorded = storage.last;
  probe.report(world, {0, 1, 1, {{"loss", 0.5}}});
  EXPECT_EQ(storage.last, recorded);
  EXPECT_TRUE(probe.answers.empty()) << "the repeat may not overtake the record it repeats";
  storage.commit(world);
  EXPECT_EQ(probe.answers.size(), 2U);
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
  world.now = 61;
  probe.report(world, {0, 1, 2, {{"loss", 0.4}}});
  ASSERT_EQ(probe.answers.size(), 2U);
  EXPECT_EQ(probe.answers[0].verdict, Verdict::go_on);
  EXPECT_EQ(probe.answers[1].verdict, Verdict::stop);
  caf::anon_send(world.scheduler_handle, SlotFree{probe.handle});
  world.run();
  ASSERT_TRUE(world.ended.has_value());
  EXPECT_EQ(world.ended->why, "wall budget used up");
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
}  // namespace winnow
