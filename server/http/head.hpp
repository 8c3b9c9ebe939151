/// The head of a request, before anything is believed of it.
///
/// Two programs that read one message differently let a request be smuggled past the first (RFC 9112 §11.2). So what
/// can be read in two ways is refused, also where a recipient may be lenient:
///   a line end that is no CRLF (§2.2), a folded line (§5.2), a field name followed by a space (§5.1);
///   Content-Length with Transfer-Encoding (§6.1), twice, or not digits alone (§6.3);
///   a transfer coding that isn't `chunked` alone, or twice (§6.1, §7);
///   no Host or two of them in HTTP/1.1 (§3.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <winnow/server/fields.hpp>

namespace winnow::server {

/// How much of what came is the head of the first request.
struct HeadScan {
  enum class Is { partial, whole, refused };
  Is is = Is::partial;
  std::size_t size = 0;    ///< of a whole one, with its empty line
  std::string_view why{};  ///< of a refused one
};

/// Looks at what came so far, of which the first `seen` bytes were looked at before and were a partial head. Cheap:
/// each byte is looked at once.
HeadScan scan_head(std::string_view text, std::size_t seen);

struct Head {
  std::string method;
  std::string target;
  int version = 11;  ///< 10 or 11
  Fields fields;

  [[nodiscard]] bool is_chunked() const { return fields.count("Transfer-Encoding") != 0; }
  /// Of one that was checked.
  [[nodiscard]] std::uint64_t content_length() const;
  [[nodiscard]] bool has_body() const { return is_chunked() || content_length() != 0; }
};

/// What makes a head unfit: a status and why.
struct Unfit {
  int status = 400;
  std::string_view why{};
};

/// Of the lines, to be asked before they are parsed; nothing if they are fit.
std::optional<Unfit> check_lines(std::string_view head);

/// Of the fields and the version.
std::optional<Unfit> check_head(const Head& head);

}  // namespace winnow::server
