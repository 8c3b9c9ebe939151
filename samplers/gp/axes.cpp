#include <winnow/samplers/gp/axes.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <utility>

#include <winnow/space/draw.hpp>

namespace winnow::gp {
namespace {

/// An axis of more values is searched as if it were continuous.
constexpr std::size_t kMostSteps = 4096;
constexpr double kAbsent = std::numeric_limits<double>::quiet_NaN();
const double kChosen = std::sqrt(0.5);

std::vector<Value> choices_of(const Categorical& domain) {
  std::vector<Value> choices;
  for (std::size_t i = 0; i < domain.values.size(); ++i) {
    const bool possible = domain.weights.empty() || domain.weights[i] > 0;
    if (possible && std::find(choices.begin(), choices.end(), domain.values[i]) == choices.end())
      choices.push_back(domain.values[i]);
  }
  return choices;
}

std::vector<double> steps_of(const UnitAxis& unit) {
  if (unit.points() > kMostSteps) return {};
  const auto points = grid_points(unit.domain());
  if (!points || points->size() > kMostSteps) return {};
  std::vector<double> steps;
  for (const Value& point : *points) steps.push_back(unit.position(point));
  std::sort(steps.begin(), steps.end());
  steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
  return steps;
}

Value value_at(const Axis& axis, double coordinate) {
  return axis.categorical() ? axis.choices[static_cast<std::size_t>(coordinate)] : axis.unit.value(coordinate);
}

std::size_t nearest(const std::vector<double>& steps, double at) {
  const auto after = std::lower_bound(steps.begin(), steps.end(), at);
  if (after == steps.begin()) return 0;
  if (after == steps.end()) return steps.size() - 1;
  const auto i = static_cast<std::size_t>(after - steps.begin());
  return at - steps[i - 1] <= steps[i] - at ? i - 1 : i;
}

}  // namespace

Axes::Axes(Space space) : space_(std::move(space)) {
  std::set<std::string> parents;
  for (const Parameter& parameter : space_.parameters()) {
    for (const Condition& condition : parameter.conditions) parents.insert(condition.parent);
  }
  conditional_ = !parents.empty();
  for (const Parameter& parameter : space_.parameters()) {
    has_children_.push_back(parents.contains(parameter.name()));
    axis_of_.push_back(-1);
    Axis axis{.name = parameter.name(), .unit = UnitAxis(parameter.domain)};
    if (axis.unit.kind() == UnitAxis::Kind::fixed) continue;
    std::size_t features = 1;
    if (const auto* categorical = std::get_if<Categorical>(&parameter.domain)) {
      axis.choices = choices_of(*categorical);
      if (axis.choices.size() < 2) continue;
      features = axis.choices.size();
      for (std::size_t i = 0; i < features; ++i) axis.steps.push_back(static_cast<double>(i));
    } else {
      axis.steps = steps_of(axis.unit);
    }
    axis.feature = static_cast<Index>(owners_.size());
    owners_.insert(owners_.end(), features, size());
    axis_of_.back() = size();
    axes_.push_back(std::move(axis));
  }
}

Value Axes::value_of(std::size_t parameter, const Vector& coordinates) const {
  const Index i = axis_of_[parameter];
  return i < 0 ? UnitAxis(space_.parameters()[parameter].domain).value(0.5)
               : value_at(axes_[static_cast<std::size_t>(i)], coordinates[i]);
}

Vector Axes::coordinates(const Assignment& assignment) const {
  Vector coordinates = Vector::Constant(size(), kAbsent);
  for (Index i = 0; i < size(); ++i) {
    const Axis& axis = axes_[static_cast<std::size_t>(i)];
    const Value* value = assignment.find(axis.name);
    if (value == nullptr) continue;
    if (axis.categorical()) {
      const auto it = std::find(axis.choices.begin(), axis.choices.end(), *value);
      if (it != axis.choices.end()) coordinates[i] = static_cast<double>(it - axis.choices.begin());
    } else if (value->is_number()) {
      coordinates[i] = axis.unit.position(*value);
    }
  }
  return coordinates;
}

Vector Axes::settled(const Vector& unit) const {
  Vector coordinates = unit;
  for (Index i = 0; i < size(); ++i) {
    const Axis& axis = axes_[static_cast<std::size_t>(i)];
    if (axis.categorical()) {
      const auto count = static_cast<double>(axis.choices.size());
      coordinates[i] = std::min(std::floor(unit[i] * count), count - 1);
    } else if (!axis.continuous()) {
      coordinates[i] = axis.steps[nearest(axis.steps, unit[i])];
    }
  }
  return with_presence(std::move(coordinates));
}

Vector Axes::with_presence(Vector coordinates) const {
  if (!conditional_) return coordinates;
  Assignment so_far;
  for (std::size_t p = 0; p < axis_of_.size(); ++p) {
    const Parameter& parameter = space_.parameters()[p];
    const Index i = axis_of_[p];
    if (!space_.present(parameter, so_far)) {
      if (i >= 0) coordinates[i] = kAbsent;
      continue;
    }
    if (i >= 0 && std::isnan(coordinates[i])) {
      const Axis& axis = axes_[static_cast<std::size_t>(i)];
      coordinates[i] = axis.continuous() ? 0.5 : axis.steps[(axis.steps.size() - 1) / 2];
    }
    if (has_children_[p]) so_far.set(parameter.name(), value_of(p, coordinates));
  }
  return coordinates;
}

Vector Axes::features(const Vector& coordinates) const {
  Vector features = Vector::Zero(static_cast<Index>(owners_.size()));
  for (Index i = 0; i < size(); ++i) {
    const Axis& axis = axes_[static_cast<std::size_t>(i)];
    const bool absent = std::isnan(coordinates[i]);
    if (!axis.categorical()) {
      features[axis.feature] = absent ? 0.5 : coordinates[i];
    } else if (!absent) {
      features[axis.feature + static_cast<Index>(coordinates[i])] = kChosen;
    }
  }
  return features;
}

Matrix Axes::features(const Matrix& coordinates) const {
  Matrix rows(coordinates.rows(), static_cast<Index>(owners_.size()));
  for (Index i = 0; i < rows.rows(); ++i) rows.row(i) = features(Vector(coordinates.row(i))).transpose();
  return rows;
}

Assignment Axes::assignment(const Vector& coordinates) const {
  Assignment assignment;
  for (Index i = 0; i < size(); ++i) {
    if (std::isnan(coordinates[i])) continue;
    const Axis& axis = axes_[static_cast<std::size_t>(i)];
    assignment.set(axis.name, value_at(axis, coordinates[i]));
  }
  return assignment;
}

bool Axes::feasible(const Vector& coordinates) const {
  if (space_.constraints().empty()) return true;
  Assignment point;
  for (std::size_t p = 0; p < axis_of_.size(); ++p) {
    std::string name = space_.parameters()[p].name();
    if (space_.constrained(name)) point.set(std::move(name), value_of(p, coordinates));
  }
  return space_.feasible(point);
}

}  // namespace winnow::gp
