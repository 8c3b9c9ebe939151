#include <winnow/samplers/gp/regressor.hpp>

#include <algorithm>
#include <utility>

namespace winnow::gp {

std::optional<Eigen::LLT<Matrix>> factored(Matrix covariance) {
  if (!covariance.allFinite()) return std::nullopt;
  const double unit = covariance.size() == 0 ? 1 : covariance.diagonal().maxCoeff();
  double added = 0;
  for (double jitter = 0; jitter <= 0.01; jitter = jitter == 0 ? 1e-10 : jitter * 10) {
    covariance.diagonal().array() += unit * jitter - added;
    added = unit * jitter;
    Eigen::LLT<Matrix> factor(covariance);
    if (factor.info() == Eigen::Success) return factor;
  }
  return std::nullopt;
}

std::optional<Regressor> Regressor::make(Inputs inputs, const Vector& values, Hyperparameters hyperparameters) {
  Regressor made;
  made.inputs_ = std::move(inputs);
  made.hyperparameters_ = std::move(hyperparameters);
  made.weights_ = feature_weights(made.hyperparameters_, made.inputs_.owners);
  Matrix covariance = made.covariance(made.inputs_.points);
  covariance.diagonal().array() += made.hyperparameters_.noise;
  auto factor = factored(std::move(covariance));
  if (!factor) return std::nullopt;
  made.factor_ = std::move(*factor);
  made.weighted_values_ = made.factor_.solve(values);
  return made;
}

Matrix Regressor::covariance(const Matrix& points) const {
  Matrix value, slope;
  matern52(squared_distances(inputs_.points, points, weights_), value, slope);
  return hyperparameters_.scale * value;
}

Matrix Regressor::solve(Matrix covariance) const {
  if (covariance.size() > 0) factor_.matrixL().solveInPlace(covariance);
  return covariance;
}

Vector Regressor::solve_back(Vector v) const {
  factor_.matrixU().solveInPlace(v);
  return v;
}

Regressor::Seen Regressor::at(const Vector& point) const {
  Seen seen{.point = point};
  Matrix value, slope;
  matern52(squared_distances(inputs_.points, point.transpose(), weights_), value, slope);
  seen.covariance = hyperparameters_.scale * value;
  seen.slope = hyperparameters_.scale * slope;
  seen.solved = seen.covariance;
  factor_.matrixL().solveInPlace(seen.solved);
  seen.mean = seen.covariance.dot(weighted_values_);
  seen.variance = std::max(hyperparameters_.scale - seen.solved.squaredNorm(), 0.0);
  return seen;
}

Vector pull_from(const Matrix& rows, const Vector& weights, const Vector& point, const Vector& by_squared_distance) {
  const Vector middle = rows.transpose() * by_squared_distance;
  return 2 * weights.cwiseProduct(by_squared_distance.sum() * point - middle);
}

Vector Regressor::pull(const Seen& seen, const Vector& by_covariance) const {
  return pull_from(inputs_.points, weights_, seen.point, by_covariance.cwiseProduct(seen.slope));
}

}  // namespace winnow::gp
