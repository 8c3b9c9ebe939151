/// The whole cast on the deterministic coordinator: what must hold whatever order the messages take.
#include "support.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>

namespace winnow::sweep_test {
namespace {

using test::curve;
using test::spec_of;
using test::World;

double plain(TrialId trial, Step step) {
  return static_cast<double>(trial % 7) + 1.0 / static_cast<double>(step);
}

SweepSpec asha_of(int run_cap) {
  SweepSpec spec = spec_of(run_cap);
  spec.scheduler.type = "asha";
  spec.scheduler.options = {{"max_t", 9}, {"grace_period", 1}, {"reduction_factor", 3}};
  return spec;
}

TEST(Cast, RunsASweepToItsEnd) {
  World world(asha_of(20));
  world.start(4, curve(9, plain));
  world.run();
  ASSERT_TRUE(world.ended.has_value());
  EXPECT_FALSE(world.ended->error.has_value());
  const Sweep sweep = world.folded();
  EXPECT_TRUE(sweep.finished());
  EXPECT_EQ(sweep.trials().size(), 20U);
  EXPECT_GT(sweep.counts().stopped, 0);
  EXPECT_EQ(sweep.counts().completed + sweep.counts().stopped, 20);
}

TEST(Cast, AnyOrderOfMessagesKeepsTheLedgerLegalAndWhole) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    World world(asha_of(12));
    world.start(3, curve(9, plain));
    world.run_shuffled(seed);
    ASSERT_TRUE(world.ended.has_value()) << "seed " << seed;
    const Sweep sweep = world.folded();
    EXPECT_EQ(sweep.trials().size(), 12U) << "seed " << seed;
    EXPECT_EQ(sweep.counts().running + sweep.counts().queued, 0) << "seed " << seed;
    for (std::size_t i = 0; i < world.ledger.events.size(); ++i) {
      ASSERT_EQ(world.ledger.events[i].seq, static_cast<std::int64_t>(i) + 1) << "seed " << seed;
    }
  }
}

TEST(Cast, OneSlotGivesTheSameLedgerTwice) {
  const auto events = [] {
    World world(asha_of(15));
    world.start(1, curve(9, plain));
    world.run();
    return world.ledger.events;
  };
  EXPECT_EQ(events(), events());
}

TEST(Cast, ATrainableThatThrowsFailsItsTrialAlone) {
  World world(spec_of(5));
  world.start(2, curve(3, [](TrialId trial, Step step) {
                if (trial == 2 && step == 2) throw std::runtime_error("boom");
                return plain(trial, step);
              }));
  world.run();
  const Sweep sweep = world.folded();
  EXPECT_EQ(sweep.counts().failed, 1);
  EXPECT_EQ(sweep.counts().completed, 4);
  EXPECT_EQ(sweep.find(2)->reason, "boom");
}

TEST(Cast, ARetryIsANewAttempt) {
  SweepSpec spec = spec_of(3);
  spec.trial.retries_error = 1;
  World world(spec);
  auto tries = std::make_shared<int>(0);
  world.start(1, curve(3, [tries](TrialId trial, Step step) {
                if (trial == 1 && step == 2 && (*tries)++ == 0) throw std::runtime_error("once");
                return plain(trial, step);
              }));
  world.run();
  const Sweep sweep = world.folded();
  EXPECT_EQ(sweep.counts().completed, 3);
  EXPECT_EQ(sweep.find(1)->attempt, 2);
}

TEST(Cast, ANaNStopsItsTrialAtTheRungAlone) {
  World world(asha_of(6));
  world.start(2, curve(9, [](TrialId trial, Step) { return trial == 0 ? std::nan("") : 1.0; }));
  world.run();
  const Sweep sweep = world.folded();
  EXPECT_EQ(sweep.find(0)->state, TrialState::stopped);
  EXPECT_EQ(sweep.counts().completed, 5);
}

TEST(Cast, AnOverrunTimeLimitEndsItsTrialAlone) {
  SweepSpec spec = spec_of(2);
  spec.trial.time_limit = 5;
  World world(spec);
  test::Script script;
  script.advance = [&](const TrialContext& trial, int slice) -> Result<Progress> {
    if (slice == 3) return Progress(Finished{});
    if (slice == 2 && trial.trial == 0) {
      world.pass(std::chrono::seconds(6));
      return fail(errc::cancelled, "cancelled");
    }
    return Progress(StepReport{std::nullopt, {{"loss", 1}}});
  };
  world.start(1, test::scripted(script));
  world.run();
  ASSERT_TRUE(world.ended.has_value());
  EXPECT_EQ(world.folded().find(0)->state, TrialState::failed);
  EXPECT_NE(world.folded().find(0)->reason.find("time limit"), std::string::npos);
  EXPECT_EQ(world.folded().find(1)->state, TrialState::completed);
}

TEST(Cast, ATrainerThatDiesInMidReportLosesItsTrialOnceAndIsReplaced) {
  for (int steps_before = 1; steps_before < 40; ++steps_before) {
    World world(spec_of(2));
    world.start(1, curve(4, plain));
    for (int i = 0; i < steps_before && world.step(); ++i) {
    }
    if (world.trainers.empty()) continue;
    if (const auto victim = caf::actor_cast<caf::actor>(world.trainers.front())) {
      caf::anon_send_exit(victim, caf::exit_reason::kill);
    }
    world.run();
    ASSERT_TRUE(world.ended.has_value()) << "killed after " << steps_before;
    const Sweep sweep = world.folded();
    EXPECT_EQ(sweep.counts().completed, 2) << "killed after " << steps_before;
    for (const Trial& trial : sweep.trials()) EXPECT_EQ(trial.judged_reports, 4) << "no report missing or doubled";
  }
}

TEST(Cast, TrainersThatEndAgainAndAgainEndTheSweep) {
  World world(spec_of(100'000));
  const SpawnTrainer spawn = [](fleet_actor::pointer self) {
    return self->spawn([fleet = fleet_actor(self)](trainer_actor::pointer me) -> trainer_actor::behavior_type {
      me->send(fleet, SlotFree{me});
      return {[me](const StartAttempt&) { me->quit(caf::exit_reason::kill); }, [](const Answer&) {},
              [](const Drain&) {}};
    });
  };
  world.start_fleet(1, spawn);
  world.start_scheduler();
  world.run();
  ASSERT_TRUE(world.ended.has_value());
  ASSERT_TRUE(world.ended->error.has_value());
  EXPECT_NE(world.ended->error->message.find("no slot is left: its trainer ended"), std::string::npos);
}

TEST(Cast, AnInterruptDuringACommitLeavesNothingHalfDone) {
  for (int steps_before = 1; steps_before < 80; ++steps_before) {
    World world(spec_of(4));
    world.start(2, curve(4, plain));
    for (int i = 0; i < steps_before && world.step(); ++i) {
    }
    if (world.ended) break;
    caf::anon_send(world.scheduler_handle, Interrupt{});
    world.run();
    ASSERT_TRUE(world.ended.has_value()) << "interrupted after " << steps_before;
    EXPECT_TRUE(world.ended->interrupted);
    const Sweep sweep = world.folded();
    EXPECT_EQ(sweep.counts().running, 0);
    EXPECT_EQ(sweep.counts().failed, 0) << "no trial pays for it";
    for (const Trial& trial : sweep.trials()) EXPECT_EQ(trial.lost_count, 0);
  }
}

TEST(Cast, AFullDiskEndsTheSweepAndAcknowledgesNothingMore) {
  World world(spec_of(50));
  world.start(2, curve(4, plain));
  for (int i = 0; i < 60; ++i) world.step();
  world.ledger.broken = true;
  const std::size_t durable = world.ledger.events.size();
  world.run();
  ASSERT_TRUE(world.ended.has_value());
  ASSERT_TRUE(world.ended->error.has_value());
  EXPECT_NE(world.ended->error->message.find("disk full"), std::string::npos);
  EXPECT_EQ(world.ledger.events.size(), durable);
}

}  // namespace
}  // namespace winnow::sweep_test
