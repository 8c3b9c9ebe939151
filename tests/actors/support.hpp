/// Actors on CAF's deterministic coordinator: one thread, time that the test moves, message orders that a seed chooses.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <random>
#include <string>
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

/// A trainable on its slot's thread that does what a test says; what the test leaves out does nothing.
struct Script {
  std::function<Result<Progress>(const TrialContext&, int slice)> advance;
  std::function<Result<void>(const TrialContext&, const std::filesystem::path&)> save;  ///< none: it can't save
  std::function<Result<void>(const TrialContext&, const std::filesystem::path&)> restore;
  std::function<void(const TrialContext&)> destroy;
  std::function<void(const TrialContext&)> cancel;
};

/// Jobs of slots' threads under way, within each other where one hangs.
inline int jobs_under_way = 0;

class Scripted final : public Trainable {
public:
  Scripted(const Script& script, TrialContext context) : script_(script), context_(std::move(context)) {}
  ~Scripted() override {
    EXPECT_GT(jobs_under_way, 0) << "a trainable may take its time to go: on its slot's thread only";
    if (script_.destroy) script_.destroy(context_);
  }
  Scripted(const Scripted&) = delete;
  Scripted& operator=(const Scripted&) = delete;
  Result<Progress> advance() override { return script_.advance(context_, ++slice_); }
  Result<void> save(const std::filesystem::path& file) override { return script_.save(context_, file); }
  Result<void> restore(const std::filesystem::path& file) override {
    slice_ = static_cast<int>(context_.from_step.value_or(0));
    return script_.restore ? script_.restore(context_, file) : Result<void>();
  }
  [[nodiscard]] bool can_save() const override { return static_cast<bool>(script_.save); }
  void cancel() noexcept override {
    if (script_.cancel) script_.cancel(context_);
  }

private:
  const Script& script_;
  const TrialContext context_;
  int slice_ = 0;
};

/// `script` must outlive what it makes.
inline std::shared_ptr<TrainableFactory> scripted(const Script& script) {
  class Factory final : public TrainableFactory {
  public:
    explicit Factory(const Script& script) : script_(script) {}
    Result<std::unique_ptr<Trainable>> make(const TrialContext& context) override {
      return std::make_unique<Scripted>(script_, context);
    }

  private:
    const Script& script_;
  };
  return std::make_shared<Factory>(script);
}

/// The slots' threads, all on the test's own: it says when a job runs. A job hangs by running the rest of the world
/// from within; what is under way then is what can be under way while a real thread hangs.
class Threads {
public:
  Threads() = default;
  ~Threads() = default;
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

  MakeSlotThread maker() {
    return [this]() -> Result<std::unique_ptr<SlotThread>> {
      if (left == 0) return fail(errc::io, "no thread for a slot");
      --left;
      return std::make_unique<StandIn>(*this, ++made_);
    };
  }
  [[nodiscard]] std::size_t jobs() const { return jobs_.size(); }
  void run_one(std::size_t index) {
    const auto it = jobs_.begin() + static_cast<std::ptrdiff_t>(index);
    const auto job = std::move(it->second);
    jobs_.erase(it);
    ++jobs_under_way;
    job();
    --jobs_under_way;
  }

  int left = 1000000;  ///< threads that the system still has

private:
  class StandIn final : public SlotThread {
  public:
    StandIn(Threads& all, int number) : all_(all), number_(number) {}
    ~StandIn() override {
      EXPECT_TRUE(abandoned_ || running_ == 0) << "a real one would wait for its job here, on a thread of CAF's";
      abandon();
    }
    StandIn(const StandIn&) = delete;
    StandIn& operator=(const StandIn&) = delete;
    void post(std::function<void()> job) override {
      all_.jobs_.emplace_back(number_, [this, alive = std::weak_ptr(alive_), job = std::move(job)]() mutable {
        if (!alive.expired()) ++running_;
        std::exchange(job, nullptr)();
        if (!alive.expired()) --running_;
      });
    }
    void abandon() override { abandoned_ = true; }

  private:
    Threads& all_;
    int number_;
    int running_ = 0;
    bool abandoned_ = false;
    std::shared_ptr<int> alive_ = std::make_shared<int>();
  };

  std::deque<std::pair<int, std::function<void()>>> jobs_;
  int made_ = 0;
};

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
    run();
    released.clear();  // a handle keeps its actor, and an actor its system
  }

  /// The whole cast. `storage_to_use`: another actor in the ledger's place.
  void start(int slots, std::shared_ptr<TrainableFactory> factory, storage_actor storage_to_use = {}) {
    job.factory = std::move(factory);
    start_fleet(slots);
    start_scheduler(std::move(storage_to_use));
  }

  void start_fleet(int slots) {
    const SpawnTrainer spawn = [this](fleet_actor::pointer self) {
      const trainer_actor spawned =
          self->spawn(trainer, SlotOptions{.make_thread = threads.maker()}, fleet_actor(self));
      trainers.push_back(caf::actor_cast<caf::actor_addr>(spawned));
      return spawned;
    };
    start_fleet(slots, spawn);
  }
  void start_fleet(int slots, SpawnTrainer spawn) {
    fleet_handle =
        system.spawn(fleet, Capacity{.slots = slots, .devices = devices}, std::move(spawn), [this] { return steady; });
    spawned_.push_back(caf::actor_cast<caf::actor>(fleet_handle));
  }

  /// Sequencer, sampler and storage only: the test plays the trainers, and the fleet unless one has been started.
  void start_scheduler(storage_actor storage_to_use = {}) {
    if (!fleet_handle) {
      fleet_handle = system.spawn([this](fleet_actor::pointer) -> fleet_actor::behavior_type {
        return {[this](const Demand& said) { demand = said.wants; },
                [this](const Release& back) { released.push_back(back.trainer); },
                [](const SlotFree&) {},
                [](const LeaveFleet&) {},
                [](LetStart) {},
                [](ClockTick) {},
                [](const AdoptTrainer&) {}};
      });
      spawned_.push_back(caf::actor_cast<caf::actor>(fleet_handle));
    }
    SamplerOptions options;
    options.space = *Space::make({{.path = {"x"}, .domain = Float{}}});
    std::shared_ptr<Sampler> policy = *make_sampler("random", options);
    if (!sampler_handle) sampler_handle = system.spawn(sampler, policy, nullptr);
    storage_handle = storage_to_use ? storage_to_use : system.spawn(storage);
    auto sweep = std::make_shared<Sweep>(*Sweep::make(spec_, 1));
    Event opened = event_of(event::Opened{}, now);
    opened.seq = 1;
    (void)sweep->apply(opened);
    ledger.events.push_back(opened);
    SchedulerConfig config;
    config.now = [this] { return now; };
    config.steady = [this] { return steady; };
    config.listener = listener;
    if (!append) append = [this](std::span<Event> events) { return ledger.append(events); };
    config.ledger = std::make_shared<const AppendFn>(append);
    config.fleet = fleet_handle;
    config.wants = wants;
    job.objective = spec_.metrics.front();
    job.limits = spec_.trial;
    job.home = [this](TrialId trial) {
      const auto slot = std::find_if(trainers.begin(), trainers.end(),
                                     [this](const caf::actor_addr& trainer) { return trainer.id() == current_; });
      if (on_start) on_start(static_cast<std::size_t>(slot - trainers.begin()), trial);
      return std::filesystem::path();
    };
    config.job = std::make_shared<const Job>(job);
    config.can_go_on = can_go_on;
    if (job.checkpoints) {
      config.checkpoint = [store = job.checkpoints](TrialId trial, Step at_most) {
        return store->known(trial, at_most);
      };
    }
    scheduler_handle = system.spawn(scheduler, sweep, config, sampler_handle, storage_handle);
    for (const auto& actor : {caf::actor_cast<caf::actor>(sampler_handle), caf::actor_cast<caf::actor>(storage_handle),
                              caf::actor_cast<caf::actor>(scheduler_handle)}) {
      spawned_.push_back(actor);
    }
  }

  /// Until nothing is left to do.
  void run() {
    while (step()) {
    }
  }
  /// The same; what goes next is drawn from the seed.
  void run_shuffled(std::uint64_t seed) {
    std::mt19937_64 rng(seed);
    while (step(rng)) {
    }
  }
  /// One message, or one job of a slot's thread; false: there is none.
  bool step() {
    if (!clock_.jobs.empty()) {
      run_actor();
      return true;
    }
    if (threads.jobs() == 0) return false;
    threads.run_one(0);
    return true;
  }
  bool step(std::mt19937_64& rng) {
    const std::size_t choices = clock_.jobs.size() + threads.jobs();
    if (choices == 0) return false;
    const std::size_t choice = rng() % choices;
    if (choice >= clock_.jobs.size()) {
      threads.run_one(choice - clock_.jobs.size());
    } else {
      std::swap(clock_.jobs.front(), clock_.jobs[choice]);
      run_actor();
    }
    return true;
  }
  /// Sets the clock forward; what is due then is there to be done.
  void advance(std::chrono::seconds time) {
    now += static_cast<double>(time.count());
    steady += static_cast<double>(time.count());
    clock_.advance_time(time);
  }
  void pass(std::chrono::seconds time) {
    advance(time);
    run();
  }
  [[nodiscard]] std::size_t timers() const { return clock_.clock().schedule().size(); }
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

  DevicePool devices;                                       ///< what the slots share
  Wants wants{.up_to = 1000};                               ///< of the fleet
  Job job;                                                  ///< what `start_scheduler` doesn't set
  std::function<void(std::size_t slot, TrialId)> on_start;  ///< an attempt reaches a slot
  std::function<bool(TrialId)> can_go_on;                   ///< after a pause
  Wants demand;                                             ///< last heard by the fleet that the test plays
  std::vector<trainer_actor> released;                      ///< and what it was given back
  Threads threads;
  TestConfig system_config;
  caf::actor_system system{system_config};
  MemoryLedger ledger;
  AppendFn append;    ///< in its place
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
  void run_actor() {
    const auto* actor = dynamic_cast<const caf::local_actor*>(clock_.jobs.front());
    current_ = actor == nullptr ? 0 : actor->id();
    clock_.run_once();
  }

  SweepSpec spec_;
  caf::scheduler::test_coordinator& clock_;
  caf::actor_id current_ = 0;  ///< who handles a message
  std::vector<caf::actor> spawned_;
};

/// The world goes on, second by second, until the sweep has ended.
inline void hang(World& world) {
  for (int i = 0; i < 2000 && !world.ended; ++i) {
    if (!world.step()) world.advance(std::chrono::seconds(1));
  }
}

}  // namespace winnow::test
