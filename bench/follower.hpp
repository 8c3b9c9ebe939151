/// Events over a WebSocket, of which thousands are to fit beside the daemon on one machine: neither frames nor JSON are
/// parsed, only the number and the time of each event looked for.
#pragma once

#include <sys/resource.h>

#include <array>
#include <cstdlib>
#include <string>
#include <string_view>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include "daemon.hpp"

namespace winnow::bench {

/// Text that comes in pieces.
class EventReader {
public:
  /// `on_event(seq, time)` for each event that is whole by now.
  template <class OnEvent>
  void take(std::string_view piece, OnEvent on_event) {
    text_ += piece;
    std::size_t done = 0;
    for (auto at = text_.find(kSeq); at != std::string::npos; at = text_.find(kSeq, done)) {
      const auto time = text_.find(kTime, at);
      if (time == std::string::npos || text_.find_first_of(",}", time + kTime.size()) == std::string::npos) break;
      on_event(std::strtoll(text_.c_str() + at + kSeq.size(), nullptr, 10),
               std::strtod(text_.c_str() + time + kTime.size(), nullptr));
      done = time + kTime.size();
    }
    text_.erase(0, std::max(done, text_.size() > kLongest ? text_.size() - kLongest : 0));
  }

private:
  static constexpr std::string_view kSeq = "\"seq\":";
  static constexpr std::string_view kTime = "\"time\":";
  static constexpr std::size_t kLongest = 4096;
  std::string text_;
};

/// Asks for a WebSocket, and nothing else.
inline asio::awaitable<void> upgrade(Unix::socket& socket, std::string target) {
  const std::string request = "GET " + target +
                              " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                              "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  co_await asio::async_write(socket, asio::buffer(request), asio::use_awaitable);
}

/// `on_piece(text)` for what comes, until the other side ends it.
template <class OnPiece>
asio::awaitable<void> read_all(Unix::socket& socket, OnPiece on_piece) {
  std::array<char, 16384> buffer{};
  try {
    while (true) {
      const std::size_t got = co_await socket.async_read_some(asio::buffer(buffer), asio::use_awaitable);
      on_piece(std::string_view(buffer.data(), got));
    }
  } catch (const boost::system::system_error&) {
    co_return;  // it has ended
  }
}

/// Thousands of connections are open files.
inline void allow_many_files() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace winnow::bench
