/// The front of a sweep whose trials its clients train: the ask/tell core (session/asktell.hpp) as an actor. It blocks
/// in the sync, so it is spawned detached; what comes in meanwhile makes up the next transaction, as with storage.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <winnow/actors/handles.hpp>
#include <winnow/session/asktell.hpp>

namespace winnow {

struct DeskConfig {
  std::function<double()> steady;  ///< seconds on a clock that nobody sets
  caf::actor listener;             ///< gets SweepEnded; may be null
  double patience = 60;            ///< seconds that it stays open without a request, while nothing runs
  double patience_at_rest = 0.5;   ///< the same of a sweep that has finished or is paused
};

struct desk_state {
  static inline const char* name = "winnow.desk";

  explicit desk_state(desk_actor::pointer self_pointer) : self(self_pointer) {}
  void init(std::shared_ptr<AskTell> desk, DeskConfig config);

  void on_requests(const AskTellRequests& asked);
  caf::result<Answer> on_command(const Command& command);
  void on_commit();
  void on_tick();
  /// It says nothing more, and lets go of nothing that runs: clients go on when it is opened again.
  void end(SweepEnded how);
  [[nodiscard]] Snapshot snapshot() const;

  desk_actor::pointer self;
  std::shared_ptr<AskTell> desk;
  DeskConfig config;

private:
  using Release = std::function<void(const Result<void>& saved)>;
  /// When what was decided so far is durable, or can't be.
  void when_saved(Release release);
  Result<void> save();

  std::vector<Release> waiting_;
  double asked_at_ = 0;
  bool ended_ = false;
};

desk_actor::behavior_type desk(desk_actor::stateful_pointer<desk_state> self, std::shared_ptr<AskTell> core,
                               DeskConfig config);

}  // namespace winnow
