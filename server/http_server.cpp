#include <winnow/server/http_server.hpp>

#include <fmt/format.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/steady_timer.hpp>
#include <optional>
#include <thread>

#include <winnow/base/catching.hpp>
#include <winnow/server/http/connection.hpp>
#include <winnow/server/http/house.hpp>
#include <winnow/server/http/listener.hpp>
#include <winnow/server/http/tls.hpp>

namespace winnow::server {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::milliseconds kLookForLate{250};
/// For coroutines to see that their connection was dropped.
constexpr std::chrono::milliseconds kLastMoment{1000};

bool has_tls(const HttpOptions& options) {
  return !options.tls_certificate.empty();
}

tl::unexpected<Error> wrong(std::string key, const std::string& message) {
  return fail(Error{errc::invalid_input, message, std::move(key)});
}

/// A name that no request can have would shut everybody out.
Result<void> check_names(const HttpOptions& options) {
  for (const std::string& host : options.hosts) {
    if (host.empty() || host.find_first_of("/@ ") != std::string::npos) {
      return wrong("hosts", fmt::format("hosts: '{}' is no name of a host, e.g. box.example.org", host));
    }
  }
  for (const std::string& origin : options.origins) {
    const std::size_t scheme = origin.starts_with("https://") ? 8 : origin.starts_with("http://") ? 7 : 0;
    const bool right = scheme > 0 && origin.size() > scheme && origin.find_first_of("/@ ", scheme) == std::string::npos;
    if (!right) {
      return wrong("origins", fmt::format("origins: '{}' is no origin, e.g. https://box.example.org:8080", origin));
    }
  }
  return {};
}

}  // namespace

Result<void> check(const HttpOptions& options) {
  for (const std::string& text : options.listen) {
    const auto endpoint = parse_address(text);
    if (!endpoint) return wrong("listen", endpoint.error().message);
    if (endpoint->address().is_loopback() || has_tls(options)) continue;
    return wrong("listen", fmt::format("listen: {} is open to other machines, which needs tls.certificate and tls.key; "
                                       "127.0.0.1 isn't",
                                       text));
  }
  if (auto right = check_names(options); !right) return right;
  if (!has_tls(options)) {
    if (options.tls_key.empty()) return {};
    return wrong("tls.certificate", "tls.certificate: is missing beside tls.key");
  }
  if (options.tls_key.empty()) return wrong("tls.key", "tls.key: is missing beside tls.certificate");
  if (auto context = make_tls(options.tls_certificate, options.tls_key); !context) {
    return wrong("tls.certificate", "tls.certificate: " + context.error().message);
  }
  return {};
}

class HttpServer::Impl {
public:
  Impl(HttpOptions options, const Api& api, const TokenStore& tokens)
      : house_(std::move(options), api, tokens), late_(house_.context) {}
  ~Impl() { stop(std::chrono::milliseconds(0)); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Result<void> start() {
    if (auto right = check(house_.options); !right) return right;
    if (auto read = reload(house_.options); !read) return read;
    if (auto listening = listen_on_tcp(); !listening) return listening;
    if (!house_.options.unix_socket.empty()) {
      auto listener = Listener::on_unix(house_, house_.options.unix_socket);
      if (!listener) return fail(listener.error());
      listeners_.push_back(std::move(*listener));
    }
    if (listeners_.empty()) return fail(errc::invalid_input, "listen: there is nothing to listen on");
    for (const auto& listener : listeners_) listener->listen();
    look_for_late();
    for (unsigned i = 0; i < std::max(house_.options.threads, 1U); ++i) threads_.emplace_back([this] { serve(); });
    return {};
  }

  Result<void> reload(const HttpOptions& options) {
    if (has_tls(house_.options)) {
      auto context = make_tls(options.tls_certificate, options.tls_key);
      if (!context) return fail(context.error());
      tls_.set(std::move(*context));
    }
    house_.gate.set_rate(options.rate);
    return {};
  }

  void stop(std::chrono::milliseconds grace) {
    if (threads_.empty()) return;
    house_.draining = true;
    for (const auto& listener : listeners_) listener->close();
    for (const auto& connection : house_.connections.all()) connection->drain();
    if (!house_.connections.wait_empty(grace)) {
      for (const auto& connection : house_.connections.all()) connection->drop();
      house_.connections.wait_empty(kLastMoment);
    }
    house_.context.stop();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    listeners_.clear();
  }

  [[nodiscard]] const std::vector<std::string>& addresses() const { return addresses_; }

  [[nodiscard]] HttpStats stats() const {
    return {.open = house_.connections.size(),
            .accepted = house_.accepted,
            .turned_away = house_.turned_away,
            .timed_out = house_.timed_out,
            .requests = house_.requests,
            .refused = house_.refused,
            .faults = house_.faults};
  }

private:
  Result<void> listen_on_tcp() {
    for (const std::string& text : house_.options.listen) {
      const auto endpoint = parse_address(text);
      if (!endpoint) return fail(endpoint.error());
      auto listener = Listener::on_tcp(house_, *endpoint, has_tls(house_.options) ? &tls_ : nullptr);
      const bool may_lack = endpoint->address() == asio::ip::address_v6::loopback() && house_.options.listen.size() > 1;
      if (!listener && may_lack && !has_ipv6_loopback()) continue;
      if (!listener) return fail(listener.error());
      addresses_.push_back((*listener)->address());
      listeners_.push_back(std::move(*listener));
    }
    return {};
  }

  /// Whether any port can be had there.
  bool has_ipv6_loopback() {
    const asio::ip::tcp::endpoint any(asio::ip::address_v6::loopback(), 0);
    return Listener::on_tcp(house_, any, nullptr).has_value();
  }

  void serve() {
    while (!house_.context.stopped()) {
      try {
        house_.context.run();
      } catch (const std::exception&) {
        continue;
      }
    }
  }

  void look_for_late() {
    late_.expires_after(kLookForLate);
    late_.async_wait([this](const boost::system::error_code& ended) {
      if (ended) return;
      for (const auto& connection : house_.connections.late(Connection::Clock::now())) {
        ++house_.timed_out;
        connection->drop();
      }
      look_for_late();
    });
  }

  CurrentTls tls_;
  House house_;
  asio::steady_timer late_;
  std::vector<std::shared_ptr<Listener>> listeners_;
  std::vector<std::string> addresses_;
  std::vector<std::thread> threads_;
};

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::HttpServer(HttpServer&&) noexcept = default;
HttpServer& HttpServer::operator=(HttpServer&&) noexcept = default;
HttpServer::~HttpServer() = default;

Result<HttpServer> HttpServer::start(HttpOptions options, const Api& api, const TokenStore& tokens) {
  return catching(errc::io, [&]() -> Result<HttpServer> {
    auto impl = std::make_unique<Impl>(std::move(options), api, tokens);
    if (auto started = impl->start(); !started) return fail(started.error());
    return HttpServer(std::move(impl));
  });
}

const std::vector<std::string>& HttpServer::addresses() const {
  return impl_->addresses();
}
Result<void> HttpServer::reload(const HttpOptions& options) {
  return impl_->reload(options);
}
HttpStats HttpServer::stats() const {
  return impl_->stats();
}
void HttpServer::stop(std::chrono::milliseconds grace) {
  impl_->stop(grace);
}

}  // namespace winnow::server
