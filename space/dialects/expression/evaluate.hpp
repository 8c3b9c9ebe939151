/// What an expression of Python comes to, as far as constants and known functions go. Not part of the interface.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <winnow/space/dialects/expression/budget.hpp>
#include <winnow/space/dialects/expression/syntax.hpp>

namespace winnow::expression {

/// What a script says around an expression.
struct Surroundings {
  /// The value of a name that is used at an offset; nullopt: the script says nothing of it. May complain.
  std::function<std::optional<Expression>(std::string_view name, std::size_t offset)> value_of{};
  /// What imports call otherwise: `t` is `ray.tune`, `lu` is `ray.tune.loguniform`.
  std::map<std::string, std::string, std::less<>> imported{};
};

Parsed<Expression> evaluate(const Syntax& syntax, const Surroundings& surroundings, Budget& budget);

}  // namespace winnow::expression
