/// A parameter's value: any JSON value, lists and null included. Integers and floats stay apart (1 and 1.0 differ).
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include <winnow/core/result.hpp>

namespace winnow {

using Value = nlohmann::json;
/// For output that people read: keys keep the order in which they were put in.
using OrderedJson = nlohmann::ordered_json;

/// A double in the fewest digits that read back as the same bits (`0.1`, `1e-05`, `NaN`, `-Infinity`).
std::string format_double(double value);

/// Reads all of `text` as a double, exactly; NaN and ±Infinity in any case count. Fails with `invalid_input`.
Result<double> parse_double(std::string_view text);

/// Strict JSON has no non-finite numbers: they are written as the texts "NaN", "Infinity", "-Infinity".
OrderedJson number_to_json(double value);

/// The inverse, which also takes null (as NaN) and the three texts. Fails with `invalid_input` for anything else.
Result<double> number_from_json(const Value& value);

}  // namespace winnow
