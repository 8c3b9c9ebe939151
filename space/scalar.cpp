/// The implicit types of YAML 1.1 in PyYAML's spelling (yaml/resolver.py), with decimal numbers read more widely.
#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <winnow/space/document.hpp>

namespace winnow {
namespace {

constexpr std::array<std::string_view, 5> kNull = {"", "~", "null", "Null", "NULL"};
constexpr std::array<std::string_view, 9> kTrue = {"yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"};
constexpr std::array<std::string_view, 9> kFalse = {"no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"};
constexpr std::array<std::string_view, 3> kInf = {".inf", ".Inf", ".INF"};
constexpr std::array<std::string_view, 3> kNan = {".nan", ".NaN", ".NAN"};

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kDigitsAndBars = "0123456789_";

template <std::size_t N>
bool one_of(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

bool only(std::string_view text, std::string_view characters) {
  return text.find_first_not_of(characters) == std::string_view::npos;
}

/// Takes the characters of `set` off the front.
std::string_view take(std::string_view& text, std::string_view set) {
  const std::string_view taken = text.substr(0, text.find_first_not_of(set));
  text.remove_prefix(taken.size());
  return taken;
}

bool take_one(std::string_view& text, std::string_view set) {
  if (text.empty() || set.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

std::string without_bars(std::string_view text) {
  std::string digits(text);
  std::erase(digits, '_');
  return digits;
}

std::optional<Value> as_double(bool negative, std::string_view text) {
  const Result<double> value = parse_double(without_bars(text));
  if (!value) return std::nullopt;
  return negative ? -*value : *value;
}

std::optional<Value> whole(bool negative, std::string_view digits, int base) {
  constexpr std::uint64_t kHighest = std::numeric_limits<std::int64_t>::max();
  const std::string text = without_bars(digits);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size())
    return base == 10 ? as_double(negative, text) : std::nullopt;
  if (negative)
    return value <= kHighest + 1 ? Value(static_cast<std::int64_t>(-value)) : Value(-static_cast<double>(value));
  return value <= kHighest ? Value(static_cast<std::int64_t>(value)) : Value(value);
}

/// `text` has no sign.
std::optional<Value> as_integer(bool negative, std::string_view text) {
  if (text.starts_with("0b") && text.size() > 2 && only(text.substr(2), "01_"))
    return whole(negative, text.substr(2), 2);
  if (text.starts_with("0x") && text.size() > 2 && only(text.substr(2), "0123456789abcdefABCDEF_")) {
    return whole(negative, text.substr(2), 16);
  }
  if (text.size() > 1 && text.front() == '0' && only(text, "01234567_")) return whole(negative, text, 8);
  if (text == "0" || (!text.empty() && text.front() >= '1' && text.front() <= '9' && only(text, kDigitsAndBars))) {
    return whole(negative, text, 10);
  }
  return std::nullopt;
}

/// `12`, `12.`, `12.5`, `.5`, each perhaps with an exponent.
std::optional<Value> as_decimal(bool negative, std::string_view text) {
  std::string_view rest = text;
  const bool digit_first = !rest.empty() && kDigits.find(rest.front()) != std::string_view::npos;
  if (digit_first) take(rest, kDigitsAndBars);
  const bool dot = take_one(rest, ".");
  if (dot) {
    if (!digit_first && (rest.empty() || kDigits.find(rest.front()) == std::string_view::npos)) return std::nullopt;
    take(rest, kDigitsAndBars);
  }
  const bool exponent = take_one(rest, "eE");
  if (exponent) {
    take_one(rest, "+-");
    if (take(rest, kDigits).empty()) return std::nullopt;
  }
  if (!rest.empty() || !(digit_first || dot) || !(dot || exponent)) return std::nullopt;
  return as_double(negative, text);
}

/// `1:30` is 90, `1:30.5` is 90.5: hours, minutes and seconds of YAML 1.1.
std::optional<Value> as_sexagesimal(bool negative, std::string_view text) {
  if (text.empty() || kDigits.find(text.front()) == std::string_view::npos) return std::nullopt;
  std::string_view rest = text;
  const std::string first = without_bars(take(rest, kDigitsAndBars));
  if (!rest.starts_with(':') || first.size() > 15) return std::nullopt;
  auto value = static_cast<double>(std::stoll(first));
  while (take_one(rest, ":")) {
    const std::string_view part = take(rest, kDigits);
    if (part.empty() || part.size() > 2 || (part.size() == 2 && part.front() > '5')) return std::nullopt;
    value = 60 * value + std::stoi(std::string(part));
  }
  const double sign = negative ? -1 : 1;
  if (rest.empty() && text.front() != '0' && value < 0x1p53) return static_cast<std::int64_t>(sign * value);
  if (!rest.starts_with('.') || !only(rest.substr(1), kDigitsAndBars)) return std::nullopt;
  const Result<double> fraction = parse_double("0" + without_bars(rest));
  return sign * (value + fraction.value_or(0));
}

}  // namespace

Value resolve_scalar(std::string_view text) {
  if (one_of(text, kNull)) return nullptr;
  if (one_of(text, kTrue)) return true;
  if (one_of(text, kFalse)) return false;
  if (one_of(text, kNan)) return std::numeric_limits<double>::quiet_NaN();
  std::string_view body = text;
  const bool negative = body.starts_with('-');
  take_one(body, "+-");
  if (one_of(body, kInf)) return (negative ? -1 : 1) * std::numeric_limits<double>::infinity();
  for (const auto read : {&as_integer, &as_decimal, &as_sexagesimal}) {
    if (auto number = read(negative, body)) return *number;
  }
  return std::string(text);
}

}  // namespace winnow
