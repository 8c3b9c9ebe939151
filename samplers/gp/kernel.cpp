#include <winnow/samplers/gp/kernel.hpp>

namespace winnow::gp {

Hyperparameters Hyperparameters::initial(Index parameters) {
  return {.inverse_squared_lengthscales = Vector::Ones(parameters)};
}

Vector feature_weights(const Hyperparameters& hyperparameters, const std::vector<Index>& owners) {
  Vector weights(static_cast<Index>(owners.size()));
  for (Index f = 0; f < weights.size(); ++f) {
    weights[f] = hyperparameters.inverse_squared_lengthscales[owners[static_cast<std::size_t>(f)]];
  }
  return weights;
}

Matrix squared_distances(const Matrix& x, const Matrix& y, const Vector& weights) {
  // |x|² + |y|² - 2xy: what is lost of a small distance is lost of a kernel that is flat there.
  const Matrix left = x * weights.asDiagonal();
  Matrix squared = -2 * left * y.transpose();
  squared.colwise() += left.cwiseProduct(x).rowwise().sum();
  squared.rowwise() += (y.cwiseAbs2() * weights).transpose();
  squared = squared.cwiseMax(0);
  return squared;
}

void matern52(const Matrix& squared, Matrix& value, Matrix& slope) {
  value.resize(squared.rows(), squared.cols());
  slope.resize(squared.rows(), squared.cols());
  Eigen::ArrayXd root, fall;  // of a column at a time, which stays in the processor's cache
  for (Index j = 0; j < squared.cols(); ++j) {
    root = (5 * squared.col(j).array()).sqrt();
    fall = (-root).exp();
    value.col(j) = fall * (1 + root + (5.0 / 3) * squared.col(j).array());
    slope.col(j) = (-5.0 / 6) * (1 + root) * fall;
  }
}

}  // namespace winnow::gp
