/// Figures of many measurements.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace winnow::bench {

/// Sorts them; one at least. `q` from 0 to 1.
inline float quantile(std::vector<float>& values, double q) {
  if (!std::is_sorted(values.begin(), values.end())) std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1))];
}

}  // namespace winnow::bench
