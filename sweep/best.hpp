/// The best trial, or the Pareto list (SEMANTICS §8).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <winnow/sweep/sweep.hpp>

namespace winnow {

struct BestTrial {
  TrialId trial = 0;
  double value = 0;
  bool fallback = false;  ///< no trial was eligible: this is the one trained furthest
};

/// What a trial's value is: the final one it was told, else by scope; nullopt if it has none.
std::optional<double> trial_value(const Sweep& sweep, const Trial& trial);

/// Eligible: trials with a value that no scheduler stopped and that didn't fail (all with a value where the spec says
/// so; failed ones never). If that leaves none, the one trained furthest. Ties go to the lower number. nullopt: no
/// trial has a value.
std::optional<BestTrial> best_trial(const Sweep& sweep);

/// Several metrics: the trials that none dominates, in order of number; equal points all stay; a non-finite objective
/// leaves a trial out. Values are the last reported ones.
std::vector<TrialId> pareto_front(const Sweep& sweep);

}  // namespace winnow
