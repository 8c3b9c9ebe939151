#include <winnow/session/csv.hpp>

#include <cmath>

namespace winnow::csv {

std::string text(std::string_view text) {
  const bool plain = !text.empty() && text.find_first_of(",\"\r\n") == std::string_view::npos && text.front() != ' ' &&
                     text.back() != ' ';
  if (plain) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + '"';
}

std::string number(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return format_double(value);
}

std::string value(const Value& value) {
  if (value.is_number_float()) return number(value.get<double>());
  if (value.is_string()) return text(value.get_ref<const std::string&>());
  return text(value.dump(-1, ' ', false, Value::error_handler_t::replace));
}

std::string line(const std::vector<std::string>& fields) {
  std::string line;
  for (std::size_t i = 0; i < fields.size(); ++i) line += (i > 0 ? "," : "") + fields[i];
  return line + '\n';
}

}  // namespace winnow::csv
