/// Comma-separated values as spreadsheets and pandas read them: RFC 4180's quoting, lines that end in a line feed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <winnow/core/value.hpp>

namespace winnow::csv {

/// In quotes if it needs them: a comma, a quote (which is doubled), a line break, a blank at an end; an empty text is
/// `""`, so that it differs from a field that is missing.
std::string text(std::string_view text);
/// In the fewest digits that read back as the same bits; `nan`, `inf`, `-inf`.
std::string number(double value);
/// A parameter's value: numbers and texts as above, `true`, `false`; lists, mappings and null as JSON.
std::string value(const Value& value);

/// Fields, made by the functions above, to one line.
std::string line(const std::vector<std::string>& fields);

}  // namespace winnow::csv
