#include <winnow/samplers/gp/surrogate.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace winnow::gp {

std::optional<Surrogate> Surrogate::make(Regressor regressor, Matrix running, Matrix normals) {
  Surrogate made(std::move(regressor));
  const Regressor& model = made.regressor_;
  const Index count = running.rows();
  made.running_ = std::move(running);
  made.normals_ = normals.col(count);
  const Matrix with_points = model.covariance(made.running_);
  made.solved_ = model.solve(with_points);
  Matrix value, slope;
  matern52(squared_distances(made.running_, made.running_, model.weights()), value, slope);
  Matrix covariance = model.hyperparameters().scale * value - made.solved_.transpose() * made.solved_;
  covariance.diagonal().array() += kStabilizingNoise;
  auto factor = factored(std::move(covariance));
  if (!factor) return std::nullopt;
  made.running_factor_ = std::move(*factor);
  const Matrix standard = normals.leftCols(count).transpose();
  const Matrix lower = made.running_factor_.matrixL();
  made.fantasies_ = ((lower * standard).colwise() + model.mean(with_points)).transpose();
  made.shifts_ = standard;
  made.running_factor_.matrixU().solveInPlace(made.shifts_);
  return made;
}

Surrogate::Seen Surrogate::at(const Vector& point) const {
  Seen seen{.seen = regressor_.at(point)};
  Matrix value, slope;
  matern52(squared_distances(running_, point.transpose(), regressor_.weights()), value, slope);
  const double scale = regressor_.hyperparameters().scale;
  seen.running_slope = scale * slope;
  seen.belief = {.mean = seen.seen.mean,
                 .variance = seen.seen.variance,
                 .with_running = scale * value - solved_.transpose() * seen.seen.solved};
  return seen;
}

std::vector<Belief> Surrogate::beliefs(const Matrix& points) const {
  const Matrix covariance = regressor_.covariance(points);
  const Vector mean = regressor_.mean(covariance);
  const Matrix solved = regressor_.solve(covariance);
  const double scale = regressor_.hyperparameters().scale;
  Matrix value, slope;
  matern52(squared_distances(running_, points, regressor_.weights()), value, slope);
  const Matrix with_running = scale * value - solved_.transpose() * solved;
  std::vector<Belief> beliefs(static_cast<std::size_t>(points.rows()));
  for (Index i = 0; i < points.rows(); ++i) {
    beliefs[static_cast<std::size_t>(i)] = {.mean = mean[i],
                                            .variance = std::max(scale - solved.col(i).squaredNorm(), 0.0),
                                            .with_running = with_running.col(i)};
  }
  return beliefs;
}

Vector Surrogate::pull(const Seen& seen, const ByBelief& by) const {
  Vector by_solved = -2 * by.variance * seen.seen.solved;
  if (running_.rows() > 0) by_solved -= solved_ * by.with_running;
  const Vector by_covariance = by.mean * regressor_.weighted_values() + regressor_.solve_back(std::move(by_solved));
  Vector gradient = regressor_.pull(seen.seen, by_covariance);
  if (running_.rows() > 0) {
    gradient +=
        pull_from(running_, regressor_.weights(), seen.seen.point, by.with_running.cwiseProduct(seen.running_slope));
  }
  return gradient;
}

double Surrogate::conditional_variance(const Belief& belief) const {
  Vector solved = belief.with_running;
  running_factor_.matrixL().solveInPlace(solved);
  return std::max(belief.variance + kStabilizingNoise - solved.squaredNorm(), 0.0);
}

Vector Surrogate::samples(const Belief& belief) const {
  const double deviation = std::sqrt(conditional_variance(belief));
  return (shifts_.transpose() * belief.with_running + deviation * normals_).array() + belief.mean;
}

void Surrogate::pull_samples(const Belief& belief, const Vector& by_samples, ByBelief& by) const {
  by.mean += by_samples.sum();
  by.with_running += shifts_ * by_samples;
  const double variance = conditional_variance(belief);
  if (variance <= 0) return;
  const double by_variance = by_samples.dot(normals_) / (2 * std::sqrt(variance));
  by.variance += by_variance;
  by.with_running -= 2 * by_variance * running_factor_.solve(belief.with_running);
}

}  // namespace winnow::gp
