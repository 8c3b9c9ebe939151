#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <winnow/core/options.hpp>
#include <winnow/samplers/brute_force/combinations.hpp>
#include <winnow/space/draw.hpp>

namespace winnow::brute_force {
namespace {

using Axis = Combinations::Axis;

constexpr std::uint64_t kMostTied = 1'000'000;

/// a may be 0.
std::uint64_t saturating_product(std::uint64_t a, std::uint64_t b) {
  return b > 0 && a > kMany / b ? kMany : a * b;
}

std::uint64_t saturating_sum(std::uint64_t a, std::uint64_t b) {
  return a > kMany - b ? kMany : a + b;
}

bool one_of(const std::vector<Value>& values, const Value& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

/// The values of a factor's axes at a point; the last axis moves fastest.
std::vector<const Value*> values_at(const std::vector<Axis>& axes, const Factor& factor, std::uint64_t point) {
  std::vector<const Value*> values(factor.axes.size());
  for (std::size_t i = factor.axes.size(); i-- > 0;) {
    const std::vector<Value>& points = axes[factor.axes[i]].points;
    values[i] = &points[point % points.size()];
    point /= points.size();
  }
  return values;
}

class Builder {
public:
  Builder(const Space& space, const std::vector<Axis>& axes) : space_(space), axes_(axes) {}

  Result<Node> build() {
    std::vector<std::size_t> all(axes_.size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    Node root = product(all, {});
    if (problem_) return fail(std::move(*problem_));
    return root;
  }

private:
  /// Null: the parameter is absent.
  using Settled = std::map<std::string_view, const Value*>;

  /// `wanted`: in the order of the space, so that parents come first.
  Node product(const std::vector<std::size_t>& wanted, Settled settled) {
    std::vector<std::size_t> present;
    for (const std::size_t axis : wanted) {
      const auto& conditions = axes_[axis].conditions;
      const bool absent = std::any_of(conditions.begin(), conditions.end(), [&](const Condition& condition) {
        const auto parent = settled.find(condition.parent);
        return parent != settled.end() && (parent->second == nullptr || !one_of(condition.values, *parent->second));
      });
      absent ? void(settled.emplace(axes_[axis].name, nullptr)) : present.push_back(axis);
    }
    Node node;
    for (const auto& part : parts(present, settled)) {
      node.factors.push_back(sum(part, settled));
      node.size = saturating_product(node.size, node.factors.back().size);
    }
    return node;
  }

  /// Those that hang on each other, or are tied together, by part, each in the order of the space.
  [[nodiscard]] std::vector<std::vector<std::size_t>> parts(const std::vector<std::size_t>& present,
                                                            const Settled& settled) const {
    std::vector<std::vector<std::size_t>> parts;
    for (const std::size_t axis : present) {
      std::vector<std::size_t> joined;
      const auto joins = [&](const std::vector<std::size_t>& part) {
        return std::any_of(part.begin(), part.end(), [&](std::size_t other) { return belong(axis, other, settled); });
      };
      for (const auto& part : parts) {
        if (joins(part)) joined.insert(joined.end(), part.begin(), part.end());
      }
      std::erase_if(parts, joins);
      joined.push_back(axis);
      std::sort(joined.begin(), joined.end());
      parts.push_back(std::move(joined));
    }
    std::sort(parts.begin(), parts.end());
    return parts;
  }

  [[nodiscard]] bool belong(std::size_t axis, std::size_t earlier, const Settled& settled) const {
    if (axes_[axis].tie == axes_[earlier].tie) return true;
    const auto& conditions = axes_[axis].conditions;
    return std::any_of(conditions.begin(), conditions.end(), [&](const Condition& condition) {
      return condition.parent == axes_[earlier].name && !settled.contains(condition.parent);
    });
  }

  /// The first of a part hangs on none of it: its values are told apart by what they mean to the others.
  Factor sum(const std::vector<std::size_t>& part, const Settled& settled) {
    Factor factor;
    std::vector<std::size_t> others;
    const bool tied = space_.constrained(axes_[part[0]].name);
    for (const std::size_t axis : part) {
      const bool first = axis == part[0] || axes_[axis].tie == axes_[part[0]].tie;
      (first ? factor.axes : others).push_back(axis);
    }
    std::uint64_t count = 1;
    for (const std::size_t axis : factor.axes) count = saturating_product(count, axes_[axis].points.size());
    if (tied && count > kMostTied) {
      problem_ = invalid_option("linear_constraints", "can tie together at most 1000000 combinations").value();
      return factor;
    }
    if (!tied && others.empty()) {
      factor.groups.push_back({{}, count, {}});
    } else {
      factor.groups = groups(factor, others, tied, count);
    }
    if (factor.groups.empty()) {
      problem_ = invalid_option("linear_constraints", "no combination meets them").value();
    }
    for (Group& group : factor.groups) {
      Settled below = settled;
      if (!others.empty()) {
        const auto values = values_at(axes_, factor, group.points.front());
        for (std::size_t i = 0; i < values.size(); ++i) below[axes_[factor.axes[i]].name] = values[i];
        group.below = product(others, std::move(below));
      }
      factor.size = saturating_sum(factor.size, saturating_product(group.count, group.below.size));
    }
    return factor;
  }

  [[nodiscard]] std::vector<Group> groups(const Factor& factor, const std::vector<std::size_t>& others, bool tied,
                                          std::uint64_t count) const {
    std::map<std::vector<bool>, Group> by_meaning;
    for (std::uint64_t point = 0; point < count; ++point) {
      const auto values = values_at(axes_, factor, point);
      if (tied && !feasible(factor, values)) continue;
      Group& group = by_meaning[meaning(factor, values, others)];
      group.points.push_back(point);
      ++group.count;
    }
    std::vector<Group> groups;
    for (auto& [meaning, group] : by_meaning) groups.push_back(std::move(group));
    return groups;
  }

  /// All constraints that name one of the axes name no other parameters than these.
  [[nodiscard]] bool feasible(const Factor& factor, const std::vector<const Value*>& values) const {
    Assignment point;
    for (std::size_t i = 0; i < values.size(); ++i) point.set(axes_[factor.axes[i]].name, *values[i]);
    return std::all_of(space_.constraints().begin(), space_.constraints().end(),
                       [&](const LinearConstraint& constraint) {
                         return point.find(constraint.terms.front().name) == nullptr || constraint.holds(point);
                       });
  }

  /// Which conditions of the others hold.
  [[nodiscard]] std::vector<bool> meaning(const Factor& factor, const std::vector<const Value*>& values,
                                          const std::vector<std::size_t>& others) const {
    std::vector<bool> meaning;
    for (const std::size_t other : others) {
      for (const Condition& condition : axes_[other].conditions) {
        for (std::size_t i = 0; i < values.size(); ++i) {
          if (condition.parent != axes_[factor.axes[i]].name) continue;
          meaning.push_back(one_of(condition.values, *values[i]));
        }
      }
    }
    return meaning;
  }

  const Space& space_;
  const std::vector<Axis>& axes_;
  std::optional<Error> problem_;
};

/// Of values that are listed twice, one.
void drop_repeats(std::vector<Value>& points) {
  std::set<Value> seen;
  std::erase_if(points, [&](const Value& value) { return !seen.insert(value).second; });
}

Result<std::vector<Axis>> axes_of(const Space& space) {
  std::vector<Axis> axes;
  for (const Parameter& parameter : space.parameters()) {
    if (std::holds_alternative<Computed>(parameter.domain)) continue;
    auto points = grid_points(parameter.domain);
    if (!points || points->empty()) {
      return invalid_option("parameters." + parameter.name(),
                            "has no grid of up to a million points; give it values, integer bounds, a q or a step");
    }
    if (std::holds_alternative<Categorical>(parameter.domain)) drop_repeats(*points);
    axes.push_back({parameter.name(), std::move(*points), parameter.conditions, axes.size()});
  }
  for (Axis& axis : axes) {  // what is computed isn't known here
    std::erase_if(axis.conditions, [&](const Condition& condition) {
      return std::none_of(axes.begin(), axes.end(),
                          [&](const Axis& parent) { return parent.name == condition.parent; });
    });
  }
  return axes;
}

void tie(const Space& space, std::vector<Axis>& axes) {
  for (const LinearConstraint& constraint : space.constraints()) {
    std::set<std::size_t> ties;
    for (const Axis& axis : axes) {
      const bool named = std::any_of(constraint.terms.begin(), constraint.terms.end(),
                                     [&](const LinearConstraint::Term& term) { return term.name == axis.name; });
      if (named) ties.insert(axis.tie);
    }
    for (Axis& axis : axes) axis.tie = ties.contains(axis.tie) ? *ties.begin() : axis.tie;
  }
}

}  // namespace

Result<Combinations> Combinations::make(const Space& space) {
  auto axes = axes_of(space);
  if (!axes) return fail(std::move(axes.error()));
  Combinations combinations;
  combinations.axes_ = std::move(*axes);
  tie(space, combinations.axes_);
  auto root = Builder(space, combinations.axes_).build();
  if (!root) return fail(std::move(root.error()));
  combinations.root_ = std::move(*root);
  return combinations;
}

Assignment Combinations::at(std::uint64_t index) const {
  Assignment assignment;
  add(root_, index, assignment);
  return assignment;
}

void Combinations::add(const Node& node, std::uint64_t index, Assignment& to) const {
  for (const Factor& factor : node.factors) {
    std::uint64_t rest = index % factor.size;
    index /= factor.size;
    for (const Group& group : factor.groups) {
      const std::uint64_t size = group.count * group.below.size;
      if (rest >= size) {
        rest -= size;
        continue;
      }
      const std::uint64_t place = rest / group.below.size;
      const auto values = values_at(axes_, factor, group.points.empty() ? place : group.points[place]);
      for (std::size_t i = 0; i < values.size(); ++i) to.set(axes_[factor.axes[i]].name, *values[i]);
      add(group.below, rest % group.below.size, to);
      break;
    }
  }
}

std::optional<std::uint64_t> Combinations::index_of(const Assignment& assignment) const {
  return size() == kMany ? std::nullopt : number(root_, assignment);
}

std::optional<std::uint64_t> Combinations::number(const Node& node, const Assignment& assignment) const {
  std::uint64_t index = 0;
  std::uint64_t stride = 1;
  for (const Factor& factor : node.factors) {
    const auto digit = number(factor, assignment);
    if (!digit) return std::nullopt;
    index += *digit * stride;
    stride *= factor.size;
  }
  return index;
}

std::optional<std::uint64_t> Combinations::number(const Factor& factor, const Assignment& assignment) const {
  std::uint64_t point = 0;
  for (const std::size_t axis : factor.axes) {
    const auto& points = axes_[axis].points;
    const Value* value = assignment.find(axes_[axis].name);
    const auto it = value == nullptr ? points.end() : std::find(points.begin(), points.end(), *value);
    if (it == points.end()) return std::nullopt;
    point = point * points.size() + static_cast<std::uint64_t>(it - points.begin());
  }
  std::uint64_t before = 0;
  for (const Group& group : factor.groups) {
    const auto it = std::lower_bound(group.points.begin(), group.points.end(), point);
    if (group.points.empty() || (it != group.points.end() && *it == point)) {
      const auto place = group.points.empty() ? point : static_cast<std::uint64_t>(it - group.points.begin());
      const auto below = number(group.below, assignment);
      return below ? std::optional(before + place * group.below.size + *below) : std::nullopt;
    }
    before += group.count * group.below.size;
  }
  return std::nullopt;
}

Assignment Combinations::part_of(const Assignment& assignment) const {
  Assignment part;
  for (const Axis& axis : axes_) {
    if (const Value* value = assignment.find(axis.name)) part.set(axis.name, *value);
  }
  return part;
}

}  // namespace winnow::brute_force
