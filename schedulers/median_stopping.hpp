/// The median stopping rule (Golovin et al., "Google Vizier: A Service for Black-Box Optimization", KDD 2017, §3.2.2),
/// with the names and the rule of Ray Tune's MedianStoppingRule (release 2.60): docs/algorithms/median_stopping.md.
///
/// A trial at resource t stops if its best value so far is strictly worse than the median of the other trials' running
/// means at t: of those that have come as far as t, over their values from grace_period up to t.
///
/// Where Ray differs: there a value of NaN that comes first is the trial's best for good, an infinite one counts as a
/// number in the trial's own best, and the last result of a trial that completed counts twice.
#pragma once

#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/schedulers/rung.hpp>
#include <winnow/schedulers/scheduler.hpp>

namespace winnow {

class MedianStopping final : public Scheduler {
public:
  struct Options {
    double grace_period = 1;       ///< resource below which no trial stops and no value counts for others, >= 0
    int min_samples_required = 3;  ///< running means that there must be of other trials, >= 1
    bool hard_stop = true;         ///< false: a trial pauses, and goes on once no new trial is left to start
  };

  /// Fails with `invalid_option` and the option's name.
  static Result<MedianStopping> make(Options options, SchedulerContext context);

  /// O(log n) in the resources at which trials have reported; O(trials) for the first report at a resource.
  [[nodiscard]] Decision judge(const Judged& report) const override;
  /// The same, times the number of such resources that the trial has skipped since its last report.
  void record(const Judged& report, const Decision& decision) override;
  void set_promotable(TrialId trial, bool promotable) override;
  [[nodiscard]] Wish wish(const Room& room) const override;
  void record_promotion(TrialId trial) override { paused_.erase(trial); }
  void ended(TrialId trial, TrialState) override { paused_.erase(trial); }
  [[nodiscard]] bool promotes() const override { return !options_.hard_stop; }
  [[nodiscard]] Value options() const override;
  [[nodiscard]] std::vector<std::string> describe() const override;

private:
  static constexpr double kNoBest = -std::numeric_limits<double>::infinity();

  /// What a trial has reported: 16 bytes for each report from grace_period on.
  struct Track {
    struct Mean {
      double resource;
      double mean;  ///< of the signed values from grace_period up to there
    };
    std::vector<Mean> means;
    double sum = 0;
    double last = -1;       ///< resource of the last report
    double best = kNoBest;  ///< signed, of the finite values
    bool let_go = false;    ///< it was paused once: it isn't judged again

    /// The running mean at a resource; nullopt: it hasn't come that far, has no value there, or none that is finite.
    [[nodiscard]] std::optional<double> mean_at(double resource) const;
  };

  MedianStopping(Options options, SchedulerContext context) : options_(options), goal_(context.goal) {}
  [[nodiscard]] Rung level_at(double resource) const;
  /// Greater is better; not finite as it is given: it makes every mean so that it is part of.
  [[nodiscard]] double signed_value(double value) const { return goal_ == Goal::maximize ? value : -value; }

  Options options_;
  Goal goal_;
  std::unordered_map<TrialId, Track> tracks_;
  std::map<double, Rung> levels_;  ///< by resource: the running means there
  std::set<TrialId> paused_;       ///< that may go on
};

/// From the sweep file's keys; the registry's entry.
Result<std::unique_ptr<Scheduler>> make_median_stopping(const Value& options, SchedulerContext context);

}  // namespace winnow
