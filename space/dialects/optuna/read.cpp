#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <winnow/core/nearest.hpp>
#include <winnow/space/dialects/detail/gathered.hpp>
#include <winnow/space/dialects/expression/expression.hpp>
#include <winnow/space/dialects/optuna.hpp>
#include <winnow/space/dialects/optuna/distribution.hpp>

namespace winnow::optuna {
namespace {

using expression::Expression;
using expression::Formal;

// --- what there is

enum class Kind { real, integer, categorical };

struct Form {
  std::string_view name;
  Kind kind;
  std::span<const Formal> formals;
  bool log = false;  ///< always
};

constexpr std::array kBounds = {Formal{"low"}, Formal{"high"}};
constexpr std::array kBoundsAndQ = {Formal{"low"}, Formal{"high"}, Formal{"q"}};
constexpr std::array kBoundsAndStep = {Formal{"low"}, Formal{"high"}, Formal{"step", false}};
constexpr std::array kLogAndStep = {Formal{"low"}, Formal{"high"}, Formal{"log", false}, Formal{"step", false}};
constexpr std::array kSuggestFloat = {Formal{"low"}, Formal{"high"}, Formal{"step", false, true},
                                      Formal{"log", false, true}};
constexpr std::array kSuggestInt = {Formal{"low"}, Formal{"high"}, Formal{"step", false}, Formal{"log", false}};
constexpr std::array kChoices = {Formal{"choices"}};

constexpr std::array kClasses = {
    Form{"FloatDistribution", Kind::real, kLogAndStep},
    Form{"IntDistribution", Kind::integer, kLogAndStep},
    Form{"CategoricalDistribution", Kind::categorical, kChoices},
    Form{"UniformDistribution", Kind::real, kBounds},
    Form{"LogUniformDistribution", Kind::real, kBounds, true},
    Form{"DiscreteUniformDistribution", Kind::real, kBoundsAndQ},
    Form{"IntUniformDistribution", Kind::integer, kBoundsAndStep},
    Form{"IntLogUniformDistribution", Kind::integer, kBoundsAndStep, true},
};

constexpr std::array kTypes = {
    Form{"float", Kind::real, kSuggestFloat},
    Form{"int", Kind::integer, kSuggestInt},
    Form{"categorical", Kind::categorical, kChoices},
};

constexpr std::array kSuggestions = {
    Form{"suggest_float", Kind::real, kSuggestFloat},         Form{"suggest_int", Kind::integer, kSuggestInt},
    Form{"suggest_categorical", Kind::categorical, kChoices}, Form{"suggest_uniform", Kind::real, kBounds},
    Form{"suggest_loguniform", Kind::real, kBounds, true},    Form{"suggest_discrete_uniform", Kind::real, kBoundsAndQ},
};

const Form* find_form(std::span<const Form> forms, std::string_view name) {
  const auto found = std::find_if(forms.begin(), forms.end(), [&](const Form& form) { return form.name == name; });
  return found == forms.end() ? nullptr : &*found;
}

std::vector<std::string> names_of(std::span<const Form> forms) {
  std::vector<std::string> names;
  for (const Form& form : forms) names.emplace_back(form.name);
  return names;
}

// --- one distribution

struct Attribute {
  Value value;
  Position position;
};
using Attributes = std::map<std::string, Attribute, std::less<>>;

/// Where a parameter's name stands: a call may repeat the key, must hold the name, or may hold any.
enum class Naming { key, call, any };

class DistributionReader {
public:
  DistributionReader(Naming naming, std::string path, Diagnostics& diagnostics)
      : naming_(naming), path_(std::move(path)), diagnostics_(diagnostics) {}

  /// `name` is the key, or becomes what the call says.
  std::optional<Domain> read(const Node& node, std::string& name) {
    if (node.is_mapping()) return read_object(node);
    if (naming_ == Naming::key && is_constant(node)) return Constant{read_value(node, path_, diagnostics_)};
    if (!node.scalar.is_string()) {
      return complain(node.position, fmt::format("must be a distribution, e.g. trial.suggest_float(0, 1) or {{type: "
                                                 "float, low: 0, high: 1}}, got {}",
                                                 shown(node)));
    }
    if (node.text.find_first_not_of(" \t\r\n") == node.text.find('{') && node.text.find('{') != std::string::npos) {
      return read_json_text(node);
    }
    return read_call(node, name);
  }

private:
  /// What stands beside distributions and can't be one: numbers, lists, texts in quotes that call nothing.
  static bool is_constant(const Node& node) {
    if (!node.scalar.is_string()) return !node.is_null();
    return node.quoted && !node.text.starts_with('{') && expression::called_name(node.text).empty();
  }

  std::nullopt_t complain(Position position, std::string_view what) {
    diagnostics_.error(position, path_, what);
    return std::nullopt;
  }

  std::nullopt_t complain_unknown(Position position, std::string_view what, const std::string& name,
                                  const std::vector<std::string>& names) {
    return complain(position, fmt::format("unknown {} '{}'{} (there are: {})", what, name, did_you_mean(name, names),
                                          listed(names)));
  }

  // --- objects

  std::optional<Domain> read_json_text(const Node& node) {
    const Value value = Value::parse(with_quoted_infinities(node.text), nullptr, false);
    if (value.is_discarded())
      return complain(node.position, fmt::format("this text is no JSON object: {}", shown(node)));
    return read_object(dialects::as_node(value, node.position));  // what stands in a text stands where the text does
  }

  std::optional<Domain> read_object(const Node& node) {
    if (const Node* name = node.find("name")) return read_named(node, *name);
    const Node* type = node.find("type");
    if (type == nullptr) {
      return complain(
          node.position,
          "needs name and attributes, as distribution_to_json writes them, or type: float, int or categorical");
    }
    const Form* form = find_form(kTypes, type->text);
    if (form == nullptr) return complain_unknown(type->position, "type", type->text, names_of(kTypes));
    return read_attributes(node, *form, "type");
  }

  std::optional<Domain> read_named(const Node& node, const Node& name) {
    const Form* form = find_form(kClasses, name.text);
    if (form == nullptr) return complain_unknown(name.position, "distribution", name.text, names_of(kClasses));
    for (const Node::Entry& entry : node.entries) {
      if (entry.key == "name" || entry.key == "attributes") continue;
      return complain(entry.position,
                      fmt::format("unknown key '{}' (a distribution takes: name, attributes)", entry.key));
    }
    const Node* attributes = node.find("attributes");
    if (attributes == nullptr || !attributes->is_mapping()) {
      return complain(attributes == nullptr ? node.position : attributes->position,
                      fmt::format("{} needs attributes: a mapping such as {{low: 0, high: 1}}", form->name));
    }
    return read_attributes(*attributes, *form, "");
  }

  /// The keys of a mapping; `besides` is one that isn't an attribute.
  std::optional<Domain> read_attributes(const Node& node, const Form& form, std::string_view besides) {
    std::vector<std::string> names;
    for (const Formal& formal : form.formals) names.emplace_back(formal.name);
    Attributes attributes;
    for (const Node::Entry& entry : node.entries) {
      if (entry.key == besides) continue;
      if (std::find(names.begin(), names.end(), entry.key) == names.end()) {
        return complain(entry.position, fmt::format("unknown attribute '{}'{} ({} takes: {})", entry.key,
                                                    did_you_mean(entry.key, names), form.name, listed(names)));
      }
      if (entry.node.is_null()) continue;
      const bool list = entry.node.is_sequence();  // choices; a bound may be any number
      attributes[entry.key] = {list ? read_value(entry.node, path_, diagnostics_) : entry.node.value(),
                               entry.node.position};
    }
    for (const Formal& formal : form.formals) {
      if (!formal.required || attributes.contains(formal.name)) continue;
      return complain(node.position, fmt::format("{} needs {} (it takes: {})", form.name, formal.name, listed(names)));
    }
    return build(form, attributes, node.position);
  }

  // --- calls

  std::optional<Domain> read_call(const Node& node, std::string& name) {
    const auto at = [&](std::size_t offset) { return expression::position_in(node, offset); };
    auto call = expression::parse(node.text);
    if (!call) return complain(at(call.error().offset), call.error().what);
    if (call->kind != Expression::Kind::call) {
      return complain(node.position, fmt::format("must be a distribution, e.g. trial.suggest_float(0, 1), or a text in "
                                                 "quotes as a constant, got {}",
                                                 shown(node)));
    }
    const std::string function(expression::last_part(call->name));
    const bool is_class = find_form(kClasses, function) != nullptr;
    const Form* form = find_form(is_class ? std::span<const Form>(kClasses) : kSuggestions, function);
    if (form == nullptr) {
      std::vector<std::string> names = names_of(kSuggestions);
      std::ranges::copy(names_of(kClasses), std::back_inserter(names));
      return complain_unknown(at(call->offset), "function", function, names);
    }
    if (!is_class && !take_name(*call, name, at)) return std::nullopt;
    const auto bound = expression::bind_arguments(*call, form->formals);
    if (!bound) return complain(at(bound.error().offset), bound.error().what);
    Attributes attributes;
    for (const auto& [formal, argument] : *bound) {
      auto value = expression::to_value(*argument);
      if (!value) return complain(at(value.error().offset), value.error().what);
      if (!value->is_null()) attributes[std::string(formal)] = {std::move(*value), at(argument->offset)};
    }
    return build(*form, attributes, at(call->offset));
  }

  /// Takes the parameter's name out of the call; it must be the key, if there is one. False: there was an error.
  template <class At>
  bool take_name(Expression& call, std::string& name, const At& at) {
    const auto is_text = [](const Expression& e) { return e.kind == Expression::Kind::value && e.value.is_string(); };
    std::optional<Expression> given;
    const auto named =
        std::find_if(call.named.begin(), call.named.end(), [](const auto& n) { return n.name == "name"; });
    if (named != call.named.end()) {
      given = std::move(named->value);
      call.named.erase(named);
    } else if (!call.items.empty() && is_text(call.items.front())) {
      given = std::move(call.items.front());
      call.items.erase(call.items.begin());
    }
    if (!given) {
      if (naming_ != Naming::call) return true;
      complain(at(call.offset), "in a list the call holds the parameter's name: " + call.name + "(\"lr\", …)");
      return false;
    }
    const std::string text = is_text(*given) ? given->value.get<std::string>() : "";
    if (text.empty()) {
      complain(at(given->offset), "a parameter's name must be a text that isn't empty");
    } else if (naming_ == Naming::key && name != text) {
      complain(at(given->offset), fmt::format("the call names '{}', the key '{}'; they must be the same", text, name));
    } else {
      name = text;
      return true;
    }
    return false;
  }

  // --- from attributes to a domain

  std::optional<double> number(const Attributes& attributes, std::string_view name) {
    const auto found = attributes.find(name);
    if (found == attributes.end()) return std::nullopt;
    const auto& [value, position] = found->second;
    if (value.is_number() && std::isfinite(value.get<double>())) return value.get<double>();
    return complain(position, fmt::format("{} must be a finite number, got {}", name, dialects::shown_number(value)));
  }

  std::optional<std::int64_t> integer(const Attributes& attributes, std::string_view name) {
    const auto found = attributes.find(name);
    if (found == attributes.end()) return std::nullopt;
    const auto& [value, position] = found->second;
    if (const auto whole = dialects::as_integer(value)) return *whole;
    return complain(position, fmt::format("{} must be an integer, got {}", name, shown(value)));
  }

  bool flag(const Attributes& attributes, std::string_view name) {
    const auto found = attributes.find(name);
    if (found == attributes.end()) return false;
    const auto& [value, position] = found->second;
    if (value.is_boolean()) return value.get<bool>();
    complain(position, fmt::format("{} must be true or false, got {}", name, shown(value)));
    return false;
  }

  std::optional<Domain> build(const Form& form, const Attributes& attributes, Position position) {
    Result<Made> made = make(form, attributes);
    if (!diagnostics_.ok()) return std::nullopt;
    if (!made) {
      // `low (2) must …`: at the attribute that it starts with
      std::string message = made.error().message;
      if (attributes.contains("q") && message.starts_with("step")) message.replace(0, 4, "q");
      const auto attribute = attributes.find(message.substr(0, message.find(' ')));
      return complain(attribute == attributes.end() ? position : attribute->second.position, message);
    }
    if (!made->warning.empty()) diagnostics_.warn(position, path_, made->warning);
    return std::move(made->domain);
  }

  Result<Made> make(const Form& form, const Attributes& attributes) {
    if (form.kind == Kind::categorical) {
      const auto& [value, position] = attributes.find("choices")->second;
      if (!value.is_array()) complain(position, fmt::format("choices must be a list, got {}", shown(value)));
      return make_categorical(value.is_array() ? dialects::as_choices(value) : std::vector<Value>());
    }
    const bool log = form.log || flag(attributes, "log");
    if (form.kind == Kind::integer) {
      return make_int(integer(attributes, "low").value_or(0), integer(attributes, "high").value_or(0),
                      {.step = integer(attributes, "step").value_or(1), .log = log});
    }
    const std::string_view step = attributes.contains("q") ? "q" : "step";
    return make_float(number(attributes, "low").value_or(0), number(attributes, "high").value_or(0),
                      {.step = number(attributes, step), .log = log});
  }

  Naming naming_;
  std::string path_;
  Diagnostics& diagnostics_;
};

bool is_distribution(const Node& node) {
  if (node.is_mapping()) {
    const Node* name = node.find("name");
    if (name != nullptr) return find_form(kClasses, name->text) != nullptr;
    const Node* type = node.find("type");
    return type != nullptr && node.find("distribution") == nullptr && find_form(kTypes, type->text) != nullptr;
  }
  if (!node.scalar.is_string()) return false;
  if (node.text.starts_with('{')) return node.text.find("Distribution\"") != std::string::npos;
  const std::string_view function = expression::last_part(expression::called_name(node.text));
  return function.starts_with("suggest_") || find_form(kClasses, function) != nullptr;
}

}  // namespace

bool looks_like(const Node& root) {
  if (root.find("parameters") != nullptr || root.find("space") != nullptr) return false;
  // A list of objects is SigOpt's.
  return std::any_of(root.items.begin(), root.items.end(),
                     [](const Node& item) { return !item.is_mapping() && is_distribution(item); }) ||
         std::any_of(root.entries.begin(), root.entries.end(),
                     [](const Node::Entry& entry) { return is_distribution(entry.node); });
}

Space read_space(const Node& node, Diagnostics& diagnostics, std::string path) {
  dialects::Gathered gathered(std::move(path), diagnostics);
  if (node.kind == Node::Kind::scalar) {
    diagnostics.error(
        node.position, gathered.path(),
        fmt::format("must map names to distributions, or be a list of suggest calls, got {}", shown(node)));
  }
  const auto add = [&](const Node& item, Naming naming, std::string name, const std::string& place, Position position) {
    auto domain = DistributionReader(naming, place, diagnostics).read(item, name);
    if (domain) gathered.add({.path = {std::move(name)}, .domain = std::move(*domain)}, position);
  };
  for (const Node::Entry& entry : node.entries) {
    add(entry.node, Naming::key, entry.key, gathered.path_of(entry.key), entry.position);
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const std::string place = fmt::format("{}[{}]", gathered.path(), i);
    if (node.items[i].scalar.is_string()) {
      add(node.items[i], Naming::call, "", place, node.items[i].position);
    } else {
      diagnostics.error(node.items[i].position, place,
                        fmt::format("a list holds suggest calls such as trial.suggest_float(\"lr\", 0, 1), not {}",
                                    shown(node.items[i])));
    }
  }
  return gathered.finish(node);
}

Result<Domain> parse_distribution(const Value& json) {
  Diagnostics diagnostics("");
  std::string name;
  auto domain = DistributionReader(Naming::any, "distribution", diagnostics).read(dialects::as_node(json), name);
  if (domain) return std::move(*domain);
  const std::string& message = diagnostics.first_error().message;  // `:1:1: distribution: what`
  return fail(errc::invalid_input, message.substr(message.find("distribution")));
}

}  // namespace winnow::optuna
