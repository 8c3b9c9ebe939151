#include <winnow/samplers/gp/fit.hpp>

#include <Eigen/Cholesky>

#include <cmath>
#include <limits>
#include <utility>

namespace winnow::gp {
namespace {

/// Of logarithms; far beyond what the priors leave likely.
constexpr double kWidest = 20;
constexpr int kMaxIterations = 200;

}  // namespace

Loss::Loss(Inputs inputs, Vector values, bool noiseless)
    : inputs_(std::move(inputs)), values_(std::move(values)), noiseless_(noiseless) {}

Hyperparameters Loss::at(const Vector& logarithms) const {
  const Index d = logarithms.size() - 2;
  return {.inverse_squared_lengthscales = logarithms.head(d).array().exp(),
          .scale = std::exp(logarithms[d]),
          .noise = noiseless_ ? kLeastNoise : std::exp(logarithms[d + 1]) + kLeastNoise};
}

Vector Loss::logarithms(const Hyperparameters& hyperparameters) const {
  const Index d = hyperparameters.inverse_squared_lengthscales.size();
  Vector logarithms(d + 2);
  logarithms.head(d) = hyperparameters.inverse_squared_lengthscales.array().log();
  logarithms[d] = std::log(hyperparameters.scale);
  logarithms[d + 1] = std::log(hyperparameters.noise - 0.99 * kLeastNoise);
  return logarithms.cwiseMax(-kWidest).cwiseMin(kWidest);
}

double Loss::unlikelihood(const Hyperparameters& hyperparameters, Vector& gradient) const {
  const Index n = values_.size();
  const Index d = hyperparameters.inverse_squared_lengthscales.size();
  const Matrix& points = inputs_.points;
  const Vector weights = feature_weights(hyperparameters, inputs_.owners);
  Matrix value, slope;
  matern52(squared_distances(points, points, weights), value, slope);
  Matrix factor = hyperparameters.scale * value;
  factor.diagonal().array() += hyperparameters.noise;
  const Eigen::LLT<Eigen::Ref<Matrix>> factored(factor);
  if (factored.info() != Eigen::Success) return std::numeric_limits<double>::quiet_NaN();
  const Vector solved = factored.solve(values_);

  // By the covariance: (C⁻¹ - C⁻¹ y yᵀ C⁻¹) / 2.
  Matrix inverse_factor = Matrix::Identity(n, n);
  factored.matrixL().solveInPlace(inverse_factor);
  Matrix by = Matrix::Zero(n, n);
  by.selfadjointView<Eigen::Lower>().rankUpdate(inverse_factor.transpose(), 0.5);
  by.selfadjointView<Eigen::Lower>().rankUpdate(solved, -0.5);
  by.triangularView<Eigen::StrictlyUpper>() = by.transpose();

  gradient = Vector::Zero(d + 2);
  gradient[d] = hyperparameters.scale * by.cwiseProduct(value).sum();
  gradient[d + 1] = by.trace();
  // Σ_ab B_ab (x_a - x_b)² = 2 Σ_a x_a² (B·1)_a - 2 xᵀBx for each feature x.
  by.array() *= hyperparameters.scale * slope.array();
  const Vector sums = by.rowwise().sum();
  const Matrix moved = by * points;
  for (Index f = 0; f < points.cols(); ++f) {
    const double spread = 2 * (points.col(f).cwiseAbs2().dot(sums) - points.col(f).dot(moved.col(f)));
    gradient[inputs_.owners[static_cast<std::size_t>(f)]] += weights[f] * spread;
  }
  return factor.diagonal().array().log().sum() + 0.5 * values_.dot(solved);
}

double Loss::operator()(const Vector& logarithms, Vector& gradient) const {
  const Hyperparameters here = at(logarithms);
  const Index d = logarithms.size() - 2;
  double loss = unlikelihood(here, gradient);
  const auto w = here.inverse_squared_lengthscales.array();
  loss += 0.1 * (w + w.inverse()).sum() - (std::log(here.scale) - here.scale) -
          (0.1 * std::log(here.noise) - 30 * here.noise);
  gradient.head(d).array() += 0.1 * (w - w.inverse());
  gradient[d] -= 1 - here.scale;
  gradient[d + 1] = noiseless_ ? 0 : (here.noise - kLeastNoise) * (gradient[d + 1] - (0.1 / here.noise - 30));
  return loss;
}

Hyperparameters fit(const Inputs& inputs, const Vector& values, bool noiseless, const Hyperparameters& start,
                    double tolerance) {
  const Loss loss(inputs, values, noiseless);
  const Vector from = loss.logarithms(start);
  const Box box{Vector::Constant(from.size(), -kWidest), Vector::Constant(from.size(), kWidest)};
  const auto function = [&](const Vector& x, Vector& gradient) { return loss(x, gradient); };
  return loss.at(minimise(function, from, box, tolerance, kMaxIterations).x);
}

}  // namespace winnow::gp
