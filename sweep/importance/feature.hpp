/// Parameters as regression trees see them.
///
/// Numbers are as they are, also logarithmic ones, and lie between the domain's least and greatest value: Optuna 5.0's
/// choice, by which a logarithmic parameter's large values count for most of it. Domains that Optuna doesn't have
/// (normal, beta, logarithmic with rounding) are by their own quantiles.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include <winnow/space/unit_axis.hpp>

namespace winnow::importance {

/// A parameter, and what trials have of it.
struct Feature {
  std::size_t categories = 0;  ///< 0: numbers
  double low = 0;              ///< of numbers
  double high = 1;
  std::vector<double> values{};  ///< by trial; of categories their places, from 0
};

/// How values of one domain become those of a feature.
class Scale {
public:
  /// The domain must be valid.
  explicit Scale(const Domain& domain);

  /// One value: there is nothing to choose.
  [[nodiscard]] bool fixed() const { return fixed_; }
  /// Without values.
  [[nodiscard]] Feature feature() const { return {.categories = categories_, .low = low_, .high = high_}; }
  /// nullopt for what is no value of such a domain; numbers beyond its ends are at them.
  [[nodiscard]] std::optional<double> place(const Value& value) const;

private:
  UnitAxis axis_;
  bool fixed_ = false;
  bool quantile_ = false;
  std::size_t categories_ = 0;
  double low_ = 0;
  double high_ = 1;
};

}  // namespace winnow::importance
