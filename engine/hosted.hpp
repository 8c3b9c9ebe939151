/// One sweep as actors in a caf::actor_system of the caller's, in a house that it has to itself or that several share.
/// `winnow run` is this with a system of its own; a program that has one spawns the sweep into it, talks to
/// `scheduler()` and `fleet()` (actors/handles.hpp), and may add trainers of its own type. docs/actors.md has the
/// messages; examples/cpp/actors.cpp shows it.
///
/// The system's configuration must know the messages: `add_message_types<caf::id_block::winnow>()`.
#pragma once

#include <functional>
#include <memory>

#include <winnow/actors/handles.hpp>
#include <winnow/engine/house.hpp>
#include <winnow/session/session.hpp>
#include <winnow/trainers/trainable.hpp>

namespace winnow {

struct HostOptions {
  int slots = 0;                                 ///< trainers that the fleet spawns; 0: none, all are the caller's
  std::vector<Device> devices{};                 ///< what the slots share where `resources.gpus` gives each some
  caf::actor listener{};                         ///< gets SweepEnded once; may be null
  std::function<void(const Event&)> on_event{};  ///< durable events, at most a quarter of a second late, another thread
};

/// Of a sweep in a house.
struct GuestOptions {
  Wants wants{};  ///< of the house's slots
  caf::actor listener{};
  std::function<void(const Event&)> on_event{};
};

/// Gives a sweep a command, and waits until it is durable. Fails as the sweep says; with `io` where no answer comes.
Result<void> tell(caf::actor_system& system, const sweep_actor& sweep, const Command& command);

/// A sweep whose actors live in an actor system of the program's own. `copy_ledger` may be called from any thread, the
/// rest by one at a time; the handles take messages from anywhere, as actors do.
class HostedSweep {
public:
  /// `factory` may be null where `slots` is 0. Nothing starts before a slot is free.
  static Result<HostedSweep> start(caf::actor_system& system, Session session,
                                   std::shared_ptr<TrainableFactory> factory, HostOptions options);
  /// In a house, which must outlive it.
  static Result<HostedSweep> start(const House& house, Session session, std::shared_ptr<TrainableFactory> factory,
                                   GuestOptions options);

  HostedSweep(HostedSweep&&) noexcept;
  HostedSweep& operator=(HostedSweep&&) noexcept;
  /// Ends the actors, also in mid-sweep: what was acknowledged is kept, and the sweep can be resumed.
  ~HostedSweep();

  [[nodiscard]] const scheduler_actor& scheduler() const;
  [[nodiscard]] const fleet_actor& fleet() const;

  /// Waits for the actors to end (after SweepEnded), brings the metrics file to its end, and lets go of the directory.
  /// Fails with what the metrics file or the log met; the ledger has everything all the same.
  Result<void> finish();
  /// Threads of trials that never returned.
  [[nodiscard]] int abandoned() const;
  /// A copy of the ledger at `file`, for readers where it is open to one process only.
  Result<void> copy_ledger(const std::filesystem::path& file) const;

private:
  class Impl;
  explicit HostedSweep(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace winnow
