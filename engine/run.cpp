#include <winnow/engine/run.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>

#include <winnow/core/duration.hpp>
#include <winnow/engine/disk_guard.hpp>
#include <winnow/engine/hosted.hpp>
#include <winnow/engine/own_stopper.hpp>
#include <winnow/engine/system_config.hpp>
#include <winnow/session/control.hpp>
#include <winnow/session/edits.hpp>
#include <winnow/session/ledger_watch.hpp>
#include <winnow/spec/sweep_file.hpp>
#include <winnow/storage/filesystem.hpp>
#include <winnow/trainers/find_devices.hpp>

namespace winnow {
namespace {

constexpr std::chrono::seconds kSnapshotTimeout{30};
constexpr std::chrono::seconds kDiskPeriod{1};
constexpr std::chrono::seconds kPausePeriod{1};  ///< to see that the sweep has paused itself, where nobody watches it
constexpr std::chrono::milliseconds kTick{100};  ///< how late a Ctrl-C, or the loss of the ledger, is seen

/// A request that came through the socket.
Result<void> on_control(caf::actor_system& system, const HostedSweep& hosted, const Value& request) {
  if (request.value("op", Value()) == "copy") {
    if (!request.contains("file") || !request["file"].is_string()) {
      return fail(errc::invalid_input, "\"file\" must be a path");
    }
    const auto file = request["file"].get<std::string>();
    if (file.find('\0') != std::string::npos) return fail(errc::invalid_input, "\"file\" must be a path, without NUL");
    return hosted.copy_ledger(file);
  }
  const auto command = parse_control(request);
  if (!command) return fail(command.error());
  return tell(system, hosted.scheduler(), {command->verb, command->trial, ""});
}

/// The program's side of a sweep that runs: waits for its end, shows progress, passes a Ctrl-C on, watches the disk.
class Watch {
public:
  Watch(caf::actor_system& system, const HostedSweep& hosted, const RunOptions& options, const RunDir& dir)
      : system_(system), hosted_(hosted), options_(options), root_(dir.root), ledger_(dir), guard_(options.min_free) {}

  Outcome until_end(caf::scoped_actor& self) {
    std::optional<SweepEnded> ended;
    std::optional<LostLedger> lost;
    using Clock = std::chrono::steady_clock;
    const auto period = milliseconds(options_.interval);
    const auto snapshots = options_.on_progress ? period : std::chrono::milliseconds(kPausePeriod);
    auto next_snapshot = Clock::now() + snapshots;
    while (!ended) {
      self->receive([&](SweepEnded& message) { ended = std::move(message); },
                    caf::after(std::min(period, kTick)) >> [] {});
      if (ended) break;
      if (options_.interrupts != nullptr && *options_.interrupts > 0) interrupt(self);
      lost = ledger_.look();
      if (lost) break;
      look_at_disk(self);
      if (Clock::now() < next_snapshot) continue;
      next_snapshot = Clock::now() + snapshots;
      self->request(hosted_.scheduler(), kSnapshotTimeout, GetSnapshot{})
          .receive(
              [&](const Snapshot& snapshot) {
                say_pause(snapshot);
                if (options_.on_progress) options_.on_progress(snapshot);
              },
              [](const caf::error&) {});
    }
    if (!lost) lost = ledger_.look();
    if (lost) ended = SweepEnded{"its ledger is gone", false, lost->error};
    Outcome outcome;
    outcome.why = ended->why;
    outcome.interrupted = ended->interrupted;
    outcome.error = ended->error;
    outcome.dir = lost ? lost->moved_to : root_;
    self->request(hosted_.scheduler(), kSnapshotTimeout, GetSnapshot{})
        .receive(
            [&](const Snapshot& last) {
              outcome.best = last.best;
              outcome.best_params = last.best_params;
            },
            [](const caf::error&) {});
    return outcome;
  }

private:
  void interrupt(caf::scoped_actor& self) {
    if (interrupted_) return;
    interrupted_ = true;
    self->send(hosted_.scheduler(), Interrupt{});
  }

  void look_at_disk(caf::scoped_actor& self) {
    const auto now = std::chrono::steady_clock::now();
    if (now < next_look_) return;
    next_look_ = now + kDiskPeriod;
    const auto free = free_bytes(root_);
    if (!free) return;
    const std::string room = fmt::format("{} MiB free on the disk of {}", *free >> 20, root_.string());
    switch (guard_.look(*free)) {
      case DiskGuard::Act::none: break;
      case DiskGuard::Act::pause:
        // Someone may have paused it already; then it isn't ours to resume.
        paused_ =
            tell(system_, hosted_.scheduler(), {CommandVerb::pause, std::nullopt, "low disk: " + room}).has_value();
        notice(fmt::format("only {} (limit {} MiB): no further trial starts until there is room", room,
                           options_.min_free >> 20));
        break;
      case DiskGuard::Act::resume:
        if (paused_) {
          (void)tell(system_, hosted_.scheduler(), {CommandVerb::resume, std::nullopt, "the disk has room"});
        }
        notice(room + ": going on");
        break;
      case DiskGuard::Act::interrupt:
        notice(fmt::format("only {}: ending before it is full", room));
        interrupt(self);
        break;
    }
  }

  /// Once a pause by the sweep itself: trials fail as soon as they start.
  void say_pause(const Snapshot& snapshot) {
    const bool its_own = snapshot.on_hold && !paused_ && !snapshot.hold_reason.empty();
    if (its_own && !said_paused_) {
      notice(
          fmt::format("paused: {0}; no further trial starts until `winnow resume {1}`; `winnow retry {1}` runs those "
                      "that failed once more",
                      snapshot.hold_reason, root_.string()));
    }
    said_paused_ = its_own;
  }

  void notice(const std::string& text) const {
    if (options_.on_notice) options_.on_notice(text);
  }

  caf::actor_system& system_;
  const HostedSweep& hosted_;
  const RunOptions& options_;
  std::filesystem::path root_;
  LedgerWatch ledger_;
  DiskGuard guard_;
  bool interrupted_ = false;
  bool paused_ = false;
  bool said_paused_ = false;
  std::chrono::steady_clock::time_point next_look_;
};

}  // namespace

int slots_of(const SweepSpec& spec, int wanted, std::optional<std::int64_t> devices) {
  // A program of which nothing is known but its name: one at a time, as a W&B agent does.
  const bool alone = spec.runs_program() && !spec.cpus && !devices;
  const double needs = std::max(spec.cpus.value_or(1), 1e-3) * spec.trainer.ranks;
  const int fit = alone ? 1 : std::max(1, static_cast<int>(cores() / needs));
  int slots = wanted > 0 ? wanted : spec.slots > 0 ? spec.slots : fit;
  slots = static_cast<int>(std::min<std::int64_t>(std::min(slots, kMostSlots), devices.value_or(kMostSlots)));
  if (spec.run_cap) slots = static_cast<int>(std::min<std::int64_t>(slots, std::max<std::int64_t>(1, *spec.run_cap)));
  return slots;
}

std::string said_of_slots(const SweepSpec& spec, int wanted) {
  const bool said = wanted > 0 || spec.slots > 0 || spec.cpus || spec.gpus.value_or(0) > 0;
  if (said || !spec.runs_program() || spec.run_cap == 1) return "";
  return "one trial at a time: nothing says what one needs; `slots: 4` or `resources: {cpus: 1}` lets more run at once";
}

Result<Places> places_of(const SweepSpec& spec, int wanted, std::optional<std::vector<Device>> devices) {
  const double gpus = spec.gpus.value_or(0);
  if (gpus <= 0) return Places{.slots = slots_of(spec, wanted)};
  const auto impossible = [&](const std::string& why) {
    return fail(errc::invalid_input, fmt::format("resources.gpus: {}, and {}", format_double(gpus), why));
  };
  if (!devices) {
    auto found = find_devices(spec.devices.value_or(std::vector<std::string>()));
    if (!found) return impossible(found.error().message);
    devices = std::move(*found);
  }
  const std::int64_t room = DevicePool(*devices).capacity(gpus);
  const std::string ids = DeviceShare{*devices, 0}.ids();
  if (room == 0) return impossible(devices->empty() ? "there is no device" : "all there is are the devices " + ids);
  Places places{.slots = slots_of(spec, wanted, room), .devices = std::move(*devices)};
  const int asked = wanted > 0 ? wanted : spec.slots;
  if (asked > 0 && places.slots < slots_of(spec, asked)) {
    places.notice = fmt::format("slots: {}, but resources.gpus: {} has room for {} on the devices {}: so many run",
                                asked, format_double(gpus), places.slots, ids);
  }
  return places;
}

int threads_of(const SweepSpec& spec, int slots) {
  if (spec.cpus) return std::max(1, static_cast<int>(*spec.cpus));
  return slots <= 1 ? 0 : std::max(1, cores() / slots);
}

Result<Outcome> run(Session session, std::shared_ptr<TrainableFactory> factory, const RunOptions& options) {
  const SweepSpec spec = session.sweep.spec();
  const RunDir dir = session.dir;
  auto places = places_of(spec, options.slots, options.devices);
  if (!places) return fail(std::move(places.error()));
  if (!places->notice.empty() && options.on_notice) options.on_notice(places->notice);
  SystemConfig config;
  caf::actor_system system(config);
  caf::scoped_actor self(system);
  auto on_event = options.on_event;
  std::shared_ptr<OwnStopper> stopper;
  if (options.stop_when) {
    stopper = std::make_shared<OwnStopper>(options.stop_when);
    on_event = [stopper, tell = options.on_event](const Event& event) {
      if (tell) tell(event);
      stopper->hear(event);
    };
  }
  auto hosted = HostedSweep::start(system, std::move(session), std::move(factory),
                                   {.slots = places->slots,
                                    .devices = std::move(places->devices),
                                    .listener = caf::actor_cast<caf::actor>(self),
                                    .on_event = std::move(on_event)});
  if (!hosted) return fail(hosted.error());
  if (stopper) stopper->command(hosted->scheduler());
  Outcome outcome;
  {
    const auto control =
        ControlServer::start(dir, [&](const Value& request) { return on_control(system, *hosted, request); });
    if (!control && options.on_notice) options.on_notice(control.error().message);
    outcome = Watch(system, *hosted, options, dir).until_end(self);
  }
  if (const auto finished = hosted->finish(); !finished && !outcome.error) {
    outcome.warnings.push_back(finished.error().message);
  }
  outcome.abandoned = hosted->abandoned();
  return outcome;
}

Result<Outcome> run(const SweepSpec& spec, std::shared_ptr<TrainableFactory> factory, const RunOptions& options) {
  const auto file = sweep_file_of(spec);
  if (!file) return fail(file.error());
  auto session = create_session(*file, options.dir.empty() ? default_run_root(spec.name) : options.dir, draw_seed(),
                                options.functions);
  if (!session) return fail(session.error());
  return run(std::move(*session), std::move(factory), options);
}

Result<Outcome> resume(const std::filesystem::path& dir, std::shared_ptr<TrainableFactory> factory,
                       const RunOptions& options) {
  auto session = open_session(dir, {}, options.functions);
  if (!session) return fail(session.error());
  return run(std::move(*session), std::move(factory), options);
}

}  // namespace winnow
