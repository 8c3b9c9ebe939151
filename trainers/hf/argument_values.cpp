// Values of arguments: typed members from JSON and back, and Python's casts.
#include <charconv>
#include <cmath>
#include <optional>
#include <type_traits>
#include <winnow/trainers/hf/detail/argument_fields.hpp>

namespace winnow::hf {
namespace {

template <class T>
struct Plain {
  using type = T;
  static constexpr bool optional = false;
};
template <class T>
struct Plain<std::optional<T>> {
  using type = T;
  static constexpr bool optional = true;
};
template <class M>
struct TypeOf;
template <class T>
struct TypeOf<MemberOf<T>> : Plain<T> {};

tl::unexpected<Error> not_right(const Field& field, const std::string& expected, const Value& value) {
  return fail(errc::invalid_input, std::string(field.name) + ": must be " + expected + ", got " + fields::shown(value));
}

bool fits_int64(const Value& value) {
  constexpr double kEnd = 9223372036854775808.0;  // 2^63
  const auto number = value.get<double>();
  return number >= -kEnd && number < kEnd;
}

// --- JSON to a C++ value; each fails with what would be right

Result<bool> typed(const Field& field, const Value& value, std::type_identity<bool>) {
  if (value.is_boolean()) return value.get<bool>();
  return not_right(field, "true or false", value);
}

Result<std::int64_t> typed(const Field& field, const Value& value, std::type_identity<std::int64_t>) {
  const bool good = value.is_number() && field.range.contains(value.get<double>()) && fits_int64(value);
  if (good) return value.get<std::int64_t>();
  return not_right(field, field.range.describe(), value);
}

Result<double> typed(const Field& field, const Value& value, std::type_identity<double>) {
  if (value.is_number() && field.range.contains(value.get<double>())) return value.get<double>();
  return not_right(field, field.range.describe(), value);
}

Result<std::string> typed(const Field& field, const Value& value, std::type_identity<std::string>) {
  if (!field.words.empty()) return fields::word(std::string(field.name), value, field.words);
  if (value.is_string()) return value.get<std::string>();
  return not_right(field, "a text", value);
}

Result<Value> typed(const Field& field, const Value& value, std::type_identity<Value>) {
  if (value.is_object()) return value;
  return not_right(field, "an object", value);
}

// --- a C++ value to JSON

Value json_of(Counting counting, double number) {
  const bool is_integer = counting != Counting::real && number == std::floor(number) && std::abs(number) < 1e15;
  return is_integer ? Value(static_cast<std::int64_t>(number)) : Value(number);
}
template <class T>
Value json_of(Counting /*counting*/, const T& value) {
  return value;
}

// --- casts

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\n\r\f\v";
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<bool> truth(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  const std::string_view word = trimmed(text);
  for (const char* yes : {"true", "yes", "on", "t", "y", "1"}) {
    if (word == yes) return true;
  }
  for (const char* no : {"false", "no", "off", "f", "n", "0"}) {
    if (word == no) return false;
  }
  return std::nullopt;
}

Value cast_to(std::type_identity<bool>, const Field& /*field*/, const Value& value) {
  if (value.is_number()) return value.get<double>() != 0;
  if (!value.is_string()) return value;
  const auto read = truth(value.get<std::string>());
  return read ? Value(*read) : value;
}

Value cast_to(std::type_identity<std::int64_t>, const Field& /*field*/, const Value& value) {
  if (value.is_boolean()) return static_cast<std::int64_t>(value.get<bool>());
  if (value.is_number_float() && fits_int64(value)) return static_cast<std::int64_t>(value.get<double>());
  if (!value.is_string()) return value;
  const auto read = whole_number(value.get_ref<const std::string&>());
  return read ? Value(*read) : value;
}

Value cast_to(std::type_identity<double>, const Field& field, const Value& value) {
  if (value.is_boolean()) return value.get<bool>() ? 1.0 : 0.0;
  if (value.is_number()) {
    const auto number = value.get<double>();
    return field.counting == Counting::steps && number > 1 ? std::trunc(number) : number;
  }
  if (!value.is_string()) return value;
  const auto read = parse_double(trimmed(value.get_ref<const std::string&>()));
  return read ? cast_to(std::type_identity<double>{}, field, Value(*read)) : value;
}

Value cast_to(std::type_identity<std::string>, const Field& /*field*/, const Value& value) {
  if (value.is_boolean()) return value.get<bool>() ? "True" : "False";
  return value.is_number() ? Value(value.dump()) : value;
}

Value cast_to(std::type_identity<Value>, const Field& /*field*/, const Value& value) {
  return value;
}

}  // namespace

Result<void> read(TrainingArguments& arguments, const Field& field, const Value& value) {
  return std::visit(
      [&]<class M>(M member) -> Result<void> {
        if (TypeOf<M>::optional && value.is_null()) {
          arguments.*member = {};
          return {};
        }
        auto read = typed(field, value, std::type_identity<typename TypeOf<M>::type>{});
        if (!read) return fail(std::move(read.error()));
        arguments.*member = *std::move(read);
        return {};
      },
      field.member);
}

Value write(const TrainingArguments& arguments, const Field& field) {
  return std::visit(
      [&]<class M>(M member) -> Value {
        if constexpr (TypeOf<M>::optional) {
          return arguments.*member ? json_of(field.counting, *(arguments.*member)) : Value(nullptr);
        } else {
          return json_of(field.counting, arguments.*member);
        }
      },
      field.member);
}

Value cast(const Field& field, const Value& value) {
  return std::visit(
      [&]<class M>(M /*member*/) { return cast_to(std::type_identity<typename TypeOf<M>::type>{}, field, value); },
      field.member);
}

}  // namespace winnow::hf
