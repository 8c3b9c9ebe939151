/// A Gaussian process over points whose first coordinate is time, by the kernel of Bogunovic, Scarlett and Cevher,
/// "Time-Varying Gaussian Process Bandit Optimization", AISTATS 2016: what lies long ago says little,
///
///     k((t, x), (t', x')) = variance · exp(-|x - x'|² / lengthscale) · (1 - epsilon)^(|t - t'| / 2).
#pragma once

#include <Eigen/Cholesky>
#include <Eigen/Core>

namespace winnow {

struct TimeVaryingKernel {
  double variance = 1;     ///< > 0
  double lengthscale = 1;  ///< > 0; of squared distances
  double epsilon = 0.1;    ///< in (0, 1): how fast is forgotten
};

/// Of all rows of the one with all rows of the other.
Eigen::MatrixXd kernel_matrix(const TimeVaryingKernel& kernel, const Eigen::MatrixXd& rows,
                              const Eigen::MatrixXd& columns);

class TimeVaryingGp {
public:
  /// A point a row. `noise`, > 0, is the variance of a value around the function; where it is too small for these
  /// points to be told apart, it is taken greater.
  TimeVaryingGp(Eigen::MatrixXd points, const Eigen::VectorXd& values, TimeVaryingKernel kernel, double noise);

  [[nodiscard]] Eigen::VectorXd mean(const Eigen::MatrixXd& points) const;
  [[nodiscard]] Eigen::VectorXd variance(const Eigen::MatrixXd& points) const;  ///< of the function, without the noise
  [[nodiscard]] double log_likelihood() const { return log_likelihood_; }
  [[nodiscard]] Eigen::Index size() const { return points_.rows(); }

private:
  Eigen::MatrixXd points_;
  TimeVaryingKernel kernel_;
  Eigen::LLT<Eigen::MatrixXd> factor_;
  Eigen::VectorXd weights_;
  double log_likelihood_ = 0;
};

struct FittedKernel {
  TimeVaryingKernel kernel;
  double noise = 0;
};

/// The one of the greatest marginal likelihood: over a coarse grid of lengthscale, epsilon and noise / variance, then
/// around its best; the variance of each is the best one for it. O(n³), some sixty times.
FittedKernel fit_time_varying(const Eigen::MatrixXd& points, const Eigen::VectorXd& values);

}  // namespace winnow
