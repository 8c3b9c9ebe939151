/// The actor around ledgers: group commit. Whatever arrives for a ledger while one transaction is synced makes up the
/// next one. It blocks in the sync, so it is spawned detached (a thread of its own); tests spawn it on the test
/// coordinator. A house has a few of them, each for many sweeps.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include <caf/typed_event_based_actor.hpp>

#include <winnow/actors/handles.hpp>

namespace winnow {

struct storage_state {
  static inline const char* name = "winnow.storage";
  struct Ledger {
    std::shared_ptr<const AppendFn> append;
    std::vector<Event> pending{};
    caf::actor_addr customer{};  ///< who appended last; it is told
    bool failed = false;         ///< after a failed write nothing is written any more: the order would have a hole
  };
  std::map<const AppendFn*, Ledger> ledgers;
  bool commit_due = false;
};

storage_actor::behavior_type storage(storage_actor::stateful_pointer<storage_state> self);

}  // namespace winnow
