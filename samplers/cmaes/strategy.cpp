#include <winnow/samplers/cmaes/strategy.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

namespace winnow::cmaes {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kMostSigma = 1e32;
constexpr double kEpsilon = 1e-8;

VectorXd flattened(const MatrixXd& matrix) {
  return matrix.reshaped();
}

}  // namespace

Strategy::Strategy(const Options& options)
    : constants_(options.separable ? separable_constants(options.mean.size(), options.popsize)
                                   : full_constants(options.mean.size(), options.popsize)),
      lr_adapt_(options.lr_adapt),
      tolerance_(1e-12 * options.sigma),
      mean_(options.mean),
      sigma_(options.sigma),
      covariance_(options.mean.size(), options.separable),
      sigma_path_(VectorXd::Zero(options.mean.size())),
      covariance_path_(VectorXd::Zero(options.mean.size())),
      mean_rate_(0.1),
      covariance_rate_(0.03),
      remembered_(
          10 + static_cast<std::size_t>(std::ceil(30 * static_cast<double>(options.mean.size()) / options.popsize))) {}

VectorXd Strategy::at(const VectorXd& z) const {
  return mean_ + sigma_ * covariance_.root(z);
}

void Strategy::tell(std::vector<Solution> solutions) {
  std::stable_sort(solutions.begin(), solutions.end(),
                   [](const Solution& a, const Solution& b) { return a.loss < b.loss; });
  MatrixXd steps(dimensions(), constants_.popsize);
  for (Index k = 0; k < steps.cols(); ++k) steps.col(k) = (solutions[static_cast<std::size_t>(k)].x - mean_) / sigma_;

  const Strategy before = *this;
  update(steps);
  if (lr_adapt_) adapt(before);
  const bool finite = mean_.allFinite() && sigma_ > 0 && std::isfinite(sigma_) && covariance_.finite();
  if (!finite) *this = before;
  generation_ = before.generation_ + 1;
  if (extremes_.size() == remembered_) extremes_.erase(extremes_.begin());
  extremes_.push_back({solutions.front().loss, solutions.back().loss});
}

void Strategy::update(const MatrixXd& steps) {
  const Constants& c = constants_;
  const auto n = static_cast<double>(dimensions());
  const VectorXd step = steps.leftCols(c.mu) * c.weights.head(c.mu);
  mean_ += sigma_ * step;

  const MatrixXd local = covariance_.inverse_root(steps);
  const VectorXd local_step = covariance_.inverse_root(step);
  sigma_path_ = (1 - c.c_sigma) * sigma_path_ + std::sqrt(c.c_sigma * (2 - c.c_sigma) * c.mu_eff) * local_step;
  const double norm = sigma_path_.norm();
  sigma_ = std::min(kMostSigma, sigma_ * std::exp(c.c_sigma / c.d_sigma * (norm / c.expected_norm - 1)));

  // A long path means that sigma lags behind: then the covariance doesn't grow along it, lest it makes up for that.
  const double warmed_up = std::sqrt(1 - std::pow(1 - c.c_sigma, 2 * (generation_ + 2)));
  const bool grows = norm / warmed_up < (1.4 + 2 / (n + 1)) * c.expected_norm;
  const double spread = c.c_c * (2 - c.c_c);
  covariance_path_ = (1 - c.c_c) * covariance_path_;
  if (grows) covariance_path_ += std::sqrt(spread * c.mu_eff) * step;

  VectorXd weights = c.weights;
  for (Index k = 0; k < weights.size(); ++k) {
    if (weights(k) < 0) weights(k) *= n / (local.col(k).squaredNorm() + kEpsilon);  // equation 46
  }
  covariance_.update({.keep = 1 + c.c_1 * (grows ? 0 : spread) - c.c_1 - c.c_mu * c.weights.sum(),
                      .rank_one = c.c_1,
                      .path = covariance_path_,
                      .weights = c.c_mu * weights,
                      .steps = steps.leftCols(weights.size())});
}

void Strategy::adapt(const Strategy& before) {
  if (!covariance_.finite()) return;
  const VectorXd mean_change = mean_ - before.mean_;
  const MatrixXd old_shape = before.sigma_ * before.sigma_ * before.covariance_.matrix();
  const MatrixXd shape_change = sigma_ * sigma_ * covariance_.matrix() - old_shape;
  const MatrixXd half = before.covariance_.inverse_root(shape_change) / before.sigma_;
  const MatrixXd local_shape = before.covariance_.inverse_root(half.transpose()) / before.sigma_;

  const double old_rate = mean_rate_.rate();
  const double mean_rate = mean_rate_.observe(before.covariance_.inverse_root(mean_change) / before.sigma_);
  const double shape_rate = covariance_rate_.observe(flattened(local_shape) / std::numbers::sqrt2);

  mean_ = before.mean_ + mean_rate * mean_change;
  const MatrixXd shape = old_shape + shape_rate * shape_change;
  if (!shape.allFinite()) return;
  const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(shape, Eigen::EigenvaluesOnly);
  const double log_volume = solver.eigenvalues().cwiseMax(std::numeric_limits<double>::min()).array().log().sum();
  sigma_ = std::min(kMostSigma, std::exp(log_volume / 2 / static_cast<double>(dimensions())));
  covariance_.set(shape / (sigma_ * sigma_));
  sigma_ *= old_rate / mean_rate;  // as if the best step size were proportional to the learning rate's inverse
}

bool Strategy::flat() const {
  if (extremes_.size() < remembered_ || static_cast<std::size_t>(generation_) <= remembered_) return false;
  double best = extremes_.front().best;
  double worst = extremes_.front().worst;
  for (const Extremes& one : extremes_) {
    best = std::min(best, one.best);
    worst = std::max(worst, one.worst);
  }
  return worst - best < 1e-12;
}

bool Strategy::should_stop() const {
  const VectorXd& variances = covariance_.variances();
  const VectorXd& lengths = covariance_.lengths();
  if (flat()) return true;
  if ((sigma_ * variances.array() < tolerance_).all() && (sigma_ * covariance_path_.array() < tolerance_).all()) {
    return true;
  }
  if (sigma_ * lengths.maxCoeff() > 1e4) return true;
  const auto unmoved = [this](const VectorXd& step) { return (mean_.array() == (mean_ + step).array()).eval(); };
  if (unmoved(0.2 * sigma_ * variances.cwiseSqrt()).any()) return true;
  const Index i = generation_ % dimensions();
  if (unmoved(0.1 * sigma_ * lengths(i) * covariance_.axis(i)).all()) return true;
  return lengths.maxCoeff() / lengths.minCoeff() > 1e14;
}

}  // namespace winnow::cmaes
