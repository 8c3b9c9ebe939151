/// The HTTP/1.1 server (RFC 9110, RFC 9112): listens, lets in, calls handlers, ends in order.
///
/// Closed by default (docs/security.md): it listens on this machine only, or with TLS; a token is always asked for, but
/// by operations that the document opens, and on the Unix socket from processes of the same user.
///
/// Every wait for a peer has a limit, and so has everything that a peer makes it keep. A connection has a strand of its
/// own on a few threads; its requests are answered one after the other, in their order (RFC 9112 §9.3.2).
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/server/api.hpp>
#include <winnow/server/http_options.hpp>
#include <winnow/server/tokens.hpp>

namespace winnow::server {

/// What can be said of options before anything listens: addresses that are none, one off this machine without TLS, a
/// certificate and key that don't fit. Fails with `invalid_input` and the option as key, as the settings call it
/// (docs/daemon.md, "Settings").
Result<void> check(const HttpOptions& options);

class HttpServer {
public:
  /// Listens and serves when it returns; `api` and `tokens` must outlive it. Fails as `check`, or with `io`.
  static Result<HttpServer> start(HttpOptions options, const Api& api, const TokenStore& tokens);

  /// The TCP addresses, with their ports.
  [[nodiscard]] const std::vector<std::string>& addresses() const;

  /// Takes of the options what may change while it serves: certificate and key, read once more, for new connections,
  /// and the rate. Fails with `invalid_input` where they don't fit; then the old ones stay.
  Result<void> reload(const HttpOptions& options);

  [[nodiscard]] HttpStats stats() const;

  /// Takes no more connections and requests, cancels streams, waits up to `grace` for what is being answered, and ends.
  /// The destructor does so without grace.
  void stop(std::chrono::milliseconds grace);

  HttpServer(HttpServer&&) noexcept;
  HttpServer& operator=(HttpServer&&) noexcept;
  ~HttpServer();

private:
  class Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace winnow::server
