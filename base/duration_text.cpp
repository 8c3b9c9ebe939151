#include <winnow/base/duration_text.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include <winnow/core/value.hpp>

namespace winnow {
namespace {

/// Units from long to short; each may stand once, in this order.
struct Unit {
  char letter;
  double seconds;
};
constexpr Unit kUnits[] = {{'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}};

}  // namespace

std::string duration_text(double seconds) {
  if (seconds < 9.95) return fmt::format("{:.1f}s", std::max(0.0, seconds));
  const auto s = static_cast<std::int64_t>(std::min(seconds, 1e12));
  if (s < 60) return fmt::format("{}s", s);
  if (s < 3600) return fmt::format("{}m{:02}s", s / 60, s % 60);
  if (s < 86400) return fmt::format("{}h{:02}m", s / 3600, s / 60 % 60);
  return fmt::format("{}d{:02}h", s / 86400, s / 3600 % 24);
}

Result<double> parse_duration(std::string_view text) {
  const auto invalid = [&] { return fail(errc::invalid_input, fmt::format("'{}' is no time such as 1h30m", text)); };
  if (const auto seconds = parse_double(text); seconds && std::isfinite(*seconds)) return *seconds;
  double total = 0;
  std::string_view rest = text;
  for (const Unit& unit : kUnits) {
    const auto end = rest.find(unit.letter);
    if (end == std::string_view::npos) continue;
    const std::string_view number = rest.substr(0, end);
    const auto count = parse_double(number);
    if (!count || number.find_first_not_of("0123456789.") != std::string_view::npos) return invalid();
    total += *count * unit.seconds;
    rest.remove_prefix(end + 1);
  }
  if (text.empty() || !rest.empty()) return invalid();
  return total;
}

}  // namespace winnow
