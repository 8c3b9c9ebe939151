#include <winnow/samplers/detail/unit_cube.hpp>

namespace winnow {

UnitCube::UnitCube(const Space& space) {
  for (const Parameter& parameter : space.parameters()) {
    UnitAxis axis(parameter.domain);
    if (axis.kind() == UnitAxis::Kind::fixed) continue;
    places_.emplace(parameter.name(), sides_.size());
    sides_.push_back({parameter.name(), std::move(axis)});
  }
}

std::optional<std::size_t> UnitCube::find(std::string_view name) const {
  const auto it = places_.find(name);
  return it == places_.end() ? std::nullopt : std::optional(it->second);
}

std::vector<Value> UnitCube::values(const std::vector<double>& point) const {
  std::vector<Value> values;
  values.reserve(sides_.size());
  for (std::size_t side = 0; side < sides_.size(); ++side) values.push_back(sides_[side].axis.value(point[side]));
  return values;
}

bool feasible(const Space& space, const UnitCube& cube, const std::vector<Value>& values) {
  if (space.constraints().empty()) return true;
  Assignment point;
  for (const LinearConstraint& constraint : space.constraints()) {
    for (const LinearConstraint::Term& term : constraint.terms) {
      if (point.find(term.name) != nullptr) continue;
      const auto side = cube.find(term.name);
      point.set(term.name, side ? values[*side] : UnitAxis(space.find(term.name)->domain).value(0.5));
    }
  }
  return space.feasible(point);
}

}  // namespace winnow
