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
#include <winnow/engine/opening.hpp>
#include <winnow/engine/system_config.hpp>
#include <winnow/engine/upkeep.hpp>
#include <winnow/session/absent_metric.hpp>
#include <winnow/session/recovered.hpp>
#include <winnow/session/session.hpp>
#include <winnow/storage/filesystem.hpp>
#include <winnow/trainers/find_devices.hpp>

namespace winnow {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kLookTimeout{20};
constexpr std::chrono::milliseconds kLookPeriod{500};  ///< how old what `list` says of a running sweep may be
constexpr int kLedgerThreads = 4;
/// What is done with a trial's parameters takes time by the square of their number, here and there.
constexpr std::size_t kMostParameters = 2000;

tl::unexpected<Error> no_such_sweep(std::string_view id) {
  return fail(errc::unknown_sweep, fmt::format("there is no sweep '{}'", id));
}

}  // namespace

class Manager::Impl {
public:
  Impl(ManagerOptions options, DirLock lock)
      : options_(std::move(options)), lock_(std::move(lock)), system_(config_), upkeep_(sweeps(), options_.min_free) {}
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
    opening_.emplace(*house_, static_cast<int>(slots), *options_.devices, options_.spawner);
    if (auto listed = read_directory(); !listed) return listed;
    janitor_ = std::thread([this] { work(); });
    return {};
  }

  Result<SweepInfo> create(const SweepFile& file, const SweepShare& share, const fs::path& started_from,
                           const std::string& key, const fs::path& files) {
    if (auto right = check(share); !right) return fail(right.error());
    const SweepSpec& spec = file.parsed.spec;
    if (const auto count = spec.space.parameters().size(); count > kMostParameters) {
      return fail(errc::invalid_input, fmt::format("parameters: {} of them; a sweep beside others has at most {}: it "
                                                   "would hold these up",
                                                   count, kMostParameters));
    }
    auto needed = opening_->needed(spec, file.path.parent_path(), share, files.empty() ? started_from : files);
    if (!needed) return fail(needed.error());
    std::unique_lock one_at_a_time(creating_);  // their names and keys depend on what is there
    if (auto there = with_key(key)) return the_same(std::move(*there), file);
    const fs::path root = default_run_root(spec.name, sweeps());
    SweepFile placed = file;
    if (!files.empty()) placed.path = root / kOwnFiles / file.path.filename();
    auto session =
        create_session(placed, root, draw_seed(), {}, files.empty() ? started_from : placed.path.parent_path());
    if (!session) return undone(root, session.error());
    if (!files.empty()) {
      if (auto moved = posix::rename(files, session->base); !moved) return undone(root, moved.error());
      needed = opening_->needed(spec, session->base, share, session->base);
      if (!needed) return undone(root, needed.error());
    }
    SweepInfo info{
        .id = root.filename().string(), .name = spec.name, .share = share, .created = wall_clock(), .key = key};
    describe(session->sweep, info);
    if (auto kept = write_summary(root, info); !kept) return undone(root, kept.error());
    std::unique_lock lock(mutex_);
    Entry& entry = entries_.emplace(info.id, Entry{.info = info, .changing = true}).first->second;
    lock.unlock();
    one_at_a_time.unlock();
    auto begun = opening_->begin(std::move(*session), std::move(*needed), listeners_of(info));
    lock.lock();
    if (begun) return take(entry, Opened{info, std::move(*begun)}).map([&] { return info; });
    (void)take(entry, fail(begun.error()));
    lock.unlock();
    return undone(root, begun.error());
  }

  std::vector<SweepInfo> list(std::string_view after, std::size_t limit, std::optional<SweepState> state) const {
    const std::lock_guard lock(mutex_);
    std::vector<SweepInfo> found;
    for (auto it = entries_.upper_bound(after); it != entries_.end(); ++it) {
      if (limit > 0 && found.size() == limit) break;
      if (!state || it->second.info.state == *state) found.push_back(it->second.info);
    }
    return found;
  }

  std::optional<SweepInfo> find(std::string_view id) {
    if (const auto front = front_of(id)) look_at(std::string(id), front);
    const std::lock_guard lock(mutex_);
    const auto it = entries_.find(id);
    return it == entries_.end() ? std::nullopt : std::optional(it->second.info);
  }

  [[nodiscard]] std::optional<SweepInfo> with_key(const std::string& key) const {
    const std::lock_guard lock(mutex_);
    const auto it = std::find_if(entries_.begin(), entries_.end(),
                                 [&](const auto& entry) { return !key.empty() && entry.second.info.key == key; });
    return it == entries_.end() ? std::nullopt : std::optional(it->second.info);
  }

  Result<void> command(std::string_view id, const Command& command) {
    std::unique_lock lock(mutex_);
    const auto it = settled(lock, id);
    if (it == entries_.end()) return no_such_sweep(id);
    Entry& entry = it->second;
    if (stopping_) return fail(errc::illegal_state, "the manager is stopping");
    if (!entry.open) return open_for(lock, entry, {.command = command});
    const sweep_actor front = entry.open->front();
    lock.unlock();
    auto done = tell(system_, front, command);
    look_at(std::string(id), front);
    return done;
  }

  void ask(std::string_view id, AskTellRequests asked) {
    std::unique_lock lock(mutex_);
    const auto it = entries_.find(id);
    if (it == entries_.end() || stopping_) {
      lock.unlock();
      return refuse(asked, it == entries_.end() ? no_such_sweep(id).value() : Error{errc::cancelled, "it is stopping"});
    }
    Entry& entry = it->second;
    if (entry.open && !entry.changing) return entry.open->ask(std::move(asked));
    entry.questions.push_back(std::move(asked));
    if (!entry.changing) have_opened(entry, {.to_be_asked = true});  // else who opens or closes it looks at them
  }

  Result<void> share(std::string_view id, const SweepShare& share) {
    if (auto right = check(share); !right) return right;
    std::unique_lock lock(mutex_);
    const auto it = settled(lock, id);
    if (it == entries_.end()) return no_such_sweep(id);
    Entry& entry = it->second;
    if (entry.open) {
      auto wants = opening_->wants_of(entry.open->spec, share);
      if (!wants) return fail(wants.error());
      caf::anon_send(entry.open->front(), ChangeWants{*wants});
    }
    entry.info.share = share;
    return write_summary(root(id), entry.info);
  }

  Result<void> set(std::string_view id, const SettingValues& settings) {
    std::unique_lock lock(mutex_);
    const auto it = closed_if_over(lock, id);
    if (it == entries_.end()) return no_such_sweep(id);
    Entry& entry = it->second;
    if (stopping_) return fail(errc::illegal_state, "the manager is stopping");
    if (entry.open || entry.changing || entry.info.state == SweepState::running) {
      return fail(errc::illegal_state,
                  fmt::format("sweep '{}' runs: settings change while it is paused and none of its "
                              "trials run, or when it has finished",
                              id));
    }
    return open_for(lock, entry, {.settings = settings});
  }

  Result<void> remove(std::string_view id) {
    std::unique_lock lock(mutex_);
    const auto it = closed_if_over(lock, id);
    if (it == entries_.end()) return no_such_sweep(id);
    if (it->second.open || it->second.changing) {
      return fail(errc::illegal_state, fmt::format("sweep '{}' runs: stop it first", id));
    }
    std::error_code failed;
    fs::remove_all(root(id), failed);
    if (failed) return fail(errc::io, root(id).string() + ": " + failed.message());
    upkeep_.mended(it->first);
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
    if (upkeep_.low_disk()) causes.push_back(*upkeep_.low_disk());
    for (const auto& id : upkeep_.broken()) causes.push_back(fmt::format("sweep {}: {}", id, entries_.at(id).info.why));
    if (!tasks_.empty()) causes.push_back(fmt::format("{} sweeps are still to be opened or closed", tasks_.size()));
    return causes;
  }

  void wait() const {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stopping_ || (tasks_.empty() && !any_running()); });
  }

  void stop() {
    {
      std::unique_lock lock(mutex_);
      if (stopping_.exchange(true)) return;
      for (const auto& [id, entry] : entries_) {
        if (entry.open) caf::anon_send(entry.open->front(), Interrupt{});
      }
      changed_.notify_all();
      changed_.wait(lock, [&] { return !any_running(); });
      done_ = true;
      changed_.notify_all();
    }
    if (janitor_.joinable()) janitor_.join();
    house_.reset();
  }

private:
  struct Entry {
    SweepInfo info;
    std::optional<OpenSweep> open{};
    bool changing = false;                     ///< it is being opened or closed, by one thread, or
    bool queued = false;                       ///< the janitor is to open it
    bool news = false;                         ///< something has happened since somebody looked
    std::vector<AskTellRequests> questions{};  ///< that came meanwhile
  };
  using Entries = std::map<std::string, Entry, std::less<>>;  ///< by id

  /// When nobody opens or closes it, so that what it is and its summary are the caller's, as long as he has the lock.
  Entries::iterator settled(std::unique_lock<std::mutex>& lock, std::string_view id) {
    auto it = entries_.end();
    changed_.wait(lock, [&] {  // looked for each time: it may have been deleted meanwhile
      it = entries_.find(id);
      return stopping_ || it == entries_.end() || !it->second.changing;
    });
    return it;
  }

  /// The same for what needs a sweep at rest: one that is over is closed in a moment, and waited for.
  Entries::iterator closed_if_over(std::unique_lock<std::mutex>& lock, std::string_view id) {
    constexpr std::chrono::seconds kMoment{2};
    if (const auto it = settled(lock, id); it != entries_.end() && it->second.open) {
      const sweep_actor front = it->second.open->front();
      lock.unlock();
      look_at(std::string(id), front);
      lock.lock();
    }
    auto it = entries_.end();
    changed_.wait_for(lock, kMoment, [&] {
      it = entries_.find(id);
      if (stopping_ || it == entries_.end()) return true;
      const Entry& entry = it->second;
      const SweepState state = entry.info.state;
      const bool over =
          state == SweepState::finished || (state == SweepState::paused && entry.info.counts.running == 0);
      return !over || (!entry.open && !entry.changing);
    });
    return it;
  }

  [[nodiscard]] fs::path sweeps() const { return options_.directory / "sweeps"; }
  [[nodiscard]] fs::path root(std::string_view id) const { return sweeps() / id; }
  [[nodiscard]] bool any_running() const {
    return std::any_of(entries_.begin(), entries_.end(),
                       [](const auto& entry) { return entry.second.open || entry.second.changing; });
  }
  void notice(const std::string& text) const {
    if (options_.on_notice) options_.on_notice(text);
  }

  /// Whatever isn't known to be at rest is opened by the janitor.
  Result<void> read_directory() {
    auto found = find_sweeps(sweeps());
    if (!found) return fail(found.error());
    for (Found& one : *found) {
      const std::string id = one.info.id;
      Entry& entry = entries_.emplace(id, Entry{.info = std::move(one.info)}).first->second;
      if (!one.rests) have_opened(entry, {});
    }
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
      std::vector<std::pair<std::string, sweep_actor>> looks;
      for (auto& [id, entry] : entries_) {
        if (!entry.open) continue;
        if (auto lost = entry.open->watch.look()) {
          tasks_.emplace_back([this, name = id, error = std::move(lost->error)] {
            close(name, SweepEnded{"its ledger is gone", false, error});
          });
        } else if (std::exchange(entry.news, false)) {
          looks.emplace_back(id, entry.open->front());
        }
      }
      lock.unlock();
      for (const auto& [id, front] : looks) look_at(id, front);
      look_to_the_house();
      lock.lock();
    }
  }

  void look_to_the_house() {
    if (!upkeep_.is_due(steady_clock())) return;
    const auto free = free_bytes(sweeps());
    const std::lock_guard lock(mutex_);
    const auto found = upkeep_.look(steady_clock(), wall_clock(), free ? std::optional(*free) : std::nullopt);
    for (const auto& text : found.notices) notice(text);
    for (const auto& id : found.due) {
      Entry& entry = entries_.at(id);
      if (!entry.open && !entry.changing) have_opened(entry, {});
    }
    if (!found.may_start) return;
    const LetStart message{*found.may_start};
    caf::anon_send(house_->fleet(), message);
    for (const auto& [id, entry] : entries_) {
      if (const auto desk = entry.open ? entry.open->desk() : desk_actor()) caf::anon_send(desk, message);
    }
  }

  void post(std::function<void()> task) {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
    changed_.notify_all();
  }

  /// By the janitor. Under the lock; nobody opens or closes it.
  void have_opened(Entry& entry, const Errand& errand) {
    entry.changing = entry.queued = true;
    tasks_.emplace_back([this, id = entry.info.id, errand] { reopen(id, errand); });
    changed_.notify_all();
  }

  void reopen(const std::string& id, const Errand& errand) {
    std::unique_lock lock(mutex_);
    Entry& entry = entries_.at(id);
    entry.queued = false;
    const SweepInfo before = entry.info;
    lock.unlock();
    auto opened = stopping_ ? Result<Opened>(Opened{before}) : open(before, errand);
    lock.lock();
    if (auto taken = take(entry, std::move(opened)); !taken) damaged(entry.info, taken.error());
  }

  /// Under the lock. What the system refused now it may grant later.
  void damaged(SweepInfo& info, const Error& error) {
    const bool known = info.state == SweepState::damaged;
    if (!known) notice(fmt::format("sweep {}: {}", info.id, error.message));
    std::error_code ignored;
    const bool gone = !fs::exists(root(info.id), ignored);
    if (!known || !gone) info.why = error.message;  // how it went says more than that it isn't there
    info.state = SweepState::damaged;
    if (error.code == errc::io) upkeep_.broken(info.id, steady_clock());
    if (error.code == errc::busy) upkeep_.taken(info.id, steady_clock());
  }

  /// A sweep that couldn't be begun leaves nothing.
  tl::unexpected<Error> undone(const fs::path& root, const Error& why) {
    const std::lock_guard lock(mutex_);
    entries_.erase(root.filename().string());
    upkeep_.doom(root);
    return fail(why);
  }

  Result<Opened> open(const SweepInfo& info, const Errand& errand) {
    return opening_->open(root(info.id), info, errand,
                          [this](const SweepInfo& described) { return listeners_of(described); });
  }

  /// One at rest. Under the lock, which is let go of meanwhile.
  Result<void> open_for(std::unique_lock<std::mutex>& lock, Entry& entry, const Errand& errand) {
    entry.changing = true;
    const SweepInfo before = entry.info;
    lock.unlock();
    auto opened = open(before, errand);
    lock.lock();
    return take(entry, std::move(opened));
  }

  /// Under the lock: the entry is what it was opened as, or what it was.
  Result<void> take(Entry& entry, Result<Opened> opened) {
    entry.changing = false;
    changed_.notify_all();
    if (opened) {
      entry.info = std::move(opened->info);
      entry.open = std::move(opened->sweep);
      upkeep_.mended(entry.info.id);
      if (const auto desk = entry.open && upkeep_.low_disk() ? entry.open->desk() : desk_actor()) {
        caf::anon_send(desk, LetStart{false});
      }
      if (entry.open && stopping_) caf::anon_send(entry.open->front(), Interrupt{});
    }
    answer_questions(entry, opened ? std::nullopt : std::optional(opened.error()));
    return opened ? Result<void>() : fail(opened.error());
  }

  /// Under the lock. `why_not`: it can't be opened.
  void answer_questions(Entry& entry, const std::optional<Error>& why_not) {
    if (entry.questions.empty()) return;
    // It was opened for something else, and rests.
    if (!entry.open && !why_not && !stopping_) return have_opened(entry, {.to_be_asked = true});
    for (AskTellRequests& asked : std::exchange(entry.questions, {})) {
      if (entry.open) {
        entry.open->ask(std::move(asked));
      } else {
        refuse(asked, why_not ? *why_not : Error{errc::cancelled, "it is stopping"});
      }
    }
  }

  void close(const std::string& id, const SweepEnded& ended) {
    std::unique_lock lock(mutex_);
    const auto it = entries_.find(id);
    if (it == entries_.end()) return;
    Entry& entry = it->second;
    if (entry.queued) return;  // it was closed for another reason, and is to be opened by this very thread
    changed_.wait(lock, [&] { return !entry.changing; });  // it may have ended before it was known to be open
    if (!entry.open) return;
    std::optional<OpenSweep> was = std::exchange(entry.open, std::nullopt);
    entry.changing = true;
    SweepInfo info = entry.info;
    lock.unlock();
    if (const auto finished = was->finish(); !finished && !ended.error) {
      notice(fmt::format("sweep {}: {}", id, finished.error().message));
    }
    was.reset();  // before the summary, which says how its ledger is
    std::optional<Error> error = ended.error;
    if (const auto after = error ? Result<void>() : sum_up(root(id), info); !after) error = after.error();
    lock.lock();
    if (error) damaged(info, *error);
    if (info.state == SweepState::finished) notice(fmt::format("sweep {}: finished: {}", id, info.why));
    // It was put to rest, and told to go on before it was.
    const bool goes_on = info.state == SweepState::running && !waits_for_clients(info) && !stopping_;
    entry.info = std::move(info);
    entry.changing = false;
    goes_on ? have_opened(entry, {}) : answer_questions(entry, std::nullopt);
    changed_.notify_all();
  }

  Listeners listeners_of(const SweepInfo& info) {
    const std::string id = info.id;
    Listeners listeners;
    listeners.ended = system_.spawn([this, id](caf::event_based_actor* self) -> caf::behavior {
      return {[this, id, self](const SweepEnded& ended) {
        post([this, id, ended] { close(id, ended); });
        self->quit();
      }};
    });
    const auto absent = std::make_shared<AbsentMetric>(info.best ? "" : info.metric);
    listeners.on_event = [this, id, absent](const Event& event) {
      const auto said = absent->look_at(event);
      const std::lock_guard lock(mutex_);
      const auto it = entries_.find(id);
      if (it == entries_.end()) return;
      it->second.news = true;
      if (!said) return;
      it->second.info.notice = *said;
      notice(fmt::format("sweep {}: {}", id, *said));
    };
    return listeners;
  }

  /// A key is one file's.
  [[nodiscard]] Result<SweepInfo> the_same(SweepInfo there, const SweepFile& file) const {
    const auto run = recover(root(there.id));
    if (!run || run->text == file.text) return there;
    return fail(errc::illegal_state, fmt::format("this key has made sweep {} of another file", there.id));
  }

  sweep_actor front_of(std::string_view id) const {
    const std::lock_guard lock(mutex_);
    const auto it = entries_.find(id);
    return it != entries_.end() && it->second.open ? it->second.open->front() : sweep_actor();
  }

  /// What is known of a running sweep is brought up to now; one that has nothing more to do until somebody says so is
  /// put to rest.
  void look_at(const std::string& id, const sweep_actor& front) {
    caf::scoped_actor self(system_);
    std::optional<Snapshot> seen;
    self->request(front, kLookTimeout, GetSnapshot{})
        .receive([&](const Snapshot& snapshot) { seen = snapshot; }, [](const caf::error&) {});
    if (!seen) return;
    const std::lock_guard lock(mutex_);
    const auto it = entries_.find(id);
    if (it == entries_.end() || !it->second.open) return;
    SweepInfo& info = it->second.info;
    // One that is asked looks to that itself: clients may have more to say.
    if (seen->on_hold && seen->counts.running == 0 && !info.asked) self->send(front, Interrupt{});
    info.state = seen->finished ? SweepState::finished : seen->on_hold ? SweepState::paused : SweepState::running;
    info.why = seen->finished || seen->on_hold ? seen->hold_reason : std::string();
    info.stopping = seen->stopping && info.state == SweepState::running;
    info.fell_short = seen->fell_short;
    info.counts = seen->counts;
    info.last_seq = seen->last_seq;
    info.best = seen->best;
    info.best_params = seen->best_params;
    if (info.best) info.notice.clear();
  }

  ManagerOptions options_;
  DirLock lock_;
  SystemConfig config_;
  caf::actor_system system_;
  std::optional<House> house_;
  std::optional<Opening> opening_;
  std::mutex creating_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  Entries entries_;
  std::deque<std::function<void()>> tasks_;
  Upkeep upkeep_;
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

Result<SweepInfo> Manager::create(const SweepFile& file, const SweepShare& share, const fs::path& started_from,
                                  const std::string& key, const fs::path& files) {
  return impl_->create(file, share, started_from, key, files);
}

std::vector<SweepInfo> Manager::list(std::string_view after, std::size_t limit, std::optional<SweepState> state) const {
  return impl_->list(after, limit, state);
}

std::optional<SweepInfo> Manager::find(std::string_view id) const {
  return impl_->find(id);
}

std::optional<SweepInfo> Manager::with_key(const std::string& key) const {
  return impl_->with_key(key);
}

Result<void> Manager::command(std::string_view id, CommandVerb verb, std::optional<TrialId> trial,
                              const std::string& why) {
  return impl_->command(id, Command{verb, trial, why});
}

void Manager::ask(std::string_view id, std::vector<Value> requests,
                  std::function<void(std::vector<Result<OrderedJson>>)> answered) {
  impl_->ask(id, {std::move(requests), std::move(answered)});
}

Result<void> Manager::share(std::string_view id, const SweepShare& share) {
  return impl_->share(id, share);
}

Result<void> Manager::set(std::string_view id, const SettingValues& settings) {
  return impl_->set(id, settings);
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
