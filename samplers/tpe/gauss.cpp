#include <winnow/samplers/tpe/gauss.hpp>

#include <algorithm>
#include <boost/math/special_functions/erf.hpp>
#include <cmath>
#include <limits>
#include <numbers>

namespace winnow::tpe {
namespace {

using std::numbers::sqrt2;
/// Without the 80-bit arithmetic of which the samplers have no need.
using InDouble = boost::math::policies::policy<boost::math::policies::promote_double<false>>;

/// P(Z < x), and so, of -x, P(Z > x).
double below(double x) {
  return x < -39 ? 0 : std::erfc(-x / sqrt2) / 2;
}

/// ln P(Z < x) for x <= -20, by the asymptotic series of Mills' ratio: 1 - 1/x^2 + 1·3/x^4 - …; twelve terms are exact.
double log_below(double x) {
  double series = 1;
  double term = 1;
  for (int i = 1; i <= 12; ++i) {
    term *= -(2 * i - 1) / (x * x);
    series += term;
  }
  const double log_root_two_pi = std::log(2 * std::numbers::pi) / 2;
  return -x * x / 2 - std::log(-x) - log_root_two_pi + std::log(series);
}

double log_mass_left(double a, double b) {
  constexpr double kNormal = -30;  // the difference is still far from the least double
  if (b > kNormal) return std::log(below(b) - below(a));
  const double log_b = log_below(b);
  return log_b + std::log1p(-std::exp(log_below(a) - log_b));
}

}  // namespace

double log_mass(double a, double b) {
  if (b <= 0) return log_mass_left(a, b);
  if (a > 0) return log_mass_left(-b, -a);
  if (a > -1 && b < 1) return std::log((std::erf(b / sqrt2) - std::erf(a / sqrt2)) / 2);
  constexpr double kNothing = 9;  // beyond, less is left than a double tells from 1
  if (a < -kNothing && b > kNothing) return 0;
  return std::log1p(-below(a) - below(-b));
}

double cut_quantile(double mu, double sigma, double u) {
  const double left = below(-mu / sigma);
  const double right = below(-(1 - mu) / sigma);
  const double mass = 1 - left - right;
  const double p = left + u * mass;
  double z = 0;
  if (p < 0.5) {
    if (p <= 0) return 0;
    z = -sqrt2 * boost::math::erfc_inv(2 * p, InDouble());
  } else {
    const double q = right + (1 - u) * mass;
    if (q <= 0) return 1;
    z = sqrt2 * boost::math::erfc_inv(2 * std::min(q, 0.5), InDouble());
  }
  return std::clamp(mu + sigma * z, 0.0, 1.0);
}

}  // namespace winnow::tpe
