#include <winnow/trainers/program/python_text.hpp>

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

#include <winnow/trainers/program/printable.hpp>

namespace winnow::program {
namespace {

/// The decimal point of `digits` behind the first `before` of them, zeros where there are none.
std::string placed(std::string digits, int before) {
  if (before <= 0) return "0." + std::string(static_cast<std::size_t>(-before), '0') + digits;
  const auto point = static_cast<std::size_t>(before);
  if (point >= digits.size()) return digits + std::string(point - digits.size(), '0') + ".0";
  return digits.insert(point, ".");
}

/// A finite number in the fewest digits that read back as the same bits.
std::string decimal(double value, bool may_have_exponent) {
  std::array<char, 40> buffer{};
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific).ptr;
  std::string text(buffer.data(), end);  // -d.ddde±XX
  const std::string sign = text.front() == '-' ? "-" : "";
  const auto e = text.find('e');
  const int exponent = std::stoi(text.substr(e + 1));
  std::string digits = text.substr(sign.size(), e - sign.size());
  if (may_have_exponent && (exponent < -4 || exponent >= 16))
    return fmt::format("{}{}e{:+03d}", sign, digits, exponent);
  std::erase(digits, '.');
  return sign + placed(std::move(digits), exponent + 1);
}

struct Character {
  char32_t code = 0;
  std::size_t size = 1;
  bool valid = false;
};

Character decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  const std::size_t size = first < 0x80 ? 1 : first >> 5 == 6 ? 2 : first >> 4 == 14 ? 3 : first >> 3 == 30 ? 4 : 0;
  if (size == 1) return {first, 1, true};
  if (size == 0 || size > text.size()) return {first, 1, false};
  char32_t code = first & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if (byte(i) >> 6 != 2) return {first, 1, false};
    code = code << 6 | (byte(i) & 0x3FU);
  }
  constexpr std::array<char32_t, 5> kLeast = {0, 0, 0x80, 0x800, 0x10000};
  if (code < kLeast[size] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return {first, 1, false};
  return {code, size, true};
}

std::string escaped(const Character& character, std::string_view bytes, char quote) {
  const auto code = static_cast<std::uint32_t>(character.code);
  if (code == '\n') return "\\n";
  if (code == '\r') return "\\r";
  if (code == '\t') return "\\t";
  if (code == '\\' || code == static_cast<unsigned char>(quote)) return std::string("\\") + static_cast<char>(code);
  if (character.valid && printable(character.code)) return std::string(bytes);
  if (code < 0x100) return fmt::format("\\x{:02x}", code);
  return code < 0x10000 ? fmt::format("\\u{:04x}", code) : fmt::format("\\U{:08x}", code);
}

}  // namespace

std::string python_repr(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return decimal(value, true);
}

std::string python_repr(std::string_view text) {
  const bool single = text.find('\'') != std::string_view::npos && text.find('"') == std::string_view::npos;
  const char quote = single ? '"' : '\'';
  std::string shown(1, quote);
  while (!text.empty()) {
    const Character character = decode(text);
    shown += escaped(character, text.substr(0, character.size), quote);
    text.remove_prefix(character.size);
  }
  return shown + quote;
}

std::string python_repr(const OrderedJson& value) {
  switch (value.type()) {
    case OrderedJson::value_t::null: return "None";
    case OrderedJson::value_t::boolean: return value.get<bool>() ? "True" : "False";
    case OrderedJson::value_t::number_float: return python_repr(value.get<double>());
    case OrderedJson::value_t::string: return python_repr(std::string_view(value.get_ref<const std::string&>()));
    case OrderedJson::value_t::array: {
      std::string list;
      for (const OrderedJson& item : value) list += (list.empty() ? "" : ", ") + python_repr(item);
      return "[" + list + "]";
    }
    case OrderedJson::value_t::object: {
      std::string dict;
      for (const auto& [key, item] : value.items()) {
        dict += (dict.empty() ? "" : ", ") + python_repr(std::string_view(key)) + ": " + python_repr(item);
      }
      return "{" + dict + "}";
    }
    case OrderedJson::value_t::number_integer:
    case OrderedJson::value_t::number_unsigned:
    case OrderedJson::value_t::binary:
    case OrderedJson::value_t::discarded: break;
  }
  return value.dump();
}

std::string python_str(const OrderedJson& value) {
  return value.is_string() ? value.get<std::string>() : python_repr(value);
}

std::string python_argument(const OrderedJson& value) {
  const double number = value.is_number_float() ? value.get<double>() : 0;
  return number < 0 && std::isfinite(number) ? decimal(number, false) : python_str(value);
}

std::string python_json(const OrderedJson& value) {
  std::string text;
  if (value.is_object()) {
    for (const auto& [key, item] : value.items()) {
      text += (text.empty() ? "" : ", ") + python_json(OrderedJson(key)) + ": " + python_json(item);
    }
    return "{" + text + "}";
  }
  if (value.is_array()) {
    for (const OrderedJson& item : value) text += (text.empty() ? "" : ", ") + python_json(item);
    return "[" + text + "]";
  }
  if (value.is_number_float() && std::isfinite(value.get<double>())) return python_repr(value.get<double>());
  return value.dump(-1, ' ', true, OrderedJson::error_handler_t::replace);
}

}  // namespace winnow::program
