#include <fmt/format.h>

#include <winnow/space/linear_constraints.hpp>

namespace winnow {
namespace {

using Type = LinearConstraint::Type;

LinearConstraint read_one(MappingReader constraint) {
  LinearConstraint read;
  const auto type =
      constraint.choice<Type>("type", {{"less_than", Type::less_than}, {"greater_than", Type::greater_than}});
  const auto threshold = constraint.number("threshold");
  const Node* terms = constraint.find("terms");
  if (constraint.find("type") == nullptr) constraint.complain("type is missing: less_than or greater_than");
  if (constraint.find("threshold") == nullptr) constraint.complain("threshold is missing: a number");
  if (terms == nullptr || !terms->is_sequence() || terms->items.empty()) {
    constraint.complain("terms", "must be a list of parameters with weights, e.g. [{name: a, weight: 1}]");
    return read;
  }
  constraint.finish("a linear constraint");
  read.type = type.value_or(read.type);
  read.threshold = threshold.value_or(0);
  for (const Node& item : terms->items) {
    const std::string path = fmt::format("{}[{}]", constraint.path_of("terms"), read.terms.size());
    MappingReader term(item, path, constraint.diagnostics());
    const auto name = term.text("name");
    const auto weight = term.number("weight");
    if (!name) term.complain("name is missing: the parameter");
    if (term.find("weight") == nullptr) term.complain("weight is missing: a number");
    term.finish("a term");
    read.terms.push_back({name.value_or(""), weight.value_or(1)});
  }
  return read;
}

}  // namespace

std::vector<LinearConstraint> read_linear_constraints(const Node& list, std::string_view path,
                                                      Diagnostics& diagnostics) {
  if (!list.is_sequence()) {
    diagnostics.error(list.position, path, fmt::format("must be a list of constraints, got {}", shown(list)));
    return {};
  }
  std::vector<LinearConstraint> constraints;
  for (const Node& item : list.items) {
    constraints.push_back(read_one({item, fmt::format("{}[{}]", path, constraints.size()), diagnostics}));
  }
  return constraints;
}

OrderedJson to_json(const std::vector<LinearConstraint>& constraints) {
  OrderedJson list = OrderedJson::array();
  for (const LinearConstraint& constraint : constraints) {
    OrderedJson json{{"type", constraint.type == Type::less_than ? "less_than" : "greater_than"},
                     {"threshold", constraint.threshold}};
    for (const LinearConstraint::Term& term : constraint.terms) {
      json["terms"].push_back({{"name", term.name}, {"weight", term.weight}});
    }
    list.push_back(std::move(json));
  }
  return list;
}

}  // namespace winnow
