/// The request target (RFC 9112 §3.2) as a value: origin-form, and absolute-form, which a server must take.
///
/// Percent-encoding is decoded once, after the path is cut into segments, so that an encoded slash never makes a
/// segment. Refused: bytes that RFC 3986 §3.3 and §3.4 don't allow, a broken percent-encoding, segments that are `.` or
/// `..`, or hold a slash, a backslash or a control character once they are decoded, and what isn't UTF-8.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/server/fields.hpp>

namespace winnow::server {

struct Target {
  std::string path;                   ///< as sent
  std::vector<std::string> segments;  ///< decoded; `/` has none, `/a/` has "a" and ""
  Parameters query;                   ///< decoded, `+` as a space (WHATWG URL, application/x-www-form-urlencoded)
  std::string authority{};            ///< of the absolute form
};

/// Fails with `invalid_input`.
Result<Target> parse_target(std::string_view target);

}  // namespace winnow::server
