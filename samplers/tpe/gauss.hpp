/// The normal distribution, cut off to an interval: the numbers behind a Parzen estimator's kernels.
#pragma once

namespace winnow::tpe {

/// ln P(a < Z < b) of a standard normal Z, accurate far out in either tail; a <= b.
double log_mass(double a, double b);

/// The quantile `u` in [0, 1] of N(mu, sigma) cut off to [0, 1], where mu is in [0, 1].
double cut_quantile(double mu, double sigma, double u);

}  // namespace winnow::tpe
