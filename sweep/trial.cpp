#include <winnow/sweep/trial.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace winnow {

namespace {

constexpr double kScale = 0x1p-64;

/// Finite where the values are, also where their sum isn't.
double mean(double sum, double scaled_sum, std::int64_t n) {
  if (std::isfinite(sum)) return sum / static_cast<double>(n);
  constexpr double kMost = std::numeric_limits<double>::max() * kScale;
  const double scaled = scaled_sum / static_cast<double>(n);
  return (std::isfinite(scaled) ? std::clamp(scaled, -kMost, kMost) : scaled) / kScale;
}

}  // namespace

void ObjectiveHistory::add(Goal goal, double value) {
  if (count_ == 0 || better(goal, value, best_)) best_ = value;
  sum_ += value;
  scaled_sum_ += value * kScale;
  last_[static_cast<std::size_t>(count_) % last_.size()] = value;
  ++count_;
}

std::optional<double> ObjectiveHistory::value(Scope scope) const {
  if (count_ == 0) return std::nullopt;
  const auto newest = [&](std::int64_t back) {
    return last_[static_cast<std::size_t>(count_ - 1 - back) % last_.size()];
  };
  const auto average = [&](std::int64_t window) {
    const std::int64_t n = std::min(count_, window);
    double sum = 0, scaled_sum = 0;
    for (std::int64_t i = n - 1; i >= 0; --i) {
      sum += newest(i);
      scaled_sum += newest(i) * kScale;
    }
    return mean(sum, scaled_sum, n);
  };
  switch (scope) {
    case Scope::last: return newest(0);
    case Scope::best: return best_;
    case Scope::avg: return mean(sum_, scaled_sum_, count_);
    case Scope::last_5_avg: return average(5);
    case Scope::last_10_avg: return average(10);
  }
  return std::nullopt;
}

}  // namespace winnow
