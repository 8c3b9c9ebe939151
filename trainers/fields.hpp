/// Typed values out of a trainer's options or a trial's assignment, with one clear error for what is wrong: the name,
/// what it holds, and what would be right; a name that nobody knows gets the nearest one as a suggestion.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string>

#include <winnow/core/nearest.hpp>
#include <winnow/core/value.hpp>

namespace winnow::fields {

/// The numbers a field takes. A bound that is infinite isn't mentioned in messages.
struct Range {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool open_low = false;   ///< `low` itself is outside
  bool open_high = false;  ///< `high` itself is outside
  bool integer = false;    ///< whole numbers only; 32.0 counts as 32

  [[nodiscard]] bool contains(double x) const {
    return std::isfinite(x) && (open_low ? x > low : x >= low) && (open_high ? x < high : x <= high) &&
           (!integer || x == std::floor(x));
  }
  [[nodiscard]] std::string describe() const {
    std::string text = integer ? "an integer" : "a number";
    if (std::isfinite(low)) text += (open_low ? " greater than " : " of at least ") + format_double(low);
    if (std::isfinite(high)) {
      text += std::string(std::isfinite(low) ? " and " : " ") + (open_high ? "less than " : "at most ");
      text += format_double(high);
    }
    return text;
  }
};

/// The value on one line, cut where it is long.
inline std::string shown(const Value& value) {
  std::string text = value.dump(-1, ' ', false, Value::error_handler_t::replace);
  if (text.size() > 60) text = text.substr(0, 57) + "...";
  return text;
}

inline std::string listed(std::span<const std::string> names) {
  std::string text;
  for (const std::string& name : names) text.append(text.empty() ? "" : ", ").append(name);
  return text;
}

/// `owner` is who reads it ("trainer landscape"), `kind` is "option" or "parameter"; `meant` is a suggestion that
/// spelling alone wouldn't find.
inline tl::unexpected<Error> unknown_name(const std::string& owner, const std::string& kind, const std::string& name,
                                          std::span<const std::string> known, const std::string& meant = {}) {
  const std::string hint = meant.empty() ? did_you_mean(name, known) : "; did you mean " + meant + "?";
  return fail(errc::invalid_input,
              owner + ": unknown " + kind + " '" + name + "'" + hint + " (there are: " + listed(known) + ")");
}

/// `where` names the field: "trainer.epochs".
inline Result<double> number(const std::string& where, const Value& value, const Range& range) {
  if (value.is_number() && range.contains(value.get<double>())) return value.get<double>();
  return fail(errc::invalid_input, where + ": must be " + range.describe() + ", got " + shown(value));
}

inline Result<std::string> word(const std::string& where, const Value& value, std::span<const std::string> words) {
  const auto* text = value.get_ptr<const std::string*>();
  if (text != nullptr && std::find(words.begin(), words.end(), *text) != words.end()) return *text;
  return fail(errc::invalid_input, where + ": must be one of " + listed(words) + ", got " + shown(value) +
                                       (text == nullptr ? "" : did_you_mean(*text, words)));
}

}  // namespace winnow::fields
