#include <winnow/engine/hosted.hpp>

#include <fmt/format.h>

#include <latch>
#include <system_error>
#include <thread>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>

#include <winnow/actors/fleet.hpp>
#include <winnow/actors/sampler.hpp>
#include <winnow/actors/scheduler.hpp>
#include <winnow/actors/storage.hpp>
#include <winnow/actors/trainer.hpp>
#include <winnow/base/clock.hpp>
#include <winnow/engine/feed.hpp>
#include <winnow/session/recovered.hpp>
#include <winnow/storage/checkpoints.hpp>

namespace winnow {
namespace {

std::shared_ptr<CheckpointStore> checkpoint_store(const Session& session) {
  const SweepSpec& spec = session.sweep.spec();
  return std::make_shared<CheckpointStore>(session.dir.checkpoints(), spec.checkpoints_last, spec.checkpoints_best);
}

Job job_of(const Session& session, std::shared_ptr<TrainableFactory> factory,
           std::shared_ptr<CheckpointStore> checkpoints, EventFeed::Note note,
           std::shared_ptr<std::atomic<int>> abandoned) {
  const SweepSpec& spec = session.sweep.spec();
  Job job;
  job.factory = std::move(factory);
  job.directory = session.base;
  job.home = [dir = session.dir](TrialId trial) { return std::filesystem::absolute(dir.trial(trial)); };
  if (session.sweep.objective() != nullptr) job.objective = *session.sweep.objective();
  job.limits = spec.trial;
  job.checkpoints = std::move(checkpoints);
  job.save_reports = spec.checkpoints_last > 0 || spec.checkpoints_best > 0;
  job.note = std::move(note);
  job.abandoned = std::move(abandoned);
  return job;
}

SchedulerConfig scheduler_config(const Session& session, std::shared_ptr<CheckpointStore> checkpoints,
                                 caf::actor listener) {
  SchedulerConfig config;
  config.now = wall_clock;
  config.steady = steady_clock;
  config.sampler_learns = session.sampler->learns();
  config.listener = std::move(listener);
  config.checkpoint = [checkpoints](TrialId trial, Step at_most) { return checkpoints->known(trial, at_most); };
  config.pin_for_others = [checkpoints = std::move(checkpoints)](TrialId trial, Step step) {
    return checkpoints->pin_for_others(trial, step);
  };
  return config;
}

/// The actors of one sweep.
struct Actors {
  sampler_actor sampler;
  storage_actor storage;
  scheduler_actor scheduler;
  fleet_actor fleet;
};

/// The session's sweep and sampler move into the actors; the ledger stays where it is.
Actors spawn(caf::actor_system& system, Session& session, SchedulerConfig settings, Capacity capacity,
             bool own_threads) {
  Actors actors;
  actors.sampler = system.spawn(sampler, std::shared_ptr<Sampler>(std::move(session.sampler)), settings.job->abandoned);
  actors.storage = system.spawn<caf::detached>(
      storage, [&ledger = session.ledger](std::span<Event> events) { return ledger.append(events); });
  const SpawnTrainer spawn_trainer = [own_threads](fleet_actor::pointer self) {
    return self->spawn(trainer, SlotOptions{.own_thread = own_threads}, fleet_actor(self));
  };
  actors.fleet = system.spawn(fleet, std::move(capacity), spawn_trainer, steady_clock);
  settings.fleet = actors.fleet;
  actors.scheduler = system.spawn(scheduler, std::make_shared<Sweep>(std::move(session.sweep)), std::move(settings),
                                  actors.sampler, actors.storage);
  return actors;
}

/// Throws std::system_error where the system hasn't this many threads left. Asked before CAF is: an actor of its own
/// thread that can't have it counts as running for ever, and the actor system waits for it.
void expect_threads(int count) {
  std::latch all(1);
  std::vector<std::jthread> threads;
  try {
    for (int i = 0; i < count; ++i) threads.emplace_back([&all] { all.wait(); });
  } catch (...) {
    all.count_down();
    throw;
  }
  all.count_down();
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
    const double gpus = session_.sweep.spec().gpus.value_or(0);
    Capacity capacity{.slots = options.slots, .devices = DevicePool(std::move(options.devices))};
    if (options.slots > 0 && gpus > 0 && capacity.devices.capacity(gpus) == 0) {
      return fail(errc::invalid_input, fmt::format("resources.gpus: {}: there are no such devices", gpus));
    }
    const auto checkpoints = checkpoint_store(session_);
    std::vector<std::string> notes;
    if (auto recovered = checkpoints->recover(&notes); !recovered) return recovered;
    for (std::string& note : notes) note = "checkpoint passed over: " + note;
    try {
      std::vector<CheckpointStore::Pin> pins;  // until the closed ones are closed
      for (const Trial& trial : session_.sweep.trials()) {
        if (!trial.inherits) continue;
        pins.push_back(checkpoints->pin_for_others(trial.inherited.back().donor, trial.inherited.back().from_step));
      }
      const auto close = [checkpoints](TrialId trial, Attempt attempt) { return checkpoints->close(trial, attempt); };
      for (const Trial& trial : session_.sweep.trials()) {
        if (!has_ended(trial.state)) continue;
        if (auto closed = close(trial.number, trial.attempt); !closed) notes.push_back(closed.error().message);
      }
      auto feed = EventFeed::start(session_.dir, session_.ledger, close, std::move(options.on_event));
      if (!feed) return fail(feed.error());
      feed_.emplace(std::move(*feed));
      for (const std::string& note : notes) feed_->note()(note);
      const bool own_threads = factory && factory->placement() != Placement::inline_slice;
      auto settings = scheduler_config(session_, checkpoints, options.listener);
      settings.wants = {.up_to = kMostSlots, .each = {.gpus = gpus}};
      settings.job =
          std::make_shared<const Job>(job_of(session_, std::move(factory), checkpoints, feed_->note(), abandoned));
      expect_threads(session_.sampler->learns() ? 2 : 1);  // the ledger's, the sampler's
      actors = spawn(system_, session_, std::move(settings), std::move(capacity), own_threads);
      running_ = true;
      return {};
    } catch (const std::system_error& error) {
      return fail(errc::io, std::string("no thread for the sweep's actors: ") + error.what() +
                                "; allow more of them (ulimit -u) or more memory (ulimit -v)");
    }
  }

  Result<void> finish() {
    end_actors();
    return feed_->finish();
  }

  [[nodiscard]] const Ledger& ledger() const { return session_.ledger; }

  Actors actors;
  const std::shared_ptr<std::atomic<int>> abandoned = std::make_shared<std::atomic<int>>(0);

private:
  /// The ledger belongs to this object: the actor that writes it must be gone before.
  void end_actors() {
    if (!std::exchange(running_, false)) return;
    caf::scoped_actor self(system_);
    const auto reason = caf::exit_reason::user_shutdown;
    self->send_exit(actors.fleet, reason);
    self->send_exit(actors.scheduler, reason);
    self->send_exit(actors.sampler, reason);
    self->send_exit(actors.storage, reason);
    self->wait_for(actors.fleet, actors.scheduler, actors.sampler, actors.storage);
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
  return impl_->actors.scheduler;
}

const fleet_actor& HostedSweep::fleet() const {
  return impl_->actors.fleet;
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
