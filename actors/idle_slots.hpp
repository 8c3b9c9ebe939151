/// Which of a process's slots may be given a trial, and which is next.
///
/// Rules (docs/semantics.md, "Failures and retries"): whoever runs alone has its slot's device to itself. It starts
/// only in a slot whose device has nobody else, and while it runs no other slot that shares the device is given a
/// trial. A slot that shares no device, since it has whole ones or none, is nobody's neighbour. Of the slots that will
/// do the one that was spawned first is taken.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace winnow {

/// Its trainer's actor id: a slot that was spawned earlier has a smaller one.
using SlotId = std::uint64_t;

class IdleSlots {
public:
  /// It is there and free: a new one, or one whose trial has left. `shared_device`: the id of the device of which it
  /// has a part; empty: it shares none.
  void free(SlotId slot, const std::string& shared_device);
  /// It is gone, with what it ran. Nothing, where there is no such slot.
  void remove(SlotId slot);
  /// Gives a slot to a trial, until `free` or `remove`; nothing where none will do. One that isn't to be alone finds
  /// one where any is available. O(log n) in the slots; O(n) for whoever is alone.
  std::optional<SlotId> take(bool alone);
  /// The free ones whose device nobody has to itself.
  [[nodiscard]] std::int64_t available() const { return static_cast<std::int64_t>(open_.size()); }

private:
  struct Device {
    int running = 0;     ///< trials there
    bool alone = false;  ///< the one that runs there is
  };
  struct Slot {
    std::string shared_device;
    bool running = false;
  };

  void leave(const Slot& slot);

  std::map<SlotId, Slot> slots_;
  std::map<std::string, Device> devices_;  ///< the shared ones
  std::set<SlotId> open_;                  ///< those that are available
};

}  // namespace winnow
