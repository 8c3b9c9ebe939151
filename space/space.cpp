#include <fmt/format.h>

#include <algorithm>
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
tl::unexpected<Error> invalid(const std::string& name, fmt::format_string<Args...> text, Args&&... args) {
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
      return invalid(name, "a parameter's name must not be empty");
    }
    if (!names.emplace(name, i).second) return invalid(name, "two parameters have this name");
    for (std::size_t length = 1; length < path.size(); ++length) {
      groups.emplace(Path(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(length)), name);
    }
  }
  for (const Parameter& parameter : parameters) {
    const auto group = groups.find(parameter.path);
    if (group == groups.end()) continue;
    return invalid(parameter.name(), "is a parameter and also the group that holds {}", group->second);
  }
  return names;
}

Result<void> check(const Parameter& parameter) {
  const std::string name = parameter.name();
  if (auto valid = validate(parameter.domain); !valid) return invalid(name, "{}", valid.error().message);
  if (parameter.condition && parameter.condition->values.empty()) {
    return invalid(name, "condition on {} must name at least one value", parameter.condition->parent);
  }
  if (parameter.grid && !grid_points(parameter.domain)) {
    return invalid(name, "grid needs a domain with at most {} points: a constant, values, integers, or a step or q",
                   kMaxGridPoints);
  }
  return {};
}

/// How many conditions each parameter hangs on: 0 without one, else one more than its parent.
Result<std::vector<int>> condition_depths(const std::vector<Parameter>& parameters, const Names& names) {
  std::vector<int> depths;
  for (const Parameter& parameter : parameters) {
    int depth = 0;
    for (const Parameter* at = &parameter; at->condition; ++depth) {
      const auto parent = names.find(at->condition->parent);
      if (parent == names.end())
        return invalid(at->name(), "condition on an unknown parameter {}", at->condition->parent);
      if (depth > static_cast<int>(parameters.size()))
        return invalid(parameter.name(), "its conditions run in a circle");
      at = &parameters[parent->second];
    }
    depths.push_back(depth);
  }
  return depths;
}

struct Placed {
  int depth;
  Parameter parameter;
};

void sort_by_depth(std::vector<Placed>& placed) {
  std::stable_sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) { return a.depth < b.depth; });
}

/// Brings the parameters of a group together at its first one's place, at every level: as they are written.
void sort_by_group(std::vector<Placed>& placed) {
  std::map<Path, std::size_t> first_seen;
  const auto key = [&](const Placed& item) {
    std::vector<std::size_t> ranks;
    Path prefix;
    for (const std::string& part : item.parameter.path) {
      prefix.push_back(part);
      ranks.push_back(first_seen.try_emplace(prefix, first_seen.size()).first->second);
    }
    return ranks;
  };
  for (const Placed& item : placed) key(item);
  std::stable_sort(placed.begin(), placed.end(), [&](const Placed& a, const Placed& b) { return key(a) < key(b); });
}

}  // namespace

std::string Parameter::name() const {
  return joined(path);
}

Result<Space> Space::make(std::vector<Parameter> parameters) {
  const Result<Names> names = index_names(parameters);
  if (!names) return fail(names.error());
  for (const Parameter& parameter : parameters) {
    if (auto checked = check(parameter); !checked) return fail(checked.error());
  }
  const Result<std::vector<int>> depths = condition_depths(parameters, *names);
  if (!depths) return fail(depths.error());

  std::vector<Placed> placed;
  for (std::size_t i = 0; i < parameters.size(); ++i) placed.push_back({(*depths)[i], std::move(parameters[i])});
  // Parents first is what readers of a space rely on. The two other sorts make the order that of the space as it is
  // written, groups and all, so that writing and reading it again keeps it.
  sort_by_depth(placed);
  sort_by_group(placed);
  sort_by_depth(placed);

  Space space;
  for (Placed& item : placed) space.parameters_.push_back(std::move(item.parameter));
  return space;
}

const Parameter* Space::find(std::string_view name) const {
  const auto it = std::find_if(parameters_.begin(), parameters_.end(),
                               [&](const Parameter& parameter) { return parameter.name() == name; });
  return it == parameters_.end() ? nullptr : &*it;
}

bool Space::present(const Parameter& parameter, const Assignment& so_far) const {
  if (!parameter.condition) return true;
  const Value* value = so_far.find(parameter.condition->parent);
  const auto& values = parameter.condition->values;
  return value != nullptr && std::find(values.begin(), values.end(), *value) != values.end();
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

}  // namespace winnow
