#include <winnow/sweep/importance/feature.hpp>

#include <algorithm>
#include <cmath>
#include <variant>

namespace winnow::importance {
namespace {

/// Whether such numbers are anything that Optuna has.
bool is_between_bounds(const Float& domain) {
  if (domain.law == Law::uniform) return true;
  return (domain.law == Law::log_uniform || domain.law == Law::inv_log_uniform) && !domain.q;
}

}  // namespace

Scale::Scale(const Domain& domain) : axis_(domain) {
  fixed_ = axis_.kind() == UnitAxis::Kind::fixed;
  if (fixed_) return;
  if (const auto* categories = std::get_if<Categorical>(&domain)) {
    categories_ = categories->values.size();
    fixed_ = categories_ == 1;
    return;
  }
  const auto* number = std::get_if<Float>(&domain);
  quantile_ = number != nullptr && !is_between_bounds(*number);
  if (quantile_) return;
  const bool smooth = number != nullptr && !number->step && !number->q;
  low_ = smooth ? number->a : axis_.value(0).get<double>();
  high_ = smooth ? number->b : axis_.value(1).get<double>();
  fixed_ = !(high_ > low_);
}

std::optional<double> Scale::place(const Value& value) const {
  if (categories_ > 0) {
    const auto& values = std::get<Categorical>(axis_.domain()).values;
    const auto it = std::find(values.begin(), values.end(), value);
    if (it == values.end()) return std::nullopt;
    return static_cast<double>(it - values.begin());
  }
  if (!value.is_number()) return std::nullopt;
  const double x = quantile_ ? axis_.position(value) : value.get<double>();
  if (std::isnan(x)) return std::nullopt;
  return std::clamp(x, low_, high_);
}

}  // namespace winnow::importance
