#include <winnow/server/http/head.hpp>

#include <algorithm>
#include <charconv>

namespace winnow::server {

namespace {

bool is_digits(std::string_view text) {
  return !text.empty() && text.size() <= 18 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<Unfit> check_framing(const Head& head) {
  const std::size_t lengths = head.fields.count("Content-Length");
  const std::size_t codings = head.fields.count("Transfer-Encoding");
  if (lengths > 1) return Unfit{400, "Content-Length stands twice"};
  if (lengths == 1 && codings > 0) return Unfit{400, "Content-Length and Transfer-Encoding stand together"};
  if (lengths == 1 && !is_digits(*head.fields.find("Content-Length")))
    return Unfit{400, "Content-Length isn't a number"};
  if (codings == 0) return std::nullopt;
  if (head.version == 10) return Unfit{400, "Transfer-Encoding stands in a request of HTTP/1.0"};
  if (codings > 1 || !same_name(*head.fields.find("Transfer-Encoding"), "chunked")) {
    return Unfit{501, "the one transfer coding that is known is chunked"};
  }
  return std::nullopt;
}

}  // namespace

HeadScan scan_head(std::string_view text, std::size_t seen) {
  // The last two bytes of what was seen may be the middle of the end.
  for (std::size_t i = text.find('\n', seen); i != std::string_view::npos; i = text.find('\n', i + 1)) {
    if (i == 0 || text[i - 1] != '\r') return {.is = HeadScan::Is::refused, .why = "a line ends without CR"};
    if (i >= 3 && text.substr(i - 3, 4) == "\r\n\r\n") return {.is = HeadScan::Is::whole, .size = i + 1};
  }
  return {};
}

std::uint64_t Head::content_length() const {
  std::uint64_t length = 0;
  if (const std::string* text = fields.find("Content-Length"); text != nullptr) {
    std::from_chars(text->data(), text->data() + text->size(), length);
  }
  return length;
}

std::optional<Unfit> check_lines(std::string_view head) {
  bool first = true;
  while (!head.empty()) {
    const std::size_t end = head.find("\r\n");
    if (end == std::string_view::npos) return Unfit{400, "a line ends without CRLF"};
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(end + 2);
    if (line.empty()) break;
    if (line.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) {
      return Unfit{400, "a line has a CR or a NUL in it"};
    }
    if (line.front() == ' ' || line.front() == '\t') return Unfit{400, "a line is folded, or begins with a space"};
    const std::size_t colon = line.find(':');
    if (!first &&
        (colon == 0 || colon == std::string_view::npos || line[colon - 1] == ' ' || line[colon - 1] == '\t')) {
      return Unfit{400, "a field line has no name right before its colon"};
    }
    first = false;
  }
  return std::nullopt;
}

std::optional<Unfit> check_head(const Head& head) {
  if (auto unfit = check_framing(head)) return unfit;
  const std::size_t hosts = head.fields.count("Host");
  if (hosts > 1) return Unfit{400, "Host stands twice"};
  if (hosts == 0 && head.version == 11) return Unfit{400, "Host is missing"};
  const std::string* expect = head.fields.find("Expect");
  if (expect != nullptr && !same_name(*expect, "100-continue"))
    return Unfit{417, "the one expectation that is known is 100-continue"};
  return std::nullopt;
}

}  // namespace winnow::server
