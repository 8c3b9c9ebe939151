/// What judges reports: an early-stopping policy (docs/semantics.md, "The resource, and the end of a trial" and "Events
/// and replay"). Pure: no clock, no threads, no I/O.
///
/// Deciding and recording are apart, because recovery folds and decides nothing: `judge` is const and says what the
/// verdict would be; `record` takes the report into the policy's state together with the decision that stands in the
/// ledger. Live: decision = judge(report); …; record(report, decision). Recovery: record(report, recorded decision).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <winnow/core/assignment.hpp>
#include <winnow/core/goal.hpp>
#include <winnow/core/ids.hpp>
#include <winnow/core/report.hpp>
#include <winnow/core/result.hpp>
#include <winnow/core/trial_state.hpp>
#include <winnow/core/value.hpp>
#include <winnow/core/verdict.hpp>
#include <winnow/space/space.hpp>

namespace winnow {

/// What a policy is made for.
struct SchedulerContext {
  Goal goal = Goal::minimize;
  std::uint64_t seed = 0;  ///< the sweep's
  std::string sweep{};     ///< its name; Optuna's Hyperband goes by it
  /// Of the trials' parameters; there while the policy is made. Null: not known, and none may be changed.
  const Space* space = nullptr;
  /// The program's, by name; there while the policy is made. One that isn't there (a run is only looked at) isn't
  /// called.
  const SpaceFunctions* functions = nullptr;
  bool saves_in_pauses_only = false;  ///< a trial's state: it is a program, which saves when it is told to pause
};

/// A report as a policy sees it: judged, and measured in the resource that the sweep counts.
struct Judged {
  TrialId trial = 0;
  double resource = 0;                ///< steps, reports or a metric's value (scheduler.resource)
  double value = 0;                   ///< the objective as reported, maybe non-finite
  Step step = 0;                      ///< that it is of, whatever the resource is
  std::span<const Metric> metrics{};  ///< all that it says, the objective as well; there during the call only
  bool others_wait = false;           ///< for a slot: trials that are queued, paused or still to be created
};

struct Decision {
  Verdict verdict = Verdict::go_on;
  std::int32_t rung = -1;  ///< index of the rung that judged, counted from 0 at the lowest; -1: none
  bool completed = false;  ///< with stop: max_t was reached, the trial is complete rather than stopped
  bool exploits = false;   ///< with pause: it is to go on from another's state, its own needn't be saved
  std::string why{};       ///< for people, of a stop or a pause: `0.4 is worse than the median 0.35 of 7 trials at 9`
  bool operator==(const Decision&) const = default;
};

/// What a policy may want of a free slot.
/// A new trial, if the sweep may have one more; else nothing.
struct Create {};
/// This paused trial goes on.
struct Promote {
  TrialId trial = 0;
};
/// This paused trial stops where it is; it needs no slot.
struct Drop {
  TrialId trial = 0;
  std::string why{};  ///< for people
};
/// This paused trial goes on as the donor stood at `step`, from its checkpoint, with other parameters. Where there is
/// no such checkpoint it is promoted instead.
struct Exploit {
  TrialId trial = 0;
  TrialId donor = 0;
  Step step = 0;
  Assignment params{};  ///< all of them
  std::string why{};    ///< for people
};
/// No new trial for now: something that runs has to end or to pause first.
struct Hold {};
using Wish = std::variant<Create, Promote, Drop, Hold, Exploit>;

/// The trial that is to go on, if that is the wish.
inline std::optional<TrialId> to_promote(const Wish& wish) {
  const auto* promote = std::get_if<Promote>(&wish);
  return promote == nullptr ? std::nullopt : std::optional(promote->trial);
}

/// What is left to come, when a policy is asked for its wish.
struct Room {
  bool more = true;   ///< new trials: the sweep may have more, or some haven't started yet
  bool idle = false;  ///< nothing runs, and nothing waits for a slot but paused and new trials
};

/// A scheduling policy. Used by one thread at a time.
class Scheduler {
public:
  virtual ~Scheduler() = default;

  /// What the verdict on this report is, by what was recorded so far.
  [[nodiscard]] virtual Decision judge(const Judged& report) const = 0;
  /// Takes the report into the state, with the decision that stands in the ledger, whatever `judge` would say now.
  virtual void record(const Judged& report, const Decision& decision) = 0;

  /// There is a trial of this number and these parameters, and it hasn't run.
  virtual void created(TrialId, const Assignment&) {}
  /// A trial completed, was stopped or failed: its values still count for others. A failed one may run again (`winnow
  /// retry`): what it was judged by must still be known then.
  virtual void ended(TrialId, TrialState) {}
  /// A trial that this policy's verdict paused is paused now, its checkpoint on disk: it may be promoted. Or (false) it
  /// no longer may: someone holds it.
  virtual void set_promotable(TrialId, bool) {}
  /// What a free slot should do. Hold is taken for Create where `room` is idle: no sweep waits for nothing.
  [[nodiscard]] virtual Wish wish(const Room&) const { return Create{}; }
  /// A paused trial was taken on, as wished. (One that was dropped has `ended`.)
  virtual void record_promotion(TrialId) {}
  /// A paused trial goes on from `step` of the donor with these parameters, as wished.
  virtual void record_exploit(TrialId trial, TrialId /*donor*/, Step, const Assignment&) { record_promotion(trial); }
  /// The step of the trial's checkpoint that another trial may go on from, from now on; it is kept meanwhile.
  [[nodiscard]] virtual std::optional<Step> lends(TrialId) const { return std::nullopt; }
  /// Whether it ever pauses trials, to let them go on later or to drop them.
  [[nodiscard]] virtual bool promotes() const { return false; }

  /// Whether it compares all trials that there will be: the sweep must say how many (run_cap).
  [[nodiscard]] virtual bool needs_all() const { return false; }

  /// The options that it was made with, those by default as well: what makes the same policy whatever the defaults are.
  [[nodiscard]] virtual Value options() const = 0;
  /// The largest resource a trial is to get; nullopt: no limit.
  [[nodiscard]] virtual std::optional<double> max_t() const { return std::nullopt; }
  /// Lines for `winnow check`: rungs and brackets in words, e.g. `bracket 0: rungs 1, 3, 9`.
  [[nodiscard]] virtual std::vector<std::string> describe() const = 0;
  /// The resources at which trial `trial` is judged, lowest first (for people: the live table and `check`).
  [[nodiscard]] virtual std::vector<double> rungs_of(TrialId) const { return {}; }
};

}  // namespace winnow
