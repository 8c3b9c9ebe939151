/// A connection's bytes: a TCP or Unix socket, or TLS on one. A model of Beast's AsyncStream, so that HTTP and
/// WebSockets are compiled once for all of them. For one strand.
#pragma once

#include <winnow/server/awaitable.hpp>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/role.hpp>
#include <memory>
#include <variant>

namespace winnow::server {

class Transport {
public:
  using Socket = boost::asio::generic::stream_protocol::socket;
  using Tls = boost::asio::ssl::stream<Socket>;
  using executor_type = Socket::executor_type;

  /// `tls` null: none. Kept as long as this.
  Transport(Socket socket, std::shared_ptr<boost::asio::ssl::context> tls);

  executor_type get_executor() { return socket().get_executor(); }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    if (auto* tls = std::get_if<Tls>(&stream_)) return tls->async_read_some(buffers, std::forward<Token>(token));
    return std::get<Socket>(stream_).async_read_some(buffers, std::forward<Token>(token));
  }
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    if (auto* tls = std::get_if<Tls>(&stream_)) return tls->async_write_some(buffers, std::forward<Token>(token));
    return std::get<Socket>(stream_).async_write_some(buffers, std::forward<Token>(token));
  }

  /// TLS's, if there is one. False: the peer isn't fit.
  boost::asio::awaitable<bool> handshake();
  /// Says that nothing more will be sent: TLS's close_notify (RFC 8446 §6.1), then TCP's FIN.
  boost::asio::awaitable<void> finish();
  /// Ends everything that is waited for here.
  void close();

private:
  Socket& socket();

  std::shared_ptr<boost::asio::ssl::context> context_;
  std::variant<Socket, Tls> stream_;
};

/// What Beast's WebSocket asks of a stream of one's own.
inline void beast_close_socket(Transport& transport) {
  transport.close();
}
inline void teardown(boost::beast::role_type /*role*/, Transport& transport, boost::beast::error_code& error) {
  transport.close();
  error = {};
}
template <class Handler>
void async_teardown(boost::beast::role_type /*role*/, Transport& transport, Handler&& handler) {
  boost::asio::post(transport.get_executor(), [handler = std::forward<Handler>(handler)]() mutable {
    std::move(handler)(boost::beast::error_code());
  });
}

}  // namespace winnow::server
