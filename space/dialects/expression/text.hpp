/// Python's spellings of numbers and texts: reading one that stands at the start of a text. Not part of the interface.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/space/dialects/expression/expression.hpp>

namespace winnow::expression {

struct Number {
  Value value;
  std::size_t length = 0;  ///< bytes read
};

/// What stands in quotes is one text; of an f-string, texts and fields in turn.
struct TextPart {
  bool is_field = false;
  std::size_t offset = 0;  ///< from the prefix on
  std::string text;        ///< of a field its expression
  std::string format;      ///< `.2f` of `{x:.2f}`
  char conversion = '\0';  ///< `r` of `{x!r}`
};

struct Text {
  std::vector<TextPart> parts;
  std::size_t length = 0;  ///< bytes read, prefix and quotes included
};

/// `text` starts with a digit, or with a dot before one.
Parsed<Number> read_number(std::string_view text);

/// How many letters stand before the quote that a text starts with: r, u, b, f, rb, rf in any case.
std::size_t prefix_length(std::string_view text);
/// `text` starts with a quote, or a prefix and a quote.
Parsed<Text> read_text(std::string_view text);
/// Behind the text whose quote stands at `quote`; nullopt: it isn't closed.
std::optional<std::size_t> end_of_text(std::string_view text, std::size_t quote);

}  // namespace winnow::expression
