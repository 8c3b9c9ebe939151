/// One attempt as its slot's thread knows it: everything that touches the trainable and its checkpoints.
///
/// It is used by one thread at a time, the slot's while a job runs, else the actor's; `cancel` by any. A job that is
/// given up keeps it, may return long after the slot has moved on, and must do no harm then.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <utility>

#include <winnow/actors/job.hpp>
#include <winnow/core/verdict.hpp>

namespace winnow {

class AttemptRun {
public:
  /// `context.from_step`: the checkpoint that the attempt is to go on from; the donor's, if there is one.
  AttemptRun(std::shared_ptr<const Job> job, TrialContext context, std::optional<TrialId> donor = std::nullopt);

  [[nodiscard]] const TrialContext& context() const { return context_; }

  // --- jobs, on the slot's thread

  /// Trains up to the next report. A checkpoint of it is on disk when this returns. The first slice makes the trainable
  /// and restores it: from an older checkpoint, or none, where the bytes of the one it was to have aren't right.
  Result<Progress> slice();
  /// Sees to it that a checkpoint of the state is on disk to stay; says of which step (none: it can't be saved).
  Result<std::optional<Step>> save_pause();
  /// Lets go of the trainable.
  void leave();

  // --- between the jobs

  /// The first `taken` reports of the last slice are answered, the last of them was of `step`.
  void take_answer(std::size_t taken, Verdict verdict);
  /// `step` is in the ledger: its checkpoint takes the place of the one that had to stay so far.
  void acknowledge(Step step);

  // --- at any time

  /// Asks the slice to return soon. What it still returns is not saved, for another attempt may be at it.
  void cancel();

private:
  Result<void> make();
  Result<void> find_checkpoint();
  Result<void> number_and_save(Progress& progress);
  void number(StepReport& report);
  Result<void> save(Step step);
  /// Passes the answer on to the trainable.
  void tell_answer();

  std::shared_ptr<const Job> job_;
  TrialContext context_;
  std::optional<TrialId> donor_;
  Step last_step_ = 0;
  std::optional<double> last_merit_;
  std::optional<Step> saved_;                ///< the state is on disk, as of this step; none once it has moved on
  std::optional<CheckpointStore::Pin> pin_;  ///< what the next attempt would go on from
  std::optional<CheckpointStore::Pin> unanswered_;         ///< of the report that is on its way
  std::optional<std::pair<std::size_t, Verdict>> answer_;  ///< to the last slice's reports; not told yet
  std::unique_ptr<Trainable> trainable_;
  std::atomic<Trainable*> running_{nullptr};  ///< for cancel()
  std::atomic<bool> cancelled_{false};        ///< also of a slice that has yet to begin
};

}  // namespace winnow
