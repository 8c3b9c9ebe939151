/// The parameters that there is something to choose of, as coordinates, and coordinates as features of the kernel.
///
/// A number's coordinate is its position on its axis, in [0, 1] (space/unit_axis.hpp); a categorical's counts its
/// choices. A parameter that is absent has none (NaN): a number lies in the middle then, a categorical as far from each
/// choice. Which parameters are absent says their parents' coordinates, so they need no feature of their own.
#pragma once

#include <string>
#include <vector>

#include <winnow/samplers/gp/regressor.hpp>
#include <winnow/space/space.hpp>
#include <winnow/space/unit_axis.hpp>

namespace winnow::gp {

struct Axis {
  std::string name;
  UnitAxis unit;
  std::vector<double> steps{};   ///< where it has few values: their coordinates, ascending; else it is continuous
  std::vector<Value> choices{};  ///< of a categorical, without those of no weight
  Index feature = 0;             ///< its first one

  [[nodiscard]] bool categorical() const { return !choices.empty(); }
  [[nodiscard]] bool continuous() const { return steps.empty(); }
};

class Axes {
public:
  explicit Axes(Space space);

  [[nodiscard]] const std::vector<Axis>& all() const { return axes_; }
  [[nodiscard]] Index size() const { return static_cast<Index>(axes_.size()); }
  [[nodiscard]] const Space& space() const { return space_; }
  /// Of each feature its axis.
  [[nodiscard]] const std::vector<Index>& owners() const { return owners_; }

  [[nodiscard]] Vector coordinates(const Assignment& assignment) const;
  /// A row of coordinates for each of these rows of the unit cube: on steps where an axis has some, absent ones as
  /// well.
  [[nodiscard]] Vector settled(const Vector& unit) const;
  /// With what is absent absent, and what is present somewhere: in its middle, if it was absent.
  [[nodiscard]] Vector with_presence(Vector coordinates) const;
  [[nodiscard]] Vector features(const Vector& coordinates) const;
  [[nodiscard]] Matrix features(const Matrix& coordinates) const;
  /// The parameters with coordinates; nothing computed, nothing fixed.
  [[nodiscard]] Assignment assignment(const Vector& coordinates) const;
  [[nodiscard]] bool feasible(const Vector& coordinates) const;

private:
  /// Of a parameter of the space that is present.
  [[nodiscard]] Value value_of(std::size_t parameter, const Vector& coordinates) const;

  Space space_;
  std::vector<Axis> axes_;
  std::vector<Index> axis_of_;      ///< of each parameter of the space; -1: none
  std::vector<bool> has_children_;  ///< likewise
  std::vector<Index> owners_;
  bool conditional_ = false;
};

}  // namespace winnow::gp
