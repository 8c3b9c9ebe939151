/// The head of a response as text (RFC 9112 §4). It never says what the server is (no Server field).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <winnow/server/http.hpp>

namespace winnow::server {

/// How the end of a response's body is known.
struct Framing {
  std::optional<std::uint64_t> length{};  ///< without it: chunks, or the end of the connection
  bool chunked = false;
  bool close = false;  ///< the connection ends after it
};

/// Fields that every response has, unless it says otherwise itself: nothing of it may be stored, guessed at or framed.
/// Throws std::invalid_argument for a field that would end its line.
std::string response_head(const Response& response, const Framing& framing, std::string_view date);

/// Whether a response of that status has a body at all (RFC 9110 §6.4.1).
bool has_content(int status);

/// The time as HTTP says it (RFC 9110 §5.6.7).
std::string http_date(std::int64_t unix_seconds);

/// `size` in front of a chunk (RFC 9112 §7.1).
std::string chunk_head(std::size_t size);

}  // namespace winnow::server
