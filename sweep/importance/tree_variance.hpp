/// The variance of a regression tree over its space, and of its marginals: the heart of fANOVA (Hutter, Hoos and
/// Leyton-Brown, ICML 2014, §3: algorithms 1 and 2), as Optuna 5.0 computes them.
///
/// A leaf is a box. Numbers are uniform between their ends. A category is as in Optuna one-hot: a coin of its own for
/// each of them, so that also none and several of them are points of the space. A feature's marginal at one of its
/// values is the mean over all other features; that is a constant between two neighbouring thresholds.
#pragma once

#include <vector>

#include <winnow/sweep/importance/regression_tree.hpp>

namespace winnow::importance {

struct TreeVariance {
  double total = 0;
  std::vector<double> marginal;  ///< by feature; >= 0
};

/// Thresholds lie within their features' ends, and a path parts a category at most once. O(nodes · depth), and for
/// categories besides the square of how many different sets of them the paths have decided.
TreeVariance variance_of(const Tree& tree, const std::vector<Feature>& features);

}  // namespace winnow::importance
