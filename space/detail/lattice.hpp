/// The points of stepped and quantised domains, shared by draw, contains and grid_points: not part of the interface.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include <winnow/space/detail/decimal.hpp>
#include <winnow/space/domain.hpp>

namespace winnow::lattice {

inline constexpr double kTwoTo53 = 0x1p53;
inline constexpr double kTwoTo63 = 0x1p63;
inline constexpr double kLargest = std::numeric_limits<double>::max();
inline constexpr double kTolerance = 1e-9;  ///< how far off a point, in spacings, a number that people wrote may be

inline std::uint64_t last_index(const Integer& domain) {
  const auto span = static_cast<std::uint64_t>(domain.high) - static_cast<std::uint64_t>(domain.low);
  return span / static_cast<std::uint64_t>(domain.step);
}

inline std::int64_t at_index(const Integer& domain, std::uint64_t index) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(domain.low) +
                                   index * static_cast<std::uint64_t>(domain.step));
}

/// a + index · step
inline double step_point(const Float& domain, double index) {
  return domain.decimal ? decimal::point(domain.a, index, *domain.step) : domain.a + index * *domain.step;
}

/// Doubles from 2^53 on are whole numbers farther apart than any sensible q: they stay as they are.
inline double quantised(const Float& domain, double x) {
  const double q = *domain.q;
  const double quotient = x / q;
  if (!(std::abs(quotient) < kTwoTo53)) return x;
  const double index = std::nearbyint(quotient);
  const double point = domain.decimal ? decimal::point(0, index, q) : index * q;
  return domain.clip ? std::clamp(point, domain.a, domain.b) : point;
}

/// The index of the last step; 0.3 counts as three steps of 0.1.
inline double last_step(const Float& domain) {
  const double steps = (domain.b - domain.a) / *domain.step;
  return std::floor(steps + kTolerance * std::max(1.0, steps));
}

inline double at_step(const Float& domain, double index) {
  return std::min(step_point(domain, index), domain.b);
}

inline Value as_value(const Float& domain, double x) {
  if (domain.integral && std::abs(x) < kTwoTo63) return static_cast<std::int64_t>(x);
  return x + 0.0;  // no negative zero
}

}  // namespace winnow::lattice
