/// What the connections of a server share.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <cstdint>

#include <winnow/server/http/connections.hpp>
#include <winnow/server/http/gate.hpp>
#include <winnow/server/http_options.hpp>

namespace winnow::server {

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
