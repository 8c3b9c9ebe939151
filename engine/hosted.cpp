#include <winnow/engine/hosted.hpp>

#include <fmt/format.h>

#include <vector>

#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>

#include <winnow/actors/sampler.hpp>
#include <winnow/actors/scheduler.hpp>
#include <winnow/base/clock.hpp>
#include <winnow/base/session_clock.hpp>
#include <winnow/core/highest_step.hpp>
#include <winnow/engine/feed.hpp>
#include <winnow/session/recovered.hpp>
#include <winnow/storage/checkpoints.hpp>
#include <winnow/trainers/command.hpp>

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
  config.now = SessionClock();
  config.steady = steady_clock;
  config.sampler_learns = session.sampler->learns();
  config.listener = std::move(listener);
  config.checkpoint = [checkpoints](TrialId trial, Step at_most) { return checkpoints->known(trial, at_most); };
  if (session.sweep.spec().runs_program()) {
    config.can_go_on = [dir = session.dir](TrialId trial) { return !program_checkpoint(dir.trial(trial)).empty(); };
  } else {
    config.can_go_on = [checkpoints](TrialId trial) { return checkpoints->known(trial, kHighestStep).has_value(); };
  }
  config.pin_for_others = [checkpoints = std::move(checkpoints)](TrialId trial, Step step) {
    return checkpoints->pin_for_others(trial, step);
  };
  return config;
}

constexpr std::chrono::seconds kCommandTimeout{20};  ///< who asked through the socket waits longer: kCommandLimit

/// The actors of one sweep.
struct Actors {
  sampler_actor sampler;
  storage_actor storage;  ///< the house's
  scheduler_actor scheduler;
};

}  // namespace

Result<void> tell(caf::actor_system& system, const sweep_actor& sweep, const Command& command) {
  caf::scoped_actor self(system);
  Result<void> done;
  self->request(sweep, kCommandTimeout, command)
      .receive(
          [&](const Answer& answer) {
            if (answer.error) done = fail(*answer.error);
          },
          [&](const caf::error& error) { done = fail(errc::io, "no answer: " + to_string(error)); });
  return done;
}

class HostedSweep::Impl {
public:
  /// `house`: null: it has `own`.
  Impl(std::optional<House> own, const House* house, Session session)
      : own_(std::move(own)), house_(own_ ? &*own_ : house), session_(std::move(session)) {}
  ~Impl() {
    end_actors();
    feed_.reset();  // it needs the house, which waits for what still runs
    own_.reset();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  /// Once, and where this object stays: the feed and the storage actor hold on to its ledger.
  Result<void> start(std::shared_ptr<TrainableFactory> factory, GuestOptions options) {
    const auto checkpoints = checkpoint_store(session_);
    std::vector<std::string> notes;
    if (auto recovered = checkpoints->recover(&notes); !recovered) return recovered;
    for (std::string& note : notes) note = "checkpoint passed over: " + note;
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
    auto feed = EventFeed::start(house_->ticker(), session_.dir, session_.ledger, close, std::move(options.on_event));
    if (!feed) return fail(feed.error());
    feed_.emplace(std::move(*feed));
    for (const std::string& note : notes) feed_->note()(note);
    if (auto enough = expect_threads(session_.sampler->learns() ? 1 : 0); !enough) return enough;
    auto settings = scheduler_config(session_, checkpoints, options.listener);
    settings.wants = options.wants;
    settings.job =
        std::make_shared<const Job>(job_of(session_, std::move(factory), checkpoints, feed_->note(), abandoned));
    spawn(std::move(settings));
    return {};
  }

  Result<void> finish() {
    end_actors();
    auto finished = feed_->finish();
    own_.reset();
    return finished;
  }

  [[nodiscard]] const Ledger& ledger() const { return session_.ledger; }
  [[nodiscard]] const House& house() const { return *house_; }

  Actors actors;
  const std::shared_ptr<std::atomic<int>> abandoned = std::make_shared<std::atomic<int>>(0);

private:
  /// The session's sweep and sampler move into the actors; the ledger stays where it is.
  void spawn(SchedulerConfig settings) {
    caf::actor_system& system = house_->system();
    append_ = std::make_shared<const AppendFn>(
        [&ledger = session_.ledger](std::span<Event> events) { return ledger.append(events); });
    settings.ledger = append_;
    settings.fleet = house_->fleet();
    actors.sampler = system.spawn(winnow::sampler, std::shared_ptr<Sampler>(std::move(session_.sampler)), abandoned);
    actors.storage = house_->storage();
    actors.scheduler = system.spawn(winnow::scheduler, std::make_shared<Sweep>(std::move(session_.sweep)),
                                    std::move(settings), actors.sampler, actors.storage);
  }

  /// The directory belongs to this object: nobody writes its ledger when this returns, and no trial of it runs.
  void end_actors() {
    if (!append_) return;
    caf::scoped_actor self(house_->system());
    const auto ignore = [](const caf::error&) {};  // whoever is asked is gone
    for (const auto& actor :
         {caf::actor_cast<caf::actor>(actors.scheduler), caf::actor_cast<caf::actor>(actors.sampler)}) {
      self->send_exit(actor, caf::exit_reason::user_shutdown);
      self->wait_for(actor);
    }
    self->request(actors.storage, caf::infinite, CloseLedger{std::exchange(append_, nullptr)}).receive([] {}, ignore);
    self->request(house_->fleet(), caf::infinite, LeaveFleet{actors.scheduler}).receive([] {}, ignore);
  }

  std::optional<House> own_;
  const House* house_;
  Session session_;
  std::shared_ptr<const AppendFn> append_;
  std::optional<EventFeed> feed_;
};

HostedSweep::HostedSweep(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HostedSweep::HostedSweep(HostedSweep&&) noexcept = default;
HostedSweep& HostedSweep::operator=(HostedSweep&&) noexcept = default;
HostedSweep::~HostedSweep() = default;

Result<HostedSweep> HostedSweep::start(caf::actor_system& system, Session session,
                                       std::shared_ptr<TrainableFactory> factory, HostOptions options) {
  const double gpus = session.sweep.spec().gpus.value_or(0);
  if (options.slots > 0 && gpus > 0 && DevicePool(options.devices).capacity(gpus) == 0) {
    return fail(errc::invalid_input, fmt::format("resources.gpus: {}: there are no such devices", gpus));
  }
  const bool threads = factory && factory->placement() != Placement::inline_slice;
  auto house =
      House::start(system, {.slots = options.slots, .devices = std::move(options.devices), .own_threads = threads});
  if (!house) return fail(house.error());
  auto impl = std::make_unique<Impl>(std::move(*house), nullptr, std::move(session));
  GuestOptions guest{.wants = {.up_to = kMostSlots, .each = {.gpus = gpus}},
                     .listener = std::move(options.listener),
                     .on_event = std::move(options.on_event)};
  if (auto started = impl->start(std::move(factory), std::move(guest)); !started) return fail(started.error());
  return HostedSweep(std::move(impl));
}

Result<HostedSweep> HostedSweep::start(const House& house, Session session, std::shared_ptr<TrainableFactory> factory,
                                       GuestOptions options) {
  auto impl = std::make_unique<Impl>(std::nullopt, &house, std::move(session));
  if (auto started = impl->start(std::move(factory), std::move(options)); !started) return fail(started.error());
  return HostedSweep(std::move(impl));
}

const scheduler_actor& HostedSweep::scheduler() const {
  return impl_->actors.scheduler;
}

const fleet_actor& HostedSweep::fleet() const {
  return impl_->house().fleet();
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
