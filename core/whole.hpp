#pragma once

#include <algorithm>
#include <cmath>

namespace winnow {

/// The whole part of a product of powers: 27·3^−3 is 1, not a little less.
inline double whole(double value) {
  return std::floor(value + 1e-9 * std::max(1.0, value));
}

}  // namespace winnow
