/// Python's own functions, and those of `math` and `itertools` (CPython 3.11).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include <winnow/space/dialects/expression/arithmetic.hpp>
#include <winnow/space/dialects/expression/given.hpp>

namespace winnow::expression {
namespace {

constexpr std::size_t kLongestRange = 1'000'000;

constexpr std::array kIterable = {Formal{"iterable", false}};
constexpr std::array kSorted = {Formal{"iterable"}, Formal{"reverse", false, true}};
constexpr std::array kEnumerate = {Formal{"iterable"}, Formal{"start", false}};
constexpr std::array kObject = {Formal{"x"}};
constexpr std::array kNumberOrNone = {Formal{"x", false}};
constexpr std::array kRound = {Formal{"number"}, Formal{"ndigits", false}};
constexpr std::array kPower = {Formal{"base"}, Formal{"exp"}};
constexpr std::array kLog = {Formal{"x"}, Formal{"base", false}};
constexpr std::array kRepeat = {Formal{"repeat", false, true}};

Operand list_of(std::vector<Value> elements) {
  return {Value(std::move(elements))};
}

std::int64_t whole(const Value& value, const Given& given) {
  if (value.is_boolean()) return value.get<bool>() ? 1 : 0;
  if (value.is_number_integer() && !value.is_number_unsigned()) return value.get<std::int64_t>();
  given.complain_of("range takes integers");
}

Operand range(const Given& given) {
  std::array<std::int64_t, 3> numbers = {0, 0, 1};  // start, stop, step
  const std::size_t count = given.all().size();
  if (count < 1 || count > 3) given.complain_of("range takes one to three integers");
  for (std::size_t i = 0; i < count; ++i) numbers[count == 1 ? 1 : i] = whole(given.all()[i].value, given);
  const auto [start, stop, step] = numbers;
  if (step == 0) given.complain_of("a range's step must not be 0");
  Value list = Value::array();
  const auto reached = [&](std::int64_t i) { return step > 0 ? i >= stop : i <= stop; };
  for (std::int64_t i = start; !reached(i);) {
    if (list.size() >= kLongestRange) given.complain_of(fmt::format("a range of over {} values", kLongestRange));
    list.push_back(i);
    if (__builtin_add_overflow(i, step, &i)) break;
  }
  return {std::move(list)};
}

Operand sorted(const Given& given) {
  std::vector<Value> all = given.elements("iterable");
  const bool reverse = given.flag("reverse", false);
  std::stable_sort(all.begin(), all.end(), [&](const Value& a, const Value& b) {
    return reverse ? is_less(b, a, given.offset()) : is_less(a, b, given.offset());
  });
  return list_of(std::move(all));
}

/// The least; of the greatest with `most`.
Operand extreme(const Given& given, bool most) {
  const std::vector<Operand>& arguments = given.all();
  std::vector<Value> all;
  if (arguments.size() == 1) all = elements_of(arguments.front().value, given.offset());
  if (arguments.size() > 1) {
    for (const Operand& argument : arguments) all.push_back(argument.value);
  }
  if (all.empty()) given.complain_of("of no values there is neither a least nor a greatest");
  Value best = all.front();
  for (const Value& value : all) {
    if (most ? is_less(best, value, given.offset()) : is_less(value, best, given.offset())) best = value;
  }
  return {std::move(best)};
}

Operand sum(const Given& given) {
  Operand total{given.has("start") ? given.value("start") : Value(0)};
  for (Value& element : given.elements("iterable")) {
    total = compute("+", total, {std::move(element)}, given.offset(), given.budget());
  }
  return total;
}

Operand length(const Given& given) {
  return {elements_of(given.value("x"), given.offset()).size()};
}

Operand absolute(const Given& given) {
  const Operand& operand = given.at("x");
  const auto of = [&](const Value& value) {
    const bool negative =
        value.is_number_float() ? std::signbit(value.get<double>()) : is_less(value, 0, given.offset());
    return compute(negative ? "-" : "+", {value}, given.offset()).value;
  };
  if (!operand.array) return {of(operand.value)};
  Value list = Value::array();
  for (const Value& value : operand.value) list.push_back(of(value));
  return {std::move(list), true};
}

Value integer_from(double value, const Given& given) {
  if (!(std::abs(value) < 0x1p63)) given.complain_of("the result is beyond 64 bits");
  return static_cast<std::int64_t>(value);
}

/// Half to even, of the number as it is rather than of its shortest digits: so does printf.
Operand round(const Given& given) {
  if (given.is_integer("number")) {
    if (given.integer("ndigits", 0) < 0) given.complain_of("round to tens isn't read; write the number");
    return {given.integer("number")};
  }
  const double number = given.number("number");
  if (!given.has("ndigits")) return {integer_from(std::nearbyint(number), given)};
  const std::int64_t digits = given.integer("ndigits");
  if (digits < 0) given.complain_of("round to tens isn't read; write the number");
  if (digits > 30) return {number};
  return {*parse_double(fmt::format("{:.{}f}", number, digits))};
}

std::string without_blanks(const std::string& text) {
  const auto start = text.find_first_not_of(" \t\n");
  return start == std::string::npos ? "" : text.substr(start, text.find_last_not_of(" \t\n") - start + 1);
}

Operand to_integer(const Given& given) {
  if (!given.has("x")) return {0};
  if (given.is_integer("x")) return {given.integer("x")};
  if (!given.value("x").is_string()) return {integer_from(std::trunc(given.number("x")), given)};
  const std::string text = without_blanks(given.value("x").get<std::string>());
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) given.complain_of("this text is no integer");
  return {number};
}

Operand to_real(const Given& given) {
  if (!given.has("x")) return {0.0};
  if (!given.value("x").is_string()) return {given.number("x")};
  std::string text = without_blanks(given.value("x").get<std::string>());
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; });
  const bool minus = text.starts_with('-');
  const std::string size = minus || text.starts_with('+') ? text.substr(1) : text;
  const double sign = minus ? -1 : 1;
  if (size == "inf" || size == "infinity") return {sign * std::numeric_limits<double>::infinity()};
  if (size == "nan") return {std::numeric_limits<double>::quiet_NaN()};
  const auto number = parse_double(text);
  if (!number) given.complain_of("this text is no number");
  return {*number};
}

Operand to_text(const Given& given) {
  return {text_of(given.value("x"), given.offset())};
}

Operand logarithm(const Given& given) {
  const double x = given.number("x");
  if (x <= 0) given.complain_of("there is a logarithm of numbers above 0 only");
  if (!given.has("base")) return {real(std::log(x), given.offset())};
  const double base = std::log(given.number("base"));
  if (base == 0) given.complain_of("division by zero");
  return {real(std::log(x) / base, given.offset())};
}

template <double (*kFunction)(double)>
Operand of_real(const Given& given) {
  return {real(kFunction(given.number("x")), given.offset())};
}

template <double (*kFunction)(double)>
Operand to_whole(const Given& given) {
  if (given.is_integer("x")) return {given.integer("x")};
  return {integer_from(kFunction(given.number("x")), given)};
}

double log2_of(double x) {
  return std::log2(x);
}
double log10_of(double x) {
  return std::log10(x);
}
double exp_of(double x) {
  return std::exp(x);
}
double sqrt_of(double x) {
  return std::sqrt(x);
}
double floor_of(double x) {
  return std::floor(x);
}
double ceil_of(double x) {
  return std::ceil(x);
}
double trunc_of(double x) {
  return std::trunc(x);
}
double sin_of(double x) {
  return std::sin(x);
}
double cos_of(double x) {
  return std::cos(x);
}
double tan_of(double x) {
  return std::tan(x);
}
double fabs_of(double x) {
  return std::fabs(x);
}

Operand zip(const Given& given) {
  std::vector<std::vector<Value>> lists;
  std::size_t shortest = given.all().empty() ? 0 : std::numeric_limits<std::size_t>::max();
  for (const Operand& argument : given.all()) {
    lists.push_back(elements_of(argument.value, given.offset()));
    shortest = std::min(shortest, lists.back().size());
  }
  Value zipped = Value::array();
  for (std::size_t i = 0; i < shortest; ++i) {
    Value row = Value::array();
    for (const auto& list : lists) row.push_back(list[i]);
    zipped.push_back(std::move(row));
  }
  return {std::move(zipped)};
}

/// The last list's elements change fastest.
Operand product(const Given& given) {
  std::vector<Value> rows = {Value::array()};
  for (std::int64_t repeat = given.integer("repeat", 1); repeat > 0; --repeat) {
    for (const Operand& argument : given.all()) {
      const std::vector<Value> list = elements_of(argument.value, given.offset());
      std::vector<Value> longer;
      for (const Value& row : rows) {
        given.budget().spend(list.size() * (row.size() + 1), given.offset());
        for (const Value& element : list) {
          longer.push_back(row);
          longer.back().push_back(element);
        }
      }
      rows = std::move(longer);
    }
  }
  return list_of(std::move(rows));
}

Operand enumerate(const Given& given) {
  Value rows = Value::array();
  std::int64_t i = given.integer("start", 0);
  for (Value& element : given.elements("iterable")) rows.push_back(Value::array({i++, std::move(element)}));
  return {std::move(rows)};
}

Operand reversed(const Given& given) {
  std::vector<Value> all = given.elements("iterable");
  std::reverse(all.begin(), all.end());
  return list_of(std::move(all));
}

Operand to_list(const Given& given) {
  return given.has("iterable") ? list_of(given.elements("iterable")) : Operand{Value::array()};
}

Operand power(const Given& given) {
  return compute("**", given.at("base"), given.at("exp"), given.offset(), given.budget());
}

Operand real_power(const Given& given) {
  return compute("**", {given.number("base")}, {given.number("exp")}, given.offset(), given.budget());
}

constexpr std::array kFunctions = {
    Function{"range", {}, &range, true},
    Function{"list", kIterable, &to_list},
    Function{"tuple", kIterable, &to_list},
    Function{"sorted", kSorted, &sorted},
    Function{"reversed", kSorted, &reversed},
    Function{"enumerate", kEnumerate, &enumerate},
    Function{"zip", {}, &zip, true},
    Function{"len", kObject, &length},
    Function{"min", {}, [](const Given& given) { return extreme(given, false); }, true},
    Function{"max", {}, [](const Given& given) { return extreme(given, true); }, true},
    Function{"sum", kEnumerate, &sum},
    Function{"abs", kObject, &absolute},
    Function{"round", kRound, &round},
    Function{"int", kNumberOrNone, &to_integer},
    Function{"float", kNumberOrNone, &to_real},
    Function{"str", kObject, &to_text},
    Function{"bool", kObject, [](const Given& given) { return Operand{is_true(given.value("x"))}; }},
    Function{"pow", kPower, &power},
    Function{"itertools.product", kRepeat, &product, true},
    Function{"math.log", kLog, &logarithm},
    Function{"math.log2", kObject, &of_real<log2_of>},
    Function{"math.log10", kObject, &of_real<log10_of>},
    Function{"math.exp", kObject, &of_real<exp_of>},
    Function{"math.sqrt", kObject, &of_real<sqrt_of>},
    Function{"math.pow", kPower, &real_power},
    Function{"math.sin", kObject, &of_real<sin_of>},
    Function{"math.cos", kObject, &of_real<cos_of>},
    Function{"math.tan", kObject, &of_real<tan_of>},
    Function{"math.fabs", kObject, &of_real<fabs_of>},
    Function{"math.floor", kObject, &to_whole<floor_of>},
    Function{"math.ceil", kObject, &to_whole<ceil_of>},
    Function{"math.trunc", kObject, &to_whole<trunc_of>},
};

}  // namespace

std::span<const Function> python_functions() {
  return kFunctions;
}

}  // namespace winnow::expression
