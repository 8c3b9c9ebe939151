/// What the connections of a server share.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include <winnow/server/http/gate.hpp>
#include <winnow/server/http_server.hpp>

namespace winnow::server {

class Connection;

/// Those that are open. May be used by several threads.
class Connections {
public:
  /// False: there are `most` already.
  bool add(const std::shared_ptr<Connection>& connection, std::size_t most);
  void remove(const Connection* connection);
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] std::vector<std::shared_ptr<Connection>> all() const;
  /// Those whose deadline is before `now`.
  [[nodiscard]] std::vector<std::shared_ptr<Connection>> late(std::chrono::steady_clock::time_point now) const;
  /// Whether there is none any more, within that time.
  bool wait_empty(std::chrono::milliseconds limit);

private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::unordered_map<const Connection*, std::weak_ptr<Connection>> open_;
};

struct House {
  House(HttpOptions given, const Api& api, const TokenStore& tokens)
      : options(std::move(given)),
        gate(api, tokens, HostRule{.hosts = options.hosts, .origins = options.origins}, options.rate),
        context(static_cast<int>(options.threads)) {}

  const HttpOptions options;
  Gate gate;
  Connections connections;
  std::atomic<bool> draining = false;
  std::atomic<std::uint64_t> accepted = 0;
  std::atomic<std::uint64_t> turned_away = 0;
  std::atomic<std::uint64_t> timed_out = 0;
  std::atomic<std::uint64_t> requests = 0;
  std::atomic<std::uint64_t> refused = 0;
  std::atomic<std::uint64_t> faults = 0;
  boost::asio::io_context context;  ///< the first to go, with the coroutines in it, which use the rest
};

}  // namespace winnow::server
