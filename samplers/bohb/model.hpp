/// BOHB's model of one budget (Falkner, Klein and Hutter, "BOHB: Robust and Efficient Hyperparameter Optimization at
/// Scale", ICML 2018, §3.2), by the rules of HpBandSter 0.7.4: a density of the good points, and one of the others.
#pragma once

#include <optional>
#include <vector>

#include <winnow/core/ids.hpp>
#include <winnow/samplers/bohb/density.hpp>

namespace winnow::bohb {

/// What a trial came to at a budget.
struct Outcome {
  TrialId trial = 0;
  Eigen::VectorXd point;
  double loss = 0;  ///< infinite: it failed, or its value was no number
};

struct ModelOptions {
  int min_points_in_model = 1;
  int top_n_percent = 15;
  double min_bandwidth = 1e-3;
};

struct Model {
  Density good;
  Density bad;

  /// The smaller, the better: how much likelier a bad point is than a good one, both at least 1e-32.
  [[nodiscard]] double ratio(const Eigen::VectorXd& x) const;
};

/// Good are the best max(min_points_in_model, top_n_percent of n), of equal losses those that came first; the next
/// max(min_points_in_model, the other percents) are bad. nullopt: too few for both (each must be more than there are
/// coordinates), or infinite ones among the good. Coordinates that a point lacks are taken from another one of its
/// group, at random by (seed, trial).
std::optional<Model> fit(const std::vector<Outcome>& outcomes, const Levels& levels, const ModelOptions& options,
                         std::uint64_t seed);

}  // namespace winnow::bohb
