#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <winnow/space/dialects/sigopt.hpp>
#include <winnow/space/dialects/sigopt/parts.hpp>
#include <winnow/space/draw.hpp>
#include <winnow/space/linear_constraints.hpp>

namespace winnow::sigopt {
namespace {

/// Keys of the service's answers, or of the client, that say nothing to us.
void read_strangers(MappingReader& definition) {
  for (const std::string_view key : {"precision", "default_value"}) {
    if (definition.find(key) != nullptr) definition.warn(key, "is ignored");
  }
  if (!definition.flag("tunable").value_or(true)) {
    definition.complain("tunable", "false says that it isn't searched; leave the parameter out");
  }
  definition.find("object");
}

class ExperimentReader {
public:
  ExperimentReader(Diagnostics& diagnostics, std::string path) : diagnostics_(diagnostics), path_(std::move(path)) {}

  Space read(const Node& node) {
    const Node* list = &node;
    const Node* constraints = nullptr;
    if (node.is_mapping()) {
      MappingReader experiment(node, path_, diagnostics_);
      list = experiment.find("parameters");
      if (list == nullptr) {
        experiment.complain("parameters is missing: the list of what is searched");
        return {};
      }
      if (const Node* conditionals = experiment.find("conditionals")) {
        read_conditionals(*conditionals, experiment.path_of("conditionals"));
      }
      constraints = experiment.find("linear_constraints");
      list_path_ = experiment.path_of("parameters");
    } else {
      list_path_ = path_.empty() ? "parameters" : path_;
    }
    read_parameters(*list);
    const std::string constraints_path = path_.empty() ? "linear_constraints" : path_ + ".linear_constraints";
    std::vector<LinearConstraint> linear;
    if (constraints != nullptr) linear = read_constraints(*constraints, constraints_path);
    if (diagnostics_.ok()) check_conditionals(node);
    if (!diagnostics_.ok()) return {};
    return make(*list, constraints, constraints_path, std::move(linear));
  }

private:
  void read_conditionals(const Node& list, const std::string& path) {
    if (!list.is_sequence()) {
      return diagnostics_.error(
          list.position, path,
          fmt::format("must be a list, e.g. [{{name: optimizer, values: [adam, sgd]}}], got {}", shown(list)));
    }
    for (const Node& item : list.items) {
      const std::string here = fmt::format("{}[{}]", path, conditionals_.size());
      MappingReader reader(item, here, diagnostics_);
      const auto name = reader.text("name");
      const Node* values = reader.find("values");
      if (!name) reader.complain("name is missing: what conditions refer to");
      if (values == nullptr) reader.complain("values is missing: a list of at least two texts");
      for (const std::string_view key : {"object"}) reader.find(key);
      reader.finish("a conditional");
      if (!name || values == nullptr) return;
      if (find_conditional(*name) != nullptr) {
        diagnostics_.error(item.position, here, fmt::format("a second conditional named '{}'", *name));
      }
      conditionals_.push_back({*name, read_categories(*values, reader.path_of("values"), diagnostics_)});
    }
  }

  void read_parameters(const Node& list) {
    if (!list.is_sequence() || list.items.empty()) {
      return diagnostics_.error(list.position, list_path_,
                                fmt::format("must be a list of definitions, e.g. [{{name: epochs, type: int, bounds: "
                                            "{{min: 1, max: 6}}}}], got {}",
                                            shown(list)));
    }
    for (const Node& item : list.items) {
      read_parameter({item, fmt::format("{}[{}]", list_path_, positions_.size()), diagnostics_});
      positions_.push_back(item.position);
      if (!diagnostics_.ok()) return;
    }
  }

  void read_parameter(MappingReader definition) {
    const auto name = definition.text("name");
    const auto type = definition.choice<Type>(
        "type", {{"double", Type::real}, {"int", Type::integer}, {"categorical", Type::categorical}});
    if (!name || name->empty()) definition.complain("name is missing: the parameter");
    if (!type && definition.find("type") == nullptr) {
      definition.complain("type is missing: double, int or categorical");
    }
    if (!name || !type) return;
    Domain domain = read_domain(definition, *type);
    read_strangers(definition);
    std::vector<Condition> conditions = read_conditions(definition);
    definition.finish(to_string(*type));
    if (find(*name) != nullptr || find_conditional(*name) != nullptr) {
      definition.complain("name", find(*name) != nullptr
                                      ? fmt::format("a second parameter named '{}'", *name)
                                      : fmt::format("'{}' is the name of a conditional, too", *name));
    }
    indices_.emplace(*name, parameters_.size());
    parameters_.push_back({.path = {*name}, .domain = std::move(domain), .conditions = std::move(conditions)});
  }

  /// {name: value or [values]}, or [{name, values}] as the service answers.
  std::vector<Condition> read_conditions(MappingReader& definition) {
    std::vector<Condition> conditions;
    const Node* node = definition.find("conditions");
    if (node == nullptr) return conditions;
    const std::string path = definition.path_of("conditions");
    for (const Node::Entry& entry : node->entries) {
      add_condition(conditions, entry.key, entry.position, entry.node, fmt::format("{}.{}", path, entry.key));
    }
    for (const Node& item : node->items) {
      MappingReader reader(item, fmt::format("{}[{}]", path, conditions.size()), diagnostics_);
      const auto name = reader.text("name");
      const Node* values = reader.find("values");
      if (!name || values == nullptr) reader.complain("needs name and values");
      reader.find("object");
      reader.finish("a condition");
      if (!name || values == nullptr) return conditions;
      add_condition(conditions, *name, reader.find("name")->position, *values, reader.path_of("values"));
    }
    if (node->kind == Node::Kind::scalar) {
      definition.complain("conditions", fmt::format("must be a conditional's name with its values, e.g. {{optimizer: "
                                                    "[sgd]}}, got {}",
                                                    shown(*node)));
    }
    return conditions;
  }

  void add_condition(std::vector<Condition>& conditions, const std::string& name, Position position, const Node& values,
                     const std::string& path) {
    const Conditional* conditional = find_conditional(name);
    const bool twice = std::any_of(conditions.begin(), conditions.end(),
                                   [&](const Condition& condition) { return condition.parent == name; });
    if (twice) return diagnostics_.error(position, path, fmt::format("a second condition on {}", name));
    if (conditional == nullptr) {
      std::vector<std::string> names;
      for (const Conditional& known : conditionals_) names.push_back(known.name);
      return diagnostics_.error(position, path,
                                names.empty() ? fmt::format("there are no conditionals; '{}' must be one of them", name)
                                              : fmt::format("'{}' is none of the conditionals ({}){}", name,
                                                            listed(names), did_you_mean(name, names)));
    }
    Condition condition{.parent = name, .values = {}};
    const auto add = [&](const Node& value) {
      if (!contains(Categorical{conditional->values, {}}, value.scalar) || value.kind != Node::Kind::scalar) {
        return diagnostics_.error(
            value.position, path,
            fmt::format("{} is none of the values of {}: {}", shown(value), name, shown(Value(conditional->values))));
      }
      condition.values.push_back(value.scalar);
    };
    if (values.is_sequence()) {
      for (const Node& value : values.items) add(value);
      if (values.items.empty()) diagnostics_.error(values.position, path, "must name at least one value");
    } else {
      add(values);
    }
    conditions.push_back(std::move(condition));
  }

  std::vector<LinearConstraint> read_constraints(const Node& list, const std::string& path) {
    std::vector<LinearConstraint> constraints = read_linear_constraints(list, path, diagnostics_);
    for (std::size_t i = 0; i < constraints.size() && i < list.items.size(); ++i) {
      const std::string here = fmt::format("{}[{}]", path, i);
      const auto complain = [&](const std::string& what) { diagnostics_.error(list.items[i].position, here, what); };
      std::erase_if(constraints[i].terms, [&](const LinearConstraint::Term& term) {
        if (term.weight != 0) return false;
        diagnostics_.warn(list.items[i].position, here, fmt::format("{} has the weight 0 and is left out", term.name));
        return true;
      });
      std::set<std::string> seen;
      for (const LinearConstraint::Term& term : constraints[i].terms) {
        if (!seen.insert(term.name).second) complain(fmt::format("{} stands in it twice", term.name));
        const Parameter* parameter = find(term.name);
        const auto why = parameter != nullptr ? unconstrainable(parameter->domain) : std::nullopt;
        if (why) complain(fmt::format("{} {}", term.name, *why));
      }
    }
    return constraints;
  }

  void check_conditionals(const Node& node) {
    const bool used = std::any_of(parameters_.begin(), parameters_.end(),
                                  [](const Parameter& parameter) { return !parameter.conditions.empty(); });
    if (conditionals_.empty()) return;
    const Node& list = *node.find("conditionals");
    const std::string path = path_.empty() ? "conditionals" : path_ + ".conditionals";
    if (!used) return diagnostics_.error(list.position, path, "no parameter has conditions; both or neither");
    std::vector<const Parameter*> all;
    for (const Parameter& parameter : parameters_) all.push_back(&parameter);
    if (const auto empty = uncovered(conditionals_, all)) {
      diagnostics_.error(list.position, path,
                         fmt::format("no parameter is there when {}; every combination needs one", *empty));
    }
  }

  /// Those that something hangs on come first; any other is a categorical parameter like the rest.
  std::vector<Parameter> with_conditionals() {
    std::vector<Parameter> all;
    for (const bool wanted : {true, false}) {
      for (Conditional& conditional : conditionals_) {
        const auto hangs = [&](const Parameter& parameter) {
          return std::any_of(parameter.conditions.begin(), parameter.conditions.end(),
                             [&](const Condition& condition) { return condition.parent == conditional.name; });
        };
        if (std::any_of(parameters_.begin(), parameters_.end(), hangs) != wanted) continue;
        if (!wanted) std::sort(conditional.values.begin(), conditional.values.end());
        all.push_back({.path = {conditional.name}, .domain = Categorical{conditional.values, {}}});
      }
    }
    all.insert(all.end(), parameters_.begin(), parameters_.end());
    return all;
  }

  Space make(const Node& list, const Node* constraints, const std::string& constraints_path,
             std::vector<LinearConstraint> linear) {
    Result<Space> space = Space::make(with_conditionals(), std::move(linear));
    if (space) return std::move(*space);
    const std::string& message = space.error().message;  // `name: what`
    constexpr std::string_view kConstraints = "linear_constraints";
    if (constraints != nullptr && message.starts_with(kConstraints)) {
      const auto colon = message.find(": ");
      const std::string tail = message.substr(kConstraints.size(), colon - kConstraints.size());  // `[1]`, or nothing
      const std::size_t index = tail.empty() ? 0 : std::stoul(tail.substr(1));
      const Node& place = tail.empty() ? *constraints : constraints->items[index];
      diagnostics_.error(place.position, constraints_path + tail, message.substr(colon + 2));
      return {};
    }
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      const std::string prefix = parameters_[i].name() + ": ";
      if (!message.starts_with(prefix)) continue;
      diagnostics_.error(positions_[i], fmt::format("{}[{}]", list_path_, i), message.substr(prefix.size()));
    }
    diagnostics_.error(list.position, list_path_, message);
    return {};
  }

  [[nodiscard]] const Conditional* find_conditional(const std::string& name) const {
    const auto it = std::find_if(conditionals_.begin(), conditionals_.end(),
                                 [&](const Conditional& conditional) { return conditional.name == name; });
    return it == conditionals_.end() ? nullptr : &*it;
  }

  [[nodiscard]] const Parameter* find(const std::string& name) const {
    const auto it = indices_.find(name);
    return it == indices_.end() ? nullptr : &parameters_[it->second];
  }

  Diagnostics& diagnostics_;
  std::string path_;
  std::string list_path_;
  std::vector<Conditional> conditionals_;
  std::vector<Parameter> parameters_;
  std::map<std::string, std::size_t> indices_;  ///< of the parameters, by name
  std::vector<Position> positions_;             ///< of the parameters' definitions
};

bool is_definition(const Node& node) {
  return node.find("name") != nullptr && node.find("type") != nullptr;
}

}  // namespace

bool looks_like(const Node& root) {
  const Node* list = root.is_mapping() ? root.find("parameters") : &root;
  return list != nullptr && list->is_sequence() && !list->items.empty() && is_definition(list->items.front());
}

Space read_space(const Node& node, Diagnostics& diagnostics, const std::string& path) {
  return ExperimentReader(diagnostics, path).read(node);
}

}  // namespace winnow::sigopt
