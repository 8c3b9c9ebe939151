#include <winnow/server/http/transport.hpp>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace winnow::server {

namespace asio = boost::asio;

namespace {

std::variant<Transport::Socket, Transport::Tls> stream_on(Transport::Socket socket, asio::ssl::context* tls) {
  using Stream = std::variant<Transport::Socket, Transport::Tls>;
  if (tls == nullptr) return Stream(std::in_place_type<Transport::Socket>, std::move(socket));
  return Stream(std::in_place_type<Transport::Tls>, std::move(socket), *tls);
}

}  // namespace

Transport::Transport(Socket socket, std::shared_ptr<asio::ssl::context> tls)
    : context_(std::move(tls)), stream_(stream_on(std::move(socket), context_.get())) {}

Transport::Socket& Transport::socket() {
  if (auto* tls = std::get_if<Tls>(&stream_)) return tls->next_layer();
  return std::get<Socket>(stream_);
}

asio::awaitable<bool> Transport::handshake() {
  boost::system::error_code failure;
  if (auto* tls = std::get_if<Tls>(&stream_)) {
    co_await tls->async_handshake(asio::ssl::stream_base::server, asio::redirect_error(asio::use_awaitable, failure));
  }
  co_return !failure;
}

asio::awaitable<void> Transport::finish() {
  boost::system::error_code ignored;
  if (auto* tls = std::get_if<Tls>(&stream_)) {
    co_await tls->async_shutdown(asio::redirect_error(asio::use_awaitable, ignored));
  }
  socket().shutdown(asio::socket_base::shutdown_send, ignored);
}

void Transport::close() {
  boost::system::error_code ignored;
  socket().close(ignored);
}

}  // namespace winnow::server
