/// A connection that has become a WebSocket (RFC 6455).
#include <winnow/server/http/connection.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <winnow/server/http/web_protocol.hpp>

namespace winnow::server {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;

namespace {

using WebSocket = websocket::stream<Transport&>;

void configure(WebSocket& socket, const HttpLimits& limits, bool has_protocol) {
  websocket::stream_base::timeout timeout{};
  timeout.handshake_timeout = limits.head;
  timeout.idle_timeout = limits.silence;
  timeout.keep_alive_pings = true;
  socket.set_option(timeout);
  socket.set_option(websocket::stream_base::decorator([has_protocol](websocket::response_type& response) {
    response.set(beast::http::field::server, "winnow");  // in the place of Beast and its version
    if (has_protocol)
      response.set(beast::http::field::sec_websocket_protocol, beast::string_view(kProtocol.data(), kProtocol.size()));
  }));
  socket.read_message_max(limits.frame_bytes);
  socket.auto_fragment(false);
}

asio::awaitable<void> read_all(std::shared_ptr<WebSocket> socket, const Upgrade& upgrade) {
  beast::flat_buffer message;
  while (true) {
    boost::system::error_code failure;
    co_await socket->async_read(message, asio::redirect_error(asio::use_awaitable, failure));
    if (failure) co_return;
    if (upgrade.received) upgrade.received(beast::buffers_to_string(message.data()), socket->got_binary());
    message.consume(message.size());
  }
}

}  // namespace

asio::awaitable<void> Connection::serve_web_socket(const Parser& parser, Upgrade upgrade) {
  const auto socket = std::make_shared<WebSocket>(transport_);
  const auto kept = std::make_shared<const Upgrade>(std::move(upgrade));
  const beast::string_view offered = parser.get()[beast::http::field::sec_websocket_protocol];
  configure(*socket, limits(), offered_protocols({offered.data(), offered.size()}).winnow);
  boost::system::error_code failure;
  co_await socket->async_accept(parser.get(), asio::redirect_error(asio::use_awaitable, failure));
  if (failure) {
    if (kept->cancel) kept->cancel();
    co_return;
  }
  cancel_ = kept->cancel;
  is_watched_ = true;
  asio::co_spawn(
      transport_.get_executor(), [socket, kept] { return read_all(socket, *kept); },
      [me = shared_from_this(), socket, kept](const std::exception_ptr& thrown) {
        if (thrown) ++me->house_.faults;
        me->transport_.close();
        me->cancel_stream();
      });
  if (house_.draining) cancel_stream();
  while (!failure) {
    const Frame frame = co_await kept->next();
    if (frame.data == nullptr) break;
    within(limits().write, frame.data->size());
    socket->binary(frame.binary);
    co_await socket->async_write(asio::buffer(*frame.data), asio::redirect_error(asio::use_awaitable, failure));
    without_limit();
  }
  cancel_stream();
  cancel_ = nullptr;
  within(limits().linger);
  const websocket::close_code code =
      house_.draining ? websocket::close_code::going_away : websocket::close_code::normal;
  const websocket::close_reason reason(code);
  if (!failure) co_await socket->async_close(reason, asio::redirect_error(asio::use_awaitable, failure));
  transport_.close();
}

}  // namespace winnow::server
