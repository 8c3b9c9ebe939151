/// How differently a parameter is distributed in two sets of trials: the heart of PED-ANOVA.
///
/// A set's distribution on the grid is a Parzen estimator with a kernel for each cell that has trials, weighing as many
/// as it has, and one for the prior, weighing 1. Numbers: normals around the cells, cut off half a cell beyond the
/// grid's ends, of which each cell gets its part; their sigma is Scott's, 1.059 · min(IQR / 1.34, deviation) ·
/// n^(-1/5), but no less than 0.5 / 1.64 cells; the prior's is N(middle, number of cells). Categories: a kernel is one
/// for its own plus 1 / kernels for each, over their sum; the prior's is uniform. (Watanabe, Bansal and Hutter, IJCAI
/// 2023, arXiv:2304.10255; the numbers are Optuna 5.0's.)
#pragma once

#include <cstdint>
#include <vector>

namespace winnow::importance {

/// Of trials, by cell.
using Counts = std::vector<std::uint64_t>;

/// The estimator's probability of each cell, and 1e-12; of at least one trial. O(cells²).
std::vector<double> distribution(const Counts& counts, bool ordered);

/// Σ q (p / q - 1)², of the target's distribution p and the region's q: Pearson's, up to a factor. 0: the same.
double divergence(const std::vector<double>& target, const std::vector<double>& region);

}  // namespace winnow::importance
