#include <algorithm>

#include <winnow/space/dialects/expression/cursor.hpp>
#include <winnow/space/dialects/expression/evaluate.hpp>
#include <winnow/space/dialects/expression/expression.hpp>
#include <winnow/space/dialects/expression/syntax.hpp>

namespace winnow::expression {

Parsed<Expression> parse(std::string_view text) {
  Budget budget;
  const Surroundings nothing;
  auto parsed = parse_syntax(text).and_then([&](const Syntax& syntax) { return evaluate(syntax, nothing, budget); });
  // A line of a dict, copied with its comma, is no list.
  const bool is_line = parsed && parsed->kind == Expression::Kind::list && parsed->items.size() == 1 &&
                       parsed->items.front().kind == Expression::Kind::call &&
                       parsed->items.front().offset == parsed->offset;
  if (is_line) return std::move(parsed->items.front());
  return parsed;
}

std::string_view called_name(std::string_view text) {
  std::size_t end = text.find_first_not_of(" \t\r\n");
  if (end == std::string_view::npos || !is_letter(text[end])) return {};
  const std::size_t start = end;
  while (end < text.size() && (is_letter(text[end]) || is_digit(text[end]) || text[end] == '.')) ++end;
  return end < text.size() && text[end] == '(' ? text.substr(start, end - start) : std::string_view();
}

std::string_view last_part(std::string_view dotted) {
  return dotted.substr(dotted.rfind('.') + 1);
}

Position position_in(const Node& scalar, std::size_t offset) {
  if (!scalar.places.empty()) {
    const auto next = std::upper_bound(scalar.places.begin(), scalar.places.end(), offset,
                                       [](std::size_t at, const Node::Place& place) { return at < place.offset; });
    return next == scalar.places.begin() ? scalar.position : std::prev(next)->position;
  }
  if (scalar.text.find('\n') != std::string::npos) return scalar.position;
  const auto characters = std::count_if(
      scalar.text.begin(), scalar.text.begin() + static_cast<std::ptrdiff_t>(std::min(offset, scalar.text.size())),
      [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
  return {scalar.position.line,
          scalar.position.column + static_cast<std::size_t>(characters) + (scalar.quoted ? 1 : 0)};
}

}  // namespace winnow::expression
