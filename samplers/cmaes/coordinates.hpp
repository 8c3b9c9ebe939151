/// Which parameters make the vector that CMA-ES searches, and where each of them lies in [0, 1].
///
/// Numbers without conditions, of more than one value: each along its own law (UnitAxis), as Optuna scales them. With a
/// margin a lattice's points are 0, 1/(n-1), … 1; without one they are the middles of n cells.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/samplers/cmaes/margin.hpp>
#include <winnow/space/space.hpp>
#include <winnow/space/unit_axis.hpp>

namespace winnow::cmaes {

class Coordinates {
public:
  Coordinates(const Space& space, bool with_margin);

  [[nodiscard]] Eigen::Index size() const { return static_cast<Eigen::Index>(axes_.size()); }
  [[nodiscard]] const std::string& name(Eigen::Index i) const { return at(i).name; }
  /// Those that have a margin; none without `with_margin`.
  [[nodiscard]] const std::vector<Lattice>& lattices() const { return lattices_; }
  /// -1 if there is none of that name.
  [[nodiscard]] Eigen::Index find(std::string_view name) const;

  [[nodiscard]] Value value(Eigen::Index i, double x) const { return at(i).axis.value(x); }
  [[nodiscard]] Value value_at_point(Eigen::Index i, std::uint64_t point) const;
  [[nodiscard]] double position(Eigen::Index i, const Value& value) const;
  [[nodiscard]] const Domain& domain(Eigen::Index i) const { return at(i).axis.domain(); }
  /// True for those that must stay within [0, 1]: those of a margin find their closest point from anywhere.
  [[nodiscard]] bool bounded(Eigen::Index i) const { return !at(i).has_margin; }

private:
  struct Axis {
    std::string name;
    UnitAxis axis;
    bool has_margin;
  };
  [[nodiscard]] const Axis& at(Eigen::Index i) const { return axes_[static_cast<std::size_t>(i)]; }

  std::vector<Axis> axes_;
  std::vector<Lattice> lattices_;
  std::map<std::string, Eigen::Index, std::less<>> places_;
};

}  // namespace winnow::cmaes
