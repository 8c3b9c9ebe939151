/// The shape of a search distribution: a covariance matrix with its axes, full or diagonal (Ros and Hansen, "A Simple
/// Modification in CMA-ES Achieving Linear Time and Space Complexity", PPSN 2008).
#pragma once

#include <Eigen/Dense>

namespace winnow::cmaes {

/// How far an update goes: C becomes keep·C + rank_one·path·pathᵀ + Σ weights(k)·steps.col(k)·steps.col(k)ᵀ.
struct CovarianceUpdate {
  double keep;
  double rank_one;
  Eigen::VectorXd path;
  Eigen::VectorXd weights;  ///< one for each column, maybe negative
  Eigen::MatrixXd steps;
};

class Covariance {
public:
  /// The identity.
  Covariance(Eigen::Index dimensions, bool diagonal);

  /// C^½·z by the symmetric root, so that the signs of eigenvectors, which are an accident, play no part.
  [[nodiscard]] Eigen::VectorXd root(const Eigen::VectorXd& z) const;
  /// C^-½·y, for each column.
  [[nodiscard]] Eigen::MatrixXd inverse_root(const Eigen::MatrixXd& y) const;
  void update(const CovarianceUpdate& update);
  /// Only for a full one: symmetric, and takes its place.
  void set(const Eigen::MatrixXd& matrix);

  [[nodiscard]] bool finite() const { return variances_.allFinite() && lengths_.allFinite() && matrix_.allFinite(); }
  /// Empty for a diagonal one.
  [[nodiscard]] const Eigen::MatrixXd& matrix() const { return matrix_; }
  [[nodiscard]] const Eigen::VectorXd& variances() const { return variances_; }  ///< the diagonal
  [[nodiscard]] const Eigen::VectorXd& lengths() const { return lengths_; }      ///< of the axes, ascending if full
  /// A principal axis of length 1. (A diagonal one gives (1, 1, …), as the `cmaes` package tests it.)
  [[nodiscard]] Eigen::VectorXd axis(Eigen::Index i) const;

private:
  void decompose();

  bool diagonal_;
  Eigen::VectorXd variances_;
  Eigen::VectorXd lengths_;
  Eigen::MatrixXd matrix_;
  Eigen::MatrixXd axes_;  ///< one a column
};

}  // namespace winnow::cmaes
