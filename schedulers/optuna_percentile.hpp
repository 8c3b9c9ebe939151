/// Stops a trial that falls behind the completed ones: Optuna's PercentilePruner and MedianPruner, which is the former
/// at 50 (read from Optuna 5.0.0; Akiba et al., "Optuna", KDD 2019; the median is that of Golovin et al., "Google
/// Vizier", KDD 2017, §3.2.2).
///
/// A report at step s that is looked at (optuna_steps.hpp) stops its trial if the trial's best value so far is worse
/// than the percentile, linearly interpolated as numpy does it, of the values that completed trials reported at exactly
/// s. The best `percentile` percent go on: minimising it is that percentile, maximising the (100 − percentile)-th. Only
/// completed trials count, not those that run, failed or were stopped, and only what they reported. Ties go on.
///
/// With fewer than `n_startup_trials` completed ones, or none, everyone goes on; else a trial that reported nothing but
/// NaN stops; else, with fewer than `n_min_trials` values at s, everyone goes on. NaN is one of these values, but isn't
/// in the percentile. Infinities are numbers; where interpolation between them gives NaN, the trial goes on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <winnow/core/goal.hpp>
#include <winnow/core/result.hpp>
#include <winnow/schedulers/optuna_steps.hpp>
#include <winnow/schedulers/rung.hpp>
#include <winnow/schedulers/scheduler.hpp>

namespace winnow {

class OptunaPercentile final : public Scheduler {
public:
  enum class Form { percentile, median };

  struct Options {
    Form form = Form::percentile;  ///< median has no option `percentile`
    double percentile = 50;        ///< of the completed trials, whom one must not fall behind; 0 to 100
    int n_startup_trials = 5;      ///< completed ones before the first decision, >= 0
    OptunaSteps steps{};
    int n_min_trials = 1;  ///< completed ones that reported at the step, >= 1
  };

  /// Fails with `invalid_option`: the option's name, its range, and what was given.
  static Result<OptunaPercentile> make(Options options, SchedulerContext context);

  [[nodiscard]] Decision judge(const Judged& report) const override;     ///< O(1)
  void record(const Judged& report, const Decision& decision) override;  ///< O(1)
  /// O(r log n) for r reports of the trial; 8 bytes a report stay of a completed one.
  void ended(TrialId trial, TrialState state) override;
  [[nodiscard]] Value options() const override;
  [[nodiscard]] std::vector<std::string> describe() const override;

private:
  struct Track {
    double best = std::numeric_limits<double>::quiet_NaN();  ///< NaN: nothing else yet
    Step last = -1;                                          ///< step reported
    std::vector<std::pair<Step, double>> values;             ///< from n_warmup_steps on
  };
  /// What completed trials reported at a step.
  struct AtStep {
    Rung values;
    std::size_t nans = 0;
  };

  OptunaPercentile(Options options, Goal goal);

  [[nodiscard]] const Track* track_of(TrialId trial) const;
  [[nodiscard]] double better_of(double best, double value) const;
  [[nodiscard]] std::string why(double best, double cutoff, std::size_t trials, Step step) const;

  Options options_;
  Goal goal_;
  double fraction_;  ///< of the quantile, in [0, 1]
  std::int64_t completed_ = 0;
  std::unordered_map<TrialId, Track> tracks_;
  std::unordered_map<Step, AtStep> steps_;
};

/// From the sweep file's keys; the registry's entries.
Result<std::unique_ptr<Scheduler>> make_optuna_percentile(const Value& options, SchedulerContext context);
Result<std::unique_ptr<Scheduler>> make_optuna_median(const Value& options, SchedulerContext context);

}  // namespace winnow
