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
  return squared.cwiseMax(0);
}

void matern52(const Eigen::Ref<const Matrix>& squared, Matrix& value, Matrix& slope) {
  const auto root = (5 * squared.array()).sqrt().eval();
  const auto fall = (-root).exp().eval();
  value = fall * (1 + root + (5.0 / 3) * squared.array());
  slope = (-5.0 / 6) * (1 + root) * fall;
}

}  // namespace winnow::gp
