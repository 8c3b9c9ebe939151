/// Stops a trial whose value leaves a range: Optuna's ThresholdPruner (read from Optuna 5.0.0).
///
/// A report that is looked at (optuna_steps.hpp) stops its trial if its value is NaN, below `lower` or above `upper`.
/// At a bound the trial goes on. Other trials and the goal make no difference.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/schedulers/optuna_steps.hpp>
#include <winnow/schedulers/scheduler.hpp>

namespace winnow {

class OptunaThreshold final : public Scheduler {
public:
  struct Options {
    std::optional<double> lower{};  ///< one of them is required; lower <= upper
    std::optional<double> upper{};
    OptunaSteps steps{};
  };

  /// Fails with `invalid_option`: the option's name, its range, and what was given.
  static Result<OptunaThreshold> make(Options options);

  [[nodiscard]] Decision judge(const Judged& report) const override;  ///< O(1)
  void record(const Judged& report, const Decision&) override { last_[report.trial] = report.step; }
  void ended(TrialId trial, TrialState state) override {
    if (state != TrialState::failed) last_.erase(trial);  // a failed one may run again
  }
  [[nodiscard]] Value options() const override;
  [[nodiscard]] std::vector<std::string> describe() const override;

private:
  explicit OptunaThreshold(Options options) : options_(options) {}

  Options options_;
  std::unordered_map<TrialId, Step> last_;  ///< step reported
};

/// From the sweep file's keys; the registry's entry.
Result<std::unique_ptr<Scheduler>> make_optuna_threshold(const Value& options, SchedulerContext context);

}  // namespace winnow
