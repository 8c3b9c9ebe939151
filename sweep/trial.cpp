#include <winnow/sweep/trial.hpp>

#include <algorithm>

namespace winnow {

void ObjectiveHistory::add(Goal goal, double value) {
  if (count_ == 0 || better(goal, value, best_)) best_ = value;
  sum_ += value;
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
    double sum = 0;
    for (std::int64_t i = n - 1; i >= 0; --i) sum += newest(i);
    return sum / static_cast<double>(n);
  };
  switch (scope) {
    case Scope::last: return newest(0);
    case Scope::best: return best_;
    case Scope::avg: return sum_ / static_cast<double>(count_);
    case Scope::last_5_avg: return average(5);
    case Scope::last_10_avg: return average(10);
  }
  return std::nullopt;
}

}  // namespace winnow
