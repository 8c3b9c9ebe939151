#include <winnow/space/closest.hpp>

#include <algorithm>
#include <cmath>

#include <winnow/space/detail/bounds.hpp>
#include <winnow/space/detail/lattice.hpp>

namespace winnow {
namespace {

using namespace lattice;

struct Closest {
  double x;

  Value operator()(const Constant&) const { return nullptr; }
  Value operator()(const Categorical&) const { return nullptr; }
  Value operator()(const Computed&) const { return nullptr; }

  Value operator()(const Integer& domain) const {
    const auto low = static_cast<double>(domain.low);
    const double index = std::nearbyint((x - low) / static_cast<double>(domain.step));
    const auto last = last_index(domain);
    if (index >= static_cast<double>(last)) return at_index(domain, last);
    return at_index(domain, static_cast<std::uint64_t>(std::max(0.0, index)));
  }

  Value operator()(const Float& domain) const {
    if (domain.step) {
      const double index = std::nearbyint((x - domain.a) / *domain.step);
      return at_step(domain, std::clamp(index, 0.0, last_step(domain)));
    }
    const auto [low, high] = bounds_of(domain);
    const double within = std::clamp(x, low, high);
    return as_value(domain, domain.q ? quantised(domain, within) : within);
  }
};

struct Spacing {
  std::optional<double> operator()(const Integer& domain) const { return static_cast<double>(domain.step); }
  std::optional<double> operator()(const Float& domain) const { return domain.step ? domain.step : domain.q; }
  template <class Other>
  std::optional<double> operator()(const Other&) const {
    return std::nullopt;
  }
};

}  // namespace

Value closest(const Domain& domain, double x) {
  return std::visit(Closest{x}, domain);
}

std::optional<double> spacing(const Domain& domain) {
  return std::visit(Spacing{}, domain);
}

}  // namespace winnow
