/// A place in a Python text, and what stands there. Not part of the interface.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <winnow/space/dialects/expression/expression.hpp>

namespace winnow::expression {

/// A problem is thrown within the parser and the evaluation only, and caught at their borders: mutual recursion is all
/// returns otherwise.
[[noreturn]] inline void complain(std::size_t offset, std::string what) {
  throw Problem{offset, std::move(what)};
}

inline bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
inline bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

class Cursor {
public:
  Cursor(std::string_view text, std::size_t begin) : text_(text), at_(begin) {}

  /// Blanks, comments and joined lines.
  void skip_space();
  [[nodiscard]] bool sees(std::string_view what) const { return text_.substr(at_).starts_with(what); }
  /// A sign that stands here.
  bool take(std::string_view what);
  /// A word, whole.
  bool take_word(std::string_view what);
  /// The word that starts here, if one does, and behind it.
  std::string_view word();
  /// The word that starts behind the blanks, left where it is.
  std::string_view next_word();
  /// Behind the blanks.
  std::size_t place();
  /// `expected … but found …`, with a reason where Python would go on with code.
  [[noreturn]] void complain_here(std::string_view expected);

  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  [[nodiscard]] char behind(std::size_t n = 1) const { return at_ + n < text_.size() ? text_[at_ + n] : '\0'; }
  void move_to(std::size_t at) { at_ = at; }

private:
  std::string_view text_;
  std::size_t at_;
};

}  // namespace winnow::expression
