/// Training one trial of a run again: a sweep of that trial alone, and whether it came to the same numbers.
#pragma once

#include <optional>
#include <string>

#include <winnow/session/recovered.hpp>
#include <winnow/spec/sweep_file.hpp>

namespace winnow {

/// The run's sweep file reduced to one trial: its parameters as the only point, no early stopping but the same max_t,
/// the seed of its own generator (`trial_seed`), and the run's present settings of trial, resources and checkpoints (at
/// least one is kept). It stands, by name, in the folder of the run's file, so that relative paths mean the same. Fails
/// with `unknown_trial`, and with `invalid_input` for a sweep without a trainer (ask/tell).
Result<SweepFile> sweep_of_trial(const Recovered& run, TrialId trial);

struct CurveComparison {
  std::int64_t reports = 0;               ///< of the first trial, all compared
  std::optional<std::string> difference;  ///< the first one: `loss at step 3: 0.25, and 0.5 now`
};

/// Compares the metrics that two trials have at the steps of the first, bit for bit.
Result<CurveComparison> compare_curves(const std::filesystem::path& root, TrialId trial,
                                       const std::filesystem::path& again, TrialId trial_again);

}  // namespace winnow
