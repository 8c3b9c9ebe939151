/// A suggestion from values for some sides of the cube.
#pragma once

#include <optional>
#include <vector>

#include <winnow/samplers/detail/keyed.hpp>
#include <winnow/samplers/detail/unit_cube.hpp>

namespace winnow {

/// The other parameters are drawn by key.
inline std::optional<Assignment> completed(const Source& source, TrialId trial, const UnitCube& cube,
                                           const std::vector<std::optional<Value>>& sides) {
  return complete(source, trial, [&](std::string_view name) -> const Value* {
    const auto side = sides.empty() ? std::nullopt : cube.find(name);
    return side && sides[*side] ? &*sides[*side] : nullptr;
  });
}

/// True if all sides that linear constraints name have values, and meet them.
inline bool feasible(const Space& space, const UnitCube& cube, const std::vector<std::optional<Value>>& sides) {
  if (space.constraints().empty()) return true;
  std::vector<Value> values(sides.size());
  for (std::size_t side = 0; side < sides.size(); ++side) {
    if (sides[side]) {
      values[side] = *sides[side];
    } else if (space.constrained(cube.sides()[side].name)) {
      return false;
    }
  }
  return feasible(space, cube, values);
}

/// Leaves the parameters that linear constraints name to be drawn.
inline void drop_constrained(const Space& space, const UnitCube& cube, std::vector<std::optional<Value>>& sides) {
  for (std::size_t side = 0; side < sides.size(); ++side) {
    if (space.constrained(cube.sides()[side].name)) sides[side].reset();
  }
}

}  // namespace winnow
