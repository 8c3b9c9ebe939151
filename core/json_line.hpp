/// One line of JSON from a stranger.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>

namespace winnow {

/// Fails with `invalid_input` and what is wrong, without an example of what would be right: no JSON, a number that no
/// double holds, a text that isn't UTF-8, a name that stands twice in one object, of which one would be lost, or more
/// than 100 levels of arrays and objects within each other.
Result<Value> parse_json_line(std::string_view line);

/// The same, and what languages print for numbers that JSON hasn't (`NaN`, `nan`, `-nan`, `Infinity`, `-inf`, …) is
/// read as the texts "NaN", "Infinity" and "-Infinity".
Result<Value> parse_lenient_json_line(std::string_view line);

/// A whole number, also one that is written as 3.0; none where it is another one, or has more than 53 bits so.
std::optional<std::int64_t> whole_number(const Value& value);

}  // namespace winnow
