/// What a sweep keeps of each trial (docs/semantics.md, "Trials and attempts"); where it stands is in standing.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <winnow/core/assignment.hpp>
#include <winnow/core/goal.hpp>
#include <winnow/core/ids.hpp>
#include <winnow/core/report.hpp>
#include <winnow/core/verdict.hpp>
#include <winnow/spec/spec.hpp>
#include <winnow/sweep/course.hpp>
#include <winnow/sweep/standing.hpp>

namespace winnow {

/// The values of a trial that count, in as much memory as a scope needs (docs/semantics.md, "The best trial"): O(1)
/// however many reports.
class ObjectiveHistory {
public:
  void add(Goal goal, double value);
  /// nullopt before the first value. Averages are over all of them, in order of report.
  [[nodiscard]] std::optional<double> value(Scope scope) const;
  [[nodiscard]] std::int64_t count() const { return count_; }

private:
  std::int64_t count_ = 0;
  double best_ = 0;
  double sum_ = 0;
  double scaled_sum_ = 0;          ///< of the values times kScale: it doesn't overflow
  std::array<double, 10> last_{};  ///< ring of the last ten
};

/// An exploit, as a trial's lineage has it.
struct Inherited {
  Step at = 0;  ///< the trial's own last step, whose state it gave up
  TrialId donor = 0;
  Step from_step = 0;    ///< of the donor's
  std::int64_t seq = 0;  ///< of the event
  Assignment before;     ///< the parameters until then
};

struct Trial : Standing {
  TrialId number = 0;
  Assignment params;
  Step last_step = 0;  ///< of this attempt's reports, or restored; a report without a step gets this + 1
  Step furthest = 0;   ///< of any attempt's reports, for people
  std::optional<Step> last_judged_step;
  Verdict last_verdict = Verdict::go_on;
  bool stop_due = false;   ///< by `stop --trial N`: stops at its next report
  std::int32_t rung = -1;  ///< the highest that has judged it
  double resource = 0;     ///< in the sweep's resource, at the last judged report
  std::int64_t judged_reports = 0;
  ObjectiveHistory objective;
  std::optional<double> told;  ///< ask/tell's final value: it is the trial's value
  Metrics last_metrics;        ///< latest value of each metric
  Step newest_step = -1;       ///< of the newest report
  Metrics newest_metrics;      ///< what the newest reports said at that step; dropped when the trial ends
  Course course;               ///< which values count
  std::int64_t repeats = 0;    ///< objectives that came at judged steps, when the attempt had been further
  /// Parameters that turned up while it ran, each with its domain as text (define-by-run).
  std::vector<std::pair<std::string, std::string>> drawn;
  std::vector<Inherited> inherited;  ///< oldest first
  bool inherits = false;             ///< it goes on from the last of these; nothing was reported since
  int lost_count = 0;
  int error_count = 0;
  int oom_count = 0;      ///< of `trial.retries.oom`, spent
  double started_at = 0;  ///< seconds since 1970, first attempt
  double attempt_at = 0;  ///< this attempt
  double ended_at = 0;
  std::string reason;  ///< why it ended, for people
};

}  // namespace winnow
