/// A thread of one actor's own, a slot's or the sampler's, which CAF does not own: a trainable that never returns must
/// not keep the process from ending.
#pragma once

#include <functional>
#include <memory>

#include <winnow/core/result.hpp>

namespace winnow {

/// Runs jobs one after the other. An interface, so that tests decide when a job runs and when it hangs.
class SlotThread {
public:
  /// Waits for the jobs, unless they were abandoned.
  virtual ~SlotThread() = default;
  virtual void post(std::function<void()> job) = 0;
  /// Gives the jobs up: the thread goes on by itself and ends when (if ever) they have. Nothing may be posted
  /// afterwards.
  virtual void abandon() = 0;
};

using MakeSlotThread = std::function<Result<std::unique_ptr<SlotThread>>()>;

/// Starts a thread. Fails with `io` where the system has none left.
Result<std::unique_ptr<SlotThread>> make_slot_thread();

}  // namespace winnow
