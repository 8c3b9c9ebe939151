/// Stops a trial that is surely worse than the best one: Optuna's WilcoxonPruner (read from Optuna 5.0.0).
///
/// For trials that report one value a step of many, such as folds or problem instances, and are worth their mean. The
/// best trial is the completed one with the best mean of all that it reported, the earlier one of equals. A trial's
/// differences from it, at the steps that both have, go into the signed-rank test (signed_rank.hpp) of being worse. The
/// trial stops if p is below `p_threshold` and its own mean is worse than the best one's.
///
/// With fewer than `n_startup_steps` such steps, or than two, it goes on; so do trials whose mean isn't finite, and all
/// of them while the best trial's isn't. A completed trial whose mean is NaN, or that has none, is never the best.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include <winnow/core/goal.hpp>
#include <winnow/core/result.hpp>
#include <winnow/schedulers/scheduler.hpp>
#include <winnow/schedulers/signed_rank.hpp>

namespace winnow {

class OptunaWilcoxon final : public Scheduler {
public:
  struct Options {
    double p_threshold = 0.1;  ///< 0 to 1
    int n_startup_steps = 2;   ///< steps in common before the first decision, >= 0
  };

  /// Fails with `invalid_option`: the option's name, its range, and what was given.
  static Result<OptunaWilcoxon> make(Options options, SchedulerContext context);

  [[nodiscard]] Decision judge(const Judged& report) const override;     ///< O(r log r) in the trial's reports
  void record(const Judged& report, const Decision& decision) override;  ///< O(1)
  void ended(TrialId trial, TrialState state) override;                  ///< O(r); nothing stays but of the best trial
  [[nodiscard]] Value options() const override;
  [[nodiscard]] std::vector<std::string> describe() const override;

private:
  struct Point {
    Step step;
    double value;
  };
  /// What a trial has reported, steps rising.
  struct Track {
    std::vector<Point> points;
    double sum = 0;  ///< of the values
  };
  struct Best {
    TrialId trial;
    std::vector<Point> points;
    double mean;
  };

  OptunaWilcoxon(Options options, Goal goal) : options_(options), goal_(goal) {}

  /// How much worse `a` is than `b`.
  [[nodiscard]] double behind(double a, double b) const { return goal_ == Goal::maximize ? b - a : a - b; }
  /// What counts of the track for a report at `step`: not what an attempt that failed said of that step and later ones.
  [[nodiscard]] static std::span<const Point> before(const Track& track, Step step);
  [[nodiscard]] static double sum_of(std::span<const Point> points);
  /// By how much a trial of these points and this report is worse than the best one, at each step that both have.
  [[nodiscard]] std::vector<double> differences(std::span<const Point> points, const Judged& report) const;

  Options options_;
  Goal goal_;
  SignedRankTest test_;
  std::optional<Best> best_;
  std::unordered_map<TrialId, Track> tracks_;
};

/// From the sweep file's keys; the registry's entry.
Result<std::unique_ptr<Scheduler>> make_optuna_wilcoxon(const Value& options, SchedulerContext context);

}  // namespace winnow
