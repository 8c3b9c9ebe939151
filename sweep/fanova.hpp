/// How much of the objective's variance each parameter explains by itself: fANOVA (Hutter, Hoos and Leyton-Brown, "An
/// Efficient Approach for Assessing Hyperparameter Importance", ICML 2014), docs/algorithms/importance.md.
///
/// A random forest learns the loss from the parameters. Each of its trees is constant on boxes that tile the space, so
/// that its variance under a uniform distribution, and that of its mean as a function of one parameter, are sums over
/// boxes. A parameter's score is the second over the first, in the mean over the trees. What Optuna 5.0's
/// FanovaImportanceEvaluator computes, up to the forest's randomness.
#pragma once

#include <cstdint>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/space/space.hpp>
#include <winnow/sweep/parameter_importance.hpp>

namespace winnow {

struct FanovaOptions {
  int n_trees = 64;    ///< >= 1
  int max_depth = 64;  ///< of a tree, >= 1
  std::uint64_t seed = 0;
};

/// Of the parameters that all trials have, by one domain; the others are `partial`. The same trials in the same order
/// give the same result. O(n_trees · parameters · n log n).
///
/// Fails with `invalid_option` for options out of range, and with `invalid_input` for less than two trials, where no
/// parameter is left that has more than one value, and where the forest finds no difference: all values are equal.
Result<Importance> fanova(const Space& space, const std::vector<RatedTrial>& trials, const FanovaOptions& options = {});

}  // namespace winnow
