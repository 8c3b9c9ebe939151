/// The Matérn 5/2 kernel with a lengthscale for each parameter (Snoek, Larochelle and Adams, "Practical Bayesian
/// Optimization of Machine Learning Algorithms", NeurIPS 2012, section 3.1), over features:
///
///     k(x, y) = scale · m(Σ_f weight_f · (x_f - y_f)²),   m(d) = (1 + √(5d) + 5d/3) · exp(-√(5d)).
///
/// A number is one feature. A categorical is one feature for each choice: 1/√2 at that which is chosen, 0 at others. So
/// two different choices are 1 apart, as Optuna has it, and an absent one is half as far from any.
#pragma once

#include <vector>

#include <winnow/samplers/gp/types.hpp>

namespace winnow::gp {

struct Hyperparameters {
  Vector inverse_squared_lengthscales;  ///< one for each parameter
  double scale = 1;
  double noise = 1;  ///< variance of a value around the function

  /// All 1: where a fit starts, and Optuna's.
  static Hyperparameters initial(Index parameters);
};

/// A weight for each feature: that of its parameter.
Vector feature_weights(const Hyperparameters& hyperparameters, const std::vector<Index>& owners);

/// Σ_f weight_f · (x_f - y_f)², of each row x with each row y.
Matrix squared_distances(const Matrix& x, const Matrix& y, const Vector& weights);

/// m, and its derivative by d, of each squared distance.
void matern52(const Matrix& squared, Matrix& value, Matrix& slope);

}  // namespace winnow::gp
