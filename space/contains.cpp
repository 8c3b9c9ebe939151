#include <algorithm>
#include <limits>
#include <winnow/space/detail/bounds.hpp>
#include <winnow/space/detail/lattice.hpp>
#include <winnow/space/draw.hpp>

namespace winnow {
namespace {

using namespace lattice;

/// How far from the point that is meant a number may lie.
double slack(double x, double spacing) {
  return kTolerance * spacing + 4 * std::numeric_limits<double>::epsilon() * std::abs(x);
}

bool on_lattice(double x, double origin, double spacing) {
  const double point = origin + std::nearbyint((x - origin) / spacing) * spacing;
  return std::abs(x - point) <= slack(x, spacing);
}

struct Contains {
  const Value& value;

  bool operator()(const Constant& domain) const { return value == domain.value; }

  bool operator()(const Categorical& domain) const {
    return std::find(domain.values.begin(), domain.values.end(), value) != domain.values.end();
  }

  bool operator()(const Integer& domain) const {
    if (!value.is_number()) return false;
    const auto real = value.get<double>();
    if (std::abs(real) >= kTwoTo63 || std::trunc(real) != real) return false;
    const auto whole = value.get<std::int64_t>();
    if (whole < domain.low || whole > domain.high) return false;
    const auto offset = static_cast<std::uint64_t>(whole) - static_cast<std::uint64_t>(domain.low);
    return offset % static_cast<std::uint64_t>(domain.step) == 0;
  }

  bool operator()(const Float& domain) const {
    if (!value.is_number()) return false;
    const auto x = value.get<double>();
    const auto [low, high] = bounds_of(domain);
    if (domain.step) {
      const double last = at_step(domain, last_step(domain));
      const double edge = slack(x, *domain.step);
      return x >= low - edge && x <= last + edge && (on_lattice(x, low, *domain.step) || std::abs(x - last) <= edge);
    }
    if (!domain.q) return x >= low && x <= high;
    const double edge = slack(x, *domain.q);
    const bool is_end = domain.clip && (x == low || x == high);
    const bool is_draw = is_end || (on_lattice(x, 0, *domain.q) && x >= quantised(domain, low) - edge &&
                                    x <= quantised(domain, high) + edge);
    const bool is_grid_point = domain.law == Law::uniform && on_lattice(x, low, *domain.q) && x >= low && x < high;
    return is_draw || is_grid_point;
  }

  bool operator()(const Computed&) const { return true; }
};

}  // namespace

bool contains(const Domain& domain, const Value& value) {
  return std::visit(Contains{value}, domain);
}

}  // namespace winnow
