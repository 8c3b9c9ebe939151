#include <algorithm>
#include <limits>
#include <winnow/schedulers/band.hpp>

namespace winnow {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

std::size_t Band::place(std::size_t n) const {
  return static_cast<std::size_t>(r_ * static_cast<double>(n));
}

void Band::insert(double score) {
  const std::size_t n = size() + 1;
  scores_.insert(score, std::min(place(n + 1), n));
}

double Band::threshold() const {
  const bool above = place(size()) >= scores_.lower_size();
  const auto wanted = above && scores_.above() ? scores_.above() : scores_.below();
  return wanted.value_or(kInfinity);
}

double Band::threshold_with(double score) const {
  return std::clamp(score, scores_.below().value_or(-kInfinity), scores_.above().value_or(kInfinity));
}

}  // namespace winnow
