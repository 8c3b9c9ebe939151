/// The whole cast with ASHA's promotion form and with commands, on the deterministic coordinator.
#include <map>

#include "support.hpp"

namespace winnow::pause_test {
namespace {

using test::curve;
using test::spec_of;
using test::World;

SweepSpec promotion_of(int run_cap) {
  SweepSpec spec = spec_of(run_cap);
  spec.scheduler.type = "asha";
  spec.scheduler.options = {{"variant", "promotion"}, {"max_t", 9}, {"reduction_factor", 3}};
  return spec;
}

double by_number(TrialId trial, Step step) {
  return 100.0 - static_cast<double>(trial) - 0.1 * static_cast<double>(step);
}

Answer command(World& world, CommandVerb verb, std::optional<TrialId> trial = std::nullopt) {
  caf::scoped_actor self(world.system);
  auto request = self->request(world.scheduler_handle, caf::infinite, Command{verb, trial, ""});
  world.run();
  Answer answer;
  request.receive([&](const Answer& a) { answer = a; }, [](const caf::error& e) { FAIL() << to_string(e); });
  return answer;
}

TEST(Promotion, NineTrialsOnOneSlotPromoteThreeAndThenOne) {
  World world(promotion_of(9));
  world.start(1, curve(9, [](TrialId trial, Step step) {
                return static_cast<double>(trial) - 0.01 * static_cast<double>(step);  // the first is the best
              }));
  world.run();
  ASSERT_TRUE(world.ended);
  const Sweep sweep = world.folded();
  EXPECT_EQ(sweep.counts().completed, 1);
  EXPECT_EQ(sweep.counts().paused, 8);
  EXPECT_EQ(sweep.find(0)->state, TrialState::completed);
  std::map<std::int32_t, int> promotions;
  for (const Event& event : world.ledger.events) {
    if (const auto* promoted = event.as<event::Promoted>()) ++promotions[promoted->rung];
  }
  EXPECT_EQ(promotions[0], 3);
  EXPECT_EQ(promotions[1], 1);
}

TEST(Promotion, EveryMessageOrderKeepsTheRule) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    World world(promotion_of(12));
    world.start(4, curve(9, by_number));
    world.run_shuffled(seed);
    ASSERT_TRUE(world.ended) << "seed " << seed;
    const Sweep sweep = world.folded();
    EXPECT_EQ(sweep.trials().size(), 12U);
    EXPECT_EQ(sweep.counts().paused + sweep.counts().completed, 12) << "seed " << seed;
    EXPECT_EQ(to_promote(sweep.scheduler().wish({})), std::nullopt) << "seed " << seed;
  }
}

TEST(Promotion, ATrainerThatDiesAtAnyMessageCostsNothing) {
  for (int steps_before = 1; steps_before < 120; ++steps_before) {
    SweepSpec spec = promotion_of(3);
    spec.trial.retries_lost = 5;
    World world(spec);
    world.start(1, curve(9, by_number));
    for (int i = 0; i < steps_before && world.step(); ++i) {
    }
    if (world.trainers.empty() || world.ended) continue;
    if (const auto victim = caf::actor_cast<caf::actor>(world.trainers.front())) {
      caf::anon_send_exit(victim, caf::exit_reason::kill);
    }
    world.run();
    ASSERT_TRUE(world.ended) << "killed after " << steps_before;
    const Sweep sweep = world.folded();
    EXPECT_EQ(sweep.counts().paused, 3) << "killed after " << steps_before;
    EXPECT_EQ(sweep.find(2)->rung, 1) << "the best of three was promoted, killed after " << steps_before;
  }
}

TEST(Promotion, AnInterruptAtAnyMessageLosesNoPause) {
  for (int steps_before = 1; steps_before < 120; ++steps_before) {
    World world(promotion_of(4));
    world.start(2, curve(9, by_number));
    for (int i = 0; i < steps_before && world.step(); ++i) {
    }
    if (world.ended) break;
    caf::anon_send(world.scheduler_handle, Interrupt{});
    world.run();
    ASSERT_TRUE(world.ended) << "interrupted after " << steps_before;
    const Sweep sweep = world.folded();
    EXPECT_EQ(sweep.counts().running, 0);
    for (const Trial& trial : sweep.trials()) {
      const bool judged_and_open = trial.rung >= 0 && trial.state != TrialState::completed;
      EXPECT_TRUE(!judged_and_open || trial.state == TrialState::paused || trial.state == TrialState::queued);
    }
  }
}

TEST(Commands, APausedSweepGoesOnWhenResumed) {
  World world(spec_of(6));
  world.start(2, curve(3, by_number));
  EXPECT_FALSE(command(world, CommandVerb::pause).error);
  EXPECT_TRUE(command(world, CommandVerb::pause).error) << "twice";
  world.run();
  EXPECT_FALSE(world.ended);
  EXPECT_EQ(world.ledger.count(EventKind::started), 0U);
  EXPECT_FALSE(command(world, CommandVerb::resume).error);
  ASSERT_TRUE(world.ended);
  EXPECT_EQ(world.folded().counts().completed, 6);
}

TEST(Commands, StopEndsTheSweepWithWhatRuns) {
  World world(spec_of(50));
  world.start(2, curve(3, by_number));
  for (int i = 0; i < 40; ++i) world.step();
  command(world, CommandVerb::stop);
  ASSERT_TRUE(world.ended);
  EXPECT_EQ(world.ended->why, "stopped by command");
  EXPECT_FALSE(world.ended->interrupted);
  const SweepCounts n = world.folded().counts();
  EXPECT_EQ(n.running, 0);
  EXPECT_GT(n.completed, 0);
  EXPECT_LT(n.completed, 50);
}

TEST(Commands, StopNowEndsTheSweepAtTheNextReports) {
  World world(spec_of(50));
  world.start(2, curve(1000, by_number));
  for (int i = 0; i < 40; ++i) world.step();
  command(world, CommandVerb::stop_now);
  ASSERT_TRUE(world.ended);
  EXPECT_EQ(world.folded().counts().running, 0);
  EXPECT_EQ(world.folded().counts().failed, 0);
}

TEST(Commands, ATrialIsHeldAndGoesOn) {
  World world(spec_of(2));
  world.start(1, curve(5, by_number));
  command(world, CommandVerb::pause);
  EXPECT_EQ(world.folded().counts().completed, 0);
  command(world, CommandVerb::resume);
  ASSERT_TRUE(world.ended);
  EXPECT_TRUE(command(world, CommandVerb::pause, 0).error) << "it has ended";
}

}  // namespace
}  // namespace winnow::pause_test
