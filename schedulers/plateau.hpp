/// Stops a trial whose values no longer move: the rule and the names of Ray Tune's TrialPlateauStopper (release 2.60):
/// docs/algorithms/plateau.md.
///
/// From its grace_period-th report on, a trial stops once its last num_results values have a standard deviation (the
/// population's) below `std`, and the newest of them is not worse than metric_threshold, if there is one. While one of
/// them isn't finite it goes on. Nothing but the trial's own reports counts, whatever the resource is.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/schedulers/scheduler.hpp>

namespace winnow {

class Plateau final : public Scheduler {
public:
  struct Options {
    double std = 0.01;                         ///< in the metric's unit, > 0
    int num_results = 4;                       ///< values that are looked at, >= 2
    int grace_period = 4;                      ///< reports of a trial before which it goes on, >= 0
    std::optional<double> metric_threshold{};  ///< a trial that is worse goes on
  };

  /// Fails with `invalid_option`: the option's name, its range, and what was given.
  static Result<Plateau> make(Options options, SchedulerContext context);

  [[nodiscard]] Decision judge(const Judged& report) const override;  ///< O(num_results)
  void record(const Judged& report, const Decision& decision) override;
  void ended(TrialId trial, TrialState state) override;
  [[nodiscard]] Value options() const override;
  [[nodiscard]] std::vector<std::string> describe() const override;

private:
  struct Track {
    int reports = 0;
    std::deque<double> last;  ///< up to num_results - 1 values
  };

  Plateau(Options options, Goal goal) : options_(options), goal_(goal) {}
  [[nodiscard]] bool too_bad(double value) const;

  Options options_;
  Goal goal_;
  std::unordered_map<TrialId, Track> tracks_;
};

/// From the sweep file's keys; the registry's entry.
Result<std::unique_ptr<Scheduler>> make_plateau(const Value& options, SchedulerContext context);

}  // namespace winnow
