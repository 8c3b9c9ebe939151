#include <algorithm>
#include <optional>
#include <winnow/space/detail/tree_builder.hpp>
#include <winnow/space/document.hpp>

namespace winnow {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

/// How many bytes the UTF-8 character at the front takes; 0 if there is none.
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  const bool overlong = (lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xf0 && byte(1) < 0x90);
  const bool surrogate = lead == 0xed && byte(1) >= 0xa0;
  const bool beyond = lead == 0xf4 && byte(1) >= 0x90;
  return overlong || surrogate || beyond ? 0 : length;
}

bool is_json(std::string_view text, std::string_view file) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || (text[first] != '{' && text[first] != '[')) return false;
  return file.ends_with(".json") || Value::accept(with_quoted_infinities(text));
}

}  // namespace

std::optional<Problem> check_characters(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = character_length(text.substr(i));
    if (length == 0) return Problem{Lines(text).at(i), "not UTF-8 text"};
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7f) {
      return Problem{Lines(text).at(i), "a control character, which has no place in a sweep file"};
    }
    i += length;
  }
  return std::nullopt;
}

Result<Document> parse_document(std::string_view text, std::string_view file) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (const auto problem = check_characters(text)) return fail(problem_in(file, *problem));
  Result<Node> root = is_json(text, file) ? read_json(text, file) : read_yaml(text, file);
  if (!root) return fail(root.error());
  return Document{std::string(file), std::move(*root)};
}

}  // namespace winnow
