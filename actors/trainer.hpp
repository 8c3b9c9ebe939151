/// The actor of one slot: drives a trainable slice by slice, reports, obeys the verdicts, keeps the limits.
///
/// A checkpoint of a reported step is on disk before the report is sent, so that whatever was acknowledged can be gone
/// on from. A broken trainable ends its attempt and nothing else.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include <caf/typed_event_based_actor.hpp>

#include <winnow/actors/handles.hpp>
#include <winnow/actors/slot_thread.hpp>
#include <winnow/sweep/spec.hpp>

namespace winnow {

/// Saves the trainable's state after `step`; `acknowledged` is the step whose checkpoint must stay. Called on the
/// slot's thread.
using SaveFn = std::function<Result<void>(TrialId, Step step, std::optional<double> merit,
                                          std::optional<Step> acknowledged, Trainable&)>;
/// Sees to it that a checkpoint of the state after `step` is on disk and stays there.
using PauseFn = std::function<Result<void>(TrialId, Step step, std::optional<double> merit, Trainable&)>;
using RestoreFn = std::function<Result<void>(TrialId, Step step, Trainable&)>;

struct TrainerConfig {
  std::shared_ptr<TrainableFactory> factory;
  std::filesystem::path directory;                     ///< base of relative paths
  std::function<std::filesystem::path(TrialId)> home;  ///< a trial's own folder; empty: none
  std::optional<MetricSpec> objective;                 ///< for the merit of a checkpoint
  TrialSpec limits;
  SaveFn save;    ///< empty: no checkpoints but those of pauses
  PauseFn pause;  ///< empty: pauses without checkpoints
  RestoreFn restore;
  std::shared_ptr<std::atomic<int>> abandoned;  ///< counts threads that were given up; may be null
};

struct trainer_state {
  static inline const char* name = "winnow.trainer";

  explicit trainer_state(slot_actor::pointer self_pointer) : self(self_pointer) {}
  /// A slice that still runs is given up: an actor that is told to exit doesn't wait for a trainable.
  ~trainer_state();
  void init(TrainerConfig config, scheduler_actor scheduler);

  void on_start(const StartAttempt& order);
  void on_slice_done(SliceDone done);
  void on_pause_saved(const PauseSaved& saved);
  void on_want_value(const WantValue& wish);
  void on_answer(const Answer& answer);
  void on_ask_again(const AskAgain& reminder);
  void on_limit(const LimitPassed& limit);
  void on_grace_over(const GraceOver& grace);
  void drain(const Drain& order);

  slot_actor::pointer self;
  TrainerConfig config;
  scheduler_actor scheduler;

private:
  using Question = std::variant<Report, Reports, AttemptEnded, AttemptPaused>;
  enum class Phase { idle, slicing, asking, pausing };
  /// Shared with the slot's thread, which may outlive the attempt.
  struct Run {
    TrialContext context;
    std::optional<Step> from_step;
    std::optional<Step> acknowledged;
    Step last_step = 0;
    std::optional<double> last_merit;
    std::unique_ptr<Trainable> trainable;
    std::optional<std::pair<std::size_t, Verdict>> answer;  ///< to the last slice's reports; not told yet
    std::atomic<Trainable*> running{nullptr};               ///< for cancel()
    std::atomic<bool> cancelled{false};                     ///< also of a slice that the slot's thread has yet to begin
    void cancel();
    /// Passes the answer on to the trainable, on the slot's thread.
    void tell_answer();
  };

  void next_slice();
  /// Runs `work` on the slot's thread, or at once for inline slices; `handler` takes what it returns.
  template <class Handler, class Work>
  void on_slot(Handler handler, Work work);
  /// Sends it, and again while no answer comes; one question at a time.
  void ask(Question question);
  void send_question();
  void remind_later();
  void go_on(const Answer& answer);
  [[nodiscard]] SuggestFn suggest_fn(TrialId trial, Attempt attempt);
  [[nodiscard]] std::chrono::milliseconds grace(double seconds) const;
  void pause();
  void end_attempt(Ending ending, std::string why);
  void give_up_on(const std::string& why);
  void abandon_slice();
  void free_slot();

  static Result<Progress> run_slice(const TrainerConfig& config, Run& run);
  static void number(const TrainerConfig& config, Run& run, StepReport& report);
  static Result<void> save_report(const TrainerConfig& config, Run& run, StepReport& report);
  static Result<std::optional<Step>> save_pause(const TrainerConfig& config, Run& run);

  Phase phase_ = Phase::idle;
  std::shared_ptr<Run> run_;
  std::int64_t slice_ = 0;
  bool ended_ = false;  ///< the attempt's end is on its way; only the slice has yet to return
  bool draining_ = false;
  std::optional<Question> question_;  ///< not answered yet
  std::int64_t question_number_ = 0;
  int tries_left_ = 0;
  bool reminded_ =
      false;  ///< an AskAgain is on its way: one at a time, since a timer for each report costs more than it
  std::unique_ptr<SlotThread> thread_;
};

slot_actor::behavior_type trainer(slot_actor::stateful_pointer<trainer_state> self, TrainerConfig config,
                                  scheduler_actor scheduler);

}  // namespace winnow
