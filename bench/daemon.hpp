/// A winnowd of a benchmark's own, and connections to it.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include <winnow/server/awaitable.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <winnow/base/temp_dir.hpp>
#include <winnow/core/value.hpp>

namespace winnow::bench {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using Unix = asio::local::stream_protocol;

inline constexpr const char* kSweep = R"(name: bench
method: random
seed: 1
metric: {name: loss, goal: minimize}
parameters: {x1: {min: -5.0, max: 10.0}, x2: {min: 0.0, max: 15.0}}
)";

class Daemon {
public:
  Daemon(const std::string& program, std::filesystem::path state) : state_(std::move(state)), pid_(::fork()) {
    if (pid_ != 0) {
      wait_for_socket();
      return;
    }
    ::execl(program.c_str(), program.c_str(), "--dir", state_.c_str(), "--listen", "127.0.0.1:0", nullptr);
    std::perror(program.c_str());
    std::_Exit(127);
  }
  ~Daemon() {
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
  }
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  [[nodiscard]] std::filesystem::path socket() const { return state_ / "socket"; }
  [[nodiscard]] pid_t pid() const { return pid_; }

private:
  void wait_for_socket() const {
    for (int i = 0; i < 1000 && !std::filesystem::exists(socket()); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }

  std::filesystem::path state_;
  pid_t pid_;
};

/// One keep-alive connection.
class Connection {
public:
  Connection(asio::any_io_executor executor, const std::filesystem::path& socket) : socket_(std::move(executor)) {
    socket_.connect(Unix::endpoint(socket.string()));
  }
  asio::awaitable<std::string> get(std::string target) { return request(http::verb::get, std::move(target)); }
  asio::awaitable<std::string> post(std::string target, std::string body, std::string type = "application/json") {
    return request(http::verb::post, std::move(target), std::move(body), std::move(type));
  }

private:
  asio::awaitable<std::string> request(http::verb verb, std::string target, std::string body = "",
                                       std::string type = "") {
    http::request<http::string_body> request(verb, target, 11);
    request.set(http::field::host, "localhost");
    if (!type.empty()) request.set(http::field::content_type, type);
    request.body() = std::move(body);
    request.prepare_payload();
    co_await http::async_write(socket_, request, asio::use_awaitable);
    http::response_parser<http::string_body> parser;
    parser.body_limit(std::size_t{64} << 20);
    co_await http::async_read(socket_, buffer_, parser, asio::use_awaitable);
    if (parser.get().result_int() >= 300) throw std::runtime_error(target + ": " + parser.get().body());
    co_return std::move(parser.get().body());
  }

  Unix::socket socket_;
  boost::beast::flat_buffer buffer_;
};

/// For `co_spawn`: what a coroutine throws ends the program.
inline void rethrow(const std::exception_ptr& thrown) {
  if (thrown) std::rethrow_exception(thrown);
}

inline asio::awaitable<void> create(std::filesystem::path socket, std::string file, std::string& sweep) {
  Connection connection(co_await asio::this_coro::executor, socket);
  const std::string created = co_await connection.post("/api/v1/sweeps", std::move(file), "application/yaml");
  sweep = "/api/v1/sweeps/" + Value::parse(created)["id"].get<std::string>();
}

/// Its path.
inline std::string new_sweep(const std::filesystem::path& socket, const std::string& file = kSweep) {
  asio::io_context context(1);
  std::string sweep;
  asio::co_spawn(context, create(socket, file, sweep), rethrow);
  context.run();
  return sweep;
}

inline std::int64_t resident_mib(pid_t pid) {
  std::ifstream statm("/proc/" + std::to_string(pid) + "/statm");
  std::int64_t size = 0, resident = 0;
  statm >> size >> resident;
  return resident * ::sysconf(_SC_PAGESIZE) >> 20;
}

}  // namespace winnow::bench
