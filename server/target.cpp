#include <winnow/server/target.hpp>

#include <algorithm>

namespace winnow::server {

namespace {

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// RFC 3986's pchar without percent-encoding, and what a query has besides (`/`, `?`).
bool may_stand_in_target(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return letter || std::string_view("-._~!$&'()*+,;=:@/?%[]").find(c) != std::string_view::npos;
}

/// Well-formed UTF-8 (Unicode 15, table 3-7).
bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i++]);
    if (lead < 0x80) continue;
    const std::size_t more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
    if (lead < 0xc2 || lead > 0xf4 || i + more > text.size()) return false;
    for (std::size_t k = 0; k < more; ++k) {
      const auto next = static_cast<unsigned char>(text[i++]);
      unsigned char low = 0x80;
      unsigned char high = 0xbf;
      if (k == 0 && lead == 0xe0) low = 0xa0;
      if (k == 0 && lead == 0xed) high = 0x9f;
      if (k == 0 && lead == 0xf0) low = 0x90;
      if (k == 0 && lead == 0xf4) high = 0x8f;
      if (next < low || next > high) return false;
    }
  }
  return true;
}

Result<std::string> decoded(std::string_view text, bool plus_is_space) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      plain += ' ';
    } else if (text[i] != '%') {
      plain += text[i];
    } else {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return fail(errc::invalid_input, "a percent sign without two hexadecimal digits");
      plain += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  if (!is_utf8(plain)) return fail(errc::invalid_input, "what is encoded isn't UTF-8");
  return plain;
}

Result<std::string> decoded_segment(std::string_view text) {
  auto segment = decoded(text, false);
  if (!segment) return segment;
  if (*segment == "." || *segment == "..") return fail(errc::invalid_input, "a path has no segments . and ..");
  const bool bad =
      std::any_of(segment->begin(), segment->end(), [](char c) { return is_control(c) || c == '/' || c == '\\'; });
  if (bad) return fail(errc::invalid_input, "a slash, a backslash or a control character is encoded in the path");
  return segment;
}

/// Calls `each` with the pieces between `separator`s, until it fails.
template <class Each>
Result<void> split(std::string_view text, char separator, Each each) {
  while (true) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (auto done = each(text.substr(0, end)); !done) return done;
    if (end == text.size()) return {};
    text.remove_prefix(end + 1);
  }
}

Result<Parameters> parse_query(std::string_view text) {
  Parameters query;
  auto done = split(text, '&', [&](std::string_view pair) -> Result<void> {
    if (pair.empty()) return {};
    const std::size_t equals = std::min(pair.find('='), pair.size());
    auto name = decoded(pair.substr(0, equals), true);
    if (!name) return fail(name.error());
    auto value = decoded(pair.substr(std::min(equals + 1, pair.size())), true);
    if (!value) return fail(value.error());
    query.push_back({std::move(*name), std::move(*value)});
    return {};
  });
  if (!done) return fail(done.error());
  return query;
}

/// `http://AUTHORITY` at the front, taken off.
std::string take_authority(std::string_view& target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!same_name(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    const std::size_t end = std::min(target.find_first_of("/?"), target.size());
    std::string authority(target.substr(0, end));
    target.remove_prefix(end);
    if (target.empty()) target = "/";
    return authority;
  }
  return {};
}

}  // namespace

Result<Target> parse_target(std::string_view target) {
  if (!std::all_of(target.begin(), target.end(), may_stand_in_target)) {
    return fail(errc::invalid_input, "the request target has a character that must be percent-encoded");
  }
  Target parsed;
  parsed.authority = take_authority(target);
  if (target.empty() || target.front() != '/') return fail(errc::invalid_input, "a request target begins with /");
  const std::size_t path_end = std::min(target.find('?'), target.size());
  parsed.path = target.substr(0, path_end);
  if (path_end > 1) {
    auto done = split(target.substr(1, path_end - 1), '/', [&](std::string_view text) -> Result<void> {
      auto segment = decoded_segment(text);
      if (!segment) return fail(segment.error());
      parsed.segments.push_back(std::move(*segment));
      return {};
    });
    if (!done) return fail(done.error());
  }
  if (path_end < target.size()) {
    auto query = parse_query(target.substr(path_end + 1));
    if (!query) return fail(query.error());
    parsed.query = std::move(*query);
  }
  return parsed;
}

}  // namespace winnow::server
