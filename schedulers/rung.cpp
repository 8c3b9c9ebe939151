#include <algorithm>
#include <cmath>
#include <winnow/schedulers/rung.hpp>

namespace winnow {

void Rung::insert(double value) {
  const std::size_t n = size() + 1;
  const double position = std::floor(fraction_ * static_cast<double>(n - 1));
  values_.insert(value, std::min(static_cast<std::size_t>(position) + 1, n));
}

std::optional<Rung::Neighbours> Rung::around_quantile() const {
  const auto low = values_.below();
  if (!low) return std::nullopt;
  const auto high = values_.above();
  if (!high) return Neighbours{*low, *low, 1};
  const double position = fraction_ * static_cast<double>(size() - 1);
  return Neighbours{*low, *high, position - std::floor(position)};
}

double numpy_quantile(const Rung::Neighbours& around) {
  const double gap = around.high - around.low;
  return around.weight >= 0.5 ? around.high - gap * (1 - around.weight) : around.low + gap * around.weight;
}

}  // namespace winnow
