#include <winnow/search/run.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>

#include <winnow/actors/fleet.hpp>
#include <winnow/actors/sampler.hpp>
#include <winnow/actors/scheduler.hpp>
#include <winnow/actors/storage.hpp>
#include <winnow/actors/trainer.hpp>
#include <winnow/search/feed.hpp>
#include <winnow/storage/checkpoints.hpp>

namespace winnow {
namespace {

constexpr std::chrono::seconds kSnapshotTimeout{30};

struct Config : caf::actor_system_config {
  Config() {
    add_message_types<caf::id_block::winnow>();
    // One queue for all workers: an idle one sleeps until there is work, where the stealing kind looks for it all the
    // time and answers a lone trainer late.
    set("scheduler.policy", caf::atom("sharing"));
  }
};

int cores() {
  return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

/// The checkpoints of a run as the actors use them; shared by the slots' threads.
struct Checkpoints {
  CheckpointStore store;
  bool wanted;

  Checkpoints(const RunDir& dir, const SweepSpec& spec)
      : store(dir.checkpoints(), spec.checkpoints_last, spec.checkpoints_best),
        wanted(spec.checkpoints_last > 0 || spec.checkpoints_best > 0) {}

  /// What was acknowledged must stay until the next report is: its checkpoint is exempt from retention for this save.
  Result<void> save(TrialId trial, Step step, std::optional<double> merit, std::optional<Step> acknowledged,
                    Trainable& trainable) {
    if (acknowledged) store.keep(trial, *acknowledged);
    auto saved =
        store.save(trial, step, merit, [&](const std::filesystem::path& file) { return trainable.save(file); });
    if (acknowledged) store.release(trial, *acknowledged);
    return saved;
  }
};

TrainerConfig trainer_config(const Session& session, std::shared_ptr<TrainableFactory> factory,
                             const std::shared_ptr<Checkpoints>& checkpoints,
                             std::shared_ptr<std::atomic<int>> abandoned) {
  TrainerConfig config;
  config.factory = std::move(factory);
  config.directory = session.base;
  if (session.sweep.objective() != nullptr) config.objective = *session.sweep.objective();
  config.limits = session.sweep.spec().trial;
  config.abandoned = std::move(abandoned);
  if (checkpoints->wanted) {
    config.save = [checkpoints](TrialId trial, Step step, std::optional<double> merit, std::optional<Step> acknowledged,
                                Trainable& trainable) {
      return checkpoints->save(trial, step, merit, acknowledged, trainable);
    };
  }
  config.restore = [checkpoints](TrialId trial, Step step, Trainable& trainable) {
    return trainable.restore(checkpoints->store.path(trial, step));
  };
  return config;
}

SchedulerConfig scheduler_config(const Session& session, const std::shared_ptr<Checkpoints>& checkpoints,
                                 caf::actor listener) {
  SchedulerConfig config;
  config.now = wall_clock;
  config.sampler_learns = session.sampler->learns();
  config.listener = std::move(listener);
  config.checkpoint = [checkpoints](TrialId trial, Step at_most) -> std::optional<Step> {
    const auto newest = checkpoints->store.newest(trial, at_most);
    return newest ? *newest : std::nullopt;
  };
  return config;
}

/// The actors of one sweep.
struct Cast {
  sampler_actor sampler;
  storage_actor storage;
  scheduler_actor scheduler;
  fleet_actor fleet;
};

Cast spawn(caf::actor_system& system, Session& session, TrainerConfig trainer_settings,
           SchedulerConfig scheduler_settings, int slots) {
  Cast cast;
  cast.sampler =
      system.spawn<caf::detached>(sampler, std::make_shared<std::unique_ptr<Sampler>>(std::move(session.sampler)));
  cast.storage = system.spawn<caf::detached>(
      storage, [&ledger = session.ledger](std::span<Event> events) { return ledger.append(events); });
  cast.scheduler = system.spawn(scheduler, std::make_shared<Sweep>(std::move(session.sweep)),
                                std::move(scheduler_settings), cast.sampler, cast.storage);
  const SpawnTrainer spawn_trainer = [settings = std::move(trainer_settings),
                                      scheduler = cast.scheduler](fleet_actor::pointer self) {
    return self->spawn(trainer, settings, scheduler);
  };
  cast.fleet = system.spawn(fleet, slots, spawn_trainer, cast.scheduler);
  return cast;
}

/// Waits for the end, showing progress and passing a Ctrl-C on.
Outcome watch(caf::scoped_actor& self, const Cast& cast, const RunOptions& options, double grace) {
  std::optional<SweepEnded> ended;
  bool interrupted = false;
  const auto interval = std::chrono::milliseconds(static_cast<std::int64_t>(options.interval * 1000));
  while (!ended) {
    self->receive([&](SweepEnded& message) { ended = std::move(message); },
                  caf::after(std::min(interval, std::chrono::milliseconds(100))) >> [] {});
    if (!interrupted && options.interrupts != nullptr && *options.interrupts > 0 && !ended) {
      interrupted = true;
      self->send(cast.scheduler, Interrupt{});
      self->send(cast.fleet, Drain{grace});
    }
    if (options.on_progress) {
      self->request(cast.scheduler, kSnapshotTimeout, GetSnapshot{})
          .receive([&](const Snapshot& snapshot) { options.on_progress(snapshot); }, [](const caf::error&) {});
    }
  }
  return {ended->why, ended->interrupted, ended->error, 0};
}

}  // namespace

int slots_of(const SweepSpec& spec) {
  const int fit = std::max(1, static_cast<int>(cores() / std::max(spec.cpus, 1e-3)));
  int slots = spec.slots > 0 ? spec.slots : fit;
  if (spec.run_cap) slots = static_cast<int>(std::min<std::int64_t>(slots, std::max<std::int64_t>(1, *spec.run_cap)));
  return slots;
}

Result<Outcome> run(Session session, std::shared_ptr<TrainableFactory> factory, const RunOptions& options) {
  const SweepSpec spec = session.sweep.spec();
  const auto checkpoints = std::make_shared<Checkpoints>(session.dir, spec);
  if (auto cleared = checkpoints->store.remove_temporaries(); !cleared) return fail(cleared.error());
  auto feed = EventFeed::start(session.dir, options.on_event);
  if (!feed) return fail(feed.error());
  const auto abandoned = std::make_shared<std::atomic<int>>(0);

  Outcome outcome;
  {
    Config config;
    caf::actor_system system(config);
    caf::scoped_actor self(system);
    auto trainer_settings = trainer_config(session, std::move(factory), checkpoints, abandoned);
    auto scheduler_settings = scheduler_config(session, checkpoints, caf::actor_cast<caf::actor>(self));
    const Cast cast = spawn(system, session, std::move(trainer_settings), std::move(scheduler_settings),
                            options.slots > 0 ? options.slots : slots_of(spec));
    outcome = watch(self, cast, options, spec.trial.grace);
    if (outcome.error) self->send(cast.fleet, Drain{spec.trial.grace});
    self->send_exit(cast.fleet, caf::exit_reason::user_shutdown);
    self->send_exit(cast.scheduler, caf::exit_reason::user_shutdown);
    self->send_exit(cast.sampler, caf::exit_reason::user_shutdown);
    self->send_exit(cast.storage, caf::exit_reason::user_shutdown);
  }
  outcome.abandoned = *abandoned;
  if (const auto finished = feed->finish(); !finished && !outcome.error) outcome.error = finished.error();
  return outcome;
}

}  // namespace winnow
