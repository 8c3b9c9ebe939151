#include <cmath>
#include <cstdint>
#include <limits>
#include <winnow/space/dialects/expression/arithmetic.hpp>

namespace winnow::expression {
namespace {

using Computed = tl::expected<Value, std::string>;

constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
constexpr std::uint64_t kTwoTo63 = std::uint64_t{1} << 63;
constexpr double kExact = 0x1p53;  ///< integers up to here are doubles, all of them

Computed impossible(std::string what) {
  return tl::unexpected<std::string>(std::move(what));
}

Computed beyond_64_bits() {
  return impossible("the result is beyond 64 bits");
}

Computed finite(double value) {
  return std::isfinite(value) ? Computed(Value(value)) : impossible("the result is beyond a double's range");
}

/// Rounds the quotient down, as Python does; C++ rounds towards zero.
std::int64_t floored(std::int64_t a, std::int64_t b) {
  return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

Computed power(std::int64_t base, std::int64_t exponent) {
  if (exponent < 0) {
    if (base == 0) return impossible("0 has no negative power");
    return finite(std::pow(static_cast<double>(base), static_cast<double>(exponent)));
  }
  if (base == 0 || base == 1) return exponent == 0 ? 1 : base;
  if (base == -1) return exponent % 2 == 0 ? 1 : -1;
  std::int64_t result = 1;
  for (std::int64_t i = 0; i < exponent; ++i) {
    if (__builtin_mul_overflow(result, base, &result)) return beyond_64_bits();
  }
  return result;
}

Computed on_integers(std::string_view operation, std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  if (operation == "+") return __builtin_add_overflow(a, b, &result) ? beyond_64_bits() : Computed(result);
  if (operation == "-") return __builtin_sub_overflow(a, b, &result) ? beyond_64_bits() : Computed(result);
  if (operation == "*") return __builtin_mul_overflow(a, b, &result) ? beyond_64_bits() : Computed(result);
  if (operation == "**") return power(a, b);
  if (b == 0) return impossible("division by zero");
  if (operation == "/") {
    const auto x = static_cast<double>(a);
    const auto y = static_cast<double>(b);
    if (std::abs(x) > kExact || std::abs(y) > kExact)
      return impossible("integers beyond 2**53 are not divided exactly");
    return x / y;
  }
  if (a == kLowest && b == -1) return operation == "%" ? Computed(0) : beyond_64_bits();
  if (operation == "//") return floored(a, b);
  const std::int64_t rest = a % b;
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

/// Quotient and remainder belong together: a = quotient·b + remainder, the remainder has b's sign.
Computed floored_division(bool wants_quotient, double a, double b) {
  double remainder = std::fmod(a, b);
  double quotient = (a - remainder) / b;
  if (remainder == 0) {
    remainder = std::copysign(0.0, b);
  } else if ((b < 0) != (remainder < 0)) {
    remainder += b;
    quotient -= 1;
  }
  if (!wants_quotient) return remainder;
  if (quotient == 0) return std::copysign(0.0, a / b);
  const double below = std::floor(quotient);  // the quotient is whole but for its rounding
  return finite(quotient - below > 0.5 ? below + 1 : below);
}

Computed on_reals(std::string_view operation, double a, double b) {
  if (operation == "+") return finite(a + b);
  if (operation == "-") return finite(a - b);
  if (operation == "*") return finite(a * b);
  if (operation == "**") {
    if (a == 0 && b < 0) return impossible("0 has no negative power");
    if (a < 0 && std::trunc(b) != b) return impossible("a negative number has no such power");
    return finite(std::pow(a, b));
  }
  if (b == 0) return impossible("division by zero");
  if (operation == "/") return finite(a / b);
  return floored_division(operation == "//", a, b);
}

bool fits(const Value& value) {
  return !value.is_number_unsigned() || value.get<std::uint64_t>() < kTwoTo63;
}

}  // namespace

Computed arithmetic(std::string_view operation, const Value& left, const Value& right) {
  if (left.is_boolean()) return arithmetic(operation, left.get<bool>() ? 1 : 0, right);  // as Python counts them
  if (right.is_boolean()) return arithmetic(operation, left, right.get<bool>() ? 1 : 0);
  if (!left.is_number() || !right.is_number()) return impossible("arithmetic is for numbers only");
  if (left.is_number_integer() && right.is_number_integer()) {
    if (!fits(left) || !fits(right)) return beyond_64_bits();
    return on_integers(operation, left.get<std::int64_t>(), right.get<std::int64_t>());
  }
  return on_reals(operation, left.get<double>(), right.get<double>());
}

Computed negated(const Value& value) {
  if (value.is_boolean()) return value.get<bool>() ? -1 : 0;
  if (!value.is_number()) return impossible("a minus sign is for numbers only");
  if (value.is_number_float()) return -value.get<double>();
  if (value.is_number_unsigned()) {
    const auto magnitude = value.get<std::uint64_t>();
    return magnitude <= kTwoTo63 ? Computed(static_cast<std::int64_t>(-magnitude)) : beyond_64_bits();
  }
  const auto whole = value.get<std::int64_t>();
  return whole == kLowest ? Computed(Value(kTwoTo63)) : Computed(-whole);
}

}  // namespace winnow::expression
