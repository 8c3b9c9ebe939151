#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <vector>
#include <winnow/space/detail/lattice.hpp>
#include <winnow/space/dialects/detail/gathered.hpp>
#include <winnow/space/dialects/nni.hpp>
#include <winnow/space/draw.hpp>

namespace winnow::nni {
namespace {

constexpr std::string_view kName = "_name";

/// A law of real numbers; each also exists with `q` in front.
struct RealType {
  std::string_view name;
  Law law;
};
constexpr std::array kReals = {RealType{"uniform", Law::uniform}, RealType{"loguniform", Law::log_uniform},
                               RealType{"normal", Law::normal}, RealType{"lognormal", Law::log_normal}};

std::vector<std::string> type_names() {
  std::vector<std::string> names = {"choice", "randint"};
  for (const std::string prefix : {"", "q"}) {
    for (const RealType& type : kReals) names.push_back(prefix + std::string(type.name));
  }
  return names;
}

bool is_nested(const Node& values) {
  return !values.items.empty() && std::all_of(values.items.begin(), values.items.end(),
                                              [](const Node& item) { return item.find(kName) != nullptr; });
}

class NniReader {
public:
  explicit NniReader(dialects::Gathered& gathered) : gathered_(gathered) {}

  void read_group(const Node& group, const std::vector<std::string>& path, const std::vector<Condition>& conditions) {
    for (const Node::Entry& entry : group.entries) {
      if (entry.key == kName) continue;
      std::vector<std::string> name = path;
      name.push_back(entry.key);
      read_parameter(entry, name, conditions);
      if (!gathered_.diagnostics().ok()) return;
    }
  }

  void finish() {
    for (auto& [parameter, position] : read_) gathered_.add(std::move(parameter), position);
  }

private:
  void read_parameter(const Node::Entry& entry, const std::vector<std::string>& path,
                      const std::vector<Condition>& conditions) {
    MappingReader definition(entry.node, gathered_.path_of(Parameter{.path = path, .domain = {}}.name()),
                             gathered_.diagnostics());
    if (!gathered_.diagnostics().ok()) return;
    const auto type = definition.text("_type");
    const Node* values = definition.find("_value");
    if (!type) return definition.complain("_type is missing, e.g. {_type: choice, _value: [1, 2]}");
    if (values == nullptr || !values->is_sequence() || values->items.empty()) {
      return definition.complain("_value", "must be a list with something in it");
    }
    definition.finish("a parameter of NNI");
    if (*type == "choice" && is_nested(*values)) return read_nested(*values, path, conditions, entry.position);
    auto domain = domain_of(definition, *type, *values);
    if (domain) add({.path = path, .domain = std::move(*domain), .conditions = conditions}, entry.position);
  }

  void read_nested(const Node& values, const std::vector<std::string>& path, const std::vector<Condition>& conditions,
                   Position position) {
    Categorical names;
    for (const Node& item : values.items) names.values.push_back(item.find(kName)->value());
    std::vector<std::string> own = path;
    own.emplace_back(kName);
    Parameter parameter{.path = own, .domain = std::move(names), .conditions = conditions};
    const std::string parent = parameter.name();
    add(std::move(parameter), position);
    for (const Node& item : values.items) {
      read_group(item, path, {{.parent = parent, .values = {item.find(kName)->value()}}});
    }
  }

  /// The same name in two alternatives is one parameter, there in both, if they give it the same values.
  void add(Parameter parameter, Position position) {
    const std::string name = parameter.name();
    const auto [place, fresh] = places_.emplace(name, read_.size());
    if (fresh) return read_.push_back({std::move(parameter), position});
    Parameter& known = read_[place->second].parameter;
    const bool alike = known.domain == parameter.domain && known.conditions.size() == 1 &&
                       parameter.conditions.size() == 1 &&
                       known.conditions.front().parent == parameter.conditions.front().parent;
    if (!alike) {
      return gathered_.diagnostics().error(
          position, gathered_.path_of(name),
          "stands in two alternatives with other values; here a name has one domain: give one another name");
    }
    auto& values = known.conditions.front().values;
    for (Value& value : parameter.conditions.front().values) values.push_back(std::move(value));
  }

  std::optional<Domain> domain_of(MappingReader& definition, const std::string& type, const Node& values) {
    if (type == "choice") {
      Categorical domain;
      for (const Node& item : values.items) {
        domain.values.push_back(read_value(item, definition.path_of("_value"), definition.diagnostics()));
      }
      return checked(definition, std::move(domain));
    }
    const bool quantised = type.starts_with('q');
    const auto* real = std::find_if(kReals.begin(), kReals.end(),
                                    [&](const RealType& one) { return one.name == type.substr(quantised ? 1 : 0); });
    if (type != "randint" && real == kReals.end()) {
      const auto names = type_names();
      definition.complain(
          "_type", fmt::format("unknown type '{}'{} (there are: {})", type, did_you_mean(type, names), listed(names)));
      return std::nullopt;
    }
    const auto numbers = read_numbers(definition, type, values, quantised ? 3 : 2);
    if (!definition.diagnostics().ok()) return std::nullopt;
    if (type == "randint") return randint(definition, values);
    Float domain{.law = real->law, .a = numbers[0], .b = numbers[1]};
    if (quantised) domain.q = numbers[2];
    return real_domain(definition, domain);
  }

  static std::vector<double> read_numbers(MappingReader& definition, const std::string& type, const Node& values,
                                          std::size_t count) {
    if (values.items.size() != count) {
      definition.complain("_value", fmt::format("{} takes {} numbers, not {}", type, count, values.items.size()));
    }
    std::vector<double> numbers;
    for (const Node& item : values.items) {
      const std::string path = fmt::format("{}[{}]", definition.path_of("_value"), numbers.size());
      numbers.push_back(read_number(item, path, {}, definition.diagnostics()).value_or(0));
    }
    return numbers;
  }

  /// Ends that are no integers are rounded up, as in NNI.
  static std::optional<Domain> randint(MappingReader& definition, const Node& values) {
    const auto end = [&](std::size_t i) {
      const Value& value = values.items[i].scalar;
      return dialects::as_integer(value.is_number_float() ? Value(std::ceil(value.get<double>())) : value);
    };
    const auto low = end(0);
    const auto high = end(1);
    if (!low || !high) {
      definition.complain("_value", "must be integers of at most 64 bits");
    } else if (*low >= *high) {
      definition.complain("_value",
                          fmt::format("lower ({}) must be less than upper ({}), which is excluded", *low, *high));
    }
    return Integer{.low = low.value_or(0), .high = high.value_or(1) - 1};
  }

  static std::optional<Domain> real_domain(MappingReader& definition, Float domain) {
    const bool bounded = domain.law == Law::uniform || domain.law == Law::log_uniform;
    if (bounded && domain.a >= domain.b) {
      definition.complain("_value", fmt::format("low ({}) must be less than high ({})", domain.a, domain.b));
      return std::nullopt;
    }
    if (!bounded || !domain.q || !(*domain.q > 0)) return checked(definition, domain);
    // Only what rounding can bring past an end has to be brought back.
    domain.clip = lattice::quantised(domain, domain.a) != domain.a || lattice::quantised(domain, domain.b) != domain.b;
    return checked(definition, domain);
  }

  static std::optional<Domain> checked(MappingReader& definition, Domain domain) {
    if (auto valid = validate(domain); !valid) {
      definition.complain("_value", valid.error().message);
      return std::nullopt;
    }
    return domain;
  }

  struct Read {
    Parameter parameter;
    Position position;
  };

  dialects::Gathered& gathered_;
  std::vector<Read> read_;
  std::map<std::string, std::size_t> places_;  ///< in `read_`, by full name
};

}  // namespace

bool looks_like(const Node& root) {
  return root.is_mapping() && std::any_of(root.entries.begin(), root.entries.end(), [](const Node::Entry& entry) {
           return entry.node.find("_type") != nullptr && entry.node.find("_value") != nullptr;
         });
}

Space read_space(const Node& node, Diagnostics& diagnostics, std::string path) {
  dialects::Gathered gathered(std::move(path), diagnostics);
  if (node.is_mapping()) {
    NniReader reader(gathered);
    reader.read_group(node, {}, {});
    reader.finish();
  } else {
    diagnostics.error(node.position, gathered.path(),
                      fmt::format("must map names to {{_type: …, _value: […]}}, got {}", shown(node)));
  }
  return gathered.finish(node);
}

}  // namespace winnow::nni
