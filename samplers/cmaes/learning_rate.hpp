/// Learning rate adaptation (Nomura, Akimoto and Ono, "CMA-ES with Learning Rate Adaptation: Can CMA-ES with Default
/// Population Size Solve Multimodal and Noisy Problems?", GECCO 2023, §4): each update is shortened so that the
/// estimated signal of the updates stays above their noise.
#pragma once

#include <Eigen/Dense>

namespace winnow::cmaes {

/// The learning rate of one quantity (the mean, or the covariance), from its updates in local coordinates.
class LearningRate {
public:
  explicit LearningRate(double forget) : forget_(forget) {}

  /// The rate for this update, in (0, 1]; the update in coordinates in which the distribution is a standard normal.
  double observe(const Eigen::VectorXd& update);
  [[nodiscard]] double rate() const { return rate_; }

private:
  double forget_;  ///< β: weight of the newest update in the moving averages
  double rate_ = 1;
  Eigen::VectorXd mean_{};  ///< moving average of the updates; empty before the first
  double square_ = 0;       ///< of their squared norms
};

}  // namespace winnow::cmaes
