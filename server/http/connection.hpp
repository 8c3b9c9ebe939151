/// One connection: its requests one after the other, each read whole, let in by the gate, answered.
///
/// Nothing is read ahead while a handler runs, but for a stream's or a WebSocket's, whose reader's leaving is to be
/// noticed. Every wait for the peer has a deadline, which the server looks at from outside (`is_late`).
#pragma once

#include <atomic>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include <winnow/server/awaitable.hpp>
#include <winnow/server/http/gate.hpp>
#include <winnow/server/http/head.hpp>
#include <winnow/server/http/house.hpp>
#include <winnow/server/http/transport.hpp>

namespace winnow::server {

class Connection final : public OpenConnection, public std::enable_shared_from_this<Connection> {
public:
  Connection(House& house, Transport::Socket socket, Peer peer, std::shared_ptr<boost::asio::ssl::context> tls);
  ~Connection() override;

  /// Serves until its end; keeps itself alive.
  void serve();

  [[nodiscard]] bool is_late(Clock::time_point now) const override {
    return now.time_since_epoch().count() > deadline_.load();
  }
  void drop() override;
  void drain() override;

private:
  template <class T>
  using awaitable = boost::asio::awaitable<T>;
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

  awaitable<void> run();
  /// One request. False: it was the last.
  awaitable<bool> exchange();
  awaitable<HeadScan> read_head();
  /// Nothing if it is whole.
  awaitable<std::optional<Unfit>> read_body(Parser& parser, std::size_t limit);
  awaitable<Response> answer(const Admitted& admitted, Request request);
  awaitable<bool> send(Response response, bool without_content, bool last);
  awaitable<bool> send_unfit(Unfit unfit);
  awaitable<void> send_stream(Response response, Stream stream, bool chunked);
  awaitable<void> serve_web_socket(const Parser& parser, Upgrade upgrade);
  /// Takes what the peer still sends, so that its system doesn't throw the last response away unread.
  awaitable<void> linger();
  /// Reads until the peer has left, then cancels what is streamed to it.
  awaitable<void> watch();

  awaitable<bool> read_some();
  template <class Buffers>
  awaitable<bool> write(const Buffers& buffers, std::size_t size);

  [[nodiscard]] std::string_view buffered() const;
  [[nodiscard]] const HttpLimits& limits() const { return house_.options.limits; }
  void within(HttpLimits::Time time, std::size_t bytes = 0);
  void without_limit() { deadline_ = kNever; }
  void cancel_stream();

  static constexpr Clock::rep kNever = std::numeric_limits<Clock::rep>::max();

  House& house_;
  Transport transport_;
  Peer peer_;
  boost::beast::flat_buffer buffer_;
  std::atomic<Clock::rep> deadline_ = kNever;
  std::function<void()> cancel_{};  ///< of what is streamed
  bool is_idle_ = false;            ///< between two requests
  bool is_known_ = false;           ///< a request of it had a token
  bool is_watched_ = false;         ///< somebody reads until the end
};

}  // namespace winnow::server
