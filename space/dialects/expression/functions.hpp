/// The functions of Python, `math`, `itertools` and numpy that spaces are made with. Not part of the interface.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <winnow/space/dialects/expression/operations.hpp>

namespace winnow::expression {

/// Whether a function of this name can be computed: `range`, `math.log`, `np.linspace`.
bool is_function(std::string_view name);
/// `math.pi`, `np.inf`; nullopt for any other name.
std::optional<Value> constant_named(std::string_view name);

/// A call of one whose arguments are values. Complains of arguments that don't fit.
Operand call_function(const Expression& call, Budget& budget);
/// `[1, 2].copy()`, `np.arange(3).tolist()`; `at` is the place of the method.
Operand call_method(const Operand& object, const Expression& call, std::size_t at, Budget& budget);

}  // namespace winnow::expression
