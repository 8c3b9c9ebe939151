/// A numeric domain as the numbers from 0 to 1, for models that want all parameters alike: in log scale where the
/// domain is drawn so. A normal one goes from three sigmas below its mean to three above.
#pragma once

#include <optional>

#include <winnow/space/domain.hpp>

namespace winnow {

class UnitScale {
public:
  /// nullopt: it isn't numeric, or has one value only.
  static std::optional<UnitScale> of(const Domain& domain);

  /// Of a value beyond the scale's ends: the end.
  [[nodiscard]] double to_unit(double value) const;
  /// Maybe between two values of the domain (closest.hpp).
  [[nodiscard]] double from_unit(double place) const;

private:
  UnitScale(double low, double high, bool log) : low_(low), high_(high), log_(log) {}

  double low_, high_;  ///< logarithms, if `log_`
  bool log_;
};

}  // namespace winnow
