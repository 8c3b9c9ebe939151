/// W&B's early termination, `early_terminate: {type: hyperband}` (read from the package `sweeps` 0.3.0, the open engine
/// of W&B sweeps; the name is that of Li et al., JMLR 2018, of which little is left in it).
///
/// Bands are numbers of reported values. With max_iter (which wins if both are given): max_iter/η, max_iter/η², … up to
/// `s` of them, while they are at least 1. With min_iter: min_iter, min_iter·η, min_iter·η², … Fractions are dropped at
/// the end. A trial's iteration is the COUNT of finite values that it has reported for the metric, not its step; others
/// don't count.
///
/// The threshold of a band: of all trials that have at least that many values, running or ended in any way, the value
/// that each had there, in ascending order (maximising: negated first); element ⌊n/η⌋, counted from 0. At every report
/// the trial is looked at once, at the largest band that it has passed: strict takes its value at that band, not strict
/// the best of its whole history. It stops if that is greater than the threshold; ties go on. The threshold is that of
/// the moment, with this report in it; others' later values may move it, and a trial that went on may stop at a later
/// report.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <winnow/core/goal.hpp>
#include <winnow/core/result.hpp>
#include <winnow/schedulers/band.hpp>
#include <winnow/schedulers/scheduler.hpp>

namespace winnow {

class WandbHyperband final : public Scheduler {
public:
  struct Options {
    std::optional<int> max_iter;  ///< >= 1; needs `s`
    std::optional<int> s;         ///< bands below max_iter, >= 1
    std::optional<int> min_iter;  ///< the lowest band, >= 1
    double eta = 3;               ///< > 1
    bool strict = true;           ///< the engine's default; W&B's documentation says false
  };

  /// Fails with `invalid_option`: the option's name, its range, and what was given.
  static Result<WandbHyperband> make(Options options, SchedulerContext context);

  [[nodiscard]] Decision judge(const Judged& report) const override;     ///< O(1)
  void record(const Judged& report, const Decision& decision) override;  ///< O(log n) in the band's values
  void ended(TrialId trial, TrialState state) override {
    if (state != TrialState::failed) tracks_.erase(trial);  // a failed one may run again
  }
  [[nodiscard]] Value options() const override;
  [[nodiscard]] std::vector<std::string> describe() const override;
  [[nodiscard]] std::vector<double> rungs_of(TrialId trial) const override;

private:
  /// What is kept of a trial's history.
  struct Track {
    std::int64_t count = 0;
    double best = std::numeric_limits<double>::infinity();
    std::size_t passed = 0;  ///< bands that it has reached
    double at_band = 0;      ///< its score at the last of them
  };

  WandbHyperband(Options options, Goal goal, const std::vector<double>& counts);

  [[nodiscard]] const Track* track_of(TrialId trial) const;
  /// The track after one more value; true if it has just reached a band.
  bool advance(Track& track, double value) const;
  [[nodiscard]] double score(double value) const { return goal_ == Goal::maximize ? -value : value; }

  Options options_;
  Goal goal_;
  std::vector<Band> bands_;  ///< lowest first, no two alike
  std::unordered_map<TrialId, Track> tracks_;
};

/// From the sweep file's keys; the registry's entry.
Result<std::unique_ptr<Scheduler>> make_wandb_hyperband(const Value& options, SchedulerContext context);

}  // namespace winnow
