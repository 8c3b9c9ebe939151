#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <winnow/space/draw.hpp>
#include <winnow/space/space.hpp>

namespace winnow {
namespace {

using Path = std::vector<std::string>;

std::string joined(const Path& path) {
  return fmt::format("{}", fmt::join(path, "."));
}

template <class... Args>
tl::unexpected<Error> invalid_parameter(const std::string& name, fmt::format_string<Args...> text, Args&&... args) {
  return fail(errc::invalid_input, name + ": " + fmt::format(text, std::forward<Args>(args)...));
}

/// Every full name, with the parameter's place.
using Names = std::map<std::string, std::size_t, std::less<>>;

Result<Names> index_names(const std::vector<Parameter>& parameters) {
  Names names;
  std::map<Path, std::string> groups;  // each with a parameter in it
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const Path& path = parameters[i].path;
    const std::string name = parameters[i].name();
    if (path.empty() || std::find(path.begin(), path.end(), "") != path.end()) {
      return invalid_parameter(name, "a parameter's name must not be empty");
    }
    if (!names.emplace(name, i).second) return invalid_parameter(name, "two parameters have this name");
    for (std::size_t length = 1; length < path.size(); ++length) {
      groups.emplace(Path(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(length)), name);
    }
  }
  for (const Parameter& parameter : parameters) {
    const auto group = groups.find(parameter.path);
    if (group == groups.end()) continue;
    return invalid_parameter(parameter.name(), "is a parameter and also the group that holds {}", group->second);
  }
  return names;
}

Result<void> check(const Parameter& parameter) {
  const std::string name = parameter.name();
  if (auto valid = validate(parameter.domain); !valid) return invalid_parameter(name, "{}", valid.error().message);
  for (const Condition& condition : parameter.conditions) {
    if (condition.values.empty())
      return invalid_parameter(name, "condition on {} must name at least one value", condition.parent);
  }
  if (parameter.grid && !grid_points(parameter.domain)) {
    return invalid_parameter(name,
                             "grid needs a domain with at most {} points: a constant, values, integers, or a step or q",
                             kMaxGridPoints);
  }
  return {};
}

/// How many conditions each parameter hangs on: 0 without one, else one more than its deepest parent; a computed one
/// comes after all.
class Depths {
public:
  Depths(const std::vector<Parameter>& parameters, const Names& names)
      : parameters_(parameters), names_(names), depths_(parameters.size(), kUnknown) {}

  Result<std::vector<int>> all() {
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      if (auto depth = of(i); !depth) return fail(depth.error());
    }
    const int deepest = depths_.empty() ? 0 : *std::max_element(depths_.begin(), depths_.end());
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      if (std::holds_alternative<Computed>(parameters_[i].domain)) depths_[i] = deepest + 1;
    }
    return depths_;
  }

private:
  static constexpr int kUnknown = -1;
  static constexpr int kUnderWay = -2;

  Result<int> of(std::size_t index) {
    const Parameter& parameter = parameters_[index];
    if (depths_[index] == kUnderWay) return invalid_parameter(parameter.name(), "its conditions run in a circle");
    if (depths_[index] != kUnknown) return depths_[index];
    depths_[index] = kUnderWay;
    int depth = 0;
    for (const Condition& condition : parameter.conditions) {
      const auto parent = names_.find(condition.parent);
      if (parent == names_.end()) {
        return invalid_parameter(parameter.name(), "condition on an unknown parameter {}", condition.parent);
      }
      if (std::holds_alternative<Computed>(parameters_[parent->second].domain)) {
        return invalid_parameter(parameter.name(), "condition on {}, which is computed last", condition.parent);
      }
      const auto above = of(parent->second);
      if (!above) return above;
      depth = std::max(depth, *above + 1);
    }
    return depths_[index] = depth;
  }

  const std::vector<Parameter>& parameters_;
  const Names& names_;
  std::vector<int> depths_;
};

bool is_numeric(const Domain& domain) {
  if (const auto* constant = std::get_if<Constant>(&domain)) return constant->value.is_number();
  if (const auto* categorical = std::get_if<Categorical>(&domain)) {
    return std::all_of(categorical->values.begin(), categorical->values.end(),
                       [](const Value& value) { return value.is_number(); });
  }
  return !std::holds_alternative<Computed>(domain);
}

/// Points to try before constraints are taken for a contradiction.
constexpr TrialId kTriesForAPoint = 100'000;

Result<void> check_constraints(const Space& space) {
  const auto& constraints = space.constraints();
  for (std::size_t i = 0; i < constraints.size(); ++i) {
    const std::string place = fmt::format("linear_constraints[{}]", i);
    if (constraints[i].terms.empty()) return invalid_parameter(place, "needs at least one term");
    if (!std::isfinite(constraints[i].threshold)) return invalid_parameter(place, "the threshold must be finite");
    for (const LinearConstraint::Term& term : constraints[i].terms) {
      const Parameter* parameter = space.find(term.name);
      if (parameter == nullptr) return invalid_parameter(place, "there is no parameter {}", term.name);
      if (!parameter->conditions.empty())
        return invalid_parameter(place, "{} is conditional, and not always there", term.name);
      if (!is_numeric(parameter->domain)) return invalid_parameter(place, "{} is no number", term.name);
      if (!std::isfinite(term.weight) || term.weight == 0) {
        return invalid_parameter(place, "the weight of {} must be finite and not 0, not {}", term.name, term.weight);
      }
    }
  }
  if (constraints.empty()) return {};
  for (TrialId attempt = 0; attempt < kTriesForAPoint; ++attempt) {
    Assignment point;
    for (const LinearConstraint& constraint : constraints) {
      for (const LinearConstraint::Term& term : constraint.terms) {
        if (point.find(term.name) != nullptr) continue;
        Rng rng = keyed_rng(0, attempt, term.name);
        point.set(term.name, draw(space.find(term.name)->domain, rng));
      }
    }
    if (space.feasible(point)) return {};
  }
  return invalid_parameter("linear_constraints",
                           "none of {} random points meets them; they contradict each other or leave too "
                           "little room",
                           kTriesForAPoint);
}

struct Placed {
  int depth;
  Parameter parameter;
  std::vector<std::size_t> ranks{};  ///< of its groups, from the outermost, and itself
};

void sort_by_depth(std::vector<Placed>& placed) {
  std::stable_sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) { return a.depth < b.depth; });
}

/// Brings the parameters of a group together at its first one's place, at every level: as they are written.
void sort_by_group(std::vector<Placed>& placed) {
  std::map<Path, std::size_t> first_seen;
  for (Placed& item : placed) {
    item.ranks.clear();
    Path prefix;
    for (const std::string& part : item.parameter.path) {
      prefix.push_back(part);
      item.ranks.push_back(first_seen.try_emplace(prefix, first_seen.size()).first->second);
    }
  }
  std::stable_sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) { return a.ranks < b.ranks; });
}

}  // namespace

std::string Parameter::name() const {
  return joined(path);
}

bool LinearConstraint::holds(const Assignment& assignment) const {
  double sum = 0;
  for (const Term& term : terms) {
    const Value* value = assignment.find(term.name);
    if (value == nullptr || !value->is_number()) return false;
    sum += term.weight * value->get<double>();
  }
  return type == Type::less_than ? sum <= threshold : sum >= threshold;
}

Result<Space> Space::make(std::vector<Parameter> parameters, std::vector<LinearConstraint> constraints) {
  const Result<Names> names = index_names(parameters);
  if (!names) return fail(names.error());
  for (const Parameter& parameter : parameters) {
    if (auto checked = check(parameter); !checked) return fail(checked.error());
  }
  const Result<std::vector<int>> depths = Depths(parameters, *names).all();
  if (!depths) return fail(depths.error());

  std::vector<Placed> placed;
  for (std::size_t i = 0; i < parameters.size(); ++i)
    placed.push_back({.depth = (*depths)[i], .parameter = std::move(parameters[i])});
  // Parents first is what readers of a space rely on. The two other sorts make the order that of the space as it is
  // written, groups and all, so that writing and reading it again keeps it.
  sort_by_depth(placed);
  sort_by_group(placed);
  sort_by_depth(placed);

  Space space;
  for (Placed& item : placed) {
    space.places_.emplace(item.parameter.name(), space.parameters_.size());
    space.parameters_.push_back(std::move(item.parameter));
  }
  space.constraints_ = std::move(constraints);
  if (auto checked = check_constraints(space); !checked) return fail(checked.error());
  return space;
}

const Parameter* Space::find(std::string_view name) const {
  const auto place = places_.find(name);
  return place == places_.end() ? nullptr : &parameters_[place->second];
}

bool Space::present(const Parameter& parameter, const Assignment& so_far) const {
  return std::all_of(parameter.conditions.begin(), parameter.conditions.end(), [&](const Condition& condition) {
    const Value* value = so_far.find(condition.parent);
    const auto& values = condition.values;
    return value != nullptr && std::find(values.begin(), values.end(), *value) != values.end();
  });
}

bool Space::constrained(std::string_view name) const {
  return std::any_of(constraints_.begin(), constraints_.end(), [&](const LinearConstraint& constraint) {
    return std::any_of(constraint.terms.begin(), constraint.terms.end(),
                       [&](const LinearConstraint::Term& term) { return term.name == name; });
  });
}

bool Space::feasible(const Assignment& assignment) const {
  return std::all_of(constraints_.begin(), constraints_.end(),
                     [&](const LinearConstraint& constraint) { return constraint.holds(assignment); });
}

OrderedJson Space::nest(const Assignment& assignment) const {
  OrderedJson nested = OrderedJson::object();
  for (const auto& [name, value] : assignment.entries()) {
    const Parameter* parameter = find(name);
    OrderedJson* place = &nested;
    for (const std::string& part : parameter != nullptr ? parameter->path : Path{name}) place = &(*place)[part];
    *place = value;
  }
  return nested;
}

Result<void> check_functions(const Space& space, const SpaceFunctions& functions) {
  for (const Parameter& parameter : space.parameters()) {
    const auto* computed = std::get_if<Computed>(&parameter.domain);
    if (computed == nullptr || functions.contains(computed->function)) continue;
    return fail(errc::invalid_input,
                fmt::format("parameters.{}: is computed by '{}', a function of the program that made this sweep; only "
                            "that can run it",
                            parameter.name(), computed->function));
  }
  return {};
}

}  // namespace winnow
