#include <winnow/samplers/tpe/axis.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace winnow::tpe {
namespace {

/// With more cells than this their probabilities and a density's differ by less than they are used for.
constexpr std::uint64_t kMostCells = 10'000'000;

Axis::Kind kind_of(const UnitAxis& axis) {
  if (axis.kind() == UnitAxis::Kind::categorical) return Axis::Kind::categorical;
  if (axis.kind() == UnitAxis::Kind::lattice && axis.points() <= kMostCells) return Axis::Kind::lattice;
  const auto* integer = std::get_if<Integer>(&axis.domain());
  const bool by_log = integer != nullptr && integer->log && !integer->floor;
  return by_log ? Axis::Kind::log_cells : Axis::Kind::continuous;
}

std::vector<double> category_probabilities(const Categorical& domain, const UnitAxis& axis) {
  const std::vector<double>& weights = domain.weights;
  const std::size_t n = domain.values.size();
  const double total = weights.empty() ? static_cast<double>(n) : std::accumulate(weights.begin(), weights.end(), 0.0);
  std::vector<double> probabilities(n, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    probabilities[axis.index(domain.values[i])] += (weights.empty() ? 1 : weights[i]) / total;
  }
  return probabilities;
}

bool rounds(const Domain& domain) {
  const auto* real = std::get_if<Float>(&domain);
  return real == nullptr || real->q || real->step || real->integral;
}

/// Of a log integer: where the logarithm of a number lies between those of the outermost cells' ends.
class LogPlaces {
public:
  explicit LogPlaces(const Integer& domain) : step_(static_cast<double>(domain.step)) {
    const auto last = domain.low + (domain.high - domain.low) / domain.step * domain.step;
    bottom_ = std::log(static_cast<double>(domain.low) - step_ / 2);
    top_ = std::log(static_cast<double>(last) + step_ / 2);
    low_ = static_cast<double>(domain.low);
    high_ = static_cast<double>(last);
  }
  [[nodiscard]] double place(double x) const {
    return std::clamp((std::log(x) - bottom_) / (top_ - bottom_), 0.0, 1.0);
  }
  [[nodiscard]] double nearest(double u) const {
    const double x = std::exp(std::lerp(bottom_, top_, u));
    return std::clamp(low_ + std::nearbyint((x - low_) / step_) * step_, low_, high_);
  }
  [[nodiscard]] double half() const { return step_ / 2; }

private:
  double step_, bottom_, top_, low_, high_;
};

}  // namespace

Axis::Axis(const Domain& domain) : axis_(domain), kind_(kind_of(axis_)) {
  if (kind_ == Kind::categorical) categories_ = category_probabilities(std::get<Categorical>(domain), axis_);
  rounds_ = kind_ == Kind::continuous && rounds(domain);
}

double Axis::position(const Value& value) const {
  return kind_ == Kind::categorical ? static_cast<double>(axis_.index(value)) : axis_.position(value);
}

Value Axis::value(double position) const {
  if (kind_ != Kind::categorical) return axis_.value(position);
  return std::get<Categorical>(axis_.domain()).values[static_cast<std::size_t>(position)];
}

double Axis::snap(double u) const {
  switch (kind_) {
    case Kind::categorical: break;
    case Kind::lattice: {
      const auto n = static_cast<double>(cells());
      return (std::min(std::floor(u * n), n - 1) + 0.5) / n;
    }
    case Kind::log_cells: {
      const LogPlaces places(std::get<Integer>(axis_.domain()));
      return places.place(places.nearest(u));
    }
    case Kind::continuous: return rounds_ ? axis_.position(axis_.value(u)) : u;
  }
  return u;
}

Axis::Cell Axis::cell(double position) const {
  if (kind_ == Kind::lattice) {
    const auto n = static_cast<double>(cells());
    const double index = std::floor(position * n);
    return {index / n, (index + 1) / n};
  }
  const LogPlaces places(std::get<Integer>(axis_.domain()));
  const double x = places.nearest(position);
  return {places.place(x - places.half()), places.place(x + places.half())};
}

}  // namespace winnow::tpe
