/// Owns the slots of the process: one trainer actor each. A trainer that dies is told to the scheduler and replaced,
/// unless the system has no thread for it: the sweep goes on in the slots that are left, and ends when there is none.
///
/// It owns the devices, too, and gives each slot that it spawns its share, for as long as the slot is there. A thread
/// that a slot gives up may still use them: the slot keeps its share all the same, since a sweep on one device would
/// otherwise end at its first trial that hangs, and its next trial lacks what memory that thread holds.
#pragma once

#include <functional>
#include <map>
#include <optional>

#include <caf/typed_event_based_actor.hpp>

#include <winnow/actors/handles.hpp>

namespace winnow {

/// Spawns the trainer of one slot, which has this share of the devices; injected, so that tests spawn theirs.
using SpawnTrainer = std::function<trainer_actor(fleet_actor::pointer, const DeviceShare&)>;

/// What the slots share.
struct FleetDevices {
  DevicePool pool{};
  double gpus = 0;  ///< of each slot (core/device_amount.hpp); 0: slots have none
};

struct fleet_state {
  static inline const char* name = "winnow.fleet";

  explicit fleet_state(fleet_actor::pointer self_pointer) : self(self_pointer) {}
  /// Spawns so many slots, fewer where there are no devices for them.
  void fill(int count);
  void adopt(const trainer_actor& trainer);
  void add(trainer_actor trainer, bool adopted, DeviceShare share);
  void on_down(const caf::down_msg& down);
  void on_exit(const caf::exit_msg& message);  ///< the trainers end with it, and it after them
  void drain(const Drain& order);

  fleet_actor::pointer self;
  SpawnTrainer spawn;
  FleetDevices devices;
  scheduler_actor scheduler;
  struct Slot {
    trainer_actor trainer;
    bool adopted = false;  ///< no new one is spawned for it
    DeviceShare share{};
  };
  std::map<caf::actor_addr, Slot> slots;
  bool draining = false;
  std::optional<caf::error> leaving;  ///< its exit's reason, while trainers are still there
  int respawns_left = 0;              ///< a bound: a slot whose trainer dies at once must not spin for ever
};

fleet_actor::behavior_type fleet(fleet_actor::stateful_pointer<fleet_state> self, int slots, FleetDevices devices,
                                 SpawnTrainer spawn, scheduler_actor scheduler);

}  // namespace winnow
