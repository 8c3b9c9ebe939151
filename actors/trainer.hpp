/// The actor of one slot: drives an attempt slice by slice, reports, obeys the verdicts, keeps the limits. The slot is
/// the house's: which sweep an attempt is of, and what it needs, comes with the attempt.
///
/// An attempt that started ends by exactly one event before its slot is free: the slot says so when the attempt's end
/// is answered and the trainable is gone. Whatever the slot's thread hangs in (a slice, a pause's save, a restore, a
/// destructor), a limit gives it up. A broken trainable ends its attempt and nothing else.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <caf/actor_clock.hpp>
#include <caf/sec.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <winnow/actors/attempt_run.hpp>
#include <winnow/actors/handles.hpp>
#include <winnow/actors/job.hpp>
#include <winnow/actors/slot_thread.hpp>

namespace winnow {

/// A slot ends with it where the system has no thread for it: another in its place would fare no better.
inline constexpr auto kNoThread = caf::sec::unavailable_or_would_block;

struct SlotOptions {
  bool own_thread = true;  ///< false: it takes trainables of inline slices only
  MakeSlotThread make_thread = make_slot_thread;
};

struct trainer_state {
  static inline const char* name = "winnow.trainer";

  explicit trainer_state(slot_actor::pointer self_pointer) : self(self_pointer) {}
  /// Of an actor that was killed or broke: its trainable is left to its thread, which is given up.
  ~trainer_state();
  void init(SlotOptions options, fleet_actor fleet);

  void on_start(const StartAttempt& order);
  void on_slice_done(SliceDone done);
  void on_pause_saved(const PauseSaved& saved);
  void on_left(const AttemptLeft& left);
  void on_want_value(const WantValue& wish);
  void on_answer(const Answer& answer);
  void on_clock();
  void drain(const Drain& order);
  /// The trainable has its grace time first.
  void on_exit(const caf::exit_msg& message);

  slot_actor::pointer self;
  SlotOptions options;
  fleet_actor fleet;

private:
  using Question = std::variant<Report, Reports, AttemptEnded, AttemptPaused>;
  using Time = caf::actor_clock::time_point;
  /// What the slot's thread is at.
  enum class Task { none, slice, save, leave };

  void next_slice();
  void pause();
  /// Begins `task`: `work` runs on the slot's thread, or at once for inline slices; `handler` takes what it returns.
  template <class Handler, class Work>
  void begin(Task task, Handler handler, Work work);
  /// Whether that is the task under way, and not one that was given up; it is over then.
  bool ends_task(std::int64_t number);
  /// Sends it, and again while no answer comes; one question at a time.
  void ask(Question question);
  void send_question();
  void go_on(const Answer& answer, Step step);
  [[nodiscard]] SuggestFn suggest_fn(TrialId trial, Attempt attempt);
  void end_attempt(Ending ending, std::string why);
  /// Lets go of the trainable, as soon as the attempt's end is answered and the thread has returned; then frees the
  /// slot.
  void leave();
  void free_slot();
  void abandon_task();
  /// The task under way may take so long (seconds) to end.
  void give_grace(double seconds);
  void quit_after_leave(caf::error reason);
  /// Where the system has no thread left the slot leaves, with the reason; false then.
  bool have_thread();

  /// Whether the attempt's tasks run on the slot's thread.
  [[nodiscard]] bool on_thread() const;
  [[nodiscard]] Time now() const;
  [[nodiscard]] std::chrono::milliseconds grace(double seconds) const;
  [[nodiscard]] bool limits_hold() const;
  [[nodiscard]] std::optional<Time> time_limit() const;
  [[nodiscard]] std::optional<Time> report_timeout() const;
  void over_limit(Ending ending, std::string why);
  /// Sees to it that `on_clock` is called when the next of all the limits is due.
  void set_alarm();

  std::shared_ptr<const Job> job_;  ///< of the attempt
  scheduler_actor scheduler_;       ///< that the attempt is of
  std::shared_ptr<AttemptRun> run_;
  std::int64_t run_number_ = 0;  ///< of the slot's attempts, of whatever sweep
  Task task_ = Task::none;
  std::int64_t task_number_ = 0;
  bool ended_ = false;     ///< the attempt's end is on its way or answered; the thread may have yet to return
  bool draining_ = false;  ///< no further slice
  std::optional<caf::error> leave_reason_;  ///< the slot leaves with it; nobody takes reports any more
  std::optional<Question> question_;        ///< not answered yet
  std::int64_t question_number_ = 0;
  int tries_left_ = 0;

  Time attempt_began_;
  Time task_began_;
  std::optional<Time> grace_over_;  ///< the task under way is given up then
  Time ask_again_;
  /// When timers go off, the next one last. One is set only for a time before all these: a timer for each slice or
  /// question would cost more than it, and none can be taken back.
  std::vector<Time> timers_;

  std::unique_ptr<SlotThread> thread_;  ///< none for inline slices
};

slot_actor::behavior_type trainer(slot_actor::stateful_pointer<trainer_state> self, SlotOptions options,
                                  fleet_actor fleet);

}  // namespace winnow
