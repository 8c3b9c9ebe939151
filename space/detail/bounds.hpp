/// Between which real numbers a Float lies before it is rounded: not part of the interface.
#pragma once

#include <limits>

#include <winnow/space/detail/lattice.hpp>
#include <winnow/space/domain.hpp>

namespace winnow::lattice {

struct Bounds {
  double low, high;
};

inline Bounds bounds_of(const Float& domain) {
  if (domain.range) return {domain.range->low, domain.range->high};
  switch (domain.law) {
    case Law::normal: return {-kLargest, kLargest};
    case Law::log_normal: return {std::numeric_limits<double>::denorm_min(), kLargest};
    case Law::beta: return {0, 1};
    case Law::uniform:
    case Law::log_uniform:
    case Law::inv_log_uniform: break;
  }
  return {domain.a, domain.b};
}

}  // namespace winnow::lattice
