#include <winnow/sweep/importance/grid.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <variant>

#include <winnow/space/closest.hpp>

namespace winnow::importance {
namespace {

/// How many values there are, `spacing` apart.
std::size_t cells_for(double extent, double spacing) {
  const double values = std::nearbyint(extent / spacing) + 1;
  return values < static_cast<double>(Grid::kMost) ? static_cast<std::size_t>(values) : Grid::kMost;
}

std::size_t log_cells_for(double extent, double spacing) {
  const double values = std::nearbyint(extent / spacing) + 1;
  if (values <= 1) return 1;
  const double cells = std::ceil(std::log(values) / std::log(2.0)) + 1;
  return std::min(static_cast<std::size_t>(cells), Grid::kMost);
}

}  // namespace

Grid::Grid(const Domain& domain) : axis_(domain) {
  if (axis_.kind() == UnitAxis::Kind::fixed) return;
  if (const auto* categories = std::get_if<Categorical>(&domain)) {
    cells_ = categories->values.size();
  } else if (const auto* integer = std::get_if<Integer>(&domain)) {
    lay(*integer);
  } else {
    lay(std::get<Float>(domain));
  }
}

void Grid::lay(const Integer& domain) {
  const auto low = static_cast<double>(domain.low);
  const auto high = axis_.value(1).get<double>();
  const auto step = static_cast<double>(domain.step);
  scale_ = domain.log ? Scale::logarithm : Scale::linear;
  if (domain.log) {
    lay_between(std::log(low), std::log(high), log_cells_for(high - low, step));
  } else {
    lay_between(low, high, cells_for(high - low, step));
  }
}

void Grid::lay(const Float& domain) {
  const bool log = domain.law == Law::log_uniform || domain.law == Law::inv_log_uniform;
  if (domain.law == Law::uniform) {
    scale_ = Scale::linear;
    const auto apart = spacing(domain);
    const double low = apart ? axis_.value(0).get<double>() : domain.a;
    const double high = apart ? axis_.value(1).get<double>() : domain.b;
    lay_between(low, high, apart ? cells_for(high - low, *apart) : kMost);
  } else if (log && !domain.q) {
    scale_ = Scale::logarithm;
    const double high = domain.step ? axis_.value(1).get<double>() : domain.b;
    lay_between(std::log(domain.a), std::log(high), domain.step ? log_cells_for(high - domain.a, *domain.step) : kMost);
  } else {
    scale_ = Scale::quantile;
    lay_between(0, 1, kMost);
  }
}

void Grid::lay_between(double low, double high, std::size_t cells) {
  low_ = low;
  cells_ = high > low ? std::max<std::size_t>(cells, 2) : 1;
  if (cells_ > 1) width_ = (high - low) / static_cast<double>(cells_ - 1);
}

double Grid::place(const Value& value) const {
  if (scale_ == Scale::quantile) return axis_.position(value);
  const auto x = value.get<double>();
  if (scale_ == Scale::linear) return x;
  return x > 0 ? std::log(x) : -std::numeric_limits<double>::infinity();
}

std::optional<std::size_t> Grid::cell(const Value& value) const {
  if (cells_ <= 1) return 0;
  if (scale_ == Scale::category) {
    const auto& values = std::get<Categorical>(axis_.domain()).values;
    const auto it = std::find(values.begin(), values.end(), value);
    if (it == values.end()) return std::nullopt;
    return static_cast<std::size_t>(it - values.begin());
  }
  if (!value.is_number()) return std::nullopt;
  const double nearest = std::ceil((place(value) - low_) / width_ - 0.5);
  if (std::isnan(nearest)) return std::nullopt;
  return static_cast<std::size_t>(std::clamp(nearest, 0.0, static_cast<double>(cells_ - 1)));
}

}  // namespace winnow::importance
