/// The fleet's devices: each slot has its share as long as it is there.
#include "support.hpp"

#include <gmock/gmock.h>

namespace winnow::fleet_test {
namespace {

using test::Script;
using test::spec_of;
using test::World;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

FleetDevices devices_of(int count, double gpus) {
  std::vector<Device> devices;
  for (int i = 0; i < count; ++i) devices.push_back({.id = std::to_string(i), .ordinal = i});
  return {DevicePool(std::move(devices)), gpus};
}

/// What each attempt had: the ids of its devices.
struct Seen {
  std::vector<std::string> shares{};
  Script script{};

  Seen() {
    script.advance = [this](const TrialContext& trial, int slice) -> Result<Progress> {
      if (slice > 1) return Progress(Finished{});
      shares.push_back(trial.devices.ids());
      return Progress(StepReport{slice, {{"loss", 1.0}}});
    };
  }
};

TEST(FleetDevices, EverySlotHasItsShareAndEveryTrialThatOfItsSlot) {
  Seen seen;
  World world(spec_of(12));
  world.devices = devices_of(2, 0.5);
  world.start(4, test::scripted(seen.script));
  world.run();
  ASSERT_TRUE(world.ended.has_value());
  EXPECT_EQ(world.trainers.size(), 4U);
  EXPECT_EQ(
      std::count(seen.shares.begin(), seen.shares.end(), "0") + std::count(seen.shares.begin(), seen.shares.end(), "1"),
      12);
  const std::vector<std::string> first(seen.shares.begin(), seen.shares.begin() + 4);
  EXPECT_THAT(first, UnorderedElementsAre("0", "0", "1", "1"));
}

TEST(FleetDevices, ThereAreNoMoreSlotsThanDevicesAllow) {
  Seen seen;
  World world(spec_of(6));
  world.devices = devices_of(5, 2);
  world.start(6, test::scripted(seen.script));
  world.run();
  ASSERT_TRUE(world.ended.has_value());
  EXPECT_EQ(world.trainers.size(), 2U);
  EXPECT_EQ(world.folded().counts().completed, 6);
}

TEST(FleetDevices, ATrainerInTheOthersPlaceHasItsDevices) {
  Seen seen;
  World world(spec_of(2));
  world.devices = devices_of(1, 1);
  world.start(1, test::scripted(seen.script));
  for (int i = 0; i < 12 && world.step(); ++i) {
  }
  ASSERT_EQ(world.trainers.size(), 1U);
  caf::anon_send_exit(caf::actor_cast<caf::actor>(world.trainers.front()), caf::exit_reason::kill);
  world.run();
  ASSERT_TRUE(world.ended.has_value());
  EXPECT_EQ(world.trainers.size(), 2U);
  EXPECT_EQ(world.folded().counts().completed, 2);
  for (const std::string& share : seen.shares) EXPECT_EQ(share, "0");
}

TEST(FleetDevices, ASlotKeepsItsShareWhenItGivesItsThreadUp) {
  std::vector<std::string> shares;
  World* running = nullptr;
  Script script;
  script.advance = [&](const TrialContext& trial, int slice) -> Result<Progress> {
    if (slice > 1) return Progress(Finished{});
    shares.push_back(trial.devices.ids());
    if (trial.trial == 0) test::hang(*running);
    return Progress(StepReport{slice, {{"loss", 1.0}}});
  };
  SweepSpec spec = spec_of(3);
  spec.trial.time_limit = 1;
  spec.trial.grace = 1;
  World world(std::move(spec));
  running = &world;
  world.devices = devices_of(1, 1);
  world.start(1, test::scripted(script));
  world.run();
  ASSERT_TRUE(world.ended.has_value());
  EXPECT_THAT(shares, ElementsAre("0", "0", "0"));
  EXPECT_EQ(world.folded().counts().failed, 1);
}

TEST(FleetDevices, ATrialThatRunsOutOfADevicesMemoryRunsAgainAndNoOtherIsConcerned) {
  Script script;
  script.advance = [](const TrialContext& trial, int slice) -> Result<Progress> {
    if (trial.trial == 1 && trial.attempt == 1) {
      throw std::runtime_error("CUDA out of memory. Tried to allocate 20.00 MiB (GPU 0; 79.15 GiB total capacity)");
    }
    if (slice > 1) return Progress(Finished{});
    return Progress(StepReport{slice, {{"loss", 1.0}}});
  };
  SweepSpec spec = spec_of(4);
  spec.trial.retries_oom = 1;
  World world(std::move(spec));
  world.devices = devices_of(1, 0.5);
  world.start(2, test::scripted(script));
  world.run();
  ASSERT_TRUE(world.ended.has_value());
  const Sweep sweep = world.folded();
  EXPECT_EQ(sweep.counts().completed, 4);
  for (const Trial& trial : sweep.trials()) EXPECT_EQ(trial.attempt, trial.number == 1 ? 2 : 1) << trial.number;
}

TEST(FleetDevices, WithoutAnAmountNoSlotHasAny) {
  Seen seen;
  World world(spec_of(2));
  world.devices = devices_of(2, 0);
  world.start(2, test::scripted(seen.script));
  world.run();
  EXPECT_THAT(seen.shares, ElementsAre("", ""));
}

}  // namespace
}  // namespace winnow::fleet_test
