/// From expressions to values and arguments, and from values back to Python's spelling.
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <winnow/core/nearest.hpp>
#include <winnow/space/dialects/expression/expression.hpp>

namespace winnow::expression {
namespace {

using Kind = Expression::Kind;

std::string listed(std::span<const Formal> formals) {
  std::string text;
  for (const Formal& formal : formals) text += (text.empty() ? "" : ", ") + std::string(formal.name);
  return text;
}

Parsed<Value> list_of(const std::vector<Expression>& items) {
  Value list = Value::array();
  for (const Expression& item : items) {
    Parsed<Value> value = to_value(item);
    if (!value) return value;
    list.push_back(std::move(*value));
  }
  return list;
}

Parsed<Value> object_of(const std::vector<Expression::Named>& entries) {
  Value object = Value::object();
  for (const Expression::Named& entry : entries) {
    Parsed<Value> value = to_value(entry.value);
    if (!value) return value;
    object[entry.name] = std::move(*value);
  }
  return object;
}

// --- Python's spelling

/// The shortest digits, laid out as `repr` does: with an exponent from 1e16 on and below 1e-4.
std::string python_float(double value) {
  if (std::isnan(value)) return "float('nan')";
  if (std::isinf(value)) return value < 0 ? "float('-inf')" : "float('inf')";
  std::array<char, 40> buffer{};
  const double size = std::abs(value);
  const bool fixed = value == 0 || (size >= 1e-4 && size < 1e16);
  const auto format = fixed ? std::chars_format::fixed : std::chars_format::scientific;
  const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format);
  std::string text(buffer.data(), written.ptr);
  if (fixed && text.find('.') == std::string::npos) text += ".0";
  return text;
}

std::string python_text(const std::string& text) {
  const char quote = text.find('\'') != std::string::npos && text.find('"') == std::string::npos ? '"' : '\'';
  std::string quoted(1, quote);
  for (const char c : text) {
    switch (c) {
      case '\\': quoted += "\\\\"; break;
      case '\n': quoted += "\\n"; break;
      case '\r': quoted += "\\r"; break;
      case '\t': quoted += "\\t"; break;
      default:
        if (c == quote) {
          quoted += std::string("\\") + c;
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
          quoted += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        } else {
          quoted += c;
        }
    }
  }
  return quoted + quote;
}

}  // namespace

Parsed<Value> to_value(const Expression& expression) {
  switch (expression.kind) {
    case Kind::value: return expression.value;
    case Kind::list: return list_of(expression.items);
    case Kind::dict: return object_of(expression.named);
    case Kind::call:
      return refuse(
          expression.offset,
          fmt::format("{}(…) is Python code, and nothing is run here; write the value itself", expression.name));
    case Kind::code:
      return refuse(
          expression.offset,
          fmt::format("{} is Python code, and nothing is run here; write the values themselves", expression.name));
    case Kind::name: break;
  }
  return refuse(expression.offset, fmt::format("'{}' is a name of the Python code, unknown here; write its value (a "
                                               "text goes in quotes)",
                                               expression.name));
}

Parsed<Arguments> bind_arguments(const Expression& call, std::span<const Formal> formals) {
  const std::string function(last_part(call.name));
  Arguments bound;
  std::size_t next = 0;
  for (const Expression& item : call.items) {
    if (next == formals.size()) {
      return refuse(item.offset, fmt::format("{} takes at most {} argument{}: {}", function, next, next == 1 ? "" : "s",
                                             listed(formals)));
    }
    if (formals[next].keyword_only) {
      return refuse(item.offset, fmt::format("{0} takes {1} by its name only: {1}=…", function, formals[next].name));
    }
    bound[formals[next++].name] = &item;
  }
  for (const Expression::Named& argument : call.named) {
    std::vector<std::string> names;
    const Formal* known = nullptr;
    for (const Formal& formal : formals) {
      names.emplace_back(formal.name);
      if (formal.name == argument.name) known = &formal;
    }
    if (known == nullptr) {
      return refuse(argument.offset, fmt::format("unknown argument '{}'{} ({} takes: {})", argument.name,
                                                 did_you_mean(argument.name, names), function, listed(formals)));
    }
    if (!bound.emplace(known->name, &argument.value).second) {
      return refuse(argument.offset, fmt::format("the argument '{}' is given twice", argument.name));
    }
  }
  for (const Formal& formal : formals) {
    if (!formal.required || bound.contains(formal.name)) continue;
    return refuse(call.offset, fmt::format("{} needs {} (it takes: {})", function, formal.name, listed(formals)));
  }
  return bound;
}

std::string to_python(const Value& value) {
  if (value.is_null()) return "None";
  if (value.is_boolean()) return value.get<bool>() ? "True" : "False";
  if (value.is_number_float()) return python_float(value.get<double>());
  if (value.is_string()) return python_text(value.get_ref<const std::string&>());
  std::string text;
  if (value.is_array()) {
    for (const Value& item : value) text += (text.empty() ? "" : ", ") + to_python(item);
    return "[" + text + "]";
  }
  if (value.is_object()) {
    for (const auto& [key, item] : value.items()) {
      text += (text.empty() ? "" : ", ") + python_text(key) + ": " + to_python(item);
    }
    return "{" + text + "}";
  }
  return value.dump();
}

}  // namespace winnow::expression
