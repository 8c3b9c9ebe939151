#pragma once

#include <vector>

#include <winnow/core/assignment.hpp>
#include <winnow/core/trial_state.hpp>

namespace winnow {

/// A trial of an earlier sweep, in this one's parameters and objectives (Optuna's add_trial). All numbers are finite:
/// without a usable value it failed.
struct PriorTrial {
  Assignment params{};
  TrialState state = TrialState::completed;
  std::vector<double> values{};  ///< as in TrialEnded; of one that failed none
  std::vector<double> violations{};
  bool operator==(const PriorTrial&) const = default;
};

}  // namespace winnow
