#include <winnow/space/dialects/expression/operations.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <winnow/space/dialects/expression/arithmetic.hpp>

namespace winnow::expression {
namespace {

bool is_integer(const Value& value) {
  return value.is_number_integer() || value.is_boolean();
}

std::int64_t integer_of(const Value& value) {
  return value.is_boolean() ? std::int64_t{value.get<bool>()} : value.get<std::int64_t>();
}

Value number(std::string_view operation, const Value& left, const Value& right, std::size_t offset) {
  auto result = arithmetic(operation, left, right);
  if (!result) complain(offset, result.error());
  return std::move(*result);
}

/// numpy keeps integers integers, and so has no negative powers of them.
Value number_of_array(std::string_view operation, const Value& left, const Value& right, std::size_t offset) {
  if (operation == "**" && is_integer(left) && is_integer(right) && integer_of(right) < 0) {
    complain(offset, "numpy has no negative powers of integers; write the base as a real number: 10.0 ** …");
  }
  return number(operation, left, right, offset);
}

Operand on_arrays(std::string_view operation, const Value& left, const Value& right, std::size_t offset,
                  Budget& budget) {
  const std::size_t size = left.is_array() ? left.size() : right.size();
  if (left.is_array() && right.is_array() && left.size() != right.size()) {
    complain(offset, fmt::format("these arrays have {} and {} elements", left.size(), right.size()));
  }
  budget.spend(size, offset);
  Value list = Value::array();
  for (std::size_t i = 0; i < size; ++i) {
    list.push_back(
        number_of_array(operation, left.is_array() ? left[i] : left, right.is_array() ? right[i] : right, offset));
  }
  return {std::move(list), true};
}

Value repeated(const Value& value, std::int64_t times, std::size_t offset, Budget& budget) {
  const auto count = static_cast<std::size_t>(std::max<std::int64_t>(times, 0));
  const bool text = value.is_string();
  const std::size_t size = text ? value.get_ref<const std::string&>().size() : value.size();
  if (size > 0 && count > budget.left / size) budget.spend(budget.left + 1, offset);
  budget.spend(size * count, offset);
  Value result = text ? Value("") : Value::array();
  for (std::size_t i = 0; i < count; ++i) {
    if (text) {
      result.get_ref<std::string&>() += value.get_ref<const std::string&>();
    } else {
      result.insert(result.end(), value.begin(), value.end());
    }
  }
  return result;
}

Value joined(const Value& left, const Value& right, std::size_t offset, Budget& budget) {
  if (left.is_string()) {
    budget.spend(left.get_ref<const std::string&>().size() + right.get_ref<const std::string&>().size(), offset);
    return left.get<std::string>() + right.get<std::string>();
  }
  budget.spend(left.size() + right.size(), offset);
  Value result = left;
  result.insert(result.end(), right.begin(), right.end());
  return result;
}

Value shifted(std::string_view operation, std::int64_t value, std::int64_t by, std::size_t offset) {
  if (by < 0) complain(offset, "a shift by a negative number");
  if (operation == ">>") return value >> std::min<std::int64_t>(by, 63);
  if (by > 62) complain(offset, "the result is beyond 64 bits");
  return number("*", value, std::int64_t{1} << by, offset);
}

bool has_order(const Value& left, const Value& right) {
  const auto is_number = [](const Value& value) { return value.is_number() || value.is_boolean(); };
  return (is_number(left) && is_number(right)) || (left.is_string() && right.is_string()) ||
         (left.is_array() && right.is_array());
}

Value counted(const Value& value) {
  return value.is_boolean() ? Value(integer_of(value)) : value;
}

}  // namespace

Operand compute(std::string_view operation, const Operand& left, const Operand& right, std::size_t offset,
                Budget& budget) {
  const Value& a = left.value;
  const Value& b = right.value;
  if (left.array || right.array) return on_arrays(operation, a, b, offset, budget);
  if (operation == "+" && ((a.is_string() && b.is_string()) || (a.is_array() && b.is_array()))) {
    return {joined(a, b, offset, budget)};
  }
  if (operation == "*" && (a.is_string() || a.is_array()) && is_integer(b)) {
    return {repeated(a, integer_of(b), offset, budget)};
  }
  if (operation == "*" && (b.is_string() || b.is_array()) && is_integer(a)) {
    return {repeated(b, integer_of(a), offset, budget)};
  }
  if (operation == "%" && a.is_string())
    complain(offset, "a text's % isn't read; write an f-string, or the text itself");
  if ((operation == "<<" || operation == ">>") && is_integer(a) && is_integer(b)) {
    return {shifted(operation, integer_of(a), integer_of(b), offset)};
  }
  if (operation == "|") {
    if (!a.is_object() || !b.is_object()) complain(offset, "| is for dicts only");
    Value result = a;
    result.update(b);
    return {std::move(result)};
  }
  return {number(operation, a, b, offset)};
}

Operand compute(std::string_view operation, const Operand& operand, std::size_t offset) {
  if (operation == "not") return {!is_true(operand.value)};
  const auto signed_value = [&](const Value& value) {
    auto result = operation == "-" ? negated(value) : arithmetic("+", 0, value);
    if (!result) complain(offset, result.error());
    return std::move(*result);
  };
  if (!operand.array) return {signed_value(operand.value)};
  Value list = Value::array();
  for (const Value& element : operand.value) list.push_back(signed_value(element));
  return {std::move(list), true};
}

bool is_true(const Value& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number()) return value.get<double>() != 0;
  if (value.is_string()) return !value.get_ref<const std::string&>().empty();
  return !value.empty();
}

bool is_equal(const Value& left, const Value& right) {
  if (left.is_array() && right.is_array()) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(), is_equal);
  }
  return counted(left) == counted(right);
}

bool is_less(const Value& left, const Value& right, std::size_t offset) {
  if (!has_order(left, right)) complain(offset, "these have no order");
  if (!left.is_array()) return counted(left) < counted(right);
  for (std::size_t i = 0; i < left.size() && i < right.size(); ++i) {
    if (!is_equal(left[i], right[i])) return is_less(left[i], right[i], offset);
  }
  return left.size() < right.size();
}

bool compare(std::string_view operation, const Value& left, const Value& right, std::size_t offset) {
  if (operation == "==") return is_equal(left, right);
  if (operation == "!=") return !is_equal(left, right);
  if (operation == "<") return is_less(left, right, offset);
  if (operation == ">") return is_less(right, left, offset);
  if (operation == "<=") return is_less(left, right, offset) || is_equal(left, right);
  if (operation == ">=") return is_less(right, left, offset) || is_equal(left, right);
  if (operation == "is") return left.type() == right.type() && left == right;
  if (operation == "is not") return !compare("is", left, right, offset);
  if (operation == "not in") return !compare("in", left, right, offset);
  if (left.is_string() && right.is_string()) {
    return right.get_ref<const std::string&>().find(left.get_ref<const std::string&>()) != std::string::npos;
  }
  const std::vector<Value> all = elements_of(right, offset);
  return std::any_of(all.begin(), all.end(), [&](const Value& element) { return is_equal(element, left); });
}

std::vector<Value> elements_of(const Value& value, std::size_t offset) {
  std::vector<Value> elements;
  if (value.is_array()) return value.get<std::vector<Value>>();
  if (value.is_object()) {
    for (const auto& [key, element] : value.items()) elements.emplace_back(key);
    return elements;
  }
  if (!value.is_string()) complain(offset, "a list is needed here, got " + to_python(value));
  for (const char c : value.get_ref<const std::string&>()) {
    const bool continues = (static_cast<unsigned char>(c) & 0xc0) == 0x80 && !elements.empty();
    if (!continues) elements.emplace_back("");
    elements.back().get_ref<std::string&>().push_back(c);
  }
  return elements;
}

std::string text_of(const Value& value, std::size_t offset) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_structured()) complain(offset, "the text of a list or dict isn't made here; write it out");
  if (value.is_number_float() && !std::isfinite(value.get<double>())) {
    const auto real = value.get<double>();
    return std::isnan(real) ? "nan" : real > 0 ? "inf" : "-inf";
  }
  return to_python(value);
}

std::string formatted(const Value& value, const std::string& format, char conversion, std::size_t offset) {
  if (conversion == 'r' && value.is_string()) return formatted(to_python(value), format, '\0', offset);
  if (format.empty()) return text_of(value, offset);
  // The two languages agree where the kind of number is said.
  const bool has_type = std::string_view("dfFeEgGxXobs").find(format.back()) != std::string_view::npos;
  const std::string spelled = "{:" + format + "}";
  try {
    if (value.is_string()) return fmt::format(fmt::runtime(spelled), value.get<std::string>());
    if (is_integer(value) && (!has_type || std::string_view("fFeEgG").find(format.back()) == std::string_view::npos)) {
      return fmt::format(fmt::runtime(spelled), integer_of(value));
    }
    if (has_type && (value.is_number() || value.is_boolean())) {
      return fmt::format(fmt::runtime(spelled), counted(value).get<double>());
    }
  } catch (const fmt::format_error&) {
  }
  complain(offset, fmt::format("the format '{}' isn't read; write the text itself", format));
}

}  // namespace winnow::expression
