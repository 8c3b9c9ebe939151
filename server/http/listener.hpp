/// Where connections come from: a TCP address or a Unix socket.
#pragma once

#include <atomic>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

#include <winnow/core/result.hpp>
#include <winnow/server/http/house.hpp>

namespace winnow::server {

/// Of `ADDRESS:PORT` or `[ADDRESS]:PORT`; an address is numbers, or `localhost`. Fails with `invalid_input`.
Result<boost::asio::ip::tcp::endpoint> parse_address(const std::string& text);

/// The certificate in force, which may be replaced.
class CurrentTls {
public:
  void set(std::shared_ptr<boost::asio::ssl::context> context) {
    const std::lock_guard lock(mutex_);
    context_ = std::move(context);
  }
  [[nodiscard]] std::shared_ptr<boost::asio::ssl::context> get() const {
    const std::lock_guard lock(mutex_);
    return context_;
  }

private:
  mutable std::mutex mutex_;
  std::shared_ptr<boost::asio::ssl::context> context_;
};

class Listener : public std::enable_shared_from_this<Listener> {
public:
  /// `tls` null: none. Fails with `io`.
  static Result<std::shared_ptr<Listener>> on_tcp(House& house, const boost::asio::ip::tcp::endpoint& endpoint,
                                                  const CurrentTls* tls);
  /// A file that only its owner may connect to; one that is left from before is replaced, and it is removed at the end.
  static Result<std::shared_ptr<Listener>> on_unix(House& house, const std::filesystem::path& path);

  explicit Listener(House& house);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// Takes connections until it is closed; keeps itself alive.
  void listen();
  /// From any thread.
  void close();

  /// With the port that it got; empty for a Unix socket.
  [[nodiscard]] const std::string& address() const { return address_; }

private:
  using Protocol = boost::asio::generic::stream_protocol;

  boost::asio::awaitable<void> run();
  void take(Protocol::socket socket);

  House& house_;
  boost::asio::basic_socket_acceptor<Protocol> acceptor_;
  const CurrentTls* tls_ = nullptr;
  std::string address_;
  std::filesystem::path file_;  ///< of a Unix socket
};

}  // namespace winnow::server
