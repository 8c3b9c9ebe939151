/// A worker as the thread of its slot sees it: called, listened to, ended.
///
/// Whatever the worker does, a call's end is bounded once it is cancelled: SIGKILL comes at the end of the grace time.
/// Used by one thread, but for the event.
#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>
#include <winnow/trainers/isolation/workers.hpp>
#include <winnow/trainers/program/log.hpp>

namespace winnow::isolation {

class WorkerRun {
public:
  /// Answers what the worker asks in the middle of a call.
  using Suggest = std::function<Result<Value>(const Value& question)>;

  /// `cancelled`: an eventfd that is written to when the attempt is to end; stays the caller's. `log` is open.
  WorkerRun(Worker worker, program::Log& log, std::chrono::milliseconds grace, Suggest suggest, int cancelled);
  /// Ends the worker, which has the grace time for it.
  ~WorkerRun();
  WorkerRun(const WorkerRun&) = delete;
  WorkerRun& operator=(const WorkerRun&) = delete;

  /// Calls, and waits for the answer. Fails with what it says; when the worker is gone with what its end was
  /// (`trial_failed`, or `trial_lost` where it was killed from outside), or with `cancelled`.
  Result<Value> call(const Value& request);
  void tell(const Value& message);

private:
  using Clock = std::chrono::steady_clock;

  /// Waits for news from anywhere and takes it in; an answer is returned.
  std::optional<Value> wait();
  std::optional<Value> hear_worker();
  void hear_warden();
  void read_output();
  /// SIGKILL when it is time.
  void push_out();
  void remove_shared_memory() const;

  Worker worker_;
  program::Log& log_;
  std::chrono::milliseconds grace_;
  Suggest suggest_;
  int cancel_event_;
  bool cancelled_ = false;
  bool killed_ = false;
  bool given_up_ = false;
  std::optional<Clock::time_point> patience_;  ///< until when it may go on
  std::optional<process::News> ending_;
  int process_ = 0;  ///< its number, once it runs
};

}  // namespace winnow::isolation
