#include <winnow/cli/daemon_client.hpp>

#include <fmt/format.h>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <cstdlib>

#include <winnow/base/catching.hpp>

namespace winnow::cli {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

constexpr std::uint64_t kMostAnswer = std::uint64_t{256} << 20;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

template <class Socket>
http::response<http::string_body> converse(Socket& socket, const http::request<http::string_body>& request) {
  http::write(socket, request);
  boost::beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(kMostAnswer);
  http::read(socket, buffer, parser);
  return parser.release();
}

http::response<http::string_body> send(const DaemonPlace& place, const http::request<http::string_body>& request) {
  asio::io_context context;
  if (!place.socket.empty()) {
    asio::local::stream_protocol::socket socket(context);
    socket.connect(place.socket);
    return converse(socket, request);
  }
  asio::ip::tcp::resolver resolver(context);
  asio::ip::tcp::socket socket(context);
  asio::connect(socket, resolver.resolve(place.host, place.port));
  return converse(socket, request);
}

/// What the user can mend is bad input, what isn't there yet or any more neither.
errc code_of(unsigned status) {
  if (status == 409) return errc::illegal_state;
  return status < 500 ? errc::invalid_input : errc::io;
}

}  // namespace

std::filesystem::path default_state_directory() {
  const std::filesystem::path state = variable("XDG_STATE_HOME");
  if (state.is_absolute()) return state / "winnow";
  const std::string home = variable("HOME");
  return std::filesystem::path(home.empty() ? "/" : home) / ".local/state/winnow";
}

Result<DaemonPlace> daemon_place(const std::string& url) {
  std::string where = url.empty() ? variable("WINNOW_URL") : url;
  if (where.empty()) where = "unix:" + (default_state_directory() / "socket").string();
  if (where.starts_with("unix:")) return DaemonPlace{.socket = where.substr(5)};
  constexpr std::string_view kHttp = "http://";
  const auto colon = where.rfind(':');
  if (!where.starts_with(kHttp) || colon < kHttp.size()) {
    return fail(errc::invalid_input, fmt::format("--url: {}: must be unix:PATH or http://HOST:PORT", where));
  }
  std::string port = where.substr(colon + 1);
  if (port.ends_with('/')) port.pop_back();
  return DaemonPlace{.host = where.substr(kHttp.size(), colon - kHttp.size()), .port = std::move(port)};
}

Result<Value> ask_daemon(const DaemonPlace& place, const DaemonRequest& request) {
  http::request<http::string_body> message(http::string_to_verb(request.method), request.target, 11);
  message.set(http::field::host, place.socket.empty() ? place.host + ":" + place.port : "localhost");
  message.set(http::field::connection, "close");
  if (const std::string token = variable("WINNOW_TOKEN"); place.socket.empty() && !token.empty()) {
    message.set(http::field::authorization, "Bearer " + token);
  }
  if (!request.body.empty()) message.set(http::field::content_type, request.content_type);
  message.body() = request.body;
  message.prepare_payload();
  const std::string name = place.socket.empty() ? place.host + ":" + place.port : place.socket;
  http::response<http::string_body> answer;
  const auto sent = catching(
      errc::io, [&]() -> Result<void> { return answer = send(place, message), Result<void>(); },
      [&](const std::exception& e) {
        return fmt::format("no daemon answers at {} ({}); `winnowd` is one, --url or WINNOW_URL names another", name,
                           e.what());
      });
  if (!sent) return fail(sent.error());
  Value body = answer.body().empty() ? Value() : Value::parse(answer.body(), nullptr, false);
  const unsigned status = answer.result_int();
  if (status < 300) return body;
  const bool told = body.is_object() && body.contains("detail") && body["detail"].is_string();
  std::string why = told ? body["detail"].get<std::string>() : fmt::format("{} answers {}", name, status);
  if (status == 401) why += "; WINNOW_TOKEN is to hold one";
  return fail(code_of(status), std::move(why));
}

std::string percent_encoded(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '_' || c == '.' || c == '~';
    encoded += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

Result<Value> command_daemon(const DaemonPlace& place, const std::string& id, CommandVerb verb,
                             std::optional<std::int64_t> trial) {
  Value body = Value::object();
  if (trial) body["trial"] = *trial;
  if (verb == CommandVerb::stop_now) body["now"] = true;
  const auto word = verb == CommandVerb::stop_now ? to_string(CommandVerb::stop) : to_string(verb);
  return ask_daemon(place, {.method = "POST",
                            .target = fmt::format("/api/v1/sweeps/{}/{}", percent_encoded(id), word),
                            .body = body.dump()});
}

}  // namespace winnow::cli
