/// The workers of one attempt: one, or the ranks that train a trial together. They are called together; what the first
/// of them answers counts, and when one fails, all end.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include <winnow/trainers/isolation/worker_run.hpp>

namespace winnow::isolation {

class WorkerGroup {
public:
  /// `cancelled`: an eventfd that is written to when the attempt is to end; stays the caller's. `grace`: what they have
  /// from then on, or from the group's end, until they are killed.
  WorkerGroup(std::vector<std::unique_ptr<WorkerRun>> runs, std::chrono::milliseconds grace, int cancelled);
  /// Ends them.
  ~WorkerGroup();
  WorkerGroup(const WorkerGroup&) = delete;
  WorkerGroup& operator=(const WorkerGroup&) = delete;

  /// Each request to its worker; waits for all answers. Fails with what is behind a failure (of several ranks most
  /// only say that another one is gone), or with `cancelled`.
  Result<Value> call_each(const std::vector<Value>& requests);
  /// The same request to all.
  Result<Value> call(const Value& request);
  /// Of the first alone.
  Result<Value> call_first(const Value& request);
  void tell(const Value& message);

  /// A worker that waits for its next attempt, and the memory of its own (bytes).
  struct Rested {
    Worker worker;
    std::uint64_t memory;
  };
  /// Ends the attempt: the workers that have come through it. None where anything was the matter.
  std::vector<Rested> rest();

private:
  template <class Done>
  void wait(Done done);
  void hurry_all();
  [[nodiscard]] Error failure() const;

  std::vector<std::unique_ptr<WorkerRun>> runs_;
  std::chrono::milliseconds grace_;
  int cancel_event_;
  bool cancelled_ = false;
  std::vector<pollfd> events_;
};

}  // namespace winnow::isolation
