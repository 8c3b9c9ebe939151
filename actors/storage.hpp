/// The actor around the ledger: group commit. Whatever arrives while one transaction is synced makes up the next one.
/// It blocks in the sync, so it is spawned detached (a thread of its own); tests spawn it on the test coordinator.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include <caf/typed_event_based_actor.hpp>

#include <winnow/actors/handles.hpp>

namespace winnow {

/// Writes events in one transaction and returns the last one's number (the ledger; a faulty one in tests).
using AppendFn = std::function<Result<std::int64_t>(std::span<Event>)>;

struct storage_state {
  static inline const char* name = "winnow.storage";
  AppendFn append;
  std::vector<Event> pending;
  caf::actor_addr customer;  ///< who appended last; it is told
  bool commit_due = false;
  bool failed = false;  ///< after a failed write nothing is written any more: the order would have a hole
};

storage_actor::behavior_type storage(storage_actor::stateful_pointer<storage_state> self, AppendFn append);

}  // namespace winnow
