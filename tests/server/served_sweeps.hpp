/// The API of a daemon's sweeps in a test: a manager, the real routes, and a client on the owner's socket.
#pragma once

#include <winnow/server/asktell_handlers.hpp>
#include <winnow/server/read_api.hpp>
#include <winnow/server/sweep_handlers.hpp>
#include <winnow/server/token_handlers.hpp>
#include <winnow/server/upload_handlers.hpp>

#include "served.hpp"

namespace winnow::server::test {

struct ServedSweeps {
  ServedSweeps() {
    const auto allowed = [this] { return allowance; };
    Handlers handlers =
        sweep_handlers(manager, workers, {.base = dir.path(), .allowed = allowed, .uploads = uploads.get()});
    handlers.merge(upload_handlers(*uploads, workers, allowed));
    handlers.merge(asktell_handlers(manager));
    handlers.merge(reading.handlers());
    handlers.merge(token_handlers(tokens));
    handlers.merge(document_handlers());
    api.emplace(Api::make(RouteTable::make(api_document()).value(), std::move(handlers)).value());
    HttpOptions options;
    options.listen = {"127.0.0.1:0"};
    options.unix_socket = dir / "socket";
    server.emplace(HttpServer::start(options, *api, tokens).value());
  }
  ~ServedSweeps() {
    server->stop(std::chrono::seconds(1));
    workers.join();
    reading.stop();
  }
  ServedSweeps(const ServedSweeps&) = delete;
  ServedSweeps& operator=(const ServedSweeps&) = delete;

  Answer send(const std::string& method, const std::string& target, const std::string& body = "",
              const std::string& type = "application/json", const std::string& fields = "") {
    const std::string head =
        body.empty() ? "" : "Content-Type: " + type + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
    Client<asio::local::stream_protocol> client(dir / "socket");  // a refusal before the body is read ends a connection
    return client.ask(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n" + head + fields + "\r\n" + body);
  }
  Answer ask(const std::string& target, const std::string& fields = "") {
    Client<asio::local::stream_protocol> client(dir / "socket");
    return client.ask("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n");
  }
  OrderedJson json(const Answer& answer) { return OrderedJson::parse(answer.body()); }
  std::string create(const std::string& text, const std::string& query = "") {
    const Answer answer = send("POST", "/api/v1/sweeps" + query, text, "application/yaml");
    EXPECT_EQ(answer.result_int(), 201U) << answer.body();
    return json(answer)["id"];
  }

  winnow::test::TempDir dir;
  std::optional<Allowance> allowance;
  Manager manager = Manager::start({.directory = dir / "state",
                                    .slots = 2,
                                    .devices = std::vector<Device>(),
                                    .spawner = Spawner::start_among_threads().value()})
                        .value();
  TokenStore tokens = TokenStore::open(dir.path(), 1000).value();
  asio::thread_pool workers{4};
  std::unique_ptr<Uploads> uploads =
      Uploads::open(dir / "state/uploads", {.bytes = std::uint64_t{64} << 20, .min_free = 0}).value();
  ReadApi reading{dir / "state/sweeps", [this] { return manager.list(); }};
  std::optional<Api> api;
  std::optional<HttpServer> server;
};

}  // namespace winnow::server::test
