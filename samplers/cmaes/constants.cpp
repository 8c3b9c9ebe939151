#include <winnow/samplers/cmaes/constants.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace winnow::cmaes {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

/// ln(top) - ln(rank), for ranks 1, 2, …
VectorXd log_weights(double top, int count) {
  return std::log(top) - VectorXd::LinSpaced(count, 1, count).array().log();
}

double effective_mass(const VectorXd& weights) {
  return weights.sum() * weights.sum() / weights.squaredNorm();
}

double damping(double n, double mu_eff, double c_sigma) {
  return 1 + 2 * std::max(0.0, std::sqrt((mu_eff - 1) / (n + 1)) - 1) + c_sigma;
}

double norm_of_normal(double n) {
  return std::sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));
}

}  // namespace

int default_popsize(Index dimensions) {
  return 4 + static_cast<int>(std::floor(3 * std::log(static_cast<double>(dimensions))));
}

Constants full_constants(Index dimensions, int popsize) {
  const auto n = static_cast<double>(dimensions);
  const int mu = popsize / 2;
  VectorXd weights = log_weights((popsize + 1) / 2.0, popsize);
  const double mu_eff = effective_mass(weights.head(mu));
  const double mu_eff_minus = effective_mass(weights.tail(popsize - mu));
  const double c_1 = 2 / ((n + 1.3) * (n + 1.3) + mu_eff);
  const double c_mu = std::min(1 - c_1 - 1e-8, 2 * (mu_eff - 2 + 1 / mu_eff) / ((n + 2) * (n + 2) + mu_eff));
  const double alpha = std::min(
      {1 + c_1 / c_mu, 1 + 2 * mu_eff_minus / (mu_eff + 2), (1 - c_1 - c_mu) / (n * c_mu)});  // equations 50 to 52
  const double positive = weights.cwiseMax(0).sum();
  const double negative = weights.cwiseMin(0).cwiseAbs().sum();
  for (double& weight : weights) weight *= weight >= 0 ? 1 / positive : alpha / negative;
  const double c_sigma = (mu_eff + 2) / (n + mu_eff + 5);
  return {.popsize = popsize,
          .mu = mu,
          .mu_eff = mu_eff,
          .weights = weights,
          .c_c = (4 + mu_eff / n) / (n + 4 + 2 * mu_eff / n),
          .c_1 = c_1,
          .c_mu = c_mu,
          .c_sigma = c_sigma,
          .d_sigma = damping(n, mu_eff, c_sigma),
          .expected_norm = norm_of_normal(n)};
}

Constants separable_constants(Index dimensions, int popsize) {
  const auto n = static_cast<double>(dimensions);
  const int mu = popsize / 2;
  const VectorXd raw = log_weights(mu + 1, mu);
  const double mu_eff = effective_mass(raw);
  const double root = n + std::numbers::sqrt2;
  const double c_mu_full =
      2 / mu_eff / (root * root) + (1 - 1 / mu_eff) * std::min(1.0, (2 * mu_eff - 1) / ((n + 2) * (n + 2) + mu_eff));
  const double c_sigma = (mu_eff + 2) / (n + mu_eff + 3);
  return {.popsize = popsize,
          .mu = mu,
          .mu_eff = mu_eff,
          .weights = raw / raw.sum(),
          .c_c = 4 / (n + 4),
          .c_1 = 2 / ((n + 1.3) * (n + 1.3) + mu_eff),
          .c_mu = (n + 2) / 3 * c_mu_full,
          .c_sigma = c_sigma,
          .d_sigma = damping(n, mu_eff, c_sigma),
          .expected_norm = norm_of_normal(n)};
}

}  // namespace winnow::cmaes
