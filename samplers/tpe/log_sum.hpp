/// ln Σ weight · e^log, of terms that come a few at a time; the weights' sum is at most 1.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include <winnow/samplers/tpe/exponentials.hpp>

namespace winnow::tpe {

class LogSum {
public:
  static constexpr std::size_t kMost = 64;  ///< terms at a time

  /// The first term: its logarithm, weight and all.
  explicit LogSum(double first) : top_(first), total_(first > -std::numeric_limits<double>::infinity() ? 1 : 0) {
    least_ = value() - kNegligible;
  }

  /// All terms whose logarithm is below are less, together, than 1e-13 of the sum so far.
  [[nodiscard]] double least() const { return least_; }

  /// At most kMost.
  void add(const double* logs, const double* weights, std::size_t count) {
    const double greatest = Eigen::Map<const Eigen::ArrayXd>(logs, static_cast<Eigen::Index>(count)).maxCoeff();
    if (!(greatest > least_)) return;
    if (greatest > top_) {
      total_ *= std::exp(top_ - greatest);
      top_ = greatest;
    }
    using Terms = Eigen::Array<double, static_cast<Eigen::Index>(kMost), 1>;
    Terms exponents;
    Terms factors;
    Eigen::Index kept = 0;
    for (std::size_t k = 0; k < count; ++k) {
      exponents[kept] = std::max(logs[k] - top_, kLeastExponent);
      factors[kept] = weights[k];
      kept += logs[k] > least_ ? 1 : 0;
    }
    total_ += sum_of_exponentials(exponents.data(), factors.data(), static_cast<std::size_t>(kept));
    least_ = value() - kNegligible;
  }

  [[nodiscard]] double value() const { return top_ + std::log(total_); }

private:
  static constexpr double kNegligible = 30;  // e^-30 < 1e-13
  double top_;
  double total_;
  double least_ = 0;
};

}  // namespace winnow::tpe
