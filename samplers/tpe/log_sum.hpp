/// ln Σ weight · e^log, of terms that come a few at a time.
#pragma once

#include <Eigen/Core>
#include <cmath>
#include <cstddef>
#include <limits>

namespace winnow::tpe {

inline double greatest(const double* list, std::size_t count) {
  return Eigen::Map<const Eigen::ArrayXd>(list, static_cast<Eigen::Index>(count)).maxCoeff();
}

class LogSum {
public:
  static constexpr std::size_t kMost = 64;  ///< terms at a time

  /// The first term: its logarithm, weight and all.
  explicit LogSum(double first) : top_(first), total_(first > -std::numeric_limits<double>::infinity() ? 1 : 0) {}

  /// Terms below are lost in the sum's last bits.
  [[nodiscard]] double least() const { return top_ - kNegligible; }

  /// At most kMost.
  void add(const double* logs, const double* weights, std::size_t count) {
    using Terms = Eigen::Array<double, static_cast<Eigen::Index>(kMost), 1>;
    const double highest = greatest(logs, count);
    if (!(highest > least())) return;
    if (highest > top_) {
      total_ *= std::exp(top_ - highest);
      top_ = highest;
    }
    Terms exponents;
    Terms factors;
    Eigen::Index kept = 0;
    const double from = least();
    for (std::size_t k = 0; k < count; ++k) {
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
