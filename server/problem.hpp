/// Errors as bodies of type `application/problem+json` (RFC 9457 §3).
///
/// `type` is `urn:winnow:problem:NAME`, which names a kind and is not to be opened (§3.1.1); `title` is the same for
/// all of a kind, `detail` is this one's. Extension members (§3.2): `path`, the option or field that is wrong, and
/// `line` and `column` where the error is of a text that has them.
#pragma once

#include <optional>
#include <string>

#include <winnow/core/result.hpp>
#include <winnow/server/http.hpp>

namespace winnow::server {

struct Problem {
  int status = 500;
  std::string type{};  ///< NAME of the URN
  std::string title{};
  std::string detail{};
  std::string path{};  ///< empty: of none
  std::optional<int> line{};
  std::optional<int> column{};
};

/// 422 for what was understood and is wrong (RFC 9110 §15.5.21), 404, 409 for a state that doesn't allow it, 503 for
/// what may go right later, 500. Line and column are those in a message that begins with `FILE:LINE:COLUMN: `.
Problem problem_of(const Error& error);

/// Of a status alone, with its reason phrase as title.
Problem problem(int status, std::string detail);

/// The body.
OrderedJson problem_json(const Problem& problem);
Response problem_response(const Problem& problem);
Response problem_response(const Error& error);
Response problem_response(int status, std::string detail);

/// The reason phrase of RFC 9110 §15 and RFC 6585.
std::string_view reason_phrase(int status);

}  // namespace winnow::server
