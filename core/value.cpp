#include <winnow/core/value.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace winnow {

std::string format_double(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  std::array<char, 32> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), end};
}

Result<double> parse_double(std::string_view text) {
  std::string_view digits = text;
  if (digits.starts_with('+')) digits.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size() || digits.empty() ||
      (text.front() == '+' && digits.starts_with('-'))) {
    return fail(errc::invalid_input, "not a number: '" + std::string(text) + "'");
  }
  return value;
}

OrderedJson number_to_json(double value) {
  if (std::isfinite(value)) return value;
  return format_double(value);
}

Result<double> number_from_json(const Value& value) {
  if (value.is_number()) return value.get<double>();
  if (value.is_null()) return std::numeric_limits<double>::quiet_NaN();
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
    if (text == "Infinity" || text == "+Infinity") return std::numeric_limits<double>::infinity();
    if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  }
  return fail(errc::invalid_input, "expected a number, \"NaN\", \"Infinity\", \"-Infinity\" or null, got " +
                                       value.dump(-1, ' ', false, Value::error_handler_t::replace));
}

}  // namespace winnow
