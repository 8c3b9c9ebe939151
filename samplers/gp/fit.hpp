/// Hyperparameters by maximum a posteriori, with Optuna's priors (GPSampler of 5.0.0): exp(-0.1/w - 0.1w) for each
/// inverse squared lengthscale w, Gamma(2, 1) for the scale, Gamma(1.1, 30) for the noise, which is at least 1e-6.
#pragma once

#include <winnow/samplers/gp/kernel.hpp>
#include <winnow/samplers/gp/minimise.hpp>
#include <winnow/samplers/gp/regressor.hpp>

namespace winnow::gp {

inline constexpr double kLeastNoise = 1e-6;

/// -log posterior of hyperparameters, up to a constant, as a function of the logarithms of the inverse squared
/// lengthscales, of the scale, and of the noise above the least. NaN where the covariance can't be factored.
class Loss {
public:
  Loss(Inputs inputs, Vector values, bool noiseless);
  double operator()(const Vector& logarithms, Vector& gradient) const;
  [[nodiscard]] Hyperparameters at(const Vector& logarithms) const;
  [[nodiscard]] Vector logarithms(const Hyperparameters& hyperparameters) const;

private:
  /// -log likelihood, with its gradient by the logarithm of weights, scale and noise.
  double unlikelihood(const Hyperparameters& hyperparameters, Vector& gradient) const;

  Inputs inputs_;
  Vector values_;
  bool noiseless_;
};

/// From `start` down to where the gradient is `tolerance`. `values` have mean 0 and variance 1. O(n³) a step.
Hyperparameters fit(const Inputs& inputs, const Vector& values, bool noiseless, const Hyperparameters& start,
                    double tolerance = 1e-2);

}  // namespace winnow::gp
