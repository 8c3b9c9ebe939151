/// Where a score is expected to rise most, or too little is known (`pb2`): Parker-Holder, Nguyen and Roberts, "Provably
/// Efficient Online Hyperparameter Optimization with Population-Based Bandits", NeurIPS 2020; as Ray Tune 2.60 has it,
/// mean + √β · variance, β = 0.2 + max(0, ln(0.4 n)), of n changes.
///
/// Points that were given and of which nothing is known yet make the variance around them small (Desautels, Krause and
/// Burdick, "Parallelizing Exploration-Exploitation Tradeoffs in Gaussian Process Bandit Optimization", JMLR 2014).
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include <winnow/core/random.hpp>
#include <winnow/schedulers/detail/time_varying_gp.hpp>
#include <winnow/schedulers/score_changes.hpp>

namespace winnow {

/// √β for n changes, n > 0.
double ucb_kappa(Eigen::Index n);

class UcbChoice {
public:
  using Point = ScoreChanges::Point;
  /// The closest point that may be taken; nullopt: none close by may.
  using Settle = std::function<std::optional<Point>(const Point&)>;

  /// For a state of that change's time and score before, as Ray Tune does: there is most data. It is one of the
  /// changes; their points have as many coordinates.
  UcbChoice(const ScoreChanges& changes, const ScoreChanges::Change& state);

  [[nodiscard]] Eigen::VectorXd bounds(const std::vector<Point>& points) const;  ///< one each
  /// The one of the greatest bound among `first`, random ones, and ones near to the best of these; all settled.
  [[nodiscard]] std::optional<Point> best(const Point& first, const Settle& settle, Rng& rng) const;

private:
  [[nodiscard]] Eigen::MatrixXd rows_of(const std::vector<Point>& points) const;

  double time_ = 0;  ///< both normalised
  double before_ = 0;
  double kappa_ = 0;
  std::optional<TimeVaryingGp> seen_;          ///< of what is known: the mean
  std::optional<TimeVaryingGp> with_pending_;  ///< of that and what is pending, if anything: the variance
};

}  // namespace winnow
