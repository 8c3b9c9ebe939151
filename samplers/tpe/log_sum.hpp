/// ln Σ weight · e^log, of terms that come a few at a time.
#pragma once

#include <Eigen/Core>
#include <cmath>
#include <limits>

namespace winnow::tpe {

class LogSum {
public:
  static constexpr Eigen::Index kMost = 64;  ///< terms at a time

  /// The first term: its logarithm, weight and all.
  explicit LogSum(double first) : top_(first), total_(first > -std::numeric_limits<double>::infinity() ? 1 : 0) {}

  /// Terms below are lost in the sum's last bits.
  [[nodiscard]] double least() const { return top_ - kNegligible; }

  /// At most kMost.
  void add(const double* logs, const double* weights, Eigen::Index count) {
    using Terms = Eigen::Array<double, kMost, 1>;
    const double greatest = Eigen::Map<const Eigen::ArrayXd>(logs, count).maxCoeff();
    if (!(greatest > least())) return;
    if (greatest > top_) {
      total_ *= std::exp(top_ - greatest);
      top_ = greatest;
    }
    Terms exponents;
    Terms factors;
    Eigen::Index kept = 0;
    const double from = least();
    for (Eigen::Index k = 0; k < count; ++k) {
      exponents[kept] = logs[k] - top_;
      factors[kept] = weights[k];
      kept += logs[k] > from ? 1 : 0;
    }
    total_ += (exponents.head(kept).exp() * factors.head(kept)).sum();
  }

  [[nodiscard]] double value() const { return top_ + std::log(total_); }

private:
  static constexpr double kNegligible = 45;
  double top_;
  double total_;
};

}  // namespace winnow::tpe
