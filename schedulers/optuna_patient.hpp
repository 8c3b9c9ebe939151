/// Stops a trial only when it has ceased to get better: Optuna's PatientPruner (read from Optuna 5.0.0).
///
/// Once a trial has more than patience + 1 reports: if the best of its last patience + 1 values is worse, by more than
/// `min_delta`, than the best of those before, the wrapped pruner is asked; without one the trial stops. NaN is in
/// neither best; where all of one side is NaN, the trial goes on.
///
/// The wrapped pruner sees every report, but a rung of it counts a trial only when it was asked. One difference: an
/// `auto` resource in it is found at the first report after a trial has completed, not when it is first asked.
#pragma once

#include <deque>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <winnow/core/goal.hpp>
#include <winnow/core/result.hpp>
#include <winnow/schedulers/make_scheduler.hpp>
#include <winnow/schedulers/scheduler.hpp>

namespace winnow {

class OptunaPatient final : public Scheduler {
public:
  struct Options {
    int patience = 0;      ///< required: reports without getting better that are borne, >= 0
    double min_delta = 0;  ///< how much worse is worse, >= 0
  };

  /// `wrapped` may be null. Fails with `invalid_option`: the option's name, its range, and what was given.
  static Result<std::unique_ptr<Scheduler>> make(Options options, SchedulerContext context, std::string wrapped_type,
                                                 std::unique_ptr<Scheduler> wrapped);

  [[nodiscard]] Decision judge(const Judged& report) const override;  ///< O(patience) and what the wrapped one takes
  void record(const Judged& report, const Decision& decision) override;
  void created(TrialId trial, const Assignment& params) override;
  void ended(TrialId trial, TrialState state) override;
  [[nodiscard]] Value options() const override;
  [[nodiscard]] std::vector<std::string> describe() const override;
  [[nodiscard]] std::vector<double> rungs_of(TrialId trial) const override;

private:
  struct Track {
    double before = std::numeric_limits<double>::quiet_NaN();  ///< best of what is no longer in `last`
    std::deque<double> last;                                   ///< up to patience + 1 values
  };

  OptunaPatient(Options options, Goal goal, std::string wrapped_type, std::unique_ptr<Scheduler> wrapped);

  [[nodiscard]] double better_of(double a, double b) const;
  [[nodiscard]] bool out_of_patience(const Judged& report) const;

  Options options_;
  Goal goal_;
  std::string wrapped_type_;
  std::unique_ptr<Scheduler> wrapped_;
  std::unordered_map<TrialId, Track> tracks_;
};

/// From the sweep file's keys; the registry's entry.
Result<std::unique_ptr<Scheduler>> make_optuna_patient(const Value& options, SchedulerContext context,
                                                       MakeScheduler make);

}  // namespace winnow
