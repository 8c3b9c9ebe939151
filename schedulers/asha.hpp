/// ASHA, the stopping variant (Li et al., "A System for Massively Parallel Hyperparameter Tuning", MLSys 2020; the
/// variant that stops instead of pausing is Ray Tune's AsyncHyperBandScheduler): docs/semantics.md,
/// "ASHA" and "The resource, and the end of a trial".
///
/// Rungs and brackets are those of asha_ladder.hpp. The promotion form is in asha_promotion.hpp.
///
/// A report is judged by the highest rung that it has reached, unless that one or a higher one has judged the trial
/// before; rungs that it skipped are never judged later. The cutoff is the (1 − 1/η) percentile, linearly interpolated,
/// of the values that other trials have recorded there; between −∞ and a finite value it is −∞. A trial that is worse
/// than the cutoff stops; at the cutoff, or with nothing recorded yet, it goes on. Its value is recorded either way. A
/// non-finite value ranks worst and stops the trial, on an empty rung too. A report at or beyond max_t completes it.
///
/// `Compat::ray` is Ray Tune's rule (read from release 2.60) where it differs:
/// - a report is judged by the highest rung reached that has not recorded the trial yet, so that later reports fall
///   through to lower, skipped rungs;
/// - NaN neither stops a trial nor counts in a percentile; infinities are numbers, and numpy's interpolation between
///   them may give NaN, which stops nobody;
/// - a trial that ends, unless it failed, has its last result recorded once more, in the highest rung that still lacks
///   the trial;
/// - rungs are counted by a logarithm, and there may be one at max_t, which only such last results reach.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <winnow/core/goal.hpp>
#include <winnow/core/result.hpp>
#include <winnow/schedulers/asha_ladder.hpp>
#include <winnow/schedulers/rung.hpp>
#include <winnow/schedulers/scheduler.hpp>

namespace winnow {

class Asha final : public Scheduler {
public:
  using Compat = AshaCompat;
  using Options = AshaOptions;

  /// Fails with `invalid_option`: the option's name, its range, and what was given.
  static Result<Asha> make(Options options, SchedulerContext context);

  [[nodiscard]] Decision judge(const Judged& report) const override;     ///< O(rungs)
  void record(const Judged& report, const Decision& decision) override;  ///< O(log n) in the rung's values
  void ended(TrialId trial, TrialState state) override;
  [[nodiscard]] std::optional<double> max_t() const override { return options_.max_t; }
  [[nodiscard]] Value options() const override { return options_json(options_, "stopping"); }
  [[nodiscard]] std::vector<std::string> describe() const override;
  [[nodiscard]] std::vector<double> rungs_of(TrialId trial) const override;

private:
  using Bracket = std::vector<Rung>;  ///< lowest first

  struct Track {
    std::vector<bool> recorded;  ///< by rung, up to the highest that has recorded the trial
    double last_resource = 0;
    double last_value = 0;
  };

  Asha(Options options, SchedulerContext context);

  [[nodiscard]] const Track* track_of(TrialId trial) const;
  /// The rung that judges a report, or -1.
  [[nodiscard]] std::int32_t judging_rung(const Bracket& bracket, const Judged& report) const;
  [[nodiscard]] bool falls_short(const Rung& rung, double value) const;
  void enter(const Judged& report, std::int32_t rung);
  /// Its values stay in the rungs, its bookkeeping goes.
  void forget(TrialId trial);
  /// Ray: the last result counts once more.
  void enter_last(const Judged& last);
  [[nodiscard]] double score(double value) const;

  Options options_;
  SchedulerContext context_;
  std::vector<Bracket> brackets_;
  BracketDraw draw_;
  std::unordered_map<TrialId, Track> tracks_;
};

/// From the sweep file's keys, either form; the registry's entry.
Result<std::unique_ptr<Scheduler>> make_asha(const Value& options, SchedulerContext context);

}  // namespace winnow
