/// The constants of CMA-ES, by dimension and population (Hansen, "The CMA Evolution Strategy: A Tutorial",
/// arXiv:1604.00772, table 1 and equations 49 to 58), with the values of the Python package `cmaes` 0.13.
#pragma once

#include <Eigen/Dense>

namespace winnow::cmaes {

struct Constants {
  int popsize;              ///< λ
  int mu;                   ///< how many of them the mean moves to: the better half
  double mu_eff;            ///< variance effective selection mass of those
  Eigen::VectorXd weights;  ///< the mean's for the first mu; for the covariance all popsize, or only the first mu
  double c_c;               ///< how fast the path for the rank-one update forgets
  double c_1;               ///< learning rate of the rank-one update
  double c_mu;              ///< of the rank-μ update
  double c_sigma;           ///< how fast the path for the step size forgets
  double d_sigma;           ///< damping of the step size
  double expected_norm;     ///< E‖N(0, I)‖, approximated
};

/// 4 + ⌊3 ln n⌋; n >= 1.
int default_popsize(Eigen::Index dimensions);
/// The weights of the worse half are negative. popsize >= 2.
Constants full_constants(Eigen::Index dimensions, int popsize);
/// Of separable CMA-ES: no negative weights, and a faster rank-μ update (Ros and Hansen 2008, §3).
Constants separable_constants(Eigen::Index dimensions, int popsize);

}  // namespace winnow::cmaes
