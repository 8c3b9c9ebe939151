/// Arithmetic on constants with Python's results: int and float apart, floored division, the sign of `%` that of the
/// divisor. Not part of the interface.
#pragma once

#include <string>
#include <string_view>

#include <winnow/core/value.hpp>

namespace winnow::expression {

/// `operation` is one of + - * / // % **. The error says what is wrong in a few words.
tl::expected<Value, std::string> arithmetic(std::string_view operation, const Value& left, const Value& right);
tl::expected<Value, std::string> negated(const Value& value);

}  // namespace winnow::expression
