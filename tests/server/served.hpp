/// A server of a test's own, with routes for whatever a test may want to see, and a client that says what it is told
/// to.
#pragma once

#include <gtest/gtest.h>

#include <winnow/server/completion.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <fstream>
#include <memory>
#include <optional>
#include <string>

#include <winnow/server/api.hpp>
#include <winnow/server/document.hpp>
#include <winnow/server/http_server.hpp>
#include <winnow/server/outbox.hpp>
#include <winnow/server/tokens.hpp>

#include "../temp_dir.hpp"

namespace winnow::server::test {

namespace asio = boost::asio;
namespace beast = boost::beast;

inline constexpr std::string_view kDocument = R"(
openapi: 3.1.0
paths:
  /healthz: {get: {operationId: health, x-role: none}}
  /hello: {get: {operationId: hello, x-role: read}}
  /hello/{name}:
    parameters: [{name: name, in: path, required: true, schema: {type: string}}]
    get: {operationId: greet, x-role: read}
    delete: {operationId: forget, x-role: admin}
  /echo:
    post:
      operationId: echo
      x-role: submit
      x-body-limit: 1000
      requestBody: {required: true, content: {application/json: {}}}
  /page:
    get:
      operationId: page
      x-role: read
      parameters:
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 100}}
        - {name: order, in: query, required: true, schema: {enum: [up, down]}}
  /boom: {get: {operationId: boom, x-role: read}}
  /stream: {get: {operationId: stream, x-role: read}}
  /socket: {get: {operationId: socket, x-role: read}}
  /wait: {get: {operationId: wait, x-role: read}}
)";

inline RouteTable test_routes() {
  return RouteTable::make(json_of_yaml(kDocument).value()).value();
}

inline Handler saying(std::string text) {
  return [text = std::move(text)](Request) -> asio::awaitable<Response> {
    co_return text_response(200, "text/plain", text);
  };
}

/// A handler for each operation of kDocument.
inline Handlers test_handlers() {
  Handlers handlers;
  handlers["health"] = saying("ok");
  handlers["hello"] = [](Request request) -> asio::awaitable<Response> {
    Response response = text_response(200, "text/plain", "hello " + request.principal.name);
    response.fields.set("ETag", "\"1\"");
    co_return response;
  };
  handlers["greet"] = [](Request request) -> asio::awaitable<Response> {
    co_return text_response(200, "text/plain", request.parameter("name"));
  };
  handlers["forget"] = [](Request) -> asio::awaitable<Response> { co_return Response{.status = 204}; };
  handlers["echo"] = [](Request request) -> asio::awaitable<Response> {
    co_return text_response(200, "application/json", request.body);
  };
  handlers["page"] = saying("page");
  handlers["boom"] = [](Request) -> asio::awaitable<Response> { throw std::runtime_error("boom"); };
  handlers["stream"] = saying("to be replaced");
  handlers["socket"] = saying("to be replaced");
  handlers["wait"] = saying("to be replaced");
  return handlers;
}

inline std::string text_of_file(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Served {
  explicit Served(Handlers handlers = test_handlers(), HttpOptions options = {})
      : api(Api::make(test_routes(), std::move(handlers)).value()) {
    options.listen = {"127.0.0.1:0"};
    server.emplace(HttpServer::start(std::move(options), api, tokens).value());
  }
  [[nodiscard]] std::uint16_t port() const {
    const std::string& address = server->addresses().front();
    return static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  }

  winnow::test::TempDir dir;
  TokenStore tokens = TokenStore::open(dir.path(), 1000).value();
  std::string admin = [this] {
    std::string secret = text_of_file(dir.path() / TokenStore::kAdminFile);
    secret.pop_back();
    return secret;
  }();
  Api api;
  std::optional<HttpServer> server;
};

using Answer = beast::http::response<beast::http::string_body>;

/// Over TCP or a Unix socket.
template <class Protocol = asio::ip::tcp>
class Client {
public:
  explicit Client(std::uint16_t port) { socket_.connect({asio::ip::address_v4::loopback(), port}); }
  explicit Client(const std::filesystem::path& path) { socket_.connect(typename Protocol::endpoint(path.string())); }

  void say(std::string_view text) { asio::write(socket_, asio::buffer(text.data(), text.size())); }
  /// The next response.
  Answer hear(bool of_head = false) {
    beast::http::response_parser<beast::http::string_body> parser;
    parser.skip(of_head);
    boost::system::error_code failure;
    beast::http::read(socket_, buffer_, parser, failure);
    if (failure) {
      ADD_FAILURE() << failure.message();
      return Answer(beast::http::status::unknown, 11);
    }
    return parser.release();
  }
  Answer ask(std::string_view text) {
    say(text);
    return hear();
  }
  /// All that comes until the server closes.
  std::string rest() {
    std::string text = beast::buffers_to_string(buffer_.data());
    buffer_.consume(buffer_.size());
    boost::system::error_code ended;
    asio::read(socket_, asio::dynamic_buffer(text), ended);
    return text;
  }
  auto& socket() { return socket_; }

private:
  asio::io_context context_;
  typename Protocol::socket socket_{context_};
  beast::flat_buffer buffer_;
};

inline std::string get(const std::string& target, const std::string& secret, const std::string& more = "") {
  const std::string token = secret.empty() ? "" : "Authorization: Bearer " + secret + "\r\n";
  return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + token + more + "\r\n";
}

inline std::string post(const std::string& target, const std::string& secret, const std::string& body,
                        const std::string& more = "") {
  return "POST " + target + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + secret +
         "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + more +
         "\r\n" + body;
}

}  // namespace winnow::server::test
