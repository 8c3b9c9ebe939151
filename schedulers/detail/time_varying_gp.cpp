#include <winnow/schedulers/detail/time_varying_gp.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

namespace winnow {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

MatrixXd time_distances(const MatrixXd& rows, const MatrixXd& columns) {
  return (rows.col(0).replicate(1, columns.rows()) - columns.col(0).transpose().replicate(rows.rows(), 1)).cwiseAbs();
}

/// Squared, of all but time. By differences, for a point's distance to itself must be 0.
MatrixXd distances(const MatrixXd& rows, const MatrixXd& columns) {
  MatrixXd sum = MatrixXd::Zero(rows.rows(), columns.rows());
  for (Eigen::Index d = 1; d < rows.cols(); ++d) {
    sum.array() += (rows.col(d).replicate(1, columns.rows()) - columns.col(d).transpose().replicate(rows.rows(), 1))
                       .array()
                       .square();
  }
  return sum;
}

MatrixXd correlation(const MatrixXd& apart, const MatrixXd& time_apart, double lengthscale, double epsilon) {
  return (apart.array() * (-1 / lengthscale) + time_apart.array() * (0.5 * std::log1p(-epsilon))).exp();
}

double half_log_determinant(const Eigen::LLT<MatrixXd>& factor) {
  return factor.matrixLLT().diagonal().array().log().sum();
}

const double kLog2Pi = std::log(2 * std::numbers::pi);
constexpr double kLeastVariance = 1e-5;  // as Ray Tune's bounds
constexpr double kGreatestVariance = 1e5;

/// Logarithms of lengthscale, epsilon and noise / variance.
using Search = std::array<double, 3>;

struct Range {
  double low, high;
};
const std::array<Range, 3> kRanges = {Range{std::log(0.01), std::log(100)}, Range{std::log(1e-5), std::log(0.5)},
                                      Range{std::log(1e-6), std::log(1)}};
constexpr std::array kLengthscales = {0.05, 0.2, 0.8, 3.2};
constexpr std::array kEpsilons = {0.001, 0.05, 0.3};
constexpr std::array kNoises = {1e-4, 1e-2, 0.2};

class Likelihood {
public:
  Likelihood(const MatrixXd& points, const VectorXd& values)
      : values_(values), apart_(distances(points, points)), time_apart_(time_distances(points, points)) {}

  /// Tries it, and keeps it if it is better than all before.
  bool improves(const Search& at) {
    MatrixXd matrix = correlation(apart_, time_apart_, std::exp(at[0]), std::exp(at[1]));
    matrix.diagonal().array() += std::exp(at[2]);
    const Eigen::LLT<MatrixXd> factor(matrix);
    if (factor.info() != Eigen::Success) return false;
    const auto n = static_cast<double>(values_.size());
    const double misfit = values_.dot(factor.solve(values_));
    const double variance = std::clamp(misfit / n, kLeastVariance, kGreatestVariance);
    const double found = -0.5 * (misfit / variance + n * std::log(variance)) - half_log_determinant(factor);
    if (!(found > best_)) return false;
    best_ = found;
    best_at_ = at;
    fitted_ = {{variance, std::exp(at[0]), std::exp(at[1])}, variance * std::exp(at[2])};
    return true;
  }

  [[nodiscard]] const Search& best_at() const { return best_at_; }
  [[nodiscard]] const FittedKernel& fitted() const { return fitted_; }

private:
  const VectorXd& values_;
  MatrixXd apart_, time_apart_;
  double best_ = -std::numeric_limits<double>::infinity();
  Search best_at_{};
  FittedKernel fitted_{{}, 0.01};
};

}  // namespace

MatrixXd kernel_matrix(const TimeVaryingKernel& kernel, const MatrixXd& rows, const MatrixXd& columns) {
  return kernel.variance *
         correlation(distances(rows, columns), time_distances(rows, columns), kernel.lengthscale, kernel.epsilon);
}

TimeVaryingGp::TimeVaryingGp(MatrixXd points, const VectorXd& values, TimeVaryingKernel kernel, double noise)
    : points_(std::move(points)), kernel_(kernel) {
  const MatrixXd matrix = kernel_matrix(kernel_, points_, points_);
  do {
    factor_.compute(matrix + noise * MatrixXd::Identity(matrix.rows(), matrix.cols()));
    noise *= 10;
  } while (factor_.info() != Eigen::Success && noise < kGreatestVariance * kernel_.variance);
  weights_ = factor_.solve(values);
  const auto n = static_cast<double>(values.size());
  log_likelihood_ = -0.5 * values.dot(weights_) - half_log_determinant(factor_) - 0.5 * n * kLog2Pi;
}

VectorXd TimeVaryingGp::mean(const MatrixXd& points) const {
  return kernel_matrix(kernel_, points, points_) * weights_;
}

VectorXd TimeVaryingGp::variance(const MatrixXd& points) const {
  MatrixXd across = kernel_matrix(kernel_, points_, points);
  factor_.matrixL().solveInPlace(across);
  return (kernel_.variance - across.colwise().squaredNorm().array()).max(0).transpose();
}

FittedKernel fit_time_varying(const MatrixXd& points, const VectorXd& values) {
  Likelihood likelihood(points, values);
  for (const double lengthscale : kLengthscales) {
    for (const double epsilon : kEpsilons) {
      for (const double noise : kNoises) {
        likelihood.improves({std::log(lengthscale), std::log(epsilon), std::log(noise)});
      }
    }
  }
  for (double step = 1; step > 0.2; step /= 2) {
    for (std::size_t i = 0; i < kRanges.size(); ++i) {
      for (const double by : {-step, step}) {
        Search at = likelihood.best_at();
        at[i] = std::clamp(at[i] + by, kRanges[i].low, kRanges[i].high);
        likelihood.improves(at);
      }
    }
  }
  return likelihood.fitted();
}

}  // namespace winnow
