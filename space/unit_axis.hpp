/// A domain as the interval [0, 1], along its own law: who draws uniformly there draws by the domain's law, and who
/// learns finds log parameters linear in their logarithm. What samplers compute in.
#pragma once

#include <cstddef>
#include <cstdint>

#include <winnow/space/domain.hpp>

namespace winnow {

class UnitAxis {
public:
  enum class Kind {
    fixed,        ///< one value: nothing to choose (constant, computed)
    categorical,  ///< values without an order
    lattice,      ///< equally likely numbers, in order: cells of equal width
    continuous,   ///< all else; values that are rounded as well (log integers, quantised floats)
  };

  /// The domain must be valid.
  explicit UnitAxis(Domain domain);

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] const Domain& domain() const { return domain_; }
  /// Of a categorical or a lattice, how many values it has; else 0.
  [[nodiscard]] std::uint64_t points() const { return points_; }
  /// The value at the quantile `u`, which is clamped to [0, 1]. From a computed domain null.
  [[nodiscard]] Value value(double u) const;
  /// Where the value lies, in [0, 1]: in the middle of its cell, if it has one. `value(position(v))` is `v` for every
  /// `v` that `value` gives, but for the last bits of a continuous one. The domain must contain it.
  [[nodiscard]] double position(const Value& value) const;
  /// Of a categorical's value: which it is (of equal ones the first).
  [[nodiscard]] std::size_t index(const Value& value) const;
  bool operator==(const UnitAxis&) const = default;

private:
  Domain domain_;
  Kind kind_ = Kind::fixed;
  std::uint64_t points_ = 0;
};

}  // namespace winnow
