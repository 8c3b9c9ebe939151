#include <winnow/space/detail/decimal.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <limits>
#include <optional>
#include <string_view>
#include <system_error>

namespace winnow::decimal {
namespace {

__extension__ using Wide = __int128;

/// digits · 10^exponent
template <class Digits>
struct Decimal {
  Digits digits = 0;
  int exponent = 0;
};

/// Those that a double holds exactly.
constexpr std::array kPowers = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
constexpr double kTwoTo53 = 0x1p53;
/// Of up to 15 digits there is at most one decimal that reads as a given double.
constexpr double kUniqueBelow = 1e15;

/// Any double has one; as text, which is slower.
Decimal<std::int64_t> printed(double x) {
  std::array<char, 32> text{};
  const char* const end = std::to_chars(text.begin(), text.end(), x, std::chars_format::scientific).ptr;
  const char* const e = std::find<const char*>(text.begin(), end, 'e');
  const char* const dot = std::find<const char*>(text.begin(), e, '.');
  std::array<char, 32> digits{};
  char* last = std::copy<const char*>(text.begin(), dot, digits.begin());
  int exponent = 0;
  if (dot != e) {
    last = std::copy(dot + 1, e, last);
    exponent = -static_cast<int>(std::distance(dot + 1, e));
  }
  Decimal<std::int64_t> decimal;
  std::from_chars(digits.begin(), last, decimal.digits);
  const char* const sign = e + 1;
  std::from_chars(*sign == '+' ? sign + 1 : sign, end, decimal.exponent);
  decimal.exponent += exponent;
  return decimal;
}

/// The shortest decimal that reads as x.
Decimal<std::int64_t> shortest(double x) {
  for (std::size_t places = 0; places < kPowers.size(); ++places) {
    const double digits = std::nearbyint(x * kPowers[places]);
    if (!(std::abs(digits) < kUniqueBelow)) break;
    // Both are exact, so the quotient is what the decimal reads as.
    if (digits / kPowers[places] == x) return {static_cast<std::int64_t>(digits), -static_cast<int>(places)};
  }
  return printed(x);
}

/// Read as text, which rounds once. No sum that is due here needs more than 39 digits.
double read(Decimal<Wide> decimal) {
  std::array<char, 64> text{};
  auto* first = text.data() + 48;
  auto* const end = std::to_chars(first + 1, text.end(), decimal.exponent).ptr;
  *first = 'e';
  const bool negative = decimal.digits < 0;
  for (Wide rest = decimal.digits; rest != 0; rest /= 10) {
    *--first = static_cast<char>('0' + std::abs(static_cast<int>(rest % 10)));
  }
  if (negative) *--first = '-';
  double value = 0;
  constexpr double kLargest = std::numeric_limits<double>::max();
  if (std::from_chars(first, end, value).ec != std::errc::result_out_of_range) return value;
  return decimal.exponent < 0 ? 0.0 : negative ? -kLargest : kLargest;
}

double rounded(Decimal<Wide> decimal) {
  if (decimal.digits == 0) return 0;
  const auto places = static_cast<std::size_t>(std::abs(decimal.exponent));
  const auto digits = static_cast<double>(decimal.digits);
  if (std::abs(digits) >= kTwoTo53 || places >= kPowers.size()) return read(decimal);
  // Of two exact doubles, so that there is one rounding (Clinger, PLDI 1990).
  return decimal.exponent < 0 ? digits / kPowers[places] : digits * kPowers[places];
}

/// The same number with more zeros at its end; nullopt if it doesn't fit.
std::optional<Wide> aligned(Decimal<Wide> decimal, int exponent) {
  for (; decimal.exponent > exponent; --decimal.exponent) {
    if (__builtin_mul_overflow(decimal.digits, Wide{10}, &decimal.digits)) return std::nullopt;
  }
  return decimal.digits;
}

}  // namespace

double point(double origin, double index, double spacing) {
  const Decimal<std::int64_t> step = shortest(spacing);
  // Below 10^18 · 2^53, and so below 2^127.
  const Decimal<Wide> product{Wide{step.digits} * static_cast<std::int64_t>(index), step.exponent};
  if (origin == 0) return rounded(product);
  const Decimal<std::int64_t> start = shortest(origin);
  const int exponent = std::min(start.exponent, product.exponent);
  const auto a = aligned({start.digits, start.exponent}, exponent);
  const auto b = aligned(product, exponent);
  Wide sum = 0;
  // Where it doesn't fit, one of the two is nothing beside the other: their doubles do.
  if (!a || !b || __builtin_add_overflow(*a, *b, &sum)) return origin + rounded(product);
  return rounded({sum, exponent});
}

}  // namespace winnow::decimal
