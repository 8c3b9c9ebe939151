/// The thread of one slot, which CAF does not own: a trainable that never returns must not keep the process from
/// ending.
#pragma once

#include <functional>
#include <memory>

namespace winnow {

/// Runs jobs one after the other. The thread starts with the first job.
class SlotThread {
public:
  SlotThread();
  /// Waits for the jobs, unless they were abandoned.
  ~SlotThread();
  SlotThread(const SlotThread&) = delete;
  SlotThread& operator=(const SlotThread&) = delete;

  void post(std::function<void()> job);
  /// Gives the running job up: its thread is detached and ends when (if ever) the job does. The next post starts a new
  /// one.
  void abandon();

private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace winnow
