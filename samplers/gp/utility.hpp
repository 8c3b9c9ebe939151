/// What is gained by a trial at a point, as far as the surrogates know: acquisition functions, by what they are
/// computed from. Each is Optuna 5.0's; all are logarithms, to be maximised.
///
/// | objectives | nothing runs | trials run |
/// | --- | --- | --- |
/// | one | log expected improvement | of the best of them and the point, over samples |
/// | several | log expected hypervolume improvement, over samples | likewise, beyond the front with the running ones |
///
/// Constraints multiply it by the probability that they hold (Gardner et al., "Bayesian Optimization with Inequality
/// Constraints", ICML 2014). While no trial was feasible, that alone counts.
#pragma once

#include <memory>
#include <vector>

#include <winnow/samplers/gp/surrogate.hpp>

namespace winnow::gp {

class Utility {
public:
  virtual ~Utility() = default;
  /// A belief for each surrogate. `by`: null, or one zero gradient for each, to add to.
  virtual double operator()(const std::vector<Belief>& beliefs, std::vector<ByBelief>* by) const = 0;
};

/// What is known of the objectives and what the constraints need.
struct Known {
  Matrix values;                 ///< of feasible trials, maximised, a column for each objective
  std::vector<double> at_least;  ///< of each constraint's surrogate
};

/// `surrogates`: of the objectives, then of the constraints; they must outlive it.
std::unique_ptr<Utility> make_utility(const std::vector<Surrogate>& surrogates, Known known);

}  // namespace winnow::gp
