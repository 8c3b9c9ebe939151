#include <algorithm>
#include <limits>
#include <winnow/core/options.hpp>
#include <winnow/samplers/detail/keyed.hpp>
#include <winnow/samplers/grid.hpp>

namespace winnow {
namespace {

constexpr std::int64_t kMany = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMostThinned = 1'000'000;

/// Both at least 1.
std::int64_t saturating_product(std::int64_t a, std::int64_t b) {
  return a > kMany / b ? kMany : a * b;
}

}  // namespace

Result<Grid> Grid::make(const Space& space, bool mark_all) {
  Grid grid;
  for (const Parameter& parameter : space.parameters()) {
    if (!mark_all && !parameter.grid && !std::holds_alternative<Constant>(parameter.domain)) continue;
    auto points = grid_points(parameter.domain);
    if (!points || points->empty()) {
      return invalid_option("parameters." + parameter.name(),
                            "has no grid of up to a million points; give it values, integer bounds, a q or a step");
    }
    grid.axes_.push_back({parameter.name(), std::move(*points), parameter.conditions, 1});
  }
  std::sort(grid.axes_.begin(), grid.axes_.end(), [](const Axis& a, const Axis& b) { return a.name < b.name; });
  for (auto axis = grid.axes_.rbegin(); axis != grid.axes_.rend(); ++axis) {
    axis->stride = grid.combinations_;
    grid.combinations_ = saturating_product(grid.combinations_, std::ssize(axis->points));
  }
  if (auto taken = grid.take_constraints(space); !taken) return fail(std::move(taken.error()));
  if (auto thinned = grid.thin_out(); !thinned) return fail(std::move(thinned.error()));
  return grid;
}

Result<void> Grid::take_constraints(const Space& space) {
  for (const LinearConstraint& constraint : space.constraints()) {
    const auto crossed = std::count_if(constraint.terms.begin(), constraint.terms.end(),
                                       [&](const LinearConstraint::Term& term) { return find(term.name) != nullptr; });
    if (crossed == 0) continue;  // all drawn
    if (crossed < std::ssize(constraint.terms)) {
      return invalid_option("linear_constraints", "a constraint's parameters must all be in the grid, or none of them");
    }
    constraints_.push_back(constraint);
  }
  return {};
}

Result<void> Grid::thin_out() {
  const bool conditional = std::any_of(axes_.begin(), axes_.end(), [&](const Axis& axis) {
    return std::any_of(axis.conditions.begin(), axis.conditions.end(),
                       [&](const Condition& condition) { return find(condition.parent) != nullptr; });
  });
  if (!conditional && constraints_.empty()) return {};
  if (combinations_ > kMostThinned) {
    return invalid_option("method",
                          "a grid with conditions or linear constraints can have at most 1000000 combinations");
  }
  thinned_ = true;
  for (std::int64_t i = 0; i < combinations_; ++i) {
    if (!is_repeat(i) && feasible(i)) kept_.push_back(i);
  }
  if (kept_.empty()) return invalid_option("linear_constraints", "no point of the grid meets them");
  return {};
}

std::int64_t Grid::size() const {
  return thinned_ ? std::ssize(kept_) : combinations_;
}

const Value* Grid::value(std::int64_t index, std::string_view name) const {
  const Axis* axis = find(name);
  if (axis == nullptr) return nullptr;
  return &at(*axis, thinned_ ? kept_[static_cast<std::size_t>(index)] : index);
}

std::optional<std::int64_t> Grid::index_of(const Assignment& assignment) const {
  std::int64_t combination = 0;
  for (const Axis& axis : axes_) {
    const Value* value = assignment.find(axis.name);
    if (value == nullptr) continue;
    const auto it = std::find(axis.points.begin(), axis.points.end(), *value);
    if (it == axis.points.end() || axis.stride == kMany) return std::nullopt;
    combination += (it - axis.points.begin()) * axis.stride;
  }
  const bool lacks_one = std::any_of(axes_.begin(), axes_.end(), [&](const Axis& axis) {
    return assignment.find(axis.name) == nullptr && !absent(axis, combination);
  });
  if (lacks_one || is_repeat(combination) || !feasible(combination)) return std::nullopt;
  if (!thinned_) return combination;
  return std::lower_bound(kept_.begin(), kept_.end(), combination) - kept_.begin();
}

const Grid::Axis* Grid::find(std::string_view name) const {
  const auto it = std::lower_bound(axes_.begin(), axes_.end(), name,
                                   [](const Axis& axis, std::string_view wanted) { return axis.name < wanted; });
  return it != axes_.end() && it->name == name ? &*it : nullptr;
}

const Value& Grid::at(const Axis& axis, std::int64_t combination) const {
  return axis.points[static_cast<std::size_t>(combination / axis.stride % std::ssize(axis.points))];
}

bool Grid::absent(const Axis& axis, std::int64_t combination) const {
  return std::any_of(axis.conditions.begin(), axis.conditions.end(), [&](const Condition& condition) {
    const Axis* parent = find(condition.parent);
    if (parent == nullptr) return false;
    if (absent(*parent, combination)) return true;
    const std::vector<Value>& wanted = condition.values;
    return std::find(wanted.begin(), wanted.end(), at(*parent, combination)) == wanted.end();
  });
}

bool Grid::feasible(std::int64_t combination) const {
  if (constraints_.empty()) return true;
  Assignment point;
  for (const Axis& axis : axes_) point.set(axis.name, at(axis, combination));
  return std::all_of(constraints_.begin(), constraints_.end(),
                     [&](const LinearConstraint& constraint) { return constraint.holds(point); });
}

bool Grid::is_repeat(std::int64_t combination) const {
  return std::any_of(axes_.begin(), axes_.end(), [&](const Axis& axis) {
    return absent(axis, combination) && combination / axis.stride % std::ssize(axis.points) != 0;
  });
}

Result<void> check_num_samples(int num_samples) {
  if (num_samples >= 1) return {};
  return invalid_option("num_samples", "must be at least 1, got " + std::to_string(num_samples));
}

Result<GridSampler> GridSampler::make(Options options) {
  if (auto valid = check_num_samples(options.num_samples); !valid) return fail(std::move(valid.error()));
  auto grid = Grid::make(options.space, options.mark_all);
  if (!grid) return fail(std::move(grid.error()));
  return GridSampler(std::move(options), std::move(*grid));
}

GridSampler::GridSampler(Options options, Grid grid) : options_(std::move(options)), grid_(std::move(grid)) {
  for (const Assignment& point : options_.start_with) {
    if (const auto index = grid_.index_of(point)) given_.push_back(*index);
  }
  std::sort(given_.begin(), given_.end());
  given_.erase(std::unique(given_.begin(), given_.end()), given_.end());
}

std::optional<Assignment> GridSampler::propose(TrialId trial) {
  const auto all = total();
  std::int64_t visit = trial - std::ssize(options_.start_with);
  if (visit < 0 || (all && trial >= *all)) return std::nullopt;
  for (const std::int64_t index : given_) visit += visit >= index ? 1 : 0;
  const std::int64_t index = visit % grid_.size();
  return complete(Source{options_.space, options_.seed, options_.functions}, trial,
                  [&](std::string_view name) { return grid_.value(index, name); });
}

Value GridSampler::draw(TrialId trial, std::string_view name, const Domain& domain) {
  return keyed_draw(options_.seed, trial, name, domain);
}

std::optional<std::int64_t> GridSampler::total() const {
  const std::int64_t visits = saturating_product(grid_.size(), options_.num_samples);
  const std::int64_t points = std::ssize(options_.start_with);
  if (visits >= kMany - points) return std::nullopt;
  return points + visits - std::ssize(given_);
}

}  // namespace winnow
