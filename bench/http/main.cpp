/// Small requests over keep-alive connections: bench_http [--connections N] [--seconds S] [--threads N] [--json FILE].
///
/// Client and server are one process and share its cores. Each connection asks, waits for the answer, and asks again:
/// GET with a token, a JSON answer of 60 bytes; then the same with a POST of 200 bytes.
#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <thread>

#include <winnow/server/awaitable.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <winnow/base/temp_dir.hpp>
#include <winnow/server/document.hpp>
#include <winnow/server/http_server.hpp>

#include "../quantile.hpp"

namespace {

namespace asio = boost::asio;
using namespace winnow;
using namespace winnow::server;
using Clock = std::chrono::steady_clock;

constexpr std::string_view kDocument = R"(
paths:
  /small: {get: {operationId: small, x-role: read}}
  /take: {post: {operationId: take, x-role: submit, requestBody: {content: {application/json: {}}}}}
)";

struct Figures {
  std::vector<float> microseconds;
  std::size_t requests = 0;
};

/// One connection, until `end`. The answers' heads are of one size but for the first's, so that one is measured.
asio::awaitable<void> ask(std::uint16_t port, std::string request, Clock::time_point end, Figures& figures) {
  asio::ip::tcp::socket socket(co_await asio::this_coro::executor);
  const asio::ip::tcp::endpoint server(asio::ip::address_v4::loopback(), port);
  co_await socket.async_connect(server, asio::use_awaitable);
  socket.set_option(asio::ip::tcp::no_delay(true));
  std::array<char, 4096> answer{};
  while (true) {
    const auto started = Clock::now();
    if (started >= end) co_return;
    co_await asio::async_write(socket, asio::buffer(request), asio::use_awaitable);
    const std::size_t got = co_await socket.async_read_some(asio::buffer(answer), asio::use_awaitable);
    if (std::string_view(answer.data(), got).find(" 200 ") == std::string_view::npos)
      throw std::runtime_error("not 200");
    figures.microseconds.push_back(std::chrono::duration<float, std::micro>(Clock::now() - started).count());
    ++figures.requests;
  }
}

OrderedJson measure(std::uint16_t port, const std::string& request, int connections, double seconds) {
  asio::io_context context(1);
  Figures figures;
  const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  for (int i = 0; i < connections; ++i) {
    asio::co_spawn(context, ask(port, request, end, figures), [](const std::exception_ptr& thrown) {
      if (thrown) std::rethrow_exception(thrown);
    });
  }
  context.run();
  auto& times = figures.microseconds;
  return {{"requests_per_second", static_cast<double>(figures.requests) / seconds},
          {"p50_ms", bench::quantile(times, 0.5) / 1000},
          {"p99_ms", bench::quantile(times, 0.99) / 1000}};
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("HTTP requests a second");
  int connections = 64;
  double seconds = 5;
  unsigned threads = 2;
  std::string file;
  app.add_option("--connections", connections);
  app.add_option("--seconds", seconds);
  app.add_option("--threads", threads);
  app.add_option("--json", file);
  CLI11_PARSE(app, argc, argv);

  const auto dir = TempDir::make("winnow-bench").value();
  TokenStore tokens = TokenStore::open(dir.path(), 0).value();
  const std::string secret = tokens.create({.name = "bench", .role = Role::submit}).value();
  Handlers handlers;
  handlers["small"] = [](Request) -> asio::awaitable<Response> {
    co_return json_response(200, {{"trial", 17}, {"verdict", "continue"}, {"seq", 123456}, {"best", 0.125}});
  };
  handlers["take"] = [](Request request) -> asio::awaitable<Response> {
    co_return json_response(200, {{"trial", 17}, {"verdict", "continue"}, {"size", request.body.size()}});
  };
  const Api api = Api::make(RouteTable::make(json_of_yaml(kDocument).value()).value(), handlers).value();
  HttpOptions options;
  options.listen = {"127.0.0.1:0"};
  options.threads = threads;
  auto server = HttpServer::start(options, api, tokens).value();
  const std::string& address = server.addresses().front();
  const auto port = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  const std::string fields =
      " HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nAccept: */*\r\nAuthorization: Bearer " + secret + "\r\n";
  const OrderedJson result{
      {"get", measure(port, "GET /small" + fields + "\r\n", connections, seconds)},
      {"post", measure(port,
                       "POST /take" + fields + "Content-Type: application/json\r\nContent-Length: 200\r\n\r\n" +
                           std::string(200, ' '),
                       connections, seconds)}};
  std::puts(result.dump(1).c_str());
  if (!file.empty()) std::ofstream(file) << result.dump(1) << '\n';
  return 0;
}
