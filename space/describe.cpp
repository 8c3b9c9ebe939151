#include <fmt/format.h>

#include <cmath>

#include <winnow/space/describe.hpp>

namespace winnow {
namespace {

std::string written(const Value& value) {
  return value.dump(-1, ' ', false, Value::error_handler_t::replace);
}

std::string written_list(const std::vector<Value>& values) {
  std::string text;
  for (const Value& value : values) text += (text.empty() ? "" : ", ") + written(value);
  return "[" + text + "]";
}

std::string numbers(const std::vector<double>& values) {
  std::string text;
  for (const double value : values) text += (text.empty() ? "" : ", ") + fmt::to_string(value);
  return "[" + text + "]";
}

struct Describe {
  std::string operator()(const Constant& domain) const { return "always " + written(domain.value); }

  std::string operator()(const Categorical& domain) const {
    const std::string values = "one of " + written_list(domain.values);
    return domain.weights.empty() ? values : values + " with weights " + numbers(domain.weights);
  }

  std::string operator()(const Integer& domain) const {
    const std::string steps = domain.step == 1 ? "" : fmt::format(" in steps of {}", domain.step);
    const std::string_view law = domain.floor ? "log-uniform integer (rounded down)"
                                 : domain.log ? "log-uniform integer"
                                              : "integer";
    return fmt::format("{} in [{}, {}]{}", law, domain.low, domain.high, steps);
  }

  std::string operator()(const Float& domain) const {
    std::string text = law(domain);
    if (domain.range) {
      text += fmt::format("{} [{}, {}]", domain.law == Law::normal ? ", cut to" : ", stretched to", domain.range->low,
                          domain.range->high);
    }
    if (domain.step) text += " in steps of " + fmt::to_string(*domain.step);
    if (domain.q) text += ", rounded to multiples of " + fmt::to_string(*domain.q);
    if (domain.clip) text += " within the bounds";
    return domain.integral ? text + " as integers" : text;
  }

  std::string operator()(const Computed& domain) const { return "computed by " + domain.function + "()"; }

  static std::string law(const Float& domain) {
    const std::string a = fmt::to_string(domain.a);
    const std::string b = fmt::to_string(domain.b);
    switch (domain.law) {
      case Law::uniform: return fmt::format("uniform in [{}, {}]", a, b);
      case Law::log_uniform: return fmt::format("log-uniform in [{}, {}]", a, b);
      case Law::inv_log_uniform: return fmt::format("inverse log-uniform in [{}, {}]", a, b);
      case Law::normal: return fmt::format("normal with mu {} and sigma {}", a, b);
      case Law::log_normal: return fmt::format("log-normal with mu {} and sigma {}", a, b);
      case Law::beta: return fmt::format("beta with a {} and b {}", a, b);
    }
    return "?";
  }
};

}  // namespace

std::string describe(const Domain& domain) {
  return std::visit(Describe{}, domain);
}

std::string describe(const LinearConstraint& constraint) {
  std::string text;
  for (const LinearConstraint::Term& term : constraint.terms) {
    const double weight = text.empty() ? term.weight : std::abs(term.weight);
    if (!text.empty()) text += term.weight < 0 ? " - " : " + ";
    text += weight == 1 ? term.name : weight == -1 ? "-" + term.name : fmt::format("{}·{}", weight, term.name);
  }
  return fmt::format("{} {} {}", text,
                     constraint.type == LinearConstraint::Type::less_than ? "<=" : ">=", constraint.threshold);
}

}  // namespace winnow
