/// numpy's functions that list numbers, and those that are taken of each element (as numpy 1.24 does; its source,
/// `numpy/core/function_base.py`, says how the listings are computed).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include <winnow/space/dialects/expression/given.hpp>

namespace winnow::expression {
namespace {

constexpr double kLongestListing = 1'000'000;

constexpr std::array kArange = {Formal{"start"}, Formal{"stop", false}, Formal{"step", false}, Formal{"dtype", false}};
constexpr std::array kLinspace = {Formal{"start"}, Formal{"stop"}, Formal{"num", false}, Formal{"endpoint", false}};
constexpr std::array kLogspace = {Formal{"start"}, Formal{"stop"}, Formal{"num", false}, Formal{"endpoint", false},
                                  Formal{"base", false}};
constexpr std::array kElements = {Formal{"x"}};
constexpr std::array kPowers = {Formal{"x1"}, Formal{"x2"}};
constexpr std::array kRounds = {Formal{"x"}, Formal{"decimals", false}};

Operand arange(const Given& given) {
  const bool one = !given.has("stop");
  const std::string_view stop = one ? "start" : "stop";
  const auto is_integer = [&](std::string_view name) { return !given.has(name) || given.is_integer(name); };
  const bool integers = is_integer("start") && is_integer("stop") && is_integer("step");
  const double first = one ? 0 : given.number("start");
  const double step = given.number("step", 1);
  if (step == 0) given.complain_of("a range's step must not be 0");
  const double count = std::ceil((given.number(stop) - first) / step);
  if (count > kLongestListing) given.complain_of(fmt::format("a listing of over {} values", kLongestListing));
  const auto size = static_cast<std::int64_t>(std::max(count, 0.0));
  Value list = Value::array();
  const double delta = (first + step) - first;
  const std::int64_t whole_first = integers && !one ? given.integer("start") : 0;
  const std::int64_t whole_step = integers ? given.integer("step", 1) : 0;
  for (std::int64_t i = 0; i < size; ++i) {
    list.push_back(integers ? Value(whole_first + i * whole_step) : Value(first + static_cast<double>(i) * delta));
  }
  return {std::move(list), true};
}

std::vector<double> spaced(double start, double stop, const Given& given) {
  const std::int64_t count = given.integer("num", 50);
  if (count < 0 || count > static_cast<std::int64_t>(kLongestListing)) {
    given.complain_of(fmt::format("num must be from 0 to {}", kLongestListing));
  }
  const bool endpoint = given.flag("endpoint", true);
  const auto divisions = static_cast<double>(endpoint ? count - 1 : count);
  const double step = divisions > 0 ? (stop - start) / divisions : 0;
  std::vector<double> points;
  for (std::int64_t i = 0; i < count; ++i) {
    const auto at = static_cast<double>(i);
    points.push_back(start + (step == 0 && divisions > 0 ? at / divisions * (stop - start) : at * step));
  }
  if (endpoint && count > 1) points.back() = stop;
  return points;
}

Operand array_of(const std::vector<double>& numbers, const Given& given) {
  Value list = Value::array();
  for (const double number : numbers) list.push_back(real(number, given.offset()));
  return {std::move(list), true};
}

Operand linspace(const Given& given) {
  return array_of(spaced(given.number("start"), given.number("stop"), given), given);
}

Operand logspace(const Given& given) {
  std::vector<double> points = spaced(given.number("start"), given.number("stop"), given);
  for (double& point : points) point = std::pow(given.number("base", 10), point);
  return array_of(points, given);
}

Operand geomspace(const Given& given) {
  const double start = given.number("start");
  const double stop = given.number("stop");
  if (start == 0 || stop == 0 || (start < 0) != (stop < 0))
    given.complain_of("geomspace takes two numbers of one sign");
  const double sign = start < 0 ? -1 : 1;
  std::vector<double> points = spaced(std::log10(start * sign), std::log10(stop * sign), given);
  for (double& point : points) point = sign * std::pow(10, point);
  if (!points.empty()) points.front() = start;
  if (points.size() > 1 && given.flag("endpoint", true)) points.back() = stop;
  return array_of(points, given);
}

template <class Of>
Operand each(const Operand& operand, const Given& given, Of of) {
  const auto checked = [&](const Value& value) {
    if (!value.is_number() && !value.is_boolean())
      given.complain_of(fmt::format("{} is for numbers", given.function()));
    return of(value);
  };
  if (!operand.value.is_array()) return {checked(operand.value)};
  Value list = Value::array();
  for (const Value& value : operand.value) list.push_back(checked(value));
  return {std::move(list), true};
}

template <double (*kFunction)(double)>
Operand elementwise(const Given& given) {
  return each(given.at("x"), given, [&](const Value& value) {
    const double number = value.is_boolean() ? (value.get<bool>() ? 1.0 : 0.0) : value.get<double>();
    return real(kFunction(number), given.offset());
  });
}

double log_each(double x) {
  return std::log(x);
}
double log2_each(double x) {
  return std::log2(x);
}
double log10_each(double x) {
  return std::log10(x);
}
double exp_each(double x) {
  return std::exp(x);
}
double sqrt_each(double x) {
  return std::sqrt(x);
}
double floor_each(double x) {
  return std::floor(x);
}
double ceil_each(double x) {
  return std::ceil(x);
}

Operand power_of(const Given& given) {
  const auto as_array = [](const Operand& operand) { return Operand{operand.value, operand.value.is_array()}; };
  Operand base = as_array(given.at("x1"));
  const Operand exponent = as_array(given.at("x2"));
  if (base.array || exponent.array) return compute("**", base, exponent, given.offset(), given.budget());
  base = {Value::array({base.value}), true};  // a scalar of numpy's obeys the rules of its arrays
  return {compute("**", base, exponent, given.offset(), given.budget()).value.front()};
}

/// numpy scales, rounds half to even, and scales back.
Operand round_each(const Given& given) {
  const std::int64_t decimals = given.integer("decimals", 0);
  if (decimals < 0 || decimals > 20) given.complain_of("decimals must be from 0 to 20");
  const double scale = std::pow(10, static_cast<double>(decimals));
  return each(given.at("x"), given, [&](const Value& value) {
    if (value.is_number_integer()) return value;
    return Value(std::nearbyint(value.get<double>() * scale) / scale);
  });
}

Operand as_array(const Given& given) {
  const Value& value = given.value("x");
  if (!value.is_array()) given.complain_of("array takes a list here");
  const bool reals = std::any_of(value.begin(), value.end(), [](const Value& v) { return v.is_number_float(); });
  Value list = Value::array();
  for (const Value& element : value) {
    list.push_back(reals && element.is_number() ? Value(element.get<double>()) : element);
  }
  return {std::move(list), true};
}

template <bool kReal>
Operand scalar(const Given& given) {
  return each(given.at("x"), given, [&](const Value& value) {
    const double number = value.is_boolean() ? (value.get<bool>() ? 1.0 : 0.0) : value.get<double>();
    if (kReal) return Value(number);
    if (value.is_number_integer()) return value;
    if (!(std::abs(number) < 0x1p63)) given.complain_of("the result is beyond 64 bits");
    return Value(static_cast<std::int64_t>(number));
  });
}

constexpr std::array kNumpy = {
    Function{"numpy.arange", kArange, &arange},
    Function{"numpy.linspace", kLinspace, &linspace},
    Function{"numpy.logspace", kLogspace, &logspace},
    Function{"numpy.geomspace", kLogspace, &geomspace},
    Function{"numpy.power", kPowers, &power_of},
    Function{"numpy.log", kElements, &elementwise<log_each>},
    Function{"numpy.log2", kElements, &elementwise<log2_each>},
    Function{"numpy.log10", kElements, &elementwise<log10_each>},
    Function{"numpy.exp", kElements, &elementwise<exp_each>},
    Function{"numpy.sqrt", kElements, &elementwise<sqrt_each>},
    Function{"numpy.floor", kElements, &elementwise<floor_each>},
    Function{"numpy.ceil", kElements, &elementwise<ceil_each>},
    Function{"numpy.round", kRounds, &round_each},
    Function{"numpy.around", kRounds, &round_each},
    Function{"numpy.array", kElements, &as_array},
    Function{"numpy.asarray", kElements, &as_array},
    Function{"numpy.float64", kElements, &scalar<true>},
    Function{"numpy.int64", kElements, &scalar<false>},
    Function{"numpy.int32", kElements, &scalar<false>},
};

}  // namespace

std::span<const Function> numpy_functions() {
  return kNumpy;
}

}  // namespace winnow::expression
