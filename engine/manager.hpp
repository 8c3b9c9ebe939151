/// Many sweeps in one process, and one directory for all of them: opened, created, driven, put to rest. `winnowd` is a
/// front of it; so may be a program of your own (docs/daemon.md).
///
/// The directory has `sweeps/ID` for each, a run directory as `winnow run` makes them: `winnow show`, `best`, `export`
/// and `replay` work on it. A run made elsewhere is adopted by moving its directory there. All share one house: its
/// slots go to whoever is next by fair shares of time (actors/fair_share.hpp). A sweep that is finished, or paused with
/// nothing running, is at rest: closed, without a thread, a descriptor or memory but for its line in the list.
///
/// A sweep whose trials its clients train is closed, too, while nothing runs and nobody asks; the next request opens
/// it.
///
/// While the disk is low no trial starts. A sweep whose ledger couldn't be written is damaged, and goes on from what
/// was acknowledged as soon as it can be.
///
/// Whatever ends the process, the next `start` picks every sweep up where it stood; one that can't be opened is shown
/// as damaged and hinders no other.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/core/ids.hpp>
#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>
#include <winnow/engine/managed.hpp>
#include <winnow/spec/sweep_file.hpp>
#include <winnow/sweep/command.hpp>
#include <winnow/trainers/devices.hpp>
#include <winnow/trainers/spawner.hpp>

namespace winnow {

struct ManagerOptions {
  std::filesystem::path directory;                    ///< made if it isn't there
  int slots = 0;                                      ///< trials at once, of all sweeps together; 0: one a core
  std::optional<std::vector<Device>> devices{};       ///< none: those that `find_devices` finds
  std::uint64_t min_free = std::uint64_t{256} << 20;  ///< bytes of disk below which no trial starts; 0: never
  /// Starts the processes of trials; null: one is started, which needs a process that has one thread yet.
  std::shared_ptr<Spawner> spawner{};
  std::function<void(const std::string&)> on_notice{};  ///< for the log, from any thread
};

/// Any thread may call it.
class Manager {
public:
  /// Fails with `busy` where another process has the directory, with `io` where it can't be made or read.
  static Result<Manager> start(ManagerOptions options);

  Manager(Manager&&) noexcept;
  Manager& operator=(Manager&&) noexcept;
  /// As `stop`.
  ~Manager();

  /// A new sweep, which runs from now on; one without a trainer, program or command has clients that ask for its
  /// trials. `started_from`: where its program starts, if it isn't beside its file. Fails with `invalid_input` where
  /// `winnow run` would, and where its trials have no room here.
  /// `key`: if there is a sweep with it, this is that one. Empty: there is none. `files`: a folder beside `directory`'s
  /// sweeps that is moved into the run directory as `files`, where relative paths start in the place of the file's
  /// folder, which it is; empty: there is none.
  Result<SweepInfo> create(const SweepFile& file, const SweepShare& share = {},
                           const std::filesystem::path& started_from = {}, const std::string& key = {},
                           const std::filesystem::path& files = {});
  /// Those whose id comes after `after`, by id, at most `limit`; 0: all. `state`: only those in it.
  [[nodiscard]] std::vector<SweepInfo> list(std::string_view after = {}, std::size_t limit = 0,
                                            std::optional<SweepState> state = std::nullopt) const;
  /// Nothing, where there is no such sweep.
  [[nodiscard]] std::optional<SweepInfo> find(std::string_view id) const;
  /// The one that was created with that key; nothing for an empty one.
  [[nodiscard]] std::optional<SweepInfo> with_key(const std::string& key) const;
  /// What is told to a sweep or one of its trials; answered when it is durable. Fails with `unknown_sweep`, or as the
  /// sweep says. A sweep at rest is opened for it.
  Result<void> command(std::string_view id, CommandVerb verb, std::optional<TrialId> trial = std::nullopt,
                       const std::string& why = "");
  /// Hands clients' requests to the sweep whose trials they train (AskTellRequests); doesn't block. One at rest is
  /// opened for it. Each of them fails with `unknown_sweep`, with `illegal_state` where its trials are trained here, or
  /// with what opening it meets.
  void ask(std::string_view id, std::vector<Value> requests,
           std::function<void(std::vector<Result<OrderedJson>>)> answered);
  /// Changes what part of the house it may have.
  Result<void> share(std::string_view id, const SweepShare& share);
  /// Changes settings of a sweep at rest, as `winnow resume --set` does: it stays paused, or goes on if it had finished
  /// and something is to be done now. Fails with `illegal_state` where it isn't at rest, with `invalid_input` for what
  /// can't be changed so; then nothing has changed.
  Result<void> set(std::string_view id, const SettingValues& settings);
  /// Deletes a sweep and its directory. Fails with `illegal_state` while it runs or is paused with trials running.
  Result<void> remove(std::string_view id);

  /// What keeps it from creating sweeps and recording reports, for people; empty: nothing. It tries the disk.
  [[nodiscard]] std::vector<std::string> ready() const;

  /// Until nothing runs any more: each sweep finished, paused or damaged.
  void wait() const;
  /// Interrupts every sweep, as Ctrl-C does, waits until their trials have left, and closes them.
  void stop();

private:
  class Impl;
  explicit Manager(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace winnow
