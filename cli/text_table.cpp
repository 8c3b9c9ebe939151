#include <winnow/cli/text_table.hpp>

#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>
#include <cstdint>

namespace winnow::cli {
namespace {

constexpr std::string_view kGap = "  ";

struct Character {
  std::size_t bytes = 1;
  std::size_t width = 1;
};

/// Unicode's by utf8proc, but for what terminals show otherwise.
std::size_t width_of(utf8proc_int32_t code) {
  const utf8proc_property_t& is = *utf8proc_get_property(code);
  if (is.category == UTF8PROC_CATEGORY_CC) return 1;  // one_line makes a blank of it
  if (is.category == UTF8PROC_CATEGORY_MC) return 1;  // stands beside its letter
  // A Korean syllable's vowel and last consonant stand in the square of the first.
  if (is.boundclass == UTF8PROC_BOUNDCLASS_V || is.boundclass == UTF8PROC_BOUNDCLASS_T) return 0;
  return is.charwidth;
}

/// The character at the front of `text`, which isn't empty.
Character front(std::string_view text) {
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  utf8proc_int32_t code = 0;
  const utf8proc_ssize_t taken = utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size()), &code);
  return taken > 0 ? Character{static_cast<std::size_t>(taken), width_of(code)} : Character{};
}

void pad(std::string& line, std::string_view cell, std::size_t width, bool right) {
  const std::string blanks(width - std::min(width, display_width(cell)), ' ');
  line += right ? blanks + std::string(cell) : std::string(cell) + blanks;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const Character character = front(text);
    width += character.width;
    text.remove_prefix(character.bytes);
  }
  return width;
}

std::string clip(std::string_view text, std::size_t width) {
  if (text.size() <= width || display_width(text) <= width) return std::string(text);
  std::size_t end = 0;
  for (std::size_t used = 0; end < text.size();) {
    const Character next = front(text.substr(end));
    if (used + next.width + 1 > width) break;
    used += next.width;
    end += next.bytes;
  }
  return std::string(text.substr(0, end)) + "…";
}

std::string one_line(std::string_view text) {
  std::string line;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool c1 = byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;
    line += byte < 0x20 || byte == 0x7f || c1 ? ' ' : text[i];
    if (c1) ++i;
  }
  return line;
}

void TextTable::add(std::vector<std::string> cells) {
  for (std::string& cell : cells) cell = one_line(cell);
  rows_.push_back(std::move(cells));
}

std::size_t TextTable::width_of(std::size_t column) const {
  std::size_t width = std::max(columns_[column].least, display_width(columns_[column].title));
  for (const auto& row : rows_) width = std::max(width, display_width(row[column]));
  return std::min(width, columns_[column].most);
}

std::size_t TextTable::width() const {
  std::size_t width = 0;
  for (std::size_t i = 0; i < columns_.size(); ++i) width += width_of(i) + (i > 0 ? kGap.size() : 0);
  return width;
}

std::vector<std::string> TextTable::lines(std::size_t width) const {
  std::vector<std::string> lines(rows_.size() + 1);
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const std::size_t column = width_of(i);
    for (std::size_t k = 0; k < lines.size(); ++k) {
      if (i > 0) lines[k] += kGap;
      pad(lines[k], clip(k == 0 ? columns_[i].title : rows_[k - 1][i], column), column, columns_[i].right);
    }
  }
  for (std::string& line : lines) {
    line.erase(line.find_last_not_of(' ') + 1);
    line = clip(line, width);
  }
  return lines;
}

}  // namespace winnow::cli
