/// W&B's names of the distributions of real numbers, for the reader and the printer.
#pragma once

#include <array>
#include <cmath>
#include <numeric>
#include <string_view>
#include <vector>

#include <winnow/space/domain.hpp>

namespace winnow::wandb {

struct Distribution {
  std::string_view name;
  Law law;
  std::string_view a, b;   ///< the keys of Float's a and b
  bool exponents = false;  ///< min and max are base-e exponents of the bounds
};

/// Each also exists with `q_` in front. Where two have the same law, the first is the one to print.
inline constexpr std::array kDistributions = {
    Distribution{"uniform", Law::uniform, "min", "max"},
    Distribution{"log_uniform_values", Law::log_uniform, "min", "max"},
    Distribution{"inv_log_uniform_values", Law::inv_log_uniform, "min", "max"},
    Distribution{"log_uniform", Law::log_uniform, "min", "max", true},
    Distribution{"inv_log_uniform", Law::inv_log_uniform, "min", "max", true},
    Distribution{"normal", Law::normal, "mu", "sigma"},
    Distribution{"log_normal", Law::log_normal, "mu", "sigma"},
    Distribution{"beta", Law::beta, "a", "b"},
};

/// Probabilities are weights of this sum, within W&B's tolerance.
inline bool sum_to_one(const std::vector<double>& weights) {
  return std::abs(std::accumulate(weights.begin(), weights.end(), 0.0) - 1) <= 1e-6;
}

}  // namespace winnow::wandb
