/// How population-based training changes the parameters that a trial takes over (Jaderberg et al., "Population Based
/// Training of Neural Networks", 2017, "explore"; the rule of Ray Tune's PopulationBasedTraining, read from Ray 2.60).
///
/// Each parameter that may change is drawn anew from its domain with probability `resample`; else a number is
/// multiplied by one of the factors, and a choice moves to the one before or after it in its list (at the end it
/// stays). A number stays in its domain: at its bounds, at the closest point of a step; where its points lie so far
/// apart that a factor would change nothing, it moves by one of them. A parameter whose condition no longer holds is
/// left out, one whose condition holds now is drawn.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <winnow/core/assignment.hpp>
#include <winnow/core/random.hpp>
#include <winnow/core/result.hpp>
#include <winnow/space/space.hpp>

namespace winnow {

struct ExploreOptions {
  double resample = 0.25;                    ///< probability, in [0, 1]
  std::vector<double> factors = {1.2, 0.8};  ///< each > 0
  std::vector<std::string> names{};          ///< of the parameters that may change; empty: all
  bool bounded = true;                       ///< false: as Ray Tune, which doesn't know bounds
};

/// Fails with `invalid_option` for names that the space doesn't have.
Result<void> check_explore(const ExploreOptions& options, const Space& space);

/// What the trial that takes over `params` gets. Parameters that the space doesn't have stay as they are. Where no
/// change keeps the space's linear constraints, nothing changes.
Assignment explore(const Space& space, const Assignment& params, const ExploreOptions& options, Rng& rng);

/// What becomes of a parameter's value.
using ChangeValue = std::function<Value(const Parameter& parameter, const Value& value)>;

/// The parameters after the change, conditions kept as said above; the linear constraints aren't looked at.
Assignment with_changes(const Space& space, const Assignment& params, const ChangeValue& change, Rng& rng);

/// A value after one try at its change, if the parameter may change.
Value perturbed(const Parameter& parameter, const Value& value, const ExploreOptions& options, Rng& rng);

}  // namespace winnow
