/// One sweep as a value: the fold of its events, and the decisions that are made on it (SEMANTICS §1–§3, §6–§8).
///
/// `apply` is the only way in which the state changes. The decisions are const: each says what would be true and
/// returns the events that make it so; the caller appends them to the ledger and applies them. Recovery applies and
/// decides nothing. Time comes in as an argument (seconds since 1970).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include <winnow/core/report.hpp>
#include <winnow/core/result.hpp>
#include <winnow/schedulers/scheduler.hpp>
#include <winnow/sweep/event.hpp>
#include <winnow/sweep/spec.hpp>
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
struct Wait {};
struct Done {
  std::string why;
};
using Next = std::variant<StartTrial, NewTrial, Wait, Done>;

/// The answer to a report; no events if there is nothing to record (a repeat that adds nothing).
struct Judgement {
  std::vector<Event> events;
  Verdict verdict = Verdict::go_on;
};

struct SweepCounts {
  std::int64_t queued = 0, running = 0, paused = 0, stopped = 0, completed = 0, failed = 0;
  std::int64_t reports = 0;        ///< recorded
  double resource = 0;             ///< spent, summed over trials
  std::int64_t verdicts_stop = 0;  ///< stops by the scheduler
};

class Sweep {
public:
  /// Fails with `invalid_input` if the scheduler or its options are not known.
  static Result<Sweep> make(SweepSpec spec, std::uint64_t seed);

  // --- the fold

  /// Fails with `corrupt` for an event that can't follow: an unknown trial, an illegal change of state, a wrong number.
  Result<void> apply(const Event& event);

  // --- decisions

  /// `asked`: trials that the sampler has been asked for and that have no event yet.
  [[nodiscard]] Next next(std::int64_t asked = 0) const;
  [[nodiscard]] Event suggested(TrialId trial, Assignment params, std::int64_t seen, double now) const;
  /// Also of a trial whose suggestion is about to be recorded: both can stand in one transaction.
  [[nodiscard]] Event started(TrialId trial, std::optional<Step> from_step, double now) const;
  [[nodiscard]] Result<Judgement> on_report(const Report& report, double now) const;
  /// The trainable ended by itself (completed), or failed for good or with a retry left. No events if the trial had
  /// been closed by a verdict: that is what a trainer says after a stop.
  [[nodiscard]] Result<std::vector<Event>> on_completed(TrialId trial, Attempt attempt, double now) const;
  [[nodiscard]] Result<std::vector<Event>> on_error(TrialId trial, Attempt attempt, std::string why, double now) const;
  [[nodiscard]] Result<std::vector<Event>> on_lost(TrialId trial, Attempt attempt, std::string why, double now) const;
  /// ask/tell: the trial's end with its final metrics. Acknowledged without effect if a stop verdict had closed it.
  [[nodiscard]] Result<std::vector<Event>> on_tell(TrialId trial, bool complete, const Metrics& metrics,
                                                   double now) const;
  /// The wall budget's end; nothing if there is none or it isn't reached.
  [[nodiscard]] std::optional<Event> on_clock(double now) const;
  [[nodiscard]] static Event plain(EventKind kind, double now, std::string text = {});

  // --- the state

  [[nodiscard]] const SweepSpec& spec() const { return spec_; }
  [[nodiscard]] std::uint64_t seed() const { return seed_; }
  [[nodiscard]] const std::vector<Trial>& trials() const { return trials_; }
  [[nodiscard]] const Trial* find(TrialId trial) const;
  [[nodiscard]] const SweepCounts& counts() const { return counts_; }
  [[nodiscard]] const Scheduler& scheduler() const { return *scheduler_; }
  [[nodiscard]] std::int64_t last_seq() const { return last_seq_; }
  [[nodiscard]] bool finished() const { return finished_; }
  [[nodiscard]] bool fuse_blown() const;
  /// Running time over all sessions so far, in seconds.
  [[nodiscard]] double wall_used(double now) const;
  /// The metric that is judged: scheduler.metric, else the first; null if the sweep names none.
  [[nodiscard]] const MetricSpec* objective() const;
  /// Seed of a trial's own generator.
  [[nodiscard]] std::uint64_t trial_seed(TrialId trial) const;

private:
  Sweep(SweepSpec spec, std::uint64_t seed, std::unique_ptr<Scheduler> scheduler);

  Result<void> fold_trial(const Event& event);
  Result<void> fold_changed(const Event& event);
  void fold_reported(Trial& trial, const Event& event);
  Result<void> move(Trial& trial, TrialState to, const Event& event);
  [[nodiscard]] Result<const Trial*> open_trial(TrialId trial, Attempt attempt) const;
  [[nodiscard]] std::optional<double> resource_of(const Trial& trial, Step step, const Metrics& metrics) const;
  [[nodiscard]] bool may_create(std::int64_t asked) const;
  [[nodiscard]] std::optional<std::string> halted() const;
  [[nodiscard]] std::string why_done() const;

  SweepSpec spec_;
  std::uint64_t seed_ = 0;
  std::unique_ptr<Scheduler> scheduler_;
  std::vector<Trial> trials_;
  std::set<TrialId> queued_;
  SweepCounts counts_;
  std::int64_t last_seq_ = 0;
  double last_time_ = 0;
  double session_started_ = 0;
  bool session_open_ = false;
  double wall_before_ = 0;               ///< running time of the sessions before this one
  std::int64_t session_ended_well_ = 0;  ///< trials that ended otherwise than failed since the last resume
  std::int64_t session_failed_ = 0;
  bool exhausted_ = false;
  bool target_reached_ = false;
  bool finished_ = false;
  std::string expired_;  ///< the budget that is used up
};

}  // namespace winnow
