/// Polynomial mutation, bounded (Deb et al., NSGA-II's C code, revision 1.1.6; Optuna's PolynomialMutation, 5.0.0).
#pragma once

#include <cmath>

namespace winnow::evolution {

/// The gene lies in [0, 1], and so does the mutated one; the greater `eta` >= 0, the closer. `u` is uniform in [0, 1).
inline double polynomial_mutation(double gene, double eta, double u) {
  const double power = eta + 1;
  if (u <= 0.5) return gene + std::pow(2 * u + (1 - 2 * u) * std::pow(1 - gene, power), 1 / power) - 1;
  return gene + 1 - std::pow(2 * (1 - u) + 2 * (u - 0.5) * std::pow(gene, power), 1 / power);
}

}  // namespace winnow::evolution
