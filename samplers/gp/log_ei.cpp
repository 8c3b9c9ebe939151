#include <winnow/samplers/gp/log_ei.hpp>

#include <cmath>
#include <numbers>

namespace winnow::gp {
namespace {

const double kRootHalf = std::sqrt(0.5);
const double kLogRoot2Pi = std::log(std::sqrt(2 * std::numbers::pi));

double density(double z) {
  return std::exp(-z * z / 2 - kLogRoot2Pi);
}

double upper_tail(double x) {  // of the normal law, P(N > x)
  return std::erfc(kRootHalf * x) / 2;
}

/// Mills' ratio P(N > x) / density(x), of x >= 5, by its continued fraction 1/(x + 1/(x + 2/(x + 3/(x + …)))), taken
/// from its 60th term inwards.
double mills(double x) {
  double below = x;
  for (int k = 60; k > 0; --k) below = x + k / below;
  return 1 / below;
}

/// 1 - x · mills(x), which is 1/x² - … : by the same fraction, so that nothing cancels.
double mills_rest(double x) {
  double below = x;
  for (int k = 60; k > 1; --k) below = x + k / below;
  return 1 / (x * below + 1);
}

constexpr double kTail = -5;

}  // namespace

WithSlope log_standard_ei(double z) {
  // EI = z Φ(z) + φ(z), and its derivative is Φ(z).
  if (z > kTail) {
    const double ei = z * upper_tail(-z) + density(z);
    return {std::log(ei), upper_tail(-z) / ei};
  }
  const double rest = mills_rest(-z);
  return {-z * z / 2 - kLogRoot2Pi + std::log(rest), mills(-z) / rest};
}

WithSlope log_ndtr(double z) {
  if (z > kTail) {
    const double p = upper_tail(-z);
    return {z > 5 ? std::log1p(-upper_tail(z)) : std::log(p), density(z) / p};
  }
  const double ratio = mills(-z);
  return {-z * z / 2 - kLogRoot2Pi + std::log(ratio), 1 / ratio};
}

WithSlope log_sigmoid(double z) {
  const double small = std::exp(-std::abs(z));
  return {std::min(z, 0.0) - std::log1p(small), (z > 0 ? small : 1.0) / (1 + small)};
}

OfMoments log_ei(double mean, double variance, double threshold) {
  const double deviation = std::sqrt(variance);
  const double z = (mean - threshold) / deviation;
  const WithSlope standard = log_standard_ei(z);
  return {.value = standard.value + std::log(deviation),
          .by_mean = standard.slope / deviation,
          .by_variance = (1 - standard.slope * z) / (2 * variance)};
}

OfMoments log_pi(double mean, double variance, double threshold) {
  const double deviation = std::sqrt(variance);
  const double z = (mean - threshold) / deviation;
  const WithSlope standard = log_ndtr(z);
  return {.value = standard.value,
          .by_mean = standard.slope / deviation,
          .by_variance = -standard.slope * z / (2 * variance)};
}

}  // namespace winnow::gp
