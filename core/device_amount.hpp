#pragma once

#include <cmath>

namespace winnow {

/// Whether `gpus` is an amount that a trial can have: a part of one device, between 0 and 1, or a whole number above 0.
inline bool is_device_amount(double gpus) {
  return gpus > 0 && std::isfinite(gpus) && (gpus < 1 || std::trunc(gpus) == gpus);
}

}  // namespace winnow
