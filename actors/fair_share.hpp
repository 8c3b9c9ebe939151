/// Which sweep of a house is given the next slot, and what it takes of the house's cores and devices. A pure value: the
/// fleet asks it, a simulation can.
///
/// Rules (docs/semantics.md, "Fair shares"):
/// - Sweeps share the house's time. What a sweep has used is counted in seconds times the largest of its parts of the
///   slots, cores and devices meanwhile (dominant resource: Ghodsi et al., NSDI 2011, section 4.1), divided by its
///   weight; the sweep that has used least is next. One that comes, or wants more than before, counts as having used
///   as much as whoever has used least of those that wait: nobody saves up (start-time fair queueing: Goyal et al.,
///   SIGCOMM 1996, section 2). Of equals, whoever has the smallest part now, then whoever has waited longest.
/// - A higher priority goes first. But a sweep without a slot that has seen sixteen go to higher ones is next, so that
///   none starves.
/// - Whoever is next and finds no room waits for it, and nobody behind it takes what it lacks, cores or devices: so a
///   whole device comes free though parts of it are asked for.
/// - A slot changes hands when its trial has left. But of a sweep that has waited without a slot for ten seconds, the
///   lowest priority below its own that has slots is asked to give one back, and of equals whoever has used most; so
///   again after ten more. Whether a trial can is for the sweep to know.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>

#include <winnow/trainers/devices.hpp>

namespace winnow {

/// What a trial takes.
struct Needs {
  double cpus = 0;  ///< cores
  double gpus = 0;  ///< as in core/device_amount.hpp
  bool operator==(const Needs&) const = default;
};

/// What a sweep wants, until it says otherwise.
struct Wants {
  std::int64_t up_to = 0;  ///< slots, those that it has included
  Needs each{};
  double weight = 1;  ///< > 0
  int priority = 0;   ///< a higher one goes first
  bool operator==(const Wants&) const = default;
};

/// What there is to divide.
struct Capacity {
  std::int64_t slots = 1;  ///< of the house's own
  double cpus = 0;         ///< cores; 0: they aren't counted
  DevicePool devices{};
};

class FairShare {
public:
  using SweepKey = std::uint64_t;
  /// What goes with a slot, from `next` to `give_back`.
  struct Taken {
    std::int64_t millicores = 0;
    DeviceShare devices{};
  };
  struct Turn {
    SweepKey sweep = 0;
    Taken taken{};
  };

  explicit FairShare(Capacity capacity);

  // `now`: seconds on a clock that doesn't go back.

  /// In place of what the sweep wanted before. A need of more cores than there are counts as one of all.
  void want(SweepKey sweep, const Wants& wants, double now);
  /// It wants nothing any more. What it has comes back by `give_back`.
  void leave(SweepKey sweep);
  /// Who is given a slot, and what goes with it; nothing, where nobody wants one that there is room for. `of_house`:
  /// the slot is the house's; another has its own cores and devices, and takes none. O(n) in the sweeps that there are.
  std::optional<Turn> next(double now, bool of_house = true);
  void give_back(SweepKey sweep, const Taken& taken, double now);

  /// Who is asked to give a slot back now; once for each that waits so long.
  std::optional<SweepKey> to_yield(double now);
  /// Whether a sweep without a slot waits while a lower priority has some: then `to_yield` may have an answer soon.
  [[nodiscard]] bool may_yield() const;

  /// Whether an empty house has room for one.
  [[nodiscard]] bool has_room(const Needs& each) const;
  /// Slots that the sweep has.
  [[nodiscard]] std::int64_t held(SweepKey sweep) const;

private:
  struct Sweep {
    Wants wants{};
    std::int64_t slots = 0;
    std::int64_t millicores = 0;
    double gpus = 0;
    double used = 0;               ///< until `counted`
    double counted = 0;            ///< when
    std::int64_t waits_since = 0;  ///< slots that had been given when it began to wait, or was last given one
    double hungry_since = 0;       ///< without a slot; or when one was last asked for on its behalf
    int passed = 0;                ///< slots that higher priorities were given meanwhile
    [[nodiscard]] bool wants_more() const { return slots < wants.up_to; }
    [[nodiscard]] bool hungry() const { return slots == 0 && wants_more(); }
  };
  using Entry = std::map<SweepKey, Sweep>::value_type;

  /// The largest of its parts of what there is, by its weight.
  [[nodiscard]] double part(const Sweep& sweep) const;
  [[nodiscard]] double used(const Sweep& sweep, double now) const;
  /// Of whoever has used least of those that wait; of those that have a slot, if none waits.
  [[nodiscard]] double least_used(double now) const;
  /// Brings what it has used up to now, before its part changes.
  void count(Sweep& sweep, double now) const;
  /// Whether `a` goes before `b`.
  [[nodiscard]] bool before(const Entry& a, const Entry& b, double now) const;
  /// Of the lowest priority with a slot, whoever has used most; null: none is below.
  [[nodiscard]] const Entry* lowest_below(int priority, double now) const;
  /// Who is next, but for those.
  Entry* first(const std::set<SweepKey>& passed, double now);
  std::optional<Taken> take(const Needs& each);
  Turn give(Entry& entry, Taken taken, double now);

  Capacity capacity_;
  std::int64_t millicores_ = 0;  ///< that there are; 0: they aren't counted
  std::int64_t free_ = 0;        ///< of them
  double gpus_ = 0;
  double least_ = 0;        ///< `least_used`, while nobody waits or has a slot
  std::int64_t given_ = 0;  ///< slots
  std::map<SweepKey, Sweep> sweeps_;
};

}  // namespace winnow
