#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <winnow/space/dialects/expression/text.hpp>

namespace winnow::expression {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// --- numbers

/// The length of `12`, `1_000`: digits of the base with single bars between them.
std::size_t digits(std::string_view text, int base) {
  std::size_t end = 0;
  const auto is_digit_at = [&](std::size_t i) {
    if (i >= text.size()) return false;
    const char c = text[i];
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : 99;
    return digit < base;
  };
  while (is_digit_at(end) ||
         (end > 0 && text[end - 1] != '_' && end < text.size() && text[end] == '_' && is_digit_at(end + 1))) {
    ++end;
  }
  return end;
}

std::string without_bars(std::string_view text) {
  std::string plain(text);
  std::erase(plain, '_');
  return plain;
}

Parsed<Value> integer(std::string_view digits_of, int base) {
  const std::string plain = without_bars(digits_of);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), value, base);
  if (error != std::errc{}) return refuse(0, "this integer is beyond 64 bits");
  return std::in_range<std::int64_t>(value) ? Value(static_cast<std::int64_t>(value)) : Value(value);
}

int base_of(std::string_view text) {
  if (text.size() < 2 || text.front() != '0') return 10;
  switch (text[1]) {
    case 'x':
    case 'X': return 16;
    case 'o':
    case 'O': return 8;
    case 'b':
    case 'B': return 2;
    default: return 10;
  }
}

// --- texts

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// False for what is no character: a surrogate, or beyond Unicode.
bool append_utf8(std::string& text, std::uint32_t code) {
  if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return false;
  const auto byte = [&](std::uint32_t value) { text.push_back(static_cast<char>(value)); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xC0 | code >> 6), byte(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    byte(0xE0 | code >> 12), byte(0x80 | (code >> 6 & 0x3F)), byte(0x80 | (code & 0x3F));
  } else {
    byte(0xF0 | code >> 18), byte(0x80 | (code >> 12 & 0x3F)), byte(0x80 | (code >> 6 & 0x3F)),
        byte(0x80 | (code & 0x3F));
  }
  return true;
}

/// The escape whose letter stands at `at`: appends its character and steps behind it. Python keeps unknown ones.
bool unescape(std::string_view text, std::size_t& at, std::string& out) {
  constexpr std::string_view kLetters = "\\'\"abfnrtv";
  constexpr std::string_view kMeanings = "\\'\"\a\b\f\n\r\t\v";
  const char letter = text[at];
  if (const auto known = kLetters.find(letter); known != std::string_view::npos) {
    out.push_back(kMeanings[known]);
    ++at;
    return true;
  }
  if (letter >= '0' && letter <= '7') {
    std::uint32_t code = 0;
    for (int i = 0; i < 3 && at < text.size() && text[at] >= '0' && text[at] <= '7'; ++i, ++at) {
      code = code * 8 + static_cast<std::uint32_t>(text[at] - '0');
    }
    return append_utf8(out, code);
  }
  const std::size_t length = letter == 'x' ? 2 : letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
  if (length == 0) {
    out.push_back('\\');
    return true;  // the letter follows as it is
  }
  std::uint32_t code = 0;
  for (std::size_t i = 1; i <= length; ++i) {
    const int digit = at + i < text.size() ? hex_digit(text[at + i]) : -1;
    if (digit < 0) return false;
    code = code * 16 + static_cast<std::uint32_t>(digit);
  }
  at += 1 + length;
  return append_utf8(out, code);
}

class TextReader {
public:
  TextReader(std::string_view text, std::size_t begin, std::size_t end, bool raw, bool format)
      : text_(text.substr(0, end)), at_(begin), raw_(raw), format_(format) {}

  Parsed<Text> read(std::size_t length) {
    Text result{.parts = {}, .length = length};
    TextPart part{.offset = at_, .text = {}, .format = {}};
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (format_ && (c == '{' || c == '}')) {
        if (text_.substr(at_ + 1).starts_with(c)) {
          part.text.push_back(c);
          at_ += 2;
          continue;
        }
        if (c == '}') return refuse(at_, "this } closes nothing; a brace itself is written }}");
        result.parts.push_back(std::move(part));
        auto field = read_field();
        if (!field) return tl::unexpected<Problem>(std::move(field.error()));
        result.parts.push_back(std::move(*field));
        part = {.offset = at_, .text = {}, .format = {}};
      } else if (c != '\\' || raw_) {
        part.text.push_back(c);
        ++at_;
      } else {
        const std::size_t start = at_++;
        if (text_.substr(at_).starts_with('\n')) {
          ++at_;  // a joined line
        } else if (!unescape(text_, at_, part.text)) {
          return refuse(start, "this escape stands for no character");
        }
      }
    }
    result.parts.push_back(std::move(part));
    return result;
  }

private:
  /// `{expression!r:format}`, behind the brace afterwards.
  Parsed<TextPart> read_field() {
    const std::size_t start = at_++;
    TextPart field{.is_field = true, .offset = at_, .text = {}, .format = {}};
    const std::size_t expression_end = end_of_expression();
    field.text = text_.substr(field.offset, expression_end - field.offset);
    at_ = expression_end;
    if (at_ + 1 < text_.size() && text_[at_] == '!') {
      field.conversion = text_[at_ + 1];
      at_ += 2;
    }
    if (at_ < text_.size() && text_[at_] == ':') {
      const std::size_t end = std::min(text_.find('}', at_), text_.size());
      field.format = text_.substr(at_ + 1, end - at_ - 1);
      at_ = end;
    }
    if (at_ >= text_.size() || text_[at_] != '}') return refuse(start, "this field isn't closed by }");
    ++at_;
    return field;
  }

  [[nodiscard]] std::size_t end_of_expression() const {
    int depth = 0;
    for (std::size_t at = at_; at < text_.size(); ++at) {
      const char c = text_[at];
      if (depth == 0 && (c == '}' || c == ':' || (c == '!' && !text_.substr(at).starts_with("!=")))) return at;
      if (c == '(' || c == '[' || c == '{') ++depth;
      if (c == ')' || c == ']' || c == '}') --depth;
      if (c == '"' || c == '\'') at = end_of_text(text_, at).value_or(text_.size() + 1) - 1;
    }
    return text_.size();
  }

  std::string_view text_;
  std::size_t at_;
  bool raw_;
  bool format_;
};

}  // namespace

Parsed<Number> read_number(std::string_view text) {
  const int base = base_of(text);
  std::size_t end = base == 10 ? digits(text, 10) : 2 + digits(text.substr(2), base);
  bool whole = true;
  if (base == 10) {
    if (end < text.size() && text[end] == '.') {
      whole = false;
      ++end;
      end += digits(text.substr(end), 10);
    }
    if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
      std::size_t exponent = end + 1;
      if (exponent < text.size() && (text[exponent] == '+' || text[exponent] == '-')) ++exponent;
      const std::size_t length = digits(text.substr(exponent), 10);
      if (length > 0) {
        whole = false;
        end = exponent + length;
      }
    }
  }
  if (end < text.size() && is_word(text[end])) {
    const auto stop = std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(end), text.end(), is_word);
    return refuse(0, fmt::format("'{}' is no number", std::string_view(text.begin(), stop)));
  }
  const std::string_view number = text.substr(0, end);
  if (!whole) {
    const Result<double> value = parse_double(without_bars(number));
    if (!value || !std::isfinite(*value)) return refuse(0, fmt::format("{} is beyond a double's range", number));
    return Number{*value, end};
  }
  const std::string_view plain = base == 10 ? number : number.substr(2);
  if (plain.empty()) return refuse(0, fmt::format("'{}' is no number", number));
  const bool zeros = plain.find_first_not_of("0_") == std::string_view::npos;
  if (base == 10 && plain.size() > 1 && plain.front() == '0' && !zeros) {
    return refuse(0, fmt::format("'{}' is no number: a leading 0 has no place in it", number));
  }
  Parsed<Value> value = integer(plain, base);
  if (!value) return refuse(0, value.error().what);
  return Number{std::move(*value), end};
}

std::size_t prefix_length(std::string_view text) {
  const std::size_t length = std::min(text.find_first_of("'\""), std::size_t{3});
  if (length > 2) return text.size();
  const bool known = std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(length),
                                 [](char c) { return std::string_view("rRuUbBfF").find(c) != std::string_view::npos; });
  return known ? length : text.size();
}

std::optional<std::size_t> end_of_text(std::string_view text, std::size_t quote) {
  const bool three = text.substr(quote + 1).starts_with(std::string(2, text[quote]));
  const std::string closing(three ? 3 : 1, text[quote]);
  for (std::size_t at = quote + closing.size(); at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text.substr(at).starts_with(closing)) {
      return at + closing.size();
    } else if (text[at] == '\n' && !three) {
      break;
    }
  }
  return std::nullopt;
}

Parsed<Text> read_text(std::string_view text) {
  const std::size_t prefix = prefix_length(text);
  const auto has = [&](char low, char high) {
    return std::any_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(prefix),
                       [&](char c) { return c == low || c == high; });
  };
  if (has('b', 'B')) return refuse(0, "bytes aren't read; write a text, without the b");
  const auto end = end_of_text(text, prefix);
  if (!end) return refuse(0, fmt::format("the quote {} isn't closed", text[prefix]));
  const std::size_t quotes = text.substr(prefix + 1).starts_with(std::string(2, text[prefix])) ? 3 : 1;
  return TextReader(text, prefix + quotes, *end - quotes, has('r', 'R'), has('f', 'F')).read(*end);
}

}  // namespace winnow::expression
