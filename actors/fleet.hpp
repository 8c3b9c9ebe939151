/// Owns the slots of the house, one trainer actor each, and divides them among its sweeps, by a rule that isn't its own
/// (actors/fair_share.hpp). A sweep says what it wants (Demand) and is given slots, one at a time (Grant); a slot is
/// the sweep's until its attempt has left, which the trainer says (SlotFree) and the sweep hears, or until the sweep
/// gives it back (Release). So whoever is next is decided anew with each trial.
///
/// A sweep that has waited long below nobody is helped out by a lower priority, which is asked to give a slot back
/// (Yield).
///
/// A trainer that dies is told to the sweep that had it, and replaced, unless the system has no thread for it: the
/// sweeps go on in the slots that are left, and hear when there is none (NoSlots). A sweep that ends leaves its slots:
/// the trainers of those that still run something of it are replaced.
///
/// Cores and devices go with an attempt. A thread that a slot gives up may still use them: the slot gives them back all
/// the same, since a sweep on one device would otherwise end at its first trial that hangs, and its next trial lacks
/// what memory that thread holds.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <winnow/actors/fair_share.hpp>
#include <winnow/actors/handles.hpp>

namespace winnow {

/// Spawns the trainer of one slot; injected, so that tests spawn theirs.
using SpawnTrainer = std::function<trainer_actor(fleet_actor::pointer)>;

struct fleet_state {
  static inline const char* name = "winnow.fleet";

  explicit fleet_state(fleet_actor::pointer self_pointer) : self(self_pointer), shares(Capacity()) {}
  void fill(std::int64_t count);
  void adopt(const trainer_actor& trainer);
  void on_demand(const Demand& demand);
  void on_release(const Release& release);
  void on_free(const SlotFree& free);
  caf::result<void> on_leave(const LeaveFleet& leave);
  void let_start(bool on);
  void on_tick();
  void on_down(const caf::down_msg& down);     ///< of a trainer, or a sweep
  void on_exit(const caf::exit_msg& message);  ///< the trainers end with it, and it after them

  fleet_actor::pointer self;
  SpawnTrainer spawn;
  FairShare shares;
  std::function<double()> now;  ///< seconds on a clock that doesn't go back
  int respawns = 0;             ///< a bound, in a row: a slot whose trainer dies at once must not spin for ever

private:
  struct Holder {
    FairShare::SweepKey sweep = 0;
    FairShare::Taken taken{};
  };
  struct Slot {
    trainer_actor trainer;
    bool adopted = false;  ///< no new one is spawned for it
    std::optional<Holder> holder{};
  };
  using SlotId = std::uint64_t;  ///< its trainer's actor id: a slot that was spawned earlier has a smaller one

  void add(const trainer_actor& trainer, bool adopted);
  /// Its trainer wants an attempt.
  void ready(SlotId id, const Slot& slot) { (slot.adopted ? adopted_ready_ : ready_).insert(id); }
  /// The slot is nobody's; says whose it was.
  scheduler_actor take_back(Slot& slot);
  void on_sweep_down(FairShare::SweepKey sweep);
  void on_slot_down(Slot slot, const caf::error& reason);
  /// Gives slots to sweeps until either is out.
  void dispatch();
  /// While a lower priority may have to give one back.
  void tick();
  void dispatch(std::set<SlotId>& ready, bool of_house);

  std::map<SlotId, Slot> slots_;
  std::set<SlotId> ready_;
  std::set<SlotId> adopted_ready_;
  std::map<FairShare::SweepKey, scheduler_actor> sweeps_;
  std::map<FairShare::SweepKey, caf::typed_response_promise<void>> leaves_;  ///< that are waited for
  std::optional<std::string> no_slots_;                                      ///< why there is none, for good
  std::optional<caf::error> leaving_;  ///< its exit's reason, while trainers are still there
  bool giving_out_ = true;
  bool ticking_ = false;
  int deaths_ = 0;  ///< since an attempt left its slot
};

/// `steady`: seconds on a clock that doesn't go back.
fleet_actor::behavior_type fleet(fleet_actor::stateful_pointer<fleet_state> self, Capacity capacity, SpawnTrainer spawn,
                                 std::function<double()> steady);

}  // namespace winnow
