#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <winnow/core/nearest.hpp>
#include <winnow/space/dialects/detail/gathered.hpp>
#include <winnow/space/dialects/ray/functions.hpp>

namespace winnow::ray {
namespace {

using expression::Formal;

constexpr std::array kBounds = {Formal{"lower"}, Formal{"upper"}};
constexpr std::array kLogBounds = {Formal{"lower"}, Formal{"upper"}, Formal{"base", false}};
constexpr std::array kQuantised = {Formal{"lower"}, Formal{"upper"}, Formal{"q"}};
constexpr std::array kQuantisedLog = {Formal{"lower"}, Formal{"upper"}, Formal{"q"}, Formal{"base", false}};
constexpr std::array kQuantisedInt = {Formal{"lower"}, Formal{"upper"}, Formal{"q", false}};
constexpr std::array kNormal = {Formal{"mean", false}, Formal{"sd", false}};
constexpr std::array kQuantisedNormal = {Formal{"mean"}, Formal{"sd"}, Formal{"q"}};
constexpr std::array kCategories = {Formal{"categories"}};
constexpr std::array kValues = {Formal{"values"}};
constexpr std::array kFunction = {Formal{"func"}};

const std::array kFunctions = {
    Function{"uniform", kBounds, [](Given& g) { return uniform(g.number("lower"), g.number("upper")); }},
    Function{"quniform", kQuantised,
             [](Given& g) { return quniform(g.number("lower"), g.number("upper"), g.number("q")); }},
    Function{"loguniform", kLogBounds, [](Given& g) { return loguniform(g.number("lower"), g.number("upper")); }},
    Function{"qloguniform", kQuantisedLog,
             [](Given& g) { return qloguniform(g.number("lower"), g.number("upper"), g.number("q")); }},
    Function{"randn", kNormal, [](Given& g) { return randn(g.number("mean", 0), g.number("sd", 1)); }},
    Function{"qrandn", kQuantisedNormal,
             [](Given& g) { return qrandn(g.number("mean"), g.number("sd"), g.number("q")); }},
    Function{"randint", kBounds, [](Given& g) { return randint(g.integer("lower"), g.integer("upper")); }},
    Function{"qrandint", kQuantisedInt,
             [](Given& g) { return qrandint(g.integer("lower"), g.integer("upper"), g.integer("q", 1)); }},
    Function{"lograndint", kLogBounds, [](Given& g) { return lograndint(g.integer("lower"), g.integer("upper")); }},
    Function{"qlograndint", kQuantisedLog,
             [](Given& g) { return qlograndint(g.integer("lower"), g.integer("upper"), g.integer("q")); }},
    Function{"choice", kCategories, [](Given& g) { return choice(g.list("categories")); }},
    Function{"grid_search", kValues, [](Given& g) { return grid_search(g.list("values")); }},
    Function{"sample_from", kFunction, nullptr},
};

/// Modules whose functions people draw with; a text that calls one is no constant.
constexpr std::array<std::string_view, 8> kModules = {"np",    "numpy",      "random", "math",
                                                      "scipy", "torch.rand", "hp",     "hyperopt"};

bool from_module(std::string_view dotted) {
  return std::any_of(kModules.begin(), kModules.end(), [&](std::string_view module) {
    return dotted.starts_with(module) && (dotted.size() == module.size() || dotted[module.size()] == '.');
  });
}

bool is_lambda(std::string_view text) {
  const auto start = std::min(text.find_first_not_of(" ("), text.size());
  const std::string_view code = text.substr(start);
  return (code.starts_with("lambda ") || code.starts_with("lambda:")) && code.find(':') != std::string_view::npos;
}

}  // namespace

const Value* Given::find(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? nullptr : &found->second;
}

void Given::complain(std::string_view name, std::string_view what, const Value& value) {
  if (problem_.empty()) problem_ = fmt::format("{} must be {}, got {}", name, what, dialects::shown_number(value));
}

double Given::number(std::string_view name, double otherwise) {
  const Value* value = find(name);
  if (value == nullptr) return otherwise;
  if (value->is_number() && std::isfinite(value->get<double>())) return value->get<double>();
  complain(name, "a finite number", *value);
  return otherwise;
}

std::int64_t Given::integer(std::string_view name, std::int64_t otherwise) {
  const Value* value = find(name);
  if (value == nullptr) return otherwise;
  if (const auto whole = dialects::as_integer(*value)) return *whole;
  complain(name, "an integer", *value);
  return otherwise;
}

std::vector<Value> Given::list(std::string_view name) {
  const Value* value = find(name);
  if (value != nullptr && value->is_array()) return dialects::as_choices(*value);
  complain(name, "a list", value == nullptr ? Value() : *value);
  return {};
}

const Function* find_function(std::string_view name) {
  const auto* const found =
      std::find_if(kFunctions.begin(), kFunctions.end(), [&](const Function& f) { return f.name == name; });
  return found == kFunctions.end() ? nullptr : &*found;
}

std::vector<std::string> function_names() {
  std::vector<std::string> names;
  for (const Function& function : kFunctions) names.emplace_back(function.name);
  return names;
}

Text kind_of(std::string_view text) {
  const std::string_view called = expression::called_name(text);
  if (called.empty()) return is_lambda(text) ? Text::python : Text::constant;
  const std::string_view name = expression::last_part(called);
  const bool known = find_function(name) != nullptr;
  if (called == name) {
    if (known) return Text::call;
    return nearest(name, function_names()).empty() ? Text::constant : Text::unknown_function;
  }
  const std::string_view module = called.substr(0, called.size() - name.size() - 1);
  if (module == "tune" || module == "ray.tune") return known ? Text::call : Text::unknown_function;
  return known || from_module(module) ? Text::python : Text::constant;
}

}  // namespace winnow::ray
