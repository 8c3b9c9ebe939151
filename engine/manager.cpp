#include <winnow/engine/manager.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>

#include <winnow/base/catching.hpp>
#include <winnow/base/clock.hpp>
#include <winnow/base/file.hpp>
#include <winnow/engine/hosted.hpp>
#include <winnow/engine/run.hpp>
#include <winnow/engine/system_config.hpp>
#include <winnow/session/ledger_watch.hpp>
#include <winnow/session/recovered.hpp>
#include <winnow/session/session.hpp>
#include <winnow/trainers/find_devices.hpp>
#include <winnow/trainers/make_trainer.hpp>

namespace winnow {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kLookTimeout{20};
constexpr std::chrono::milliseconds kLookPeriod{500};  ///< how old what `list` says of a running sweep may be
constexpr int kLedgerThreads = 4;

tl::unexpected<Error> no_such_sweep(std::string_view id) {
  return fail(errc::unknown_trial, fmt::format("there is no sweep '{}'", id));
}

/// Whether the summary was written after the ledger was last, which another process may have gone on with meanwhile.
bool is_newest(const fs::path& root) {
  std::error_code failed;
  const auto summary = fs::last_write_time(root / "summary.json", failed);
  const auto ledger = fs::last_write_time(RunDir{root}.ledger(), failed);
  return !failed && ledger <= summary;
}

}  // namespace

class Manager::Impl {
public:
  Impl(ManagerOptions options, DirLock lock) : options_(std::move(options)), lock_(std::move(lock)), system_(config_) {}
  ~Impl() { stop(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Result<void> start() {
    const std::int64_t slots = options_.slots > 0 ? options_.slots : cores();
    auto house = House::start(system_, {.slots = static_cast<int>(slots),
                                        .cpus = std::max<double>(static_cast<double>(slots), cores()),
                                        .devices = *options_.devices,
                                        .ledger_threads = kLedgerThreads});
    if (!house) return fail(house.error());
    house_.emplace(std::move(*house));
    slots_ = static_cast<int>(slots);
    if (auto listed = read_directory(); !listed) return listed;
    janitor_ = std::thread([this] { work(); });
    return {};
  }

  Result<SweepInfo> create(const SweepFile& file, const SweepShare& share, const fs::path& started_from) {
    if (auto right = check(share); !right) return fail(right.error());
    const SweepSpec& spec = file.parsed.spec;
    auto wants = wants_of(spec, share);
    if (!wants) return fail(wants.error());
    auto trainer = trainer_of(spec, file.path.parent_path(), started_from);
    if (!trainer) return fail(trainer.error());
    std::unique_lock one_at_a_time(creating_);  // their names depend on what is there
    const fs::path root = default_run_root(spec.name, sweeps());
    auto session = create_session(file, root, draw_seed());
    if (!session) return fail(session.error());
    one_at_a_time.unlock();
    SweepInfo info{.id = root.filename().string(), .name = spec.name, .share = share, .created = wall_clock()};
    describe(session->sweep, info);
    if (auto kept = write_summary(root, info); !kept) return fail(kept.error());
    std::unique_lock lock(mutex_);
    Entry& entry = entries_.emplace(info.id, Entry{.info = info, .changing = true}).first->second;
    lock.unlock();
    auto hosted = host(info.id, std::move(*session), std::move(trainer->factory), *wants);
    lock.lock();
    if (!hosted) return take(entry, fail(hosted.error())).map([&] { return info; });
    return take(entry, Opened{info, std::move(*hosted)}).map([&] { return info; });
  }

  std::vector<SweepInfo> list(std::string_view after, std::size_t limit) const {
    const std::lock_guard lock(mutex_);
    std::vector<SweepInfo> found;
    for (auto it = entries_.upper_bound(after); it != entries_.end(); ++it) {
      if (limit > 0 && found.size() == limit) break;
      found.push_back(it->second.info);
    }
    return found;
  }

  std::optional<SweepInfo> find(std::string_view id) {
    if (const auto scheduler = scheduler_of(id)) look_at(std::string(id), scheduler);
    const std::lock_guard lock(mutex_);
    const auto it = entries_.find(id);
    return it == entries_.end() ? std::nullopt : std::optional(it->second.info);
  }

  Result<void> command(std::string_view id, const Command& command) {
    std::unique_lock lock(mutex_);
    auto it = entries_.end();
    const auto is_settled = [&] {  // looked for each time: it may have been deleted meanwhile
      it = entries_.find(id);
      return stopping_ || it == entries_.end() || !it->second.changing;
    };
    changed_.wait(lock, is_settled);
    if (it == entries_.end()) return no_such_sweep(id);
    Entry& entry = it->second;
    if (stopping_) return fail(errc::illegal_state, "the manager is stopping");
    if (!entry.hosted) {
      entry.changing = true;
      const SweepInfo before = entry.info;
      lock.unlock();
      auto opened = open(before, command);
      lock.lock();
      return take(entry, std::move(opened));
    }
    const scheduler_actor scheduler = entry.hosted->scheduler();
    lock.unlock();
    auto done = tell(system_, scheduler, command);
    look_at(std::string(id), scheduler);
    return done;
  }

  Result<void> share(std::string_view id, const SweepShare& share) {
    if (auto right = check(share); !right) return right;
    if (!find(id)) return no_such_sweep(id);
    const auto recovered = recover(root(id));
    if (!recovered) return fail(recovered.error());
    auto wants = wants_of(recovered->sweep.spec(), share);
    if (!wants) return fail(wants.error());
    const std::lock_guard lock(mutex_);
    const auto it = entries_.find(id);
    if (it == entries_.end()) return no_such_sweep(id);
    Entry& entry = it->second;
    entry.info.share = share;
    if (entry.hosted) caf::anon_send(entry.hosted->scheduler(), ChangeWants{*wants});
    return write_summary(root(id), entry.info);
  }

  Result<void> remove(std::string_view id) {
    const std::lock_guard lock(mutex_);
    const auto it = entries_.find(id);
    if (it == entries_.end()) return no_such_sweep(id);
    if (it->second.hosted || it->second.changing) {
      return fail(errc::illegal_state, fmt::format("sweep '{}' runs: stop it first", id));
    }
    std::error_code failed;
    fs::remove_all(root(id), failed);
    if (failed) return fail(errc::io, root(id).string() + ": " + failed.message());
    entries_.erase(it);
    return {};
  }

  std::vector<std::string> ready() const {
    std::vector<std::string> causes;
    const fs::path probe = options_.directory / "probe";
    if (auto written = posix::write_file(probe, "winnow\n"); !written) causes.push_back(written.error().message);
    std::error_code ignored;
    fs::remove(probe, ignored);
    const std::lock_guard lock(mutex_);
    if (stopping_) causes.emplace_back("it is stopping");
    if (!tasks_.empty()) causes.push_back(fmt::format("{} sweeps are still to be opened or closed", tasks_.size()));
    return causes;
  }

  void wait() const {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stopping_ || (tasks_.empty() && !any_hosted()); });
  }

  void stop() {
    {
      std::unique_lock lock(mutex_);
      if (stopping_.exchange(true)) return;
      for (const auto& [id, entry] : entries_) {
        if (entry.hosted) caf::anon_send(entry.hosted->scheduler(), Interrupt{});
      }
      changed_.notify_all();
      changed_.wait(lock, [&] { return !any_hosted(); });
      done_ = true;
      changed_.notify_all();
    }
    if (janitor_.joinable()) janitor_.join();
    house_.reset();
  }

private:
  struct Entry {
    SweepInfo info;
    std::optional<HostedSweep> hosted{};
    std::optional<LedgerWatch> watch{};  ///< of one that is hosted
    bool changing = false;               ///< it is being opened or closed, by one thread
    bool news = false;                   ///< something has happened since somebody looked
  };
  /// What came of opening a sweep: it runs, or there was nothing to do.
  struct Opened {
    SweepInfo info;
    std::optional<HostedSweep> hosted{};
  };

  [[nodiscard]] fs::path sweeps() const { return options_.directory / "sweeps"; }
  [[nodiscard]] fs::path root(std::string_view id) const { return sweeps() / id; }
  [[nodiscard]] bool any_hosted() const {
    return std::any_of(entries_.begin(), entries_.end(),
                       [](const auto& entry) { return entry.second.hosted || entry.second.changing; });
  }
  void notice(const std::string& text) const {
    if (options_.on_notice) options_.on_notice(text);
  }

  /// Whatever isn't known to be at rest is opened by the janitor.
  Result<void> read_directory() {
    std::error_code failed;
    for (fs::directory_iterator it(sweeps(), failed), end; !failed && it != end; it.increment(failed)) {
      const std::string id = it->path().filename().string();
      if (!it->is_directory(failed)) continue;
      auto info = read_summary(it->path());
      const bool rests = info && info->id == id && info->state != SweepState::running && is_newest(it->path());
      if (!rests && !holds_run(it->path())) continue;
      if (!info) info = SweepInfo{.id = id};
      info->id = id;
      entries_.emplace(id, Entry{.info = std::move(*info), .changing = !rests});
      if (!rests) tasks_.emplace_back([this, id] { reopen(id); });
    }
    if (failed) return fail(errc::io, sweeps().string() + ": " + failed.message());
    return {};
  }

  // --- the janitor: opens and closes sweeps, and looks at those that have news

  void work() {
    std::unique_lock lock(mutex_);
    while (!done_) {
      changed_.wait_for(lock, kLookPeriod, [&] { return done_ || !tasks_.empty(); });
      if (!tasks_.empty()) {
        const auto task = std::move(tasks_.front());
        tasks_.pop_front();
        lock.unlock();
        task();
        lock.lock();
        changed_.notify_all();
        continue;
      }
      std::vector<std::pair<std::string, scheduler_actor>> looks;
      for (auto& [id, entry] : entries_) {
        if (!entry.hosted) continue;
        if (auto lost = entry.watch->look()) {
          tasks_.emplace_back([this, name = id, error = std::move(lost->error)] {
            close(name, SweepEnded{"its ledger is gone", false, error});
          });
        } else if (std::exchange(entry.news, false)) {
          looks.emplace_back(id, entry.hosted->scheduler());
        }
      }
      lock.unlock();
      for (const auto& [id, scheduler] : looks) look_at(id, scheduler);
      lock.lock();
    }
  }

  void post(std::function<void()> task) {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
    changed_.notify_all();
  }

  void reopen(const std::string& id) {
    std::unique_lock lock(mutex_);
    Entry& entry = entries_.at(id);
    const SweepInfo before = entry.info;
    lock.unlock();
    auto opened = stopping_ ? Result<Opened>(Opened{before}) : open(before, std::nullopt);
    lock.lock();
    if (auto taken = take(entry, std::move(opened)); !taken) {
      entry.info.state = SweepState::damaged;
      entry.info.why = taken.error().message;
      notice(fmt::format("sweep {}: {}", id, taken.error().message));
    }
  }

  /// Under the lock: the entry is what it was opened as, or what it was.
  Result<void> take(Entry& entry, Result<Opened> opened) {
    entry.changing = false;
    changed_.notify_all();
    if (!opened) return fail(opened.error());
    entry.info = std::move(opened->info);
    entry.hosted = std::move(opened->hosted);
    if (entry.hosted) entry.watch.emplace(RunDir{root(entry.info.id)});
    if (entry.hosted && stopping_) caf::anon_send(entry.hosted->scheduler(), Interrupt{});
    return {};
  }

  void close(const std::string& id, const SweepEnded& ended) {
    std::unique_lock lock(mutex_);
    Entry& entry = entries_.at(id);
    changed_.wait(lock, [&] { return !entry.changing; });
    if (!entry.hosted) return;  // it was closed for another reason
    std::optional<HostedSweep> hosted = std::move(entry.hosted);
    entry.hosted.reset();
    entry.watch.reset();
    entry.changing = true;
    SweepInfo info = entry.info;
    lock.unlock();
    if (const auto finished = hosted->finish(); !finished && !ended.error) {
      notice(fmt::format("sweep {}: {}", id, finished.error().message));
    }
    hosted.reset();  // its ledger is closed before the summary is written, which is to be the newest
    if (ended.error) {
      info.state = SweepState::damaged;
      info.why = ended.error->message;
      notice(fmt::format("sweep {}: {}", id, info.why));
    } else if (const auto after = recover(root(id)); !after) {
      info.state = SweepState::damaged;
      info.why = after.error().message;
    } else {
      describe(after->sweep, info);
      if (const auto kept = write_summary(root(id), info); !kept) notice(kept.error().message);
    }
    lock.lock();
    if (info.state == SweepState::finished) notice(fmt::format("sweep {}: finished: {}", id, info.why));
    // It was put to rest, and told to go on before it was.
    const bool goes_on = info.state == SweepState::running && !stopping_;
    entry.info = std::move(info);
    entry.changing = goes_on;
    if (goes_on) tasks_.emplace_back([this, id] { reopen(id); });
    changed_.notify_all();
  }

  // --- one sweep

  /// Opens a sweep that is at rest, tells it the command, and runs it, unless there is nothing to do.
  Result<Opened> open(SweepInfo info, const std::optional<Command>& command) {
    const fs::path dir = root(info.id);
    if (auto current = bring_up_to_date(dir); !current) return fail(current.error());
    auto before = recover(dir);
    if (!before) return fail(before.error());
    if (command) {
      auto possible = before->sweep.on_command(command->verb, command->trial, command->why, wall_clock());
      if (!possible) return fail(possible.error());
    }
    auto session = open_session(dir);
    if (!session) return fail(session.error());
    const auto record_command = [&](const Command& what) -> Result<void> {
      auto events = session->sweep.on_command(what.verb, what.trial, what.why, wall_clock());
      return events ? record(*session, std::move(*events)) : fail(events.error());
    };
    // A session that is opened goes on; this one is opened for a command.
    const bool held = before->sweep.on_hold();
    if (held) {
      if (auto kept = record_command({CommandVerb::pause, std::nullopt, before->sweep.hold_reason()}); !kept) {
        return fail(kept.error());
      }
    }
    if (command) {
      if (auto done = record_command(*command); !done) return fail(done.error());
    }
    describe(session->sweep, info);
    if (info.state != SweepState::running) {
      {
        const Session closed = std::move(*session);
      }  // before the summary, which is to be the newest
      if (auto kept = write_summary(dir, info); !kept) return fail(kept.error());
      return Opened{std::move(info)};
    }
    if (auto kept = write_summary(dir, info); !kept) return fail(kept.error());
    const SweepSpec& spec = session->sweep.spec();
    auto wants = wants_of(spec, info.share);
    if (!wants) return fail(wants.error());
    auto trainer = trainer_of(spec, session->base, before->started_from);
    if (!trainer) return fail(trainer.error());
    auto hosted = host(info.id, std::move(*session), std::move(trainer->factory), *wants);
    if (!hosted) return fail(hosted.error());
    return Opened{std::move(info), std::move(*hosted)};
  }

  Result<MadeTrainer> trainer_of(const SweepSpec& spec, const fs::path& base, const fs::path& started_from) {
    if (!spec.has_trainable()) {
      return fail(errc::invalid_input,
                  "nothing to run: no trainer, program or command (`winnow asktell` takes such a "
                  "sweep)");
    }
    return make_trainer(spec, base, options_.spawner, {started_from, threads_of(spec, slots_), slots_});
  }

  Result<Wants> wants_of(const SweepSpec& spec, const SweepShare& share) const {
    const auto places = places_of(spec, share.slots, *options_.devices);
    if (!places) return fail(places.error());
    return Wants{.up_to = places->slots,
                 .each = {.cpus = spec.cpus.value_or(1) * spec.trainer.ranks, .gpus = spec.gpus.value_or(0)},
                 .weight = share.weight,
                 .priority = share.priority};
  }

  Result<HostedSweep> host(const std::string& id, Session session, std::shared_ptr<TrainableFactory> factory,
                           const Wants& wants) {
    GuestOptions guest{.wants = wants};
    guest.listener = system_.spawn([this, id](caf::event_based_actor* self) -> caf::behavior {
      return {[this, id, self](const SweepEnded& ended) {
        post([this, id, ended] { close(id, ended); });
        self->quit();
      }};
    });
    guest.on_event = [this, id](const Event&) {
      const std::lock_guard lock(mutex_);
      if (const auto it = entries_.find(id); it != entries_.end()) it->second.news = true;
    };
    return HostedSweep::start(*house_, std::move(session), std::move(factory), std::move(guest));
  }

  scheduler_actor scheduler_of(std::string_view id) const {
    const std::lock_guard lock(mutex_);
    const auto it = entries_.find(id);
    return it != entries_.end() && it->second.hosted ? it->second.hosted->scheduler() : scheduler_actor();
  }

  /// What is known of a running sweep is brought up to now; one that has nothing more to do until somebody says so is
  /// put to rest.
  void look_at(const std::string& id, const scheduler_actor& scheduler) {
    caf::scoped_actor self(system_);
    std::optional<Snapshot> seen;
    self->request(scheduler, kLookTimeout, GetSnapshot{})
        .receive([&](const Snapshot& snapshot) { seen = snapshot; }, [](const caf::error&) {});
    if (!seen) return;
    if (seen->on_hold && seen->counts.running == 0) self->send(scheduler, Interrupt{});
    const std::lock_guard lock(mutex_);
    const auto it = entries_.find(id);
    if (it == entries_.end() || !it->second.hosted) return;
    SweepInfo& info = it->second.info;
    info.state = seen->on_hold ? SweepState::paused : SweepState::running;
    info.why = seen->on_hold ? seen->hold_reason : std::string();
    info.counts = seen->counts;
    info.last_seq = seen->last_seq;
    info.best = seen->best;
    info.best_params = seen->best_params;
  }

  ManagerOptions options_;
  DirLock lock_;
  SystemConfig config_;
  caf::actor_system system_;
  std::optional<House> house_;
  int slots_ = 1;
  std::mutex creating_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::map<std::string, Entry, std::less<>> entries_;  ///< by id
  std::deque<std::function<void()>> tasks_;
  std::atomic<bool> stopping_{false};  ///< nothing is opened any more
  bool done_ = false;                  ///< nothing is left to close
  std::thread janitor_;
};

Manager::Manager(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Manager::Manager(Manager&&) noexcept = default;
Manager& Manager::operator=(Manager&&) noexcept = default;
Manager::~Manager() = default;

Result<Manager> Manager::start(ManagerOptions options) {
  if (!options.spawner) {
    auto spawner = Spawner::start();
    if (!spawner) return fail(spawner.error());
    options.spawner = std::move(*spawner);
  }
  if (!options.devices) {
    auto found = find_devices({});
    options.devices = found ? std::move(*found) : std::vector<Device>();  // none: no sweep that wants some has room
  }
  return catching(errc::io, [&]() -> Result<Manager> {
    options.directory = absolute_path(options.directory);
    if (auto made = posix::make_directories(options.directory / "sweeps"); !made) return fail(made.error());
    auto lock = DirLock::acquire(RunDir{options.directory});
    if (!lock) return fail(lock.error());
    auto impl = std::make_unique<Impl>(std::move(options), std::move(*lock));
    if (auto started = impl->start(); !started) return fail(started.error());
    return Manager(std::move(impl));
  });
}

Result<SweepInfo> Manager::create(const SweepFile& file, const SweepShare& share, const fs::path& started_from) {
  return impl_->create(file, share, started_from);
}

std::vector<SweepInfo> Manager::list(std::string_view after, std::size_t limit) const {
  return impl_->list(after, limit);
}

std::optional<SweepInfo> Manager::find(std::string_view id) const {
  return impl_->find(id);
}

Result<void> Manager::command(std::string_view id, CommandVerb verb, std::optional<TrialId> trial,
                              const std::string& why) {
  return impl_->command(id, Command{verb, trial, why});
}

Result<void> Manager::share(std::string_view id, const SweepShare& share) {
  return impl_->share(id, share);
}

Result<void> Manager::remove(std::string_view id) {
  return impl_->remove(id);
}

std::vector<std::string> Manager::ready() const {
  return impl_->ready();
}

void Manager::wait() const {
  impl_->wait();
}

void Manager::stop() {
  impl_->stop();
}

}  // namespace winnow
