#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <winnow/space/dialects/detail/gathered.hpp>

namespace winnow::dialects {

void Gathered::add(Parameter parameter, Position position) {
  parameters_.push_back(std::move(parameter));
  positions_.push_back(position);
}

std::string Gathered::path_of(std::string_view name) const {
  return path_.empty() ? std::string(name) : fmt::format("{}.{}", path_, name);
}

Space Gathered::finish(const Node& root) {
  if (!diagnostics_.ok()) return {};
  if (parameters_.empty()) {
    diagnostics_.error(root.position, path_, "must name at least one parameter");
    return {};
  }
  Result<Space> space = Space::make(parameters_);
  if (space) return std::move(*space);
  const std::string& message = space.error().message;  // `name: what`
  // The last one: of two with one name the second is too much.
  for (std::size_t i = parameters_.size(); i-- > 0;) {
    const std::string name = parameters_[i].name();
    if (!message.starts_with(name + ": ")) continue;
    diagnostics_.error(positions_[i], path_of(name), message.substr(name.size() + 2));
  }
  diagnostics_.error(root.position, path_, message);
  return {};
}

void note_conditions(const Parameter& parameter, std::string_view dialect, std::vector<std::string>& notes) {
  for (const Condition& condition : parameter.conditions) {
    std::string values;
    for (const Value& value : condition.values) values += (values.empty() ? "" : " or ") + shown(value);
    notes.push_back(fmt::format("{}: is there only if {} is {}; {} has no conditions, so every trial gets it",
                                parameter.name(), condition.parent, values, dialect));
  }
}

void note_constraints(const Space& space, std::string_view dialect, std::vector<std::string>& notes) {
  for (std::size_t i = 0; i < space.constraints().size(); ++i) {
    notes.push_back(fmt::format("linear_constraints[{}]: {} has no constraints; left out", i, dialect));
  }
}

bool equal_weights(const Categorical& domain) {
  return std::all_of(domain.weights.begin(), domain.weights.end(),
                     [&](double weight) { return weight == domain.weights.front(); });
}

std::string shown_number(const Value& value) {
  return value.is_number_float() ? format_double(value.get<double>()) : shown(value);
}

std::optional<std::int64_t> as_integer(const Value& value) {
  if (value.is_number_unsigned() && value.get<std::uint64_t>() >= 1ULL << 63) return std::nullopt;
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (!value.is_number_float()) return std::nullopt;
  const auto real = value.get<double>();
  if (std::trunc(real) != real || std::abs(real) >= 0x1p63) return std::nullopt;
  return static_cast<std::int64_t>(real);
}

std::vector<Value> as_choices(const Value& list) {
  std::vector<Value> choices = list.get<std::vector<Value>>();
  for (Value& choice : choices) {
    if (!choice.is_number_float() || std::isfinite(choice.get<double>())) continue;
    choice = shown_number(choice);
  }
  return choices;
}

Node as_node(const Value& value, Position position) {
  Node node;
  node.position = position;
  if (value.is_object()) {
    node.kind = Node::Kind::mapping;
    for (const auto& [key, item] : value.items()) node.entries.push_back({key, position, as_node(item, position)});
  } else if (value.is_array()) {
    node.kind = Node::Kind::sequence;
    for (const Value& item : value) node.items.push_back(as_node(item, position));
  } else {
    node.scalar = value;
    node.quoted = value.is_string();
    if (value.is_string()) node.text = value.get<std::string>();
  }
  return node;
}

}  // namespace winnow::dialects
