/// Successive halving without waiting, as Optuna's SuccessiveHalvingPruner has it (read from Optuna 5.0.0; Jamieson and
/// Talwalkar, "Non-stochastic Best Arm Identification", AISTATS 2016; Li et al., MLSys 2020).
///
/// One bracket (optuna_bracket.hpp) whose rungs are at steps min_resource·η^(s + k). `auto` makes min_resource a
/// hundredth of the greatest last step of the completed trials, at least 1, at the first report after one has
/// completed; it stays so. Before that every trial goes on. NaN at a rung stops the trial and counts for no other.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <winnow/core/goal.hpp>
#include <winnow/core/result.hpp>
#include <winnow/schedulers/optuna_bracket.hpp>
#include <winnow/schedulers/scheduler.hpp>

namespace winnow {

class OptunaSuccessiveHalving final : public Scheduler {
public:
  struct Options {
    std::optional<int> min_resource{};  ///< step of the lowest rung, >= 1; nullopt: auto
    int reduction_factor = 4;           ///< η >= 2
    int min_early_stopping_rate = 0;    ///< s >= 0
    int bootstrap_count = 0;            ///< trials stopped at each rung first, >= 0; 0 with auto
  };

  /// Fails with `invalid_option`: the option's name, its range, and what was given.
  static Result<OptunaSuccessiveHalving> make(Options options, SchedulerContext context);

  [[nodiscard]] Decision judge(const Judged& report) const override;     ///< O(rungs reached)
  void record(const Judged& report, const Decision& decision) override;  ///< O(log n) in the rung's values
  void ended(TrialId trial, TrialState state) override;
  [[nodiscard]] Value options() const override;
  [[nodiscard]] std::vector<std::string> describe() const override;
  [[nodiscard]] std::vector<double> rungs_of(TrialId trial) const override;

private:
  struct Track {
    Step last = 0;
    std::size_t passed = 0;  ///< rungs that have recorded it
  };

  OptunaSuccessiveHalving(Options options, Goal goal);

  [[nodiscard]] OptunaBracket bracket_from(double min_resource) const;
  /// The bracket that `auto` makes now.
  [[nodiscard]] std::optional<OptunaBracket> found() const;

  Options options_;
  Goal goal_;
  std::optional<OptunaBracket> bracket_;
  std::optional<Step> longest_;  ///< greatest last step of a completed trial
  std::unordered_map<TrialId, Track> tracks_;
};

/// From the sweep file's keys; the registry's entry.
Result<std::unique_ptr<Scheduler>> make_optuna_successive_halving(const Value& options, SchedulerContext context);

}  // namespace winnow
