/// One rung of a successive-halving ladder: a resource, and the values that trials had there.
///
/// It answers one question, the quantile of a fixed fraction, so it keeps two heaps instead of a sorted set, parted
/// after the ⌊fraction·(n−1)⌋ + 1 smallest values: the quantile lies between the two tops. Insertion is O(log n), the
/// quantile O(1), and a value costs 8 bytes.
#pragma once

#include <cstddef>
#include <optional>

#include <winnow/schedulers/two_heaps.hpp>

namespace winnow {

class Rung {
public:
  /// `fraction` in [0, 1]: 0 asks for the minimum, 0.5 for the median, 1 for the maximum.
  Rung(double resource, double fraction) : resource_(resource), fraction_(fraction) {}

  [[nodiscard]] double resource() const { return resource_; }
  [[nodiscard]] std::size_t size() const { return values_.size(); }

  /// Any value but NaN.
  void insert(double value);

  /// The order statistics around the quantile (Hyndman and Fan's type 7, numpy's "linear"): it lies at
  /// low + weight·(high − low). Where there is nothing above `low`, `high` is the same value and the weight 1.
  struct Neighbours {
    double low;
    double high;
    double weight;  ///< in [0, 1]
  };
  /// nullopt while the rung is empty.
  [[nodiscard]] std::optional<Neighbours> around_quantile() const;

private:
  double resource_;
  double fraction_;
  TwoHeaps values_;
};

/// numpy's interpolation, to the last bit; NaN may come of infinities.
double numpy_quantile(const Rung::Neighbours& around);

}  // namespace winnow
