/// Python's spellings of numbers and texts: reading one that stands at the start of a text. Not part of the interface.
#pragma once

#include <winnow/space/dialects/expression/expression.hpp>

namespace winnow::expression {

struct Piece {
  Value value;
  std::size_t length = 0;  ///< bytes read
};

/// `text` starts with a digit, or with a dot before one.
Parsed<Piece> read_number(std::string_view text);
/// `text` starts with a quote.
Parsed<Piece> read_text(std::string_view text);

}  // namespace winnow::expression
