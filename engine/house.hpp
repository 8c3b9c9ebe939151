/// What the sweeps of a process share: the slots, with cores and devices, the threads that write ledgers, and the one
/// that follows them for metrics files and logs. A sweep that runs costs no thread of its own, but for a sampler that
/// learns; one that doesn't, nothing.
#pragma once

#include <memory>
#include <vector>

#include <winnow/actors/handles.hpp>
#include <winnow/core/result.hpp>
#include <winnow/engine/ticker.hpp>
#include <winnow/trainers/devices.hpp>

namespace winnow {

struct HouseOptions {
  int slots = 0;                  ///< trials at once; 0: none, all trainers are the caller's
  double cpus = 0;                ///< cores that the sweeps divide; 0: they aren't counted
  std::vector<Device> devices{};  ///< that the sweeps divide
  bool own_threads = true;        ///< false: the slots take trainables of inline slices only
  int ledger_threads = 1;         ///< >= 1
};

/// It must outlive its sweeps (HostedSweep), and the actor system it.
class House {
public:
  /// Fails with `io` where the system hasn't enough threads.
  static Result<House> start(caf::actor_system& system, const HouseOptions& options);

  House(House&&) noexcept;
  House& operator=(House&&) noexcept;
  /// Ends the slots, after the grace time of what still runs there.
  ~House();

  [[nodiscard]] caf::actor_system& system() const;
  [[nodiscard]] const fleet_actor& fleet() const;
  /// For another sweep: they take turns.
  [[nodiscard]] storage_actor storage() const;
  [[nodiscard]] Ticker& ticker() const;

private:
  class Impl;
  explicit House(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Fails with `io` where the system hasn't this many threads left. Asked before CAF is: an actor of its own thread that
/// can't have it counts as running for ever, and the actor system waits for it.
Result<void> expect_threads(int count);

}  // namespace winnow
