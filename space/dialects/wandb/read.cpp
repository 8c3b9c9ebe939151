#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <winnow/space/describe.hpp>
#include <winnow/space/dialects/wandb.hpp>
#include <winnow/space/dialects/wandb/names.hpp>
#include <winnow/space/draw.hpp>
#include <winnow/space/linear_constraints.hpp>

namespace winnow::wandb {
namespace {

// --- one definition

std::vector<std::string> distribution_names() {
  std::vector<std::string> names = {"constant", "categorical", "categorical_w_probabilities", "int_uniform",
                                    "computed"};
  for (const std::string prefix : {"", "q_"}) {
    for (const Distribution& distribution : kDistributions) names.push_back(prefix + std::string(distribution.name));
  }
  return names;
}

constexpr std::array<std::string_view, 5> kTelling = {"value", "values", "min", "distribution", "parameters"};

bool is_definition(const Node& node) {
  return std::any_of(kTelling.begin(), kTelling.end(), [&](std::string_view key) { return node.find(key) != nullptr; });
}

/// Of a mapping that defines nothing: what was meant.
std::string complaint_about(const Node& node) {
  const auto is_nested = [](const Node::Entry& entry) { return is_definition(entry.node); };
  const auto nested = std::find_if(node.entries.begin(), node.entries.end(), is_nested);
  if (nested != node.entries.end()) {
    return fmt::format("groups need parameters: {{parameters: {{{}: …}}}}", nested->key);
  }
  return "needs value, values, or min and max; any other distribution must be named, e.g. distribution: normal";
}

/// W&B's inference, first match; "" and an error if nothing matches.
std::string infer(MappingReader& definition) {
  // Not by the reader, which would take the keys for ones of the distribution that it turns out to be.
  const auto find = [&](std::string_view key) {
    const Node* node = definition.node().find(key);
    return node == nullptr || node->is_null() ? nullptr : node;
  };
  if (find("values") != nullptr) return "categorical";
  const Node* min = find("min");
  const Node* max = find("max");
  if (min != nullptr && max != nullptr) {
    if (definition.node().find("q") != nullptr) {
      definition.complain("q", "needs a distribution that rounds, e.g. distribution: q_uniform");
    }
    for (const std::string_view key : {"min", "max"}) {
      (void)read_value(*find(key), definition.path_of(key), definition.diagnostics());
    }
    const bool whole = min->scalar.is_number_integer() && max->scalar.is_number_integer();
    return whole ? "int_uniform" : "uniform";
  }
  if (definition.node().find("value") != nullptr) return "constant";
  if (min != nullptr || max != nullptr) {
    definition.complain(fmt::format("{} without {}", min != nullptr ? "min" : "max", min != nullptr ? "max" : "min"));
  } else {
    definition.complain(complaint_about(definition.node()));
  }
  return "";
}

/// `key` must be there.
std::optional<double> required(MappingReader& definition, std::string_view key, const std::string& distribution) {
  const auto number = definition.number(key);
  if (definition.find(key) == nullptr) definition.complain(fmt::format("{} needs {}", distribution, key));
  return number;
}

Domain read_constant(MappingReader& definition) {
  const Node* value = definition.find_null("value");
  if (value != nullptr) return Constant{read_value(*value, definition.path_of("value"), definition.diagnostics())};
  definition.complain("constant needs value");
  return Constant{};
}

std::vector<double> read_weights(MappingReader& definition, std::string_view key) {
  const Node* list = definition.find(key);
  std::vector<double> weights;
  if (list == nullptr) return weights;
  if (!list->is_sequence()) {
    definition.complain(key, fmt::format("must be a list of numbers, got {}", shown(*list)));
  }
  for (const Node& item : list->items) {
    const std::string path = fmt::format("{}[{}]", definition.path_of(key), weights.size());
    weights.push_back(read_number(item, path, {.low = 0}, definition.diagnostics()).value_or(0));
  }
  return weights;
}

Domain read_categorical(MappingReader& definition, const std::string& distribution) {
  Categorical domain;
  const Node* values = definition.find("values");
  if (values == nullptr) {
    definition.complain(fmt::format("{} needs values", distribution));
  } else if (!values->is_sequence()) {
    definition.complain("values", fmt::format("must be a list, got {}", shown(*values)));
  } else {
    for (const Node& item : values->items) {
      domain.values.push_back(read_value(item, definition.path_of("values"), definition.diagnostics()));
    }
  }
  domain.weights = read_weights(definition, "probabilities");
  const bool has_probabilities = definition.find("probabilities") != nullptr;
  if (!has_probabilities) {
    domain.weights = read_weights(definition, "weights");
    if (distribution == "categorical_w_probabilities" && domain.weights.empty()) {
      definition.complain("categorical_w_probabilities needs probabilities");
    }
  } else if (domain.weights.size() != domain.values.size()) {
    definition.complain("probabilities", fmt::format("must be as many as values ({}), not {}", domain.values.size(),
                                                     domain.weights.size()));
  } else if (!sum_to_one(domain.weights)) {
    const double sum = std::accumulate(domain.weights.begin(), domain.weights.end(), 0.0);
    definition.complain("probabilities", fmt::format("must have the sum 1, not {}; weights takes any sum", sum));
  }
  return domain;
}

Domain read_integer(MappingReader& definition) {
  Integer domain;
  for (const std::string_view key : {"min", "max"}) {
    if (definition.find(key) == nullptr) definition.complain(fmt::format("int_uniform needs {}", key));
  }
  domain.low = definition.integer("min").value_or(0);
  domain.high = definition.integer("max").value_or(1);
  domain.step = definition.integer("step", 1).value_or(1);
  const Node* log = definition.find("log");
  domain.floor = log != nullptr && log->scalar == "floor";
  domain.log = domain.floor || definition.flag("log").value_or(false);
  if (domain.low >= domain.high) {
    definition.complain(fmt::format("min ({}) must be less than max ({})", domain.low, domain.high));
  }
  return domain;
}

/// The bounds from their exponents; what they come to is said, since people mostly meant the values.
void exponentiate(MappingReader& definition, const std::string& distribution, Float& domain) {
  const double low = domain.law == Law::inv_log_uniform ? -domain.b : domain.a;
  const double high = domain.law == Law::inv_log_uniform ? -domain.a : domain.b;
  if (low >= high) {
    return definition.complain(fmt::format("min ({}) must be less than max ({})", domain.a, domain.b));
  }
  domain.a = std::exp(low);
  domain.b = std::exp(high);
  const std::string values = distribution + "_values";
  if (!(domain.a > 0 && std::isfinite(domain.b) && domain.a < domain.b)) {
    return definition.complain(
        fmt::format("min and max are exponents of e here, and these leave a double's range; {} takes values", values));
  }
  definition.warn(
      "distribution",
      fmt::format("{}'s min and max are exponents of e: the values lie in [{:.4g}, {:.4g}]; {} takes values",
                  distribution, domain.a, domain.b, values));
}

/// Winnow's addition: the interval of a normal or a beta.
std::optional<Interval> read_range(MappingReader& definition, Law law) {
  if (law != Law::normal && law != Law::beta) return std::nullopt;
  const auto low = definition.number("min");
  const auto high = definition.number("max");
  if (low && high) return Interval{*low, *high};
  if (low || high) definition.complain(low ? "min without max" : "max without min");
  return std::nullopt;
}

Domain read_float(MappingReader& definition, const Distribution& distribution, bool quantised, Manners manners) {
  const std::string name = (quantised ? "q_" : "") + std::string(distribution.name);
  Float domain{.law = distribution.law, .q = {}, .step = {}};
  if (distribution.a == "min") {
    domain.a = required(definition, "min", name).value_or(0);
    domain.b = required(definition, "max", name).value_or(1);
  } else {
    domain.a = definition.number(distribution.a).value_or(distribution.law == Law::beta ? 1 : 0);
    domain.b = definition.number(distribution.b).value_or(1);
    const bool is_complete = definition.find(distribution.a) != nullptr && definition.find(distribution.b) != nullptr;
    // W&B draws from the whole law then.
    const bool is_whole = manners == Manners::wandb && !is_complete;
    if (!quantised && !is_whole) domain.range = read_range(definition, distribution.law);
  }
  if (definition.node().find("log") != nullptr) {
    definition.complain("log", "is for int_uniform; for real numbers distribution: log_uniform_values says it");
  }
  if (distribution.a == "min" && !distribution.exponents && domain.a >= domain.b) {
    definition.complain(fmt::format("min ({}) must be less than max ({})", domain.a, domain.b));
  }
  if (distribution.exponents && definition.diagnostics().ok()) exponentiate(definition, name, domain);
  if (quantised) {
    const Node* q = definition.find("q");
    domain.q = definition.number("q").value_or(1);
    domain.integral = q != nullptr && q->scalar.is_number_integer();
    if (distribution.a == "min") domain.clip = definition.flag("clip").value_or(false);
  } else if (distribution.law == Law::uniform || distribution.law == Law::log_uniform) {
    domain.step = definition.number("step");
  }
  return domain;
}

/// W&B warns of keys that a distribution doesn't have, and draws without them. A slip of the pen is an error.
void finish_as_wandb(MappingReader& definition, const std::string& distribution, const Domain& domain) {
  std::vector<std::string> strangers;
  for (const Node::Entry& entry : definition.node().entries) {
    if (definition.knows(entry.key)) continue;
    const std::string close = nearest(entry.key, definition.known());
    if (!close.empty() && edit_distance(entry.key, close) <= 1) return definition.finish(distribution);
    strangers.push_back(entry.key);
  }
  if (strangers.empty()) return;
  definition.warn(strangers.front(), fmt::format("{} {} no key{} of {}, and ignored, as by W&B; what is drawn: {}",
                                                 listed(strangers), strangers.size() > 1 ? "are" : "is",
                                                 strangers.size() > 1 ? "s" : "", distribution, describe(domain)));
}

std::optional<Domain> read_domain(MappingReader& definition, Manners manners) {
  const auto given = definition.text("distribution");
  const bool is_lenient = manners == Manners::wandb && is_definition(definition.node());
  if (!given && !is_lenient && definition.node().find("type") != nullptr) {
    definition.complain("type",
                        "unknown key 'type'; did you mean distribution? (uniform for real numbers, int_uniform "
                        "for integers, with min and max; values for a choice)");
    return std::nullopt;
  }
  const std::string name = given ? *given : infer(definition);
  if (name.empty()) return std::nullopt;

  const auto finish = [&](const Domain& domain) -> std::optional<Domain> {
    if (auto valid = validate(domain); !valid) definition.complain(valid.error().message);
    definition.find("grid");
    definition.find("condition");
    manners == Manners::wandb ? finish_as_wandb(definition, name, domain) : definition.finish(name);
    return domain;
  };
  if (name == "constant") return finish(read_constant(definition));
  if (name == "categorical" || name == "categorical_w_probabilities") return finish(read_categorical(definition, name));
  if (name == "int_uniform") return finish(read_integer(definition));
  if (name == "computed") return finish(Computed{definition.text("function").value_or("")});
  const bool quantised = name.starts_with("q_");
  for (const Distribution& distribution : kDistributions) {
    if (name.substr(quantised ? 2 : 0) == distribution.name)
      return finish(read_float(definition, distribution, quantised, manners));
  }
  const std::vector<std::string> names = distribution_names();
  definition.complain("distribution", fmt::format("unknown distribution '{}'{} (there are: {})", name,
                                                  did_you_mean(name, names), listed(names)));
  return std::nullopt;
}

std::vector<Condition> read_conditions(MappingReader& definition) {
  const Node* node = definition.find("condition");
  if (node == nullptr) return {};
  std::vector<Condition> conditions;
  for (const Node::Entry& entry : node->entries) {
    if (!entry.node.is_sequence()) break;
    Condition condition{.parent = entry.key, .values = {}};
    for (const Node& item : entry.node.items) {
      condition.values.push_back(read_value(item, definition.path_of("condition"), definition.diagnostics()));
    }
    conditions.push_back(std::move(condition));
  }
  if (conditions.empty() || conditions.size() != node->entries.size()) {
    definition.complain("condition", "must be a parent's name with a list of its values, e.g. {optimizer: [sgd]}");
  }
  return conditions;
}

// --- the mapping

/// What W&B takes for a name: `^[A-Za-z_][A-Za-z0-9_.-]*$`.
bool is_wandb_name(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto other = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '-'; };
  return !name.empty() && letter(name.front()) && std::all_of(name.begin(), name.end(), other);
}

constexpr std::string_view kConstraints = "linear_constraints";

class SpaceReader {
public:
  SpaceReader(Diagnostics& diagnostics, Manners manners) : diagnostics_(diagnostics), manners_(manners) {}

  void read_group(const Node& group, std::vector<std::string>& path, const std::string& place) {
    MappingReader reader(group, place, diagnostics_);
    if (group.is_mapping() && group.entries.empty()) complain_empty(group, path, place);
    for (const Node::Entry& entry : group.entries) {
      const std::string here = reader.path_of(entry.key);
      if (!is_wandb_name(entry.key)) {
        diagnostics_.warn(entry.position, here, "W&B takes names of letters, digits, '_', '.' and '-' only");
      }
      path.push_back(entry.key);
      if (entry.node.find("parameters") != nullptr) {
        read_nested(entry.node, path, here);
      } else {
        read_parameter(entry, path, here);
      }
      path.pop_back();
    }
  }

  Space finish(const Node& parameters, const Node* constraints) {
    std::vector<LinearConstraint> linear;
    if (constraints != nullptr) linear = read_linear_constraints(*constraints, kConstraints, diagnostics_);
    if (!diagnostics_.ok()) return {};
    Result<Space> space = Space::make(parameters_, std::move(linear));
    if (space) return std::move(*space);
    const std::string& message = space.error().message;  // `name: what`
    if (message.starts_with(kConstraints)) {
      const auto colon = message.find(": ");
      diagnostics_.error(constraints->position, message.substr(0, colon), message.substr(colon + 2));
    }
    for (const Parameter& parameter : parameters_) {
      if (!message.starts_with(parameter.name() + ": ")) continue;
      diagnostics_.error(definition(parameters, parameter).position, "parameters." + parameter.name(),
                         message.substr(parameter.name().size() + 2));
    }
    diagnostics_.error(parameters.position, "parameters", message);
    return {};
  }

private:
  /// A sweep without parameters is one whose trials ask for all of theirs while they run.
  void complain_empty(const Node& group, const std::vector<std::string>& path, const std::string& place) {
    if (!path.empty()) return diagnostics_.error(group.position, place, "must name at least one parameter");
    diagnostics_.warn(group.position, place,
                      "name nothing: all trials are alike but for what they draw while they run");
  }

  void read_nested(const Node& node, std::vector<std::string>& path, const std::string& place) {
    MappingReader reader(node, place, diagnostics_);
    const Node* nested = reader.find_null("parameters");
    reader.finish("a nested group");
    read_group(*nested, path, place);
  }

  void read_parameter(const Node::Entry& entry, const std::vector<std::string>& path, const std::string& place) {
    if (!entry.node.is_mapping()) {
      const std::string_view key = entry.node.is_sequence() ? "values" : "value";
      return diagnostics_.error(entry.node.position, place,
                                fmt::format("must be a mapping, e.g. {{{}: {}}}", key, shown(entry.node)));
    }
    MappingReader definition(entry.node, place, diagnostics_);
    auto domain = read_domain(definition, manners_);
    if (!domain) return;
    parameters_.push_back({.path = path,
                           .domain = std::move(*domain),
                           .conditions = read_conditions(definition),
                           .grid = definition.flag("grid").value_or(false)});
  }

  Diagnostics& diagnostics_;
  Manners manners_;
  std::vector<Parameter> parameters_;
};

}  // namespace

Space read_space(const Node& parameters, Diagnostics& diagnostics, const Node* constraints, Manners manners) {
  SpaceReader reader(diagnostics, manners);
  std::vector<std::string> path;
  reader.read_group(parameters, path, "parameters");
  return reader.finish(parameters, constraints);
}

bool looks_like(const Node& root) {
  return root.is_mapping() && !root.entries.empty() &&
         std::all_of(root.entries.begin(), root.entries.end(),
                     [](const Node::Entry& entry) { return is_definition(entry.node); });
}

const Node& definition(const Node& parameters, const Parameter& parameter) {
  const Node* node = &parameters;
  for (std::size_t i = 0; i < parameter.path.size() && node != nullptr; ++i) {
    const Node* group = i == 0 ? node : node->find("parameters");
    node = group == nullptr ? nullptr : group->find(parameter.path[i]);
  }
  return node == nullptr ? parameters : *node;
}

Result<ParsedSpace> parse_space(std::string_view text, std::string_view file) {
  const Result<Document> document = parse_document(text, file);
  if (!document) return fail(document.error());
  Diagnostics diagnostics(file);
  const Node& root = document->root;
  const Node* inner = root.find("parameters");
  Space space = read_space(inner != nullptr && root.entries.size() == 1 ? *inner : root, diagnostics);
  if (!diagnostics.ok()) return fail(diagnostics.first_error());
  return ParsedSpace{std::move(space), diagnostics.take_warnings()};
}

}  // namespace winnow::wandb
