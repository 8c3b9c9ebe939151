/// A trial's parameters as a point: numbers along their own laws in [0, 1], choices as their index, NaN where a
/// parameter is absent. Parameters of one value only aren't part of it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/core/assignment.hpp>
#include <winnow/samplers/bohb/density.hpp>
#include <winnow/space/space.hpp>
#include <winnow/space/unit_axis.hpp>

namespace winnow::bohb {

class Encoding {
public:
  explicit Encoding(const Space& space);

  [[nodiscard]] Eigen::Index size() const { return static_cast<Eigen::Index>(axes_.size()); }
  [[nodiscard]] const Levels& levels() const { return levels_; }
  /// The choices of each coordinate that have a weight above 0; empty for numbers.
  [[nodiscard]] const std::vector<std::vector<int>>& choices() const { return choices_; }
  /// -1 if there is none of that name.
  [[nodiscard]] Eigen::Index find(std::string_view name) const;
  [[nodiscard]] Eigen::VectorXd point(const Assignment& params) const;
  [[nodiscard]] Value value(Eigen::Index i, double x) const;

private:
  struct Axis {
    std::string name;
    UnitAxis axis;
  };
  std::vector<Axis> axes_;
  Levels levels_;
  std::vector<std::vector<int>> choices_;
  std::map<std::string, Eigen::Index, std::less<>> places_;
};

}  // namespace winnow::bohb
