/// Logarithms of expectations under a normal law that stay exact far out in its tails, where the expectations
/// themselves are 0 in doubles (Ament, Daulton, Eriksson, Balandat and Bakshy, "Unexpected Improvements to Expected
/// Improvement for Bayesian Optimization", NeurIPS 2023, section 4.1).
#pragma once

namespace winnow::gp {

/// A function's value and its slope.
struct WithSlope {
  double value;
  double slope;
};

/// log E[max(0, z + N(0, 1))].
WithSlope log_standard_ei(double z);
/// log Φ(z).
WithSlope log_ndtr(double z);
/// log(1 / (1 + exp(-z))).
WithSlope log_sigmoid(double z);

/// A function of a normal law's mean and variance.
struct OfMoments {
  double value;
  double by_mean;
  double by_variance;
};

/// log E[max(0, y - threshold)] (expected improvement: Jones, Schonlau and Welch, 1998), for y ~ N(mean, variance).
OfMoments log_ei(double mean, double variance, double threshold);
/// log P(y >= threshold).
OfMoments log_pi(double mean, double variance, double threshold);

}  // namespace winnow::gp
