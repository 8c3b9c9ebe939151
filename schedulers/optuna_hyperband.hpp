/// Hyperband as Optuna's HyperbandPruner has it (read from Optuna 5.0.0; Li et al., "Hyperband", JMLR 2018).
///
/// There are B = ⌊log_η(max_resource/min_resource)⌋ + 1 brackets, the logarithm being a floating-point number as there
/// (from 1 to 243 = 3⁵ it is just below 5). Bracket b (optuna_bracket.hpp) has its rungs at min_resource·η^(b + k). A
/// trial belongs to one of them by the CRC-32 of `SWEEP_TRIAL`, sweep's name and trial's number, modulo the sum of the
/// shares ⌈B·η^(B−1−b)/(B−b)⌉. Trials of other brackets don't count. max_resource ends no trial.
///
/// `auto` makes max_resource the greatest last step of the completed trials, plus 1, at the first report after one has
/// completed; it stays so. Before that every trial goes on; if it is below min_resource, ever after.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <winnow/core/goal.hpp>
#include <winnow/core/result.hpp>
#include <winnow/schedulers/optuna_bracket.hpp>
#include <winnow/schedulers/scheduler.hpp>

namespace winnow {

class OptunaHyperband final : public Scheduler {
public:
  struct Options {
    int min_resource = 1;               ///< step of the lowest rung, >= 1
    std::optional<int> max_resource{};  ///< the trials' last step, >= min_resource; nullopt: auto
    int reduction_factor = 3;           ///< η >= 2
    int bootstrap_count = 0;            ///< trials stopped at each rung first, >= 0; 0 with auto
  };

  /// Fails with `invalid_option`: the option's name, its range, and what was given.
  static Result<OptunaHyperband> make(Options options, SchedulerContext context);

  [[nodiscard]] Decision judge(const Judged& report) const override;     ///< O(rungs reached + brackets)
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
  struct Brackets {
    std::vector<OptunaBracket> all;
    std::vector<double> shares;  ///< of the trials, one a bracket
    double total = 0;            ///< of the shares
  };

  OptunaHyperband(Options options, SchedulerContext context);

  [[nodiscard]] Brackets brackets_up_to(double max_resource) const;
  [[nodiscard]] std::optional<Brackets> found() const;
  [[nodiscard]] std::size_t bracket_of(TrialId trial, const Brackets& brackets) const;

  Options options_;
  SchedulerContext context_;
  std::optional<Brackets> brackets_;  ///< maybe none of them
  std::optional<Step> longest_;       ///< greatest last step of a completed trial
  std::unordered_map<TrialId, Track> tracks_;
};

/// CRC-32 (ISO 3309), as Python's `binascii.crc32` has it.
std::uint32_t crc32_of(std::string_view bytes);

/// From the sweep file's keys; the registry's entry.
Result<std::unique_ptr<Scheduler>> make_optuna_hyperband(const Value& options, SchedulerContext context);

}  // namespace winnow
