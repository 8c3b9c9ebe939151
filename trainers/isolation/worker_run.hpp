/// A worker as the thread of its slot sees it: called, listened to, ended.
///
/// Whatever the worker does, its end is bounded once it is hurried: SIGKILL comes when its time is over. Used by one
/// thread.
#pragma once

#include <poll.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>
#include <winnow/trainers/isolation/workers.hpp>
#include <winnow/trainers/program/log.hpp>

namespace winnow::isolation {

class WorkerRun {
public:
  using Clock = std::chrono::steady_clock;
  /// Answers what the worker asks in the middle of a call.
  using Suggest = std::function<Result<Value>(const Value& question)>;

  WorkerRun(Worker worker, Suggest suggest);
  /// Of a worker that is over (is_over), or released.
  ~WorkerRun();
  WorkerRun(const WorkerRun&) = delete;
  WorkerRun& operator=(const WorkerRun&) = delete;

  /// Of what it prints. Fails with `trial_lost`.
  Result<void> open_log(const std::filesystem::path& file, std::optional<std::uint64_t> limit);

  /// Says something that has no answer.
  void tell(const Value& message);
  /// Says something that has one.
  void call(const Value& request);
  /// To the last call, once it is there; of a worker that is gone, what its end was (`trial_failed`, or `trial_lost`
  /// where it was killed from outside).
  [[nodiscard]] const std::optional<Result<Value>>& answer() const { return answer_; }

  /// It has until then. An earlier time stays.
  void hurry(Clock::time_point until);
  /// When the next look is due, even if there is no news.
  [[nodiscard]] std::optional<Clock::time_point> due() const { return ending_ ? std::nullopt : hurried_; }
  /// It has ended, or can't be ended, and is left to its warden.
  [[nodiscard]] bool is_over() const { return ending_ || given_up_; }

  /// By this object, because its time was over.
  [[nodiscard]] bool was_killed() const { return killed_; }

  /// One that has answered goes on without this object, for its next attempt.
  Worker release();

  /// Adds what is to be waited for.
  void wait_for(std::vector<pollfd>& events) const;
  /// Takes in what has come; the events are those that `wait_for` had added.
  void take_in(std::span<const pollfd> events);

private:
  void hear_worker();
  void hear_warden();
  void read_output();
  void push_out();
  void remove_shared_memory() const;
  [[nodiscard]] Error end() const;

  Worker worker_;
  program::Log log_;
  Suggest suggest_;
  std::optional<Result<Value>> answer_{Value()};
  std::optional<Clock::time_point> hurried_;
  bool killed_ = false;
  bool given_up_ = false;
  std::optional<process::News> ending_;
};

}  // namespace winnow::isolation
