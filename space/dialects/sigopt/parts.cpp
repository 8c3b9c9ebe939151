#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <winnow/space/dialects/sigopt/parts.hpp>

namespace winnow::sigopt {
namespace {

class Coverage {
public:
  explicit Coverage(const std::vector<Conditional>& conditionals) : conditionals_(conditionals) {}

  /// `left`: those that the values chosen so far let be; the first `depth` conditionals have theirs.
  [[nodiscard]] std::optional<std::string> hole(const std::vector<const Parameter*>& left, std::size_t depth,
                                                const std::string& chosen) const {
    if (left.empty()) return chosen;
    const auto is_free = [&](const Parameter* parameter) {
      return std::none_of(
          conditionals_.begin() + static_cast<std::ptrdiff_t>(depth), conditionals_.end(),
          [&](const Conditional& conditional) { return condition(*parameter, conditional) != nullptr; });
    };
    if (std::any_of(left.begin(), left.end(), is_free)) return std::nullopt;
    const Conditional& conditional = conditionals_[depth];
    for (const Value& value : conditional.values) {
      std::vector<const Parameter*> next;
      std::copy_if(left.begin(), left.end(), std::back_inserter(next), [&](const Parameter* parameter) {
        const Condition* on = condition(*parameter, conditional);
        return on == nullptr || std::find(on->values.begin(), on->values.end(), value) != on->values.end();
      });
      const std::string choice =
          fmt::format("{}{}{} is {}", chosen, chosen.empty() ? "" : " and ", conditional.name, shown(value));
      if (auto found = hole(next, depth + 1, choice)) return found;
    }
    return std::nullopt;
  }

private:
  static const Condition* condition(const Parameter& parameter, const Conditional& on) {
    const auto it = std::find_if(parameter.conditions.begin(), parameter.conditions.end(),
                                 [&](const Condition& condition) { return condition.parent == on.name; });
    return it == parameter.conditions.end() ? nullptr : &*it;
  }

  const std::vector<Conditional>& conditionals_;
};

}  // namespace

std::optional<std::string> uncovered(const std::vector<Conditional>& conditionals,
                                     const std::vector<const Parameter*>& parameters) {
  return Coverage(conditionals).hole(parameters, 0, "");
}

std::optional<std::string> unconstrainable(const Domain& domain) {
  if (const auto* real = std::get_if<Float>(&domain); real != nullptr && real->law == Law::log_uniform) {
    return "has transformation: log, which takes no linear constraint";
  }
  const auto* categorical = std::get_if<Categorical>(&domain);
  if (categorical == nullptr) return std::nullopt;
  return categorical->values.front().is_string() ? "is categorical, which takes no linear constraint"
                                                 : "has a grid, which takes no linear constraint";
}

}  // namespace winnow::sigopt
