#include <winnow/search/hosted.hpp>

#include <caf/actor_system.hpp>
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
    auto saved = write(trial, step, merit, trainable);
    if (acknowledged) store.release(trial, *acknowledged);
    return saved;
  }

  /// A pause's checkpoint is made whatever the settings are. It stays: retention is a matter of the trial's own saves,
  /// and the next attempt's first one keeps what it was restored from.
  Result<void> pause(TrialId trial, Step step, std::optional<double> merit, Trainable& trainable) {
    store.keep(trial, step);
    if (const auto newest = store.newest(trial, step); newest && *newest == step) return {};
    return write(trial, step, merit, trainable);
  }

private:
  Result<void> write(TrialId trial, Step step, std::optional<double> merit, Trainable& trainable) {
    return store.save(trial, step, merit, [&](const std::filesystem::path& file) { return trainable.save(file); });
  }
};

TrainerConfig trainer_config(const Session& session, std::shared_ptr<TrainableFactory> factory,
                             const std::shared_ptr<Checkpoints>& checkpoints,
                             std::shared_ptr<std::atomic<int>> abandoned) {
  TrainerConfig config;
  config.factory = std::move(factory);
  config.directory = session.base;
  config.home = [dir = session.dir](TrialId trial) { return std::filesystem::absolute(dir.trial(trial)); };
  if (session.sweep.objective() != nullptr) config.objective = *session.sweep.objective();
  config.limits = session.sweep.spec().trial;
  config.abandoned = std::move(abandoned);
  if (checkpoints->wanted) {
    config.save = [checkpoints](TrialId trial, Step step, std::optional<double> merit, std::optional<Step> acknowledged,
                                Trainable& trainable) {
      return checkpoints->save(trial, step, merit, acknowledged, trainable);
    };
  }
  config.pause = [checkpoints](TrialId trial, Step step, std::optional<double> merit, Trainable& trainable) {
    return checkpoints->pause(trial, step, merit, trainable);
  };
  config.restore = [checkpoints](TrialId trial, Step step, Trainable& trainable) {
    return trainable.restore(checkpoints->store.path(trial, step));
  };
  return config;
}

SchedulerConfig scheduler_config(const Session& session, const std::shared_ptr<Checkpoints>& checkpoints,
                                 caf::actor listener) {
  SchedulerConfig config;
  config.now = wall_clock;
  config.steady = steady_clock;
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

/// The session's sweep and sampler move into the actors; the ledger stays where it is.
Cast spawn(caf::actor_system& system, Session& session, TrainerConfig trainer_settings,
           SchedulerConfig scheduler_settings, int slots) {
  Cast cast;
  cast.sampler =
      system.spawn(sampler, std::shared_ptr<Sampler>(std::move(session.sampler)), trainer_settings.abandoned);
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

}  // namespace

class HostedSweep::Impl {
public:
  Impl(caf::actor_system& system, Session session) : system_(system), session_(std::move(session)) {}
  ~Impl() { end_actors(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  /// Once, and where this object stays: the feed and the storage actor hold on to its ledger.
  Result<void> start(std::shared_ptr<TrainableFactory> factory, HostOptions options) {
    const auto checkpoints = std::make_shared<Checkpoints>(session_.dir, session_.sweep.spec());
    if (auto cleared = checkpoints->store.remove_temporaries(); !cleared) return fail(cleared.error());
    auto feed = EventFeed::start(session_.dir, session_.ledger, std::move(options.on_event));
    if (!feed) return fail(feed.error());
    feed_.emplace(std::move(*feed));
    auto trainer_settings = trainer_config(session_, std::move(factory), checkpoints, abandoned);
    auto scheduler_settings = scheduler_config(session_, checkpoints, options.listener);
    cast = spawn(system_, session_, std::move(trainer_settings), std::move(scheduler_settings), options.slots);
    running_ = true;
    return {};
  }

  Result<void> finish() {
    end_actors();
    return feed_->finish();
  }

  [[nodiscard]] const Ledger& ledger() const { return session_.ledger; }

  Cast cast;
  const std::shared_ptr<std::atomic<int>> abandoned = std::make_shared<std::atomic<int>>(0);

private:
  /// The ledger belongs to this object: the actor that writes it must be gone before.
  void end_actors() {
    if (!running_) return;
    running_ = false;
    caf::scoped_actor self(system_);
    const auto reason = caf::exit_reason::user_shutdown;
    self->send_exit(cast.fleet, reason);
    self->send_exit(cast.scheduler, reason);
    self->send_exit(cast.sampler, reason);
    self->send_exit(cast.storage, reason);
    self->wait_for(cast.fleet, cast.scheduler, cast.sampler, cast.storage);
  }

  caf::actor_system& system_;
  Session session_;
  std::optional<EventFeed> feed_;
  bool running_ = false;
};

HostedSweep::HostedSweep(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HostedSweep::HostedSweep(HostedSweep&&) noexcept = default;
HostedSweep& HostedSweep::operator=(HostedSweep&&) noexcept = default;
HostedSweep::~HostedSweep() = default;

Result<HostedSweep> HostedSweep::start(caf::actor_system& system, Session session,
                                       std::shared_ptr<TrainableFactory> factory, HostOptions options) {
  auto impl = std::make_unique<Impl>(system, std::move(session));
  if (auto started = impl->start(std::move(factory), std::move(options)); !started) return fail(started.error());
  return HostedSweep(std::move(impl));
}

const scheduler_actor& HostedSweep::scheduler() const {
  return impl_->cast.scheduler;
}

const fleet_actor& HostedSweep::fleet() const {
  return impl_->cast.fleet;
}

Result<void> HostedSweep::finish() {
  return impl_->finish();
}

int HostedSweep::abandoned() const {
  return *impl_->abandoned;
}

Result<void> HostedSweep::copy_ledger(const std::filesystem::path& file) const {
  return impl_->ledger().copy_to(file);
}

}  // namespace winnow
