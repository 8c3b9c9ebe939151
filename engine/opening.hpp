/// How a sweep of a manager's is opened: what it needs is looked at, its directory taken, its actors begun.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include <winnow/actors/handles.hpp>
#include <winnow/core/result.hpp>
#include <winnow/engine/asked.hpp>
#include <winnow/engine/hosted.hpp>
#include <winnow/engine/managed.hpp>
#include <winnow/session/edits.hpp>
#include <winnow/session/ledger_watch.hpp>
#include <winnow/trainers/devices.hpp>
#include <winnow/trainers/spawner.hpp>

namespace winnow {

/// A sweep that isn't at rest.
struct OpenSweep {
  std::variant<HostedSweep, AskedSweep> sweep;
  LedgerWatch watch;
  SweepSpec spec;

  /// Takes commands, whoever trains its trials.
  [[nodiscard]] sweep_actor front() const;
  /// Null: its trials are trained here.
  [[nodiscard]] desk_actor desk() const;
  /// Hands them to the desk; refused where there is none.
  void ask(AskTellRequests asked) const;
  /// As of a HostedSweep.
  Result<void> finish();
};

/// Each of them fails so.
void refuse(const AskTellRequests& asked, const Error& why);

/// What came of opening a sweep: it is open, or there was nothing to do.
struct Opened {
  SweepInfo info;
  std::optional<OpenSweep> sweep{};
};

/// Who hears of a sweep that is open.
struct Listeners {
  caf::actor ended{};  ///< gets SweepEnded once
  std::function<void(const Event&)> on_event{};
};

/// What for.
struct Errand {
  std::optional<Command> command{};  ///< to be given first
  bool to_be_asked = false;          ///< its clients have a question, also where it has finished or is paused
  SettingValues settings{};  ///< to be changed first; one that has finished goes on if anything is to be done then
};

class Opening {
public:
  Opening(const House& house, int slots, std::vector<Device> devices, std::shared_ptr<Spawner> spawner)
      : house_(&house), slots_(slots), devices_(std::move(devices)), spawner_(std::move(spawner)) {}

  /// What a sweep needs beside its directory. Fails with `invalid_input` where `winnow run` would, and where its trials
  /// have no room here.
  struct Needed {
    Wants wants{};
    std::shared_ptr<TrainableFactory> factory{};  ///< null: its clients train
  };
  [[nodiscard]] Result<Needed> needed(const SweepSpec& spec, const std::filesystem::path& base, const SweepShare& share,
                                      const std::filesystem::path& started_from) const;
  [[nodiscard]] Result<Wants> wants_of(const SweepSpec& spec, const SweepShare& share) const;

  [[nodiscard]] Result<OpenSweep> begin(Session session, Needed needed, Listeners listeners) const;
  /// Opens a sweep that is at rest in `root`, tells it the command, and begins it, unless there is nothing to do.
  [[nodiscard]] Result<Opened> open(const std::filesystem::path& root, SweepInfo info, const Errand& errand,
                                    const std::function<Listeners(const SweepInfo&)>& listeners) const;

private:
  /// What `edits` make of it could be opened.
  [[nodiscard]] Result<void> check_edits(const Recovered& run, const std::filesystem::path& root, const Edits& edits,
                                         const SweepShare& share) const;

  const House* house_;
  int slots_;
  std::vector<Device> devices_;
  std::shared_ptr<Spawner> spawner_;
};

}  // namespace winnow
