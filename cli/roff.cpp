#include <winnow/cli/roff.hpp>

#include <fmt/format.h>
#include <utf8proc.h>

namespace winnow::cli::roff {
namespace {

/// What isn't ASCII becomes `\[u2026]`, so that a page is ASCII and rendered alike everywhere.
std::string character(std::int32_t code) {
  switch (code) {
    case '\\': return "\\e";
    case '\'': return "\\(aq";
    case '`': return "\\(ga";
    case '^': return "\\(ha";
    case '~': return "\\(ti";
    case '\n':
    case '\t': return " ";
    default: break;
  }
  return code < 0x80 ? std::string(1, static_cast<char>(code)) : fmt::format("\\[u{:04X}]", code);
}

enum class Hyphens { of_text, typed };

std::string escaped(std::string_view text, Hyphens hyphens) {
  std::string result;
  char before = ' ';
  bool option = false;  ///< in a word that begins with a hyphen
  while (!text.empty()) {
    utf8proc_int32_t code = -1;
    const auto size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                       static_cast<utf8proc_ssize_t>(text.size()), &code);
    const bool valid = size > 0;
    if (before == ' ' || before == '(' || before == '`' || before == '\'') option = code == '-';
    if (code == '-') {
      result += hyphens == Hyphens::typed || option ? "\\-" : "-";
    } else {
      result += character(valid ? code : 0xFFFD);
    }
    before = text.front();
    text.remove_prefix(valid ? static_cast<std::size_t>(size) : 1);
  }
  return result;
}

}  // namespace

std::string text(std::string_view text) {
  const std::string result = escaped(text, Hyphens::of_text);
  return result.starts_with('.') ? "\\&" + result : result;
}

std::string literal(std::string_view text) {
  const std::string result = escaped(text, Hyphens::typed);
  return result.starts_with('.') ? "\\&" + result : result;
}

std::string bold(std::string_view literal_text) {
  return "\\fB" + literal(literal_text) + "\\fR";
}

std::string italic(std::string_view literal_text) {
  return "\\fI" + literal(literal_text) + "\\fR";
}

std::string quoted(std::string_view text) {
  std::string result;
  for (const char c : escaped(text, Hyphens::typed)) result += c == '"' ? "\\(dq" : std::string(1, c);
  return "\"" + result + "\"";
}

}  // namespace winnow::cli::roff
