/// One sweep as a value: the fold of its events, and the decisions that are made on it (docs/semantics.md, "Trials and
/// attempts", "Reports and verdicts", "Committing and answering", "Events and replay" and "How a sweep ends").
///
/// The state changes by events alone. The decisions are const: each says what would be true and returns the events that
/// make it so; `commit` checks them, has them kept and folds them. Recovery applies what was kept and decides nothing.
/// Time comes in as an argument (seconds since 1970).
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include <winnow/core/report.hpp>
#include <winnow/core/result.hpp>
#include <winnow/schedulers/scheduler.hpp>
#include <winnow/spec/objective.hpp>
#include <winnow/spec/spec.hpp>
#include <winnow/sweep/command.hpp>
#include <winnow/sweep/event.hpp>
#include <winnow/sweep/trial.hpp>

namespace winnow {

/// What a free slot should do.
struct StartTrial {
  TrialId trial;
};
/// A trial of this number is wanted: ask the sampler.
struct NewTrial {
  TrialId trial;
};
/// Take this paused trial on.
struct PromoteTrial {
  TrialId trial;
};
/// Stop this paused trial: it needs no slot for that.
struct DropTrial {
  TrialId trial;
  std::string why;
};
/// Let this paused trial go on from the donor's checkpoint; where there is none, promote it.
struct ExploitTrial {
  Exploit exploit;
};
struct Wait {
  bool more = false;  ///< something may start after a report or a command that is to come
};
struct Done {
  std::string why;
};
using Next = std::variant<StartTrial, PromoteTrial, DropTrial, ExploitTrial, NewTrial, Wait, Done>;

/// The answer to a report; no events if there is nothing to record (a repeat that adds nothing).
struct Judgement {
  std::vector<Event> events;
  Verdict verdict = Verdict::go_on;
};

/// How many trials are in each state, and what they have used.
struct SweepCounts {
  std::int64_t queued = 0, running = 0, paused = 0, stopped = 0, completed = 0, failed = 0;
  std::int64_t reports = 0;        ///< recorded
  double resource = 0;             ///< spent, summed over trials
  std::int64_t verdicts_stop = 0;  ///< stops by the scheduler
};

/// Used by one thread at a time; several may look at it while none changes it.
class Sweep {
public:
  /// Fails with `invalid_input` if the scheduler or its options are not known. The spec that it keeps names all of the
  /// scheduler's options.
  /// `functions`: the program's, for a scheduler that names one.
  static Result<Sweep> make(SweepSpec spec, std::uint64_t seed, const SpaceFunctions& functions = {});

  // --- the fold

  /// Takes a recorded event in. Fails with `corrupt`, and changes nothing, for one that can't follow: an unknown trial,
  /// an illegal change of state, a wrong number (0: the next one).
  Result<void> apply(const Event& event);
  /// True to `apply` of one event after the other, without a change.
  [[nodiscard]] Result<void> check(std::span<const Event> events) const;
  /// The one way to go on: numbers the events, checks them, hands them to `keep` (whose failure is passed on), and
  /// folds them, each followed by `folded`. So what is refused is never kept, and what wasn't kept changes nothing.
  /// `keep(std::span<Event>)` gives a Result<void>; `folded(Event&)` may take the event away.
  template <class Keep, class Folded>
  Result<void> commit(std::span<Event> events, Keep keep, Folded folded) {
    std::int64_t seq = last_seq_;
    for (Event& event : events) event.seq = ++seq;
    if (auto legal = check(events); !legal) return legal;
    if (auto kept = keep(events); !kept) return kept;
    for (Event& event : events) {
      fold(event);
      folded(event);
    }
    return {};
  }

  // --- decisions

  /// What a free slot should do, by the order of docs/semantics.md, "What starts next". `asked`: trials that the
  /// sampler has been asked for and that have no event yet.
  [[nodiscard]] Next next(std::int64_t asked = 0) const;
  /// The sampler's answer for the trial of the next number. `seen`: the last event that the sampler knew.
  [[nodiscard]] Event suggested(TrialId trial, Assignment params, std::int64_t seen, double now) const;
  /// The trial's next attempt starts, from the checkpoint of `from_step` if there is one. Also of a trial whose
  /// suggestion is about to be recorded: both can stand in one transaction.
  [[nodiscard]] Event started(TrialId trial, std::optional<Step> from_step, double now) const;
  /// Judges a report. Fails with `unknown_trial`, `stale_attempt`, `illegal_state` (the trial doesn't run) or
  /// `invalid_input` (a step that can't be).
  [[nodiscard]] Result<Judgement> on_report(const Report& report, double now) const;
  /// The pause that a verdict had ordered is carried out; `checkpoint` is the step that was saved, if any.
  [[nodiscard]] Result<std::vector<Event>> on_paused(TrialId trial, Attempt attempt, std::optional<Step> checkpoint,
                                                     double now) const;
  /// The event alone, of the current attempt.
  [[nodiscard]] Event paused(TrialId trial, std::optional<Step> checkpoint, double now) const;
  /// For a trial that was lost before it could carry out its pause: an attempt that pauses without running.
  [[nodiscard]] std::vector<Event> paused_without_running(TrialId trial, Step checkpoint, double now) const;
  /// The scheduling policy's choice is taken on: the paused trial is queued.
  [[nodiscard]] Event promoted(TrialId trial, double now) const;
  /// The scheduling policy has no more use for the paused trial: it is stopped.
  [[nodiscard]] Event dropped(TrialId trial, std::string why, double now) const;
  /// The paused trial is queued to go on from the donor's checkpoint, with other parameters.
  [[nodiscard]] Event exploited(Exploit exploit, double now) const;
  /// A person's command to the sweep, or to one trial; `why`: kept with it. Fails with `illegal_state` where there is
  /// nothing to do, and says what is the matter.
  [[nodiscard]] Result<std::vector<Event>> on_command(CommandVerb verb, std::optional<TrialId> trial, std::string why,
                                                      double now) const;
  /// What the trial already has under this name: recorded, or suggested at its start. nullopt: the sampler is to draw
  /// it. Fails with `invalid_input` for another domain than it has the value from, else as a report of that attempt
  /// (attempt 0: the current one).
  [[nodiscard]] Result<std::optional<Value>> known_draw(TrialId trial, Attempt attempt, const std::string& name,
                                                        const Domain& domain) const;
  /// `value` was drawn for it while it runs, by a sampler that had seen the event `seen` last.
  [[nodiscard]] Event drawn(TrialId trial, const std::string& name, const Domain& domain, Value value,
                            std::int64_t seen, double now) const;
  /// The trainable ended by itself (completed), or failed for good or with a retry left. No events if the trial had
  /// been closed by a verdict: that is what a trainer says after a stop.
  [[nodiscard]] Result<std::vector<Event>> on_completed(TrialId trial, Attempt attempt, double now) const;
  /// The attempt failed: an exception, an exit code. A pause of the sweep follows where failures come in quick
  /// succession (docs/semantics.md, "Failures and retries").
  [[nodiscard]] Result<std::vector<Event>> on_error(TrialId trial, Attempt attempt, std::string why, double now) const;
  /// The same where a device had no memory left for it (`trial.retries.oom`).
  [[nodiscard]] Result<std::vector<Event>> on_out_of_memory(TrialId trial, Attempt attempt, std::string why,
                                                            double now) const;
  /// It ran for longer than `trial.time_limit`: it fails, or by `trial.on_time_limit` ends with the value that it has.
  [[nodiscard]] Result<std::vector<Event>> on_time_limit(TrialId trial, Attempt attempt, std::string why,
                                                         double now) const;
  /// The attempt is gone, by no fault of the trial's: its process was killed, its slot ended.
  [[nodiscard]] Result<std::vector<Event>> on_lost(TrialId trial, Attempt attempt, std::string why, double now) const;
  /// ask/tell: the trial's end with its final metrics. Acknowledged without effect if a stop verdict had closed it, or
  /// it was told so before. `attempt`: as of a report (0: the current one).
  [[nodiscard]] Result<std::vector<Event>> on_tell(TrialId trial, Attempt attempt, bool complete,
                                                   const Metrics& metrics, double now) const;
  /// ask/tell: the newest report of the trial said all of that of this step: it is that one, sent again by a client
  /// that didn't hear the answer.
  [[nodiscard]] bool was_said(const Report& report) const;
  /// The wall budget's end; nothing if there is none or it isn't reached. `running`: see wall_used.
  [[nodiscard]] std::optional<Event> on_clock(double running, double now) const;

  // --- the state

  [[nodiscard]] const SweepSpec& spec() const { return spec_; }
  [[nodiscard]] std::uint64_t seed() const { return seed_; }
  /// By number, from 0.
  [[nodiscard]] const std::deque<Trial>& trials() const { return trials_; }
  /// Null if there is none of that number.
  [[nodiscard]] const Trial* find(TrialId trial) const;
  [[nodiscard]] const SweepCounts& counts() const { return counts_; }
  /// The scheduling policy, with all that was recorded in it.
  [[nodiscard]] const Scheduler& scheduler() const { return *scheduler_; }
  /// The number of the last event; 0: none yet.
  [[nodiscard]] std::int64_t last_seq() const { return last_seq_; }
  /// It was done when it last ran; a resume takes that back.
  [[nodiscard]] bool finished() const { return finished_; }
  /// Too many trials have failed (docs/semantics.md, "How a sweep ends").
  [[nodiscard]] bool fuse_blown() const;
  /// By command: nothing starts until resumed.
  [[nodiscard]] bool on_hold() const { return held_; }
  /// Why it is on hold, if that was said.
  [[nodiscard]] const std::string& hold_reason() const { return hold_reason_; }
  /// By command: it ends, or ended, before it was done.
  [[nodiscard]] bool stopping() const { return stop_ != Stop::none; }
  /// By command: running trials are to end now.
  [[nodiscard]] bool stopping_now() const { return stop_ == Stop::now; }
  /// Running time over all sessions, in seconds. `running`: that of this one, by a clock that nobody sets; the times of
  /// events, which follow the system's clock, say how long the earlier ones were.
  [[nodiscard]] double wall_used(double running) const { return wall_before_ + running; }
  /// The part of it that the events of this session show so far.
  [[nodiscard]] double wall_of_session() const { return wall_ - wall_before_; }
  /// Nobody has said that the last session ended: by `interrupted`, or by the next one's `opened`.
  [[nodiscard]] bool session_open() const { return session_open_; }
  /// The metric that is judged; null if the sweep names none.
  [[nodiscard]] const MetricSpec* objective() const { return objective_of(spec_); }
  /// Seed of a trial's own generator.
  [[nodiscard]] std::uint64_t trial_seed(TrialId trial) const;

private:
  Sweep(SweepSpec spec, std::uint64_t seed, std::unique_ptr<Scheduler> scheduler);

  struct Preview;
  /// An event that was checked.
  void fold(const Event& event);
  void fold_session(const Event& event);
  void fold_suggested(TrialId trial, const Assignment& params);
  void fold_changed(const Assignment& settings);
  void look_at_target();
  /// `budget.no_improvement` is used up.
  [[nodiscard]] bool out_of_patience() const;
  void fold_patience(const Trial& ended);
  void fold_trial(const Event& event);
  void fold_values(Trial& trial, const event::Reported& reported);
  void fold_reported(Trial& trial, const Event& event, const event::Reported& reported);
  void fold_told(Trial& trial, const Metrics& metrics);
  void fold_exploited(Trial& trial, const Event& event);
  void fold_command(const Event& event);
  void fold_trial_command(Trial& trial, const Event& event);
  void run_again(Trial& trial);
  /// After the trial's standing has changed: counts, queues, its end.
  void moved(Trial& trial, TrialState from, const Event& event);
  [[nodiscard]] bool can_be_judged(const event::Reported& reported) const;
  [[nodiscard]] Result<const Trial*> open_trial(TrialId trial, Attempt attempt) const;
  /// An error that spends one of `trial.retries.oom`; when those are used up it is an error as any other.
  [[nodiscard]] bool is_oom_retry(const Trial& trial, bool out_of_memory) const {
    return out_of_memory && trial.oom_count < spec_.trial.retries_oom;
  }
  [[nodiscard]] Result<std::vector<Event>> on_errored(TrialId trial, Attempt attempt, bool out_of_memory,
                                                      std::string why, double now) const;
  [[nodiscard]] std::optional<double> resource_of(std::int64_t judged_reports, Step step, const Metrics& metrics) const;
  [[nodiscard]] bool may_create(std::int64_t asked) const;
  [[nodiscard]] std::optional<std::string> halted() const;
  [[nodiscard]] bool budget_used_up() const;
  /// As a trial that ended by itself: it has nothing left to do.
  [[nodiscard]] bool came_as_far_as_others(Step step) const;
  /// With the pause of the sweep, if this is one quick failure too many.
  [[nodiscard]] std::vector<Event> failing(Event event) const;
  [[nodiscard]] bool failed_quickly(const Trial& trial, double now) const;
  [[nodiscard]] bool may_promote() const;
  [[nodiscard]] bool others_wait() const;
  [[nodiscard]] Next next_unheld(std::int64_t asked) const;
  [[nodiscard]] std::string why_done() const;
  /// Returns what the trial is to be told.
  Verdict judge(const Trial& trial, double resource, double value, Event& event, event::Reported& reported) const;
  /// What a command, or the sweep's end, says about a trial that the scheduler lets go on.
  void overrule(const Trial& trial, Event& event, event::Reported& reported) const;
  /// Why no failed trial could run again.
  [[nodiscard]] std::optional<std::string> why_not_again() const;
  [[nodiscard]] Result<std::vector<Event>> retried(const Event& event) const;
  [[nodiscard]] Result<Event> trial_command(CommandVerb verb, const Trial& trial, Event event) const;

  SweepSpec spec_;
  std::uint64_t seed_ = 0;
  std::unique_ptr<Scheduler> scheduler_;
  std::deque<Trial> trials_;        ///< grows without moving what is there, or room to spare
  std::set<TrialId> queued_again_;  ///< lost, interrupted or promoted: before promotions and new trials
  std::set<TrialId> queued_new_;    ///< suggested, never started
  SweepCounts counts_;
  std::int64_t last_seq_ = 0;
  double last_time_ = 0;
  bool session_open_ = false;
  double wall_ = 0;                      ///< running time by the times of events; a clock set back takes nothing off
  double wall_before_ = 0;               ///< the part of it that the sessions before this one had
  std::int64_t session_ended_well_ = 0;  ///< trials that ended otherwise than failed since the last resume
  std::int64_t session_failed_ = 0;
  std::int64_t quick_failures_ = 0;      ///< the last so many trials to end failed soon after their start
  std::optional<Step> shortest_course_;  ///< the least last step of the trials that ended by themselves
  bool exhausted_ = false;
  bool target_reached_ = false;            ///< or `budget.no_improvement`: nothing new is begun
  std::optional<double> best_ended_;       ///< the best value of a trial that has ended and didn't fail
  std::int64_t without_best_ = 0;          ///< so many have ended since without a better one
  std::int64_t longest_without_best_ = 0;  ///< the longest such row so far
  bool finished_ = false;
  bool held_ = false;
  std::string hold_reason_;
  enum class Stop : std::uint8_t { none, soon, now } stop_ = Stop::none;
  std::string expired_;  ///< the budget that is used up
};

}  // namespace winnow
