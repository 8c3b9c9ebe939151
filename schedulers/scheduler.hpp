/// What judges reports: an early-stopping policy (docs/semantics.md, "The resource, and the end of a trial" and "Events
/// and replay"). Pure: no clock, no threads, no I/O.
///
/// Deciding and recording are apart, because recovery folds and decides nothing: `judge` is const and says what the
/// verdict would be; `record` takes the report into the policy's state together with the decision that stands in the
/// ledger. Live: decision = judge(report); …; record(report, decision). Recovery: record(report, recorded decision).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/core/goal.hpp>
#include <winnow/core/ids.hpp>
#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>
#include <winnow/core/verdict.hpp>

namespace winnow {

/// What a policy is made for.
struct SchedulerContext {
  Goal goal = Goal::minimize;
  std::uint64_t seed = 0;  ///< the sweep's
};

/// A report as a policy sees it: judged, and measured in the resource that the sweep counts.
struct Judged {
  TrialId trial = 0;
  double resource = 0;  ///< steps, reports or a metric's value (scheduler.resource)
  double value = 0;     ///< the objective as reported, maybe non-finite
};

struct Decision {
  Verdict verdict = Verdict::go_on;
  std::int32_t rung = -1;  ///< index of the rung that judged, counted from 0 at the lowest; -1: none
  bool completed = false;  ///< with stop: max_t was reached, the trial is complete rather than stopped
  bool operator==(const Decision&) const = default;
};

/// A scheduling policy. Used by one thread at a time.
class Scheduler {
public:
  virtual ~Scheduler() = default;

  /// What the verdict on this report is, by what was recorded so far.
  [[nodiscard]] virtual Decision judge(const Judged& report) const = 0;
  /// Takes the report into the state, with the decision that stands in the ledger, whatever `judge` would say now.
  virtual void record(const Judged& report, const Decision& decision) = 0;

  /// A trial ended (by itself, or stopped): its values stay in the rungs, its bookkeeping may go.
  virtual void trial_ended(TrialId) {}
  /// It failed, and may run again (`winnow retry`): what it was judged by must still be known then.
  virtual void trial_failed(TrialId trial) { trial_ended(trial); }
  /// A trial that this policy's verdict paused is paused now, its checkpoint on disk: it may be promoted. Or (false) it
  /// no longer may: someone holds it.
  virtual void set_promotable(TrialId, bool) {}
  /// The paused trial that a free slot should take on (promotion), or nullopt.
  [[nodiscard]] virtual std::optional<TrialId> next_paused() const { return std::nullopt; }
  /// It was taken on.
  virtual void record_promotion(TrialId) {}
  /// Whether a paused trial may ever be promoted by it.
  [[nodiscard]] virtual bool promotes() const { return false; }

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
