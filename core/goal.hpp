/// Which way a metric is to go, and how values compare: a non-finite value ranks worst (docs/semantics.md,
/// "Non-finite values").
#pragma once

#include <cmath>
#include <limits>
#include <string_view>

namespace winnow {

enum class Goal { minimize, maximize };

constexpr std::string_view to_string(Goal goal) {
  return goal == Goal::minimize ? "minimize" : "maximize";
}

/// The value on a scale where greater is better; NaN and both infinities become -infinity, the worst.
inline double merit(Goal goal, double value) {
  if (!std::isfinite(value)) return -std::numeric_limits<double>::infinity();
  return goal == Goal::maximize ? value : -value;
}

/// True if `a` is strictly better than `b`.
inline bool better(Goal goal, double a, double b) {
  return merit(goal, a) > merit(goal, b);
}

}  // namespace winnow
