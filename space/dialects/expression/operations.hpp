/// Python's operators on values: numbers, texts, lists, numpy's arrays. Not part of the interface.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <winnow/space/dialects/expression/budget.hpp>

namespace winnow::expression {

struct Operand {
  Value value;
  bool array = false;  ///< numpy's: element by element
};

/// The operators + - * / // % ** << >> |. Complains at `offset`.
Operand compute(std::string_view operation, const Operand& left, const Operand& right, std::size_t offset,
                Budget& budget);
/// The operators + - not.
Operand compute(std::string_view operation, const Operand& operand, std::size_t offset);

bool is_true(const Value& value);
bool is_equal(const Value& left, const Value& right);
/// Complains where Python has no order.
bool is_less(const Value& left, const Value& right, std::size_t offset);
/// `==`, `<`, `in`, `is not`, …
bool compare(std::string_view operation, const Value& left, const Value& right, std::size_t offset);

/// What a loop over it meets: a list's elements, a text's characters, a dict's keys.
std::vector<Value> elements_of(const Value& value, std::size_t offset);

/// As `str` does; by `format` and `conversion` (`r`, or none) as an f-string does.
std::string text_of(const Value& value, std::size_t offset);
std::string formatted(const Value& value, const std::string& format, char conversion, std::size_t offset);

}  // namespace winnow::expression
