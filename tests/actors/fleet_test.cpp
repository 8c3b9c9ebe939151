/// The fleet's devices: each attempt has its share until it has left.
#include "support.hpp"

#include <gmock/gmock.h>

#include <map>

namespace winnow::fleet_test {
namespace {

using test::Script;
using test::spec_of;
using test::World;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

/// So many devices, and what each trial takes of them.
void give_devices(World& world, int count, double gpus) {
  std::vector<Device> devices;
  for (int i = 0; i < count; ++i) devices.push_back({.id = std::to_string(i), .ordinal = i});
  world.devices = DevicePool(std::move(devices));
  world.wants.each.gpus = gpus;
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

TEST(FleetDevices, EveryTrialHasItsShare) {
  Seen seen;
  World world(spec_of(12));
  give_devices(world, 2, 0.5);
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

TEST(FleetDevices, NoMoreTrialsRunThanDevicesAllow) {
  int running = 0, most = 0;
  Script script;
  script.advance = [&](const TrialContext&, int slice) -> Result<Progress> {
    if (slice == 1) most = std::max(most, ++running);
    if (slice > 2) return Progress(Finished{});
    return Progress(StepReport{slice, {{"loss", 1.0}}});
  };
  script.destroy = [&](const TrialContext&) { --running; };
  World world(spec_of(6));
  give_devices(world, 5, 2);
  world.start(6, test::scripted(script));
  world.run();
  ASSERT_TRUE(world.ended.has_value());
  EXPECT_EQ(most, 2);
  EXPECT_EQ(world.folded().counts().completed, 6);
}

TEST(FleetDevices, ATrainerInTheOthersPlaceHasItsDevices) {
  Seen seen;
  World world(spec_of(2));
  give_devices(world, 1, 1);
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

TEST(FleetDevices, AShareIsGivenOnWhenASlotGivesItsThreadUp) {
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
  give_devices(world, 1, 1);
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
  give_devices(world, 1, 0.5);
  world.start(2, test::scripted(script));
  world.run();
  ASSERT_TRUE(world.ended.has_value());
  const Sweep sweep = world.folded();
  EXPECT_EQ(sweep.counts().completed, 4);
  for (const Trial& trial : sweep.trials()) EXPECT_EQ(trial.attempt, trial.number == 1 ? 2 : 1) << trial.number;
}

/// Who is on which device: from an attempt's first slice until it has left its slot. Some run out of memory.
struct Places {
  std::map<std::string, std::map<TrialId, Attempt>> there{};
  std::vector<std::string> alone{};  ///< `trial.attempt` of those that ran again, at their first slice
  std::size_t most = 0;              ///< trials side by side on a device
  std::size_t most_since = 0;        ///< since somebody ran again
  std::function<bool(const TrialContext&)> runs_out{};
  Script script{};

  Places() {
    script.advance = [this](const TrialContext& trial, int slice) { return advance(trial, slice); };
    script.destroy = [this](const TrialContext& trial) { there[trial.devices.ids()].erase(trial.trial); };
  }
  Result<Progress> advance(const TrialContext& trial, int slice) {
    auto& device = there[trial.devices.ids()];
    device[trial.trial] = trial.attempt;
    most = std::max(most, device.size());
    most_since = std::max(most_since, device.size());
    for (const auto& [one, attempt] : device) {
      EXPECT_TRUE(attempt == 1 || device.size() == 1) << "trial " << one << " isn't alone";
    }
    EXPECT_EQ(trial.devices.gpus, trial.attempt == 1 ? 0.25 : 1);
    if (slice == 1 && trial.attempt > 1) {
      alone.push_back(std::to_string(trial.trial) + "." + std::to_string(trial.attempt));
      most_since = 0;
    }
    if (slice == 2 && runs_out(trial)) throw std::runtime_error("CUDA out of memory. Tried to allocate 20.00 MiB");
    if (slice > 3) return Progress(Finished{});
    return Progress(StepReport{slice, {{"loss", 1.0}}});
  }
};

TEST(FleetDevices, ATrialThatRanOutOfMemoryHasTheDeviceToItselfWhenItRunsAgain) {
  Places places;
  places.runs_out = [](const TrialContext& trial) { return trial.trial == 1 && trial.attempt == 1; };
  SweepSpec spec = spec_of(12);
  spec.trial.retries_oom = 1;
  World world(std::move(spec));
  give_devices(world, 1, 0.25);
  world.start(4, test::scripted(places.script));
  world.run();
  ASSERT_TRUE(world.ended.has_value());
  EXPECT_FALSE(world.ended->error.has_value());
  const Sweep sweep = world.folded();
  EXPECT_EQ(sweep.counts().completed, 12);
  for (const Trial& trial : sweep.trials()) EXPECT_EQ(trial.attempt, trial.number == 1 ? 2 : 1) << trial.number;
  EXPECT_EQ(places.most, 4U);
  EXPECT_THAT(places.alone, ElementsAre("1.2"));
  EXPECT_EQ(places.most_since, 4U) << "the others go on side by side";
}

TEST(FleetDevices, InAnyOrderOfMessagesWhoRunsAgainIsAloneAndTheSweepEndsWell) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Places places;
    places.runs_out = [](const TrialContext& trial) {
      return trial.trial % 3 == 1 && trial.attempt <= 1 + trial.trial % 2;
    };
    SweepSpec spec = spec_of(14);
    spec.trial.retries_oom = 2;
    World world(std::move(spec));
    give_devices(world, 2, 0.25);
    world.start(8, test::scripted(places.script));
    world.run_shuffled(seed);
    ASSERT_TRUE(world.ended.has_value()) << seed;
    EXPECT_EQ(world.folded().counts().completed, 14) << seed;
    EXPECT_EQ(places.alone.size(), 8U) << seed;  // 1, 7 and 13 run again twice, 4 and 10 once
  }
}

TEST(FleetDevices, ATrialOfWholeDevicesRunsAgainBesideTheOthers) {
  Script script;
  int others_meanwhile = 0;
  bool again = false;
  script.advance = [&](const TrialContext& trial, int slice) -> Result<Progress> {
    if (trial.trial == 0 && trial.attempt == 1) throw std::runtime_error("CUDA out of memory.");
    if (trial.trial == 0) again = true;
    if (slice > 3) {
      if (trial.trial == 0) again = false;
      return Progress(Finished{});
    }
    if (trial.trial != 0 && again) ++others_meanwhile;
    return Progress(StepReport{slice, {{"loss", 1.0}}});
  };
  SweepSpec spec = spec_of(6);
  spec.trial.retries_oom = 1;
  World world(std::move(spec));
  give_devices(world, 2, 1);
  world.start(2, test::scripted(script));
  world.run();
  ASSERT_TRUE(world.ended.has_value());
  EXPECT_EQ(world.folded().counts().completed, 6);
  EXPECT_GT(others_meanwhile, 0);
}

TEST(FleetDevices, ATrialAloneWhoseTrainerDiesIsAloneAgainInAnotherSlot) {
  Places places;
  places.runs_out = [](const TrialContext& trial) { return trial.trial == 1 && trial.attempt == 1; };
  SweepSpec spec = spec_of(8);
  spec.trial.retries_oom = 1;
  World world(std::move(spec));
  std::optional<std::size_t> slot_of_1;
  world.on_start = [&](std::size_t slot, TrialId trial) {
    if (trial == 1) slot_of_1 = slot;
  };
  give_devices(world, 1, 0.25);
  world.start(4, test::scripted(places.script));
  while (places.alone.empty() && world.step()) {
  }
  ASSERT_TRUE(slot_of_1.has_value());
  caf::anon_send_exit(caf::actor_cast<caf::actor>(world.trainers[*slot_of_1]), caf::exit_reason::kill);
  world.run();
  ASSERT_TRUE(world.ended.has_value());
  EXPECT_EQ(world.folded().counts().completed, 8);
  EXPECT_THAT(places.alone, ElementsAre("1.2", "1.3"));
  EXPECT_EQ(world.trainers.size(), 5U);
}

TEST(FleetDevices, WithoutAnAmountNoSlotHasAny) {
  Seen seen;
  World world(spec_of(2));
  give_devices(world, 2, 0);
  world.start(2, test::scripted(seen.script));
  world.run();
  EXPECT_THAT(seen.shares, ElementsAre("", ""));
}

}  // namespace
}  // namespace winnow::fleet_test
