/// The settings of the HTTP server, and what it counts.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/server/rate_limit.hpp>

namespace winnow::server {

/// Of one connection, unless it says otherwise. Times are kept to a quarter of a second.
struct HttpLimits {
  using Time = std::chrono::milliseconds;
  std::size_t connections = 4096;                   ///< of all; one more over TCP is told 503 and closed
  std::size_t head_bytes = std::size_t{16} * 1024;  ///< of a request's head: 431
  Time head{10'000};   ///< for a head, once its first byte is here; for TLS's handshake too
  Time idle{75'000};   ///< between requests; `head` before the first with a token
  Time body{20'000};   ///< for a body, and what it takes at bytes_per_second
  Time write{20'000};  ///< for a response or a portion of a stream, and at bytes_per_second
  std::size_t bytes_per_second = std::size_t{64} * 1024;
  Time linger{2'000};                                ///< for a peer to take the last response
  std::size_t frame_bytes = std::size_t{64} * 1024;  ///< of a WebSocket message that comes in
  Time silence{60'000};                              ///< of a WebSocket, pings unanswered
};

struct HttpOptions {
  /// `ADDRESS:PORT`, `[ADDRESS]:PORT`; port 0: any that is free. Where the machine has no IPv6, ::1 is left out.
  std::vector<std::string> listen{"127.0.0.1:7437", "[::1]:7437"};
  std::filesystem::path unix_socket{};      ///< made for its owner only; empty: none
  std::filesystem::path tls_certificate{};  ///< PEM, with its chain; with it all TCP listeners speak TLS only
  std::filesystem::path tls_key{};          ///< PEM, not readable by others
  std::vector<std::string> hosts{};         ///< names that it is called by, besides localhost and addresses
  std::vector<std::string> origins{};       ///< of pages that may ask it, besides its own
  unsigned threads = 2;                     ///< at least 1
  RateLimit::Options rate{};                ///< of requests for each token
  HttpLimits limits{};
  /// Called, from any of the threads, with what a handler threw: an operationId and why.
  std::function<void(std::string_view operation, std::string_view why)> on_fault{};
};

/// Counts since the start.
struct HttpStats {
  std::uint64_t open = 0;         ///< connections, now
  std::uint64_t accepted = 0;     ///< connections
  std::uint64_t turned_away = 0;  ///< connections, for want of room
  std::uint64_t timed_out = 0;    ///< connections that took too long, followers who didn't read among them
  std::uint64_t requests = 0;     ///< whole heads
  std::uint64_t refused = 0;      ///< of them, before a handler saw them
  std::uint64_t faults = 0;       ///< of them, whose handler threw
};

}  // namespace winnow::server
