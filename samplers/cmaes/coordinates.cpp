#include <winnow/samplers/cmaes/coordinates.hpp>

#include <cmath>
#include <utility>

namespace winnow::cmaes {
namespace {

using Eigen::Index;

bool is_coordinate(const Parameter& parameter, const UnitAxis& axis) {
  return parameter.conditions.empty() &&
         (axis.kind() == UnitAxis::Kind::lattice || axis.kind() == UnitAxis::Kind::continuous);
}

}  // namespace

Coordinates::Coordinates(const Space& space, bool with_margin) {
  for (const Parameter& parameter : space.parameters()) {
    UnitAxis axis(parameter.domain);
    if (!is_coordinate(parameter, axis)) continue;
    const bool has_margin = with_margin && axis.kind() == UnitAxis::Kind::lattice;
    if (has_margin) lattices_.push_back({size(), axis.points()});
    places_.emplace(parameter.name(), size());
    axes_.push_back({parameter.name(), std::move(axis), has_margin});
  }
}

Index Coordinates::find(std::string_view name) const {
  const auto it = places_.find(name);
  return it == places_.end() ? -1 : it->second;
}

Value Coordinates::value_at_point(Index i, std::uint64_t point) const {
  const UnitAxis& axis = at(i).axis;
  return axis.value((static_cast<double>(point) + 0.5) / static_cast<double>(axis.points()));
}

double Coordinates::position(Index i, const Value& value) const {
  const double u = at(i).axis.position(value);
  if (!at(i).has_margin) return u;
  const auto points = static_cast<double>(at(i).axis.points());
  return std::nearbyint(u * points - 0.5) / (points - 1);
}

}  // namespace winnow::cmaes
