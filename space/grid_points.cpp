#include <cmath>
#include <winnow/space/detail/lattice.hpp>
#include <winnow/space/draw.hpp>

namespace winnow {
namespace {

using namespace lattice;

using Points = std::optional<std::vector<Value>>;

struct Grid {
  Points operator()(const Constant& domain) const { return std::vector<Value>{domain.value}; }
  Points operator()(const Categorical& domain) const { return domain.values; }

  Points operator()(const Integer& domain) const {
    const std::uint64_t last = last_index(domain);
    if (last >= kMaxGridPoints) return std::nullopt;
    std::vector<Value> points;
    for (std::uint64_t i = 0; i <= last; ++i) points.emplace_back(at_index(domain, i));
    return points;
  }

  Points operator()(const Float& domain) const {
    if (domain.step) return steps(domain);
    if (domain.law != Law::uniform || !domain.q) return std::nullopt;
    const double count = std::ceil((domain.b - domain.a) / *domain.q);
    if (!(count <= static_cast<double>(kMaxGridPoints))) return std::nullopt;
    const bool whole = domain.integral && std::trunc(domain.a) == domain.a;
    std::vector<Value> points;
    for (double i = 0; i < count; ++i) {
      const double x = domain.decimal ? decimal::point(domain.a, i, *domain.q) : domain.a + i * *domain.q;
      points.push_back(whole ? as_value(domain, x) : Value(x));
    }
    return points;
  }

  Points operator()(const Computed&) const { return std::nullopt; }

  static Points steps(const Float& domain) {
    const double last = last_step(domain);
    if (!(last < static_cast<double>(kMaxGridPoints))) return std::nullopt;
    std::vector<Value> points;
    for (double i = 0; i <= last; ++i) points.emplace_back(at_step(domain, i));
    return points;
  }
};

}  // namespace

std::optional<std::vector<Value>> grid_points(const Domain& domain) {
  return std::visit(Grid{}, domain);
}

}  // namespace winnow
