#include <winnow/samplers/cmaes/covariance.hpp>

namespace winnow::cmaes {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// What stands for a variance that rounding has made negative.
constexpr double kLeastVariance = 1e-8;

VectorXd square_roots(const VectorXd& variances) {
  return (variances.array() > 0).select(variances.array(), kLeastVariance).sqrt();
}

}  // namespace

Covariance::Covariance(Index dimensions, bool diagonal)
    : diagonal_(diagonal), variances_(VectorXd::Ones(dimensions)), lengths_(VectorXd::Ones(dimensions)) {
  if (diagonal_) return;
  matrix_ = MatrixXd::Identity(dimensions, dimensions);
  axes_ = matrix_;
}

VectorXd Covariance::root(const VectorXd& z) const {
  if (diagonal_) return lengths_.cwiseProduct(z);
  const VectorXd along = axes_.transpose() * z;
  return axes_ * lengths_.cwiseProduct(along);
}

MatrixXd Covariance::inverse_root(const MatrixXd& y) const {
  const VectorXd inverse = lengths_.cwiseInverse();
  if (diagonal_) return inverse.asDiagonal() * y;
  return axes_ * (inverse.asDiagonal() * (axes_.transpose() * y));
}

void Covariance::update(const CovarianceUpdate& update) {
  if (diagonal_) {
    variances_ = update.keep * variances_ + update.rank_one * update.path.cwiseAbs2() +
                 update.steps.cwiseAbs2() * update.weights;
    lengths_ = square_roots(variances_);
    return;
  }
  set(update.keep * matrix_ + update.rank_one * update.path * update.path.transpose() +
      update.steps * update.weights.asDiagonal() * update.steps.transpose());
}

void Covariance::set(const MatrixXd& matrix) {
  matrix_ = (matrix + matrix.transpose()) / 2;
  if (matrix_.allFinite()) decompose();
}

void Covariance::decompose() {
  const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(matrix_);
  axes_ = solver.eigenvectors();
  lengths_ = square_roots(solver.eigenvalues());
  matrix_ = axes_ * lengths_.cwiseAbs2().asDiagonal() * axes_.transpose();
  variances_ = matrix_.diagonal();
}

VectorXd Covariance::axis(Index i) const {
  if (diagonal_) return VectorXd::Ones(lengths_.size());
  return axes_.col(i);
}

}  // namespace winnow::cmaes
