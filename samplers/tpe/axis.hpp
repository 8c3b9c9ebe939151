/// A parameter as a Parzen estimator sees it: categories by index, numbers along [0, 1] (space/unit_axis.hpp).
///
/// Where Optuna (5.0) takes a value's probability rather than a density, of an integer or a stepped float, it has a
/// cell: half a step to either side, of a log integer along the logarithm.
#pragma once

#include <cstddef>
#include <vector>

#include <winnow/space/unit_axis.hpp>

namespace winnow::tpe {

class Axis {
public:
  enum class Kind {
    categorical,
    lattice,     ///< cells of equal width
    log_cells,   ///< of a log integer
    continuous,  ///< all else, and lattices so fine that their probabilities are a density's
  };
  struct Cell {
    double left, right;
  };

  /// False for one that has a single value, or is computed.
  static bool tunable(const Domain& domain) { return UnitAxis(domain).kind() != UnitAxis::Kind::fixed; }
  /// The domain must be valid, and tunable.
  explicit Axis(const Domain& domain);

  [[nodiscard]] Kind kind() const { return kind_; }
  /// Of a lattice.
  [[nodiscard]] std::size_t cells() const { return axis_.points(); }
  /// How probable each category is; of equal ones the first has it all.
  [[nodiscard]] const std::vector<double>& categories() const { return categories_; }
  [[nodiscard]] const Domain& domain() const { return axis_.domain(); }

  /// A value's place: in [0, 1], or which category it is.
  [[nodiscard]] double position(const Value& value) const;
  [[nodiscard]] Value value(double position) const;
  /// The place of the value that is nearest to a number in [0, 1].
  [[nodiscard]] double snap(double u) const;
  /// Of a lattice or log cells.
  [[nodiscard]] Cell cell(double position) const;

private:
  UnitAxis axis_;
  Kind kind_;
  bool rounds_ = false;  ///< continuous, but not every number is a value's place
  std::vector<double> categories_;
};

}  // namespace winnow::tpe
