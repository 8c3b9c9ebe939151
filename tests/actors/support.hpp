/// Actors on CAF's deterministic coordinator: one thread, time that the test moves, message orders that a seed chooses.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>

#include <winnow/actors/fleet.hpp>
#include <winnow/actors/sampler.hpp>
#include <winnow/actors/scheduler.hpp>
#include <winnow/actors/storage.hpp>
#include <winnow/actors/trainer.hpp>
#include <winnow/samplers/registry.hpp>
#include <winnow/trainers/function.hpp>

#include "../storage/memory_ledger.hpp"

namespace winnow::test {

struct TestConfig : caf::actor_system_config {
  TestConfig() {
    add_message_types<caf::id_block::winnow>();
    set("scheduler.policy", caf::atom("testing"));
  }
};

inline SweepSpec spec_of(int run_cap) {
  SweepSpec spec;
  spec.metrics = {{.name = "loss", .goal = Goal::minimize, .target = std::nullopt}};
  spec.run_cap = run_cap;
  spec.failures_first = 0;
  return spec;
}

/// A trainable of inline slices: `loss(trial, step)` at steps 1 to `steps`.
inline std::shared_ptr<TrainableFactory> curve(int steps, std::function<double(TrialId, Step)> loss) {
  return slice_trainer({.advance = [steps, loss = std::move(loss)](SliceState& state) -> Result<Progress> {
                          if (state.slice >= steps) return Progress(Finished{});
                          const double value = loss(state.trial.trial, state.slice + 1);
                          return Progress(StepReport{state.slice + 1, {{"loss", value}}});
                        },
                        .save = {},
                        .restore = {}});
}

class World {
public:
  explicit World(SweepSpec spec)
      : spec_(std::move(spec)), clock_(dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler())) {
    listener = system.spawn([this](caf::event_based_actor*) -> caf::behavior {
      return {[this](const SweepEnded& message) { ended = message; }};
    });
  }
  ~World() {
    for (const auto& actor : spawned_) caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(listener, caf::exit_reason::kill);
    clock_.run();
  }

  /// The whole cast. `storage_to_use`: another actor in the ledger's place.
  void start(int slots, std::shared_ptr<TrainableFactory> factory, storage_actor storage_to_use = {}) {
    start_scheduler(std::move(storage_to_use));
    start_fleet(slots, std::move(factory));
  }

  void start_fleet(int slots, std::shared_ptr<TrainableFactory> factory) {
    TrainerConfig config;
    config.factory = std::move(factory);
    config.objective = spec_.metrics.front();
    config.limits = spec_.trial;
    const SpawnTrainer spawn = [config, this](fleet_actor::pointer self) {
      const trainer_actor spawned = self->spawn(trainer, config, scheduler_handle);
      trainers.push_back(caf::actor_cast<caf::actor_addr>(spawned));
      return spawned;
    };
    fleet_handle = system.spawn(fleet, slots, spawn, scheduler_handle);
    spawned_.push_back(caf::actor_cast<caf::actor>(fleet_handle));
  }

  /// Sequencer, sampler and storage only: the test plays the trainers.
  void start_scheduler(storage_actor storage_to_use = {}) {
    SamplerOptions options;
    options.space = *Space::make({{.path = {"x"}, .domain = Float{}}});
    std::shared_ptr<Sampler> policy = *make_sampler("random", options);
    if (!sampler_handle) sampler_handle = system.spawn(sampler, policy, nullptr);
    storage_handle = storage_to_use
                         ? storage_to_use
                         : system.spawn(storage, [this](std::span<Event> events) { return ledger.append(events); });
    auto sweep = std::make_shared<Sweep>(*Sweep::make(spec_, 1));
    Event opened = Sweep::plain(EventKind::opened, now);
    opened.seq = 1;
    (void)sweep->apply(opened);
    ledger.events.push_back(opened);
    SchedulerConfig config;
    config.now = [this] { return now; };
    config.steady = [this] { return steady; };
    config.listener = listener;
    scheduler_handle = system.spawn(scheduler, sweep, config, sampler_handle, storage_handle);
    for (const auto& actor : {caf::actor_cast<caf::actor>(sampler_handle), caf::actor_cast<caf::actor>(storage_handle),
                              caf::actor_cast<caf::actor>(scheduler_handle)}) {
      spawned_.push_back(actor);
    }
  }

  void run() { clock_.run(); }
  /// Until nothing is left to do; which actor goes next is drawn from the seed.
  void run_shuffled(std::uint64_t seed) {
    std::mt19937_64 rng(seed);
    while (clock_.has_job()) {
      std::swap(clock_.jobs.front(), clock_.jobs[rng() % clock_.jobs.size()]);
      clock_.run_once();
    }
  }
  /// Waits for what a slot's thread sends, then runs. CAF's test coordinator isn't made for several threads: nothing
  /// may be running here when the thread sends, so the trainable must wait for a sign that is given after a `run`.
  void await() {
    while (!clock_.has_job()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    clock_.run();
  }
  bool step() { return clock_.try_run_once(); }
  void pass(std::chrono::seconds time) {
    now += static_cast<double>(time.count());
    steady += static_cast<double>(time.count());
    clock_.advance_time(time);
    clock_.run();
  }
  Snapshot snapshot() {
    caf::scoped_actor self(system);
    auto request = self->request(scheduler_handle, caf::infinite, GetSnapshot{});
    run();
    Snapshot result;
    request.receive([&](const Snapshot& s) { result = s; }, [](const caf::error& e) { FAIL() << to_string(e); });
    return result;
  }
  /// What the ledger says, folded.
  Sweep folded() const {
    Sweep sweep = *Sweep::make(spec_, 1);
    for (const Event& event : ledger.events) {
      const auto applied = sweep.apply(event);
      EXPECT_TRUE(applied.has_value()) << applied.error().message;
    }
    return sweep;
  }

  TestConfig system_config;
  caf::actor_system system{system_config};
  MemoryLedger ledger;
  double now = 0;     ///< the system's clock
  double steady = 0;  ///< the one that nobody sets
  std::optional<SweepEnded> ended;
  caf::actor listener;
  sampler_actor sampler_handle;
  storage_actor storage_handle;
  scheduler_actor scheduler_handle;
  fleet_actor fleet_handle;
  std::vector<caf::actor_addr> trainers;  ///< in the order of their births

private:
  SweepSpec spec_;
  caf::scheduler::test_coordinator& clock_;
  std::vector<caf::actor> spawned_;
};

}  // namespace winnow::test
