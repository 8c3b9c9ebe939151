/// A parameter's values as cells of a grid, as Optuna 5.0's PED-ANOVA rounds them.
///
/// Categories are cells of their own. Numbers lie between the domain's least and greatest value, in its logarithm where
/// it is logarithmic, and go to the nearest of the cells' middles, of two to the lower one. Where there are bounds and
/// fewer than kMost values, each is a cell; of logarithmic integers there are ceil(log2(values)) + 1 cells. Domains
/// that Optuna doesn't have (normal, beta, logarithmic with rounding) lie on the grid by their own quantiles.
#pragma once

#include <cstddef>
#include <optional>

#include <winnow/space/unit_axis.hpp>

namespace winnow::importance {

class Grid {
public:
  static constexpr std::size_t kMost = 50;  ///< cells of numbers

  /// The domain must be valid.
  explicit Grid(const Domain& domain);

  /// One: there is nothing to choose.
  [[nodiscard]] std::size_t cells() const { return cells_; }
  /// False: categories.
  [[nodiscard]] bool ordered() const { return scale_ != Scale::category; }
  /// nullopt for what is no value of such a domain; numbers beyond its ends are at them.
  [[nodiscard]] std::optional<std::size_t> cell(const Value& value) const;

private:
  enum class Scale { category, linear, logarithm, quantile };

  void lay(const Integer& domain);
  void lay(const Float& domain);
  void lay_between(double low, double high, std::size_t cells);
  [[nodiscard]] double place(const Value& value) const;

  UnitAxis axis_;
  Scale scale_ = Scale::category;
  double low_ = 0;
  double width_ = 1;  ///< between the middles of two cells
  std::size_t cells_ = 1;
};

}  // namespace winnow::importance
