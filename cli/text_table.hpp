/// Tables of text on a terminal: aligned by what the reader sees (columns of the terminal), not by bytes.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::cli {

/// As wide as it takes: nothing is cut.
inline constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

/// How many columns of a terminal a UTF-8 text takes: East Asian wide characters and emoji two, marks above and below a
/// letter none, each byte that is no UTF-8 one, and a control character one (see one_line).
std::size_t display_width(std::string_view text);

/// Cut to `width` >= 1 columns, never within a character; the cut shows as `…`.
std::string clip(std::string_view text, std::size_t width);

/// Line breaks, escape sequences and other control characters become blanks: a text from elsewhere can't break a table
/// or steer the terminal.
std::string one_line(std::string_view text);

struct TextColumn {
  std::string title;
  bool right = false;           ///< aligned right, title included
  std::size_t least = 0;        ///< columns that it takes at least
  std::size_t most = kNoLimit;  ///< longer cells and titles are cut
};

class TextTable {
public:
  explicit TextTable(std::vector<TextColumn> columns) : columns_(std::move(columns)) {}

  /// As many cells as there are columns; each becomes one line.
  void add(std::vector<std::string> cells);
  /// The columns that the whole table takes.
  [[nodiscard]] std::size_t width() const;
  /// The titles and the rows, cut at `width`, without blanks at their ends.
  [[nodiscard]] std::vector<std::string> lines(std::size_t width = kNoLimit) const;

private:
  [[nodiscard]] std::size_t width_of(std::size_t column) const;

  std::vector<TextColumn> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace winnow::cli
