#include <winnow/space/dialects/expression/cursor.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace winnow::expression {
namespace {

/// Words of Python that start code rather than a value.
constexpr std::array<std::string_view, 14> kCode = {"lambda", "for",   "if",    "else",  "and",    "or",  "not",
                                                    "in",     "await", "yield", "async", "import", "def", "return"};

}  // namespace

void Cursor::skip_space() {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == '#') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (c == '\\' && (behind() == '\n' || behind() == '\r')) {
      at_ += 2;
    } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      ++at_;
    } else {
      return;
    }
  }
}

bool Cursor::take(std::string_view what) {
  skip_space();
  if (!sees(what)) return false;
  at_ += what.size();
  return true;
}

std::string_view Cursor::word() {
  const std::size_t start = at_;
  while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]))) ++at_;
  return text_.substr(start, at_ - start);
}

std::string_view Cursor::next_word() {
  const std::size_t start = place();
  const std::string_view found = word();
  at_ = start;
  return found;
}

bool Cursor::take_word(std::string_view what) {
  if (next_word() != what) return false;
  at_ += what.size();
  return true;
}

std::size_t Cursor::place() {
  skip_space();
  return at_;
}

void Cursor::complain_here(std::string_view expected) {
  const std::size_t start = place();
  const std::string_view found = word();
  if (found.empty() && start == text_.size()) {
    complain(start, fmt::format("the text ends where {} is expected", expected));
  }
  if (std::find(kCode.begin(), kCode.end(), found) != kCode.end()) {
    complain(start, fmt::format("'{}' is Python code, and nothing is run here; write the values themselves", found));
  }
  std::size_t length = 1;  // of the character, in bytes
  while (start + length < text_.size() && (static_cast<unsigned char>(text_[start + length]) & 0xc0) == 0x80) ++length;
  complain(start,
           fmt::format("expected {}, found '{}'", expected, found.empty() ? text_.substr(start, length) : found));
}

}  // namespace winnow::expression
