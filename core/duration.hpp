/// Seconds as people write them (`time_limit: 1h` is read as 3600.0), as durations of a clock.
#pragma once

#include <chrono>
#include <cstdint>

namespace winnow {

/// What is longer is as long as that: clocks count nanoseconds in 64 bits, and 292 years are all they hold.
inline constexpr std::chrono::hours kLongestDuration{24 * 365 * 100};

/// Whole milliseconds, rounded down; 0 for a negative number or NaN.
inline constexpr std::chrono::milliseconds milliseconds(double seconds) {
  if (!(seconds > 0)) return std::chrono::milliseconds(0);
  const auto most = std::chrono::milliseconds(kLongestDuration);
  if (seconds * 1000 >= static_cast<double>(most.count())) return most;
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

}  // namespace winnow
