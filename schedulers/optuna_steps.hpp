/// At which of a trial's reports Optuna's percentile, median and threshold pruners look (read from Optuna 5.0.0).
///
/// From step `warmup` on, steps are parted into intervals of `interval` steps; the first report within each is looked
/// at, whichever of its steps it is of.
#pragma once

#include <optional>
#include <string>

#include <winnow/core/ids.hpp>
#include <winnow/core/options.hpp>
#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>

namespace winnow {

struct OptunaSteps {
  int warmup = 0;    ///< n_warmup_steps: no trial is stopped before this step, >= 0
  int interval = 1;  ///< interval_steps, >= 1

  /// `previous`: the greatest step that the trial reported before; -1: none.
  [[nodiscard]] bool looks_at(Step step, Step previous) const;
  /// For `winnow check`: `at every report from step 4 on`.
  [[nodiscard]] std::string describe() const;
};

OptunaSteps read_optuna_steps(OptionReader& reader);
/// Fails with `invalid_option`: the option's name, its range, and what was given.
Result<void> check(const OptunaSteps& steps);
/// As in the sweep file.
void add_to(Value& options, const OptunaSteps& steps);

/// Fails with `invalid_option` if the option is less than `least`.
Result<void> check_at_least(const char* key, int value, int least);

/// A whole number, or the text `auto`: nullopt. `fallback` if the key is absent.
std::optional<int> read_whole_or_auto(OptionReader& reader, const Value& options, const char* key,
                                      std::optional<int> fallback);

}  // namespace winnow
