#include <winnow/cli/daemon_client.hpp>

#include <fmt/format.h>
#include <re2/re2.h>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <limits>
#include <utility>
#include <vector>

#include <winnow/base/catching.hpp>
#include <winnow/cli/client_tls.hpp>
#include <winnow/cli/contexts.hpp>
#include <winnow/cli/deadline.hpp>
#include <winnow/cli/folders.hpp>

namespace winnow::cli {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

using Message = http::request<http::string_body>;
using Answer = http::response<http::string_body>;

constexpr std::uint64_t kMostAnswer = std::uint64_t{256} << 20;
constexpr std::size_t kPortionBytes = std::size_t{64} << 10;
constexpr std::size_t kMostCandidates = 10;  ///< that are named where a prefix is several sweeps'

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// An exchange with a daemon, whatever carries it.
struct Talk {
  const Message& message;
  const BodySink& take;  ///< none: the answer keeps its body
  std::chrono::seconds patience;
  bool endless;
};

/// Fails as `take` does. A body that isn't the one that was asked for is kept.
template <class Socket>
Result<Answer> converse(Socket& socket, const Talk& talk, Deadline& deadline) {
  http::write(socket, talk.message);
  deadline.prolong();
  boost::beast::flat_buffer buffer;
  http::response_parser<http::buffer_body> parser;
  parser.body_limit(std::numeric_limits<std::uint64_t>::max());  // none, which this Boost takes for the least
  http::read_header(socket, buffer, parser);
  Answer answer(parser.get().base());
  const bool kept = !talk.take || answer.result_int() >= 300;
  if (talk.endless && !kept) deadline.lift();
  std::vector<char> portion(kPortionBytes);
  while (!parser.is_done()) {
    deadline.prolong();
    auto& body = parser.get().body();
    body.data = portion.data();
    body.size = portion.size();
    boost::system::error_code error;
    http::read_some(socket, buffer, parser, error);
    if (error && error != http::error::need_buffer) throw boost::system::system_error(error);
    const std::string_view got(portion.data(), portion.size() - body.size);
    if (!kept && !got.empty()) {
      if (auto taken = talk.take(got); !taken) return fail(taken.error());
    } else if (kept) {
      answer.body() += got;
    }
    if (answer.body().size() > kMostAnswer) return fail(errc::io, "the answer is too long");
  }
  return answer;
}

/// What `speak(deadline)` makes of the conversation, unless the peer says nothing for too long.
template <class Speak>
Result<Answer> in_time(int socket, std::chrono::seconds patience, Speak speak) {
  Deadline deadline(socket, patience);
  const auto silent = [&] { return fail(errc::io, fmt::format("it has said nothing for {} s", patience.count())); };
  try {
    auto answer = speak(deadline);
    return !answer && deadline.passed() ? silent() : std::move(answer);
  } catch (const boost::system::system_error&) {
    if (deadline.passed()) return silent();
    throw;
  }
}

/// Why an answer is none, where that is plain: TLS is spoken there.
std::string why_no_answer(const boost::system::system_error& e) {
  const bool closed = e.code() == http::error::end_of_stream || e.code() == http::error::bad_version ||
                      e.code() == asio::error::connection_reset;
  return closed ? "no HTTP comes back; https:// may be right" : std::string(e.code().message());
}

Result<Answer> send_over_tls(const DaemonPlace& place, asio::ip::tcp::socket& socket, const Talk& talk,
                             Deadline& deadline) {
  auto context = client_tls(place.ca);
  if (!context) return fail(context.error());
  TlsStream stream(socket, **context);
  if (auto shaken = shake_hands(stream, place.host); !shaken) return fail(shaken.error());
  return converse(stream, talk, deadline);
}

Result<Answer> send_over_tcp(const DaemonPlace& place, asio::io_context& context, const Talk& talk) {
  asio::ip::tcp::resolver resolver(context);
  asio::ip::tcp::socket socket(context);
  asio::connect(socket, resolver.resolve(place.host, place.port));
  if (!place.tls && !place.token.empty() && !socket.remote_endpoint().address().is_loopback()) {
    return fail(errc::invalid_input, "http:// would carry the token in clear text to another machine; use https://");
  }
  if (talk.endless) socket.set_option(asio::socket_base::keep_alive(true));  // a peer that is gone says nothing either
  return in_time(socket.native_handle(), talk.patience, [&](Deadline& deadline) -> Result<Answer> {
    if (place.tls) return send_over_tls(place, socket, talk, deadline);
    try {
      return converse(socket, talk, deadline);
    } catch (const boost::system::system_error& e) {
      return fail(errc::io, why_no_answer(e));
    }
  });
}

Result<Answer> send(const DaemonPlace& place, const Talk& talk) {
  const auto why = [](const std::exception& e) {
    const auto* system = dynamic_cast<const boost::system::system_error*>(&e);  // what() names the call as well
    return system == nullptr ? std::string(e.what()) : system->code().message();
  };
  const auto attempt = [&]() -> Result<Answer> {
    asio::io_context context;
    if (place.socket.empty()) return send_over_tcp(place, context, talk);
    asio::local::stream_protocol::socket socket(context);
    socket.connect(place.socket);
    return in_time(socket.native_handle(), talk.patience,
                   [&](Deadline& deadline) { return converse(socket, talk, deadline); });
  };
  return catching(errc::io, attempt, why);
}

/// What the user can mend is bad input, what isn't there yet or any more neither.
errc code_of(unsigned status, std::string_view type) {
  if (status == 404) return type.ends_with("unknown-trial") ? errc::unknown_trial : errc::unknown_sweep;
  if (status == 409) return errc::illegal_state;
  return status < 500 ? errc::invalid_input : errc::io;
}

/// What a problem body says, or what is known without one.
Error refused(const DaemonPlace& place, const Answer& answer) {
  const unsigned status = answer.result_int();
  const Value body = answer.body().empty() ? Value() : Value::parse(answer.body(), nullptr, false);
  const bool told = body.is_object() && body.contains("detail") && body["detail"].is_string();
  std::string why = told ? body["detail"].get<std::string>() : fmt::format("{} answers {}", place.name(), status);
  if (body.is_object() && body.contains("causes")) {  // of /readyz
    why = fmt::format("{} isn't ready: {}", place.name(),
                      fmt::join(body.value("causes", std::vector<std::string>()), "; "));
  }
  if (status == 401) {
    why += place.token.empty() ? "; a context of `winnow context add` has one, or WINNOW_TOKEN"
                               : "; the one that was sent isn't in force";
  }
  const bool typed = told && body.contains("type") && body["type"].is_string();
  return {code_of(status, typed ? body["type"].get<std::string>() : std::string()), std::move(why)};
}

/// Its status is below 300.
Result<Answer> exchange(const DaemonPlace& place, const DaemonRequest& request, const BodySink& take, bool endless) {
  Message message(http::string_to_verb(request.method), request.target, 11);
  message.set(http::field::host, place.socket.empty() ? place.name() : "localhost");
  message.set(http::field::connection, "close");
  if (!place.token.empty()) message.set(http::field::authorization, "Bearer " + place.token);
  if (!request.body.empty()) message.set(http::field::content_type, request.content_type);
  message.body() = request.body;
  message.prepare_payload();
  std::optional<Error> not_taken;
  const BodySink noted = [&](std::string_view part) {
    auto taken = take(part);
    if (!taken) not_taken = taken.error();
    return taken;
  };
  auto answer = send(place, {message, take ? noted : take, request.patience, endless});
  if (not_taken) return fail(*not_taken);
  if (!answer) {
    const Error& error = answer.error();
    if (error.code != errc::io) return fail(error.code, fmt::format("{}: {}", place.name(), error.message));
    return fail(errc::io,
                fmt::format("no daemon answers at {} ({}); `winnowd` is one, --url or --context names another",
                            place.name(), error.message));
  }
  if (answer->result_int() >= 300) return fail(refused(place, *answer));
  return answer;
}

Result<DaemonPlace> place_of(const DaemonContext& context) {
  auto place = parse_daemon_url(context.url);
  if (!place) return fail(place.error());
  auto token = token_of(context);
  if (!token) return fail(token.error());
  place->token = std::move(*token);
  place->ca = context.ca;
  return place;
}

Result<DaemonPlace> chosen_place(const DaemonChoice& choice) {
  if (!choice.url.empty()) return parse_daemon_url(choice.url);
  const std::string url = choice.context.empty() ? variable("WINNOW_URL") : "";
  if (!url.empty()) return parse_daemon_url(url);
  const auto contexts = read_contexts(contexts_file());
  if (!contexts) return fail(contexts.error());
  std::string name = choice.context.empty() ? variable("WINNOW_CONTEXT") : choice.context;
  if (name.empty()) name = contexts->current;
  if (name.empty()) return DaemonPlace{.socket = (state_folder() / "socket").string()};
  const auto context = context_named(*contexts, name);
  if (!context) return fail(context.error());
  auto place = place_of(*context);
  if (!place) return fail(place.error().code, fmt::format("context {}: {}", name, place.error().message));
  return place;
}

}  // namespace

std::string DaemonPlace::name() const {
  if (!socket.empty()) return socket;
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return (is_ipv6 ? "[" + host + "]" : host) + ":" + port;
}

Result<DaemonPlace> parse_daemon_url(const std::string& url) {
  if (url.starts_with("unix:") && url.size() > 5) return DaemonPlace{.socket = url.substr(5)};
  const auto wrong = [&] {
    return fail(errc::invalid_input,
                fmt::format("'{}' isn't where a daemon is: unix:PATH, http://HOST:PORT or https://HOST:PORT", url));
  };
  DaemonPlace place;
  place.tls = url.starts_with("https://");
  if (!place.tls && !url.starts_with("http://")) return wrong();
  std::string rest = url.substr(place.tls ? 8 : 7);
  if (rest.ends_with('/')) rest.pop_back();
  const auto bracket = rest.starts_with('[') ? rest.find(']') : 0;
  if (bracket == std::string::npos) return wrong();
  const auto colon = rest.find(':', bracket);
  place.port = colon == std::string::npos ? (place.tls ? "443" : "80") : rest.substr(colon + 1);
  place.host = rest.substr(0, colon);
  if (bracket != 0) {
    if (place.host.size() != bracket + 1) return wrong();
    place.host = place.host.substr(1, bracket - 1);
  }
  const bool is_number = !place.port.empty() && place.port.find_first_not_of("0123456789") == std::string::npos;
  if (place.host.empty() || place.host.find_first_of("/@?#") != std::string::npos || !is_number) return wrong();
  return place;
}

Result<DaemonPlace> daemon_place(const DaemonChoice& choice) {
  auto place = chosen_place(choice);
  if (place && place->token.empty() && place->socket.empty()) place->token = variable("WINNOW_TOKEN");
  return place;
}

Result<Value> ask_daemon(const DaemonPlace& place, const DaemonRequest& request) {
  const auto answer = exchange(place, request, {}, false);
  if (!answer) return fail(answer.error());
  return answer->body().empty() ? Value() : Value::parse(answer->body(), nullptr, false);
}

Result<DaemonAnswer> stream_from_daemon(const DaemonPlace& place, const DaemonRequest& request, const BodySink& take,
                                        bool endless) {
  const auto answer = exchange(place, request, take, endless);
  if (!answer) return fail(answer.error());
  DaemonAnswer heard;
  for (const auto& field : *answer) heard.fields.emplace_back(field.name_string(), field.value());
  return heard;
}

std::uint64_t DaemonAnswer::number(std::string_view name) const {
  const boost::beast::string_view wanted(name.data(), name.size());
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const auto& field) { return boost::beast::iequals(field.first, wanted); });
  std::uint64_t value = 0;
  if (found == fields.end()) return value;
  std::from_chars(found->second.data(), found->second.data() + found->second.size(), value);
  return value;
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

Result<std::vector<Value>> daemon_sweeps(const DaemonPlace& place, const std::string& state) {
  std::vector<Value> sweeps;
  std::string after;
  for (;;) {
    std::string target = "/api/v1/sweeps?limit=1000";
    if (!after.empty()) target += "&after=" + percent_encoded(after);
    if (!state.empty()) target += "&state=" + percent_encoded(state);
    auto page = ask_daemon(place, {.target = target});
    if (!page) return fail(page.error());
    for (Value& sweep : page->at("sweeps")) sweeps.push_back(std::move(sweep));
    if (page->at("next").is_null()) return sweeps;
    after = page->at("next").get<std::string>();
  }
}

Result<Value> daemon_sweep(const DaemonPlace& place, const std::string& named) {
  if (named.empty()) return fail(errc::invalid_input, "the sweep's name is empty");
  auto exact = ask_daemon(place, {.target = "/api/v1/sweeps/" + percent_encoded(named)});
  if (exact || exact.error().code != errc::unknown_sweep) return exact;
  // They come by their names: those that begin so stand together.
  const auto page = ask_daemon(
      place, {.target = fmt::format("/api/v1/sweeps?limit={}&after={}", kMostCandidates + 1, percent_encoded(named))});
  if (!page) return fail(page.error());
  std::vector<std::string> candidates;
  for (const Value& sweep : page->at("sweeps")) candidates.push_back(sweep.at("id"));
  const auto id = the_one_of(candidates, named);
  if (!id) return fail(id.error());
  const auto found = std::find(candidates.begin(), candidates.end(), *id);
  return page->at("sweeps").at(static_cast<std::size_t>(found - candidates.begin()));
}

Result<std::string> the_one_of(const std::vector<std::string>& names, const std::string& prefix) {
  // A name that is whole as they are made, `digits-20260131-120000`, is no other's beginning (`…-120000-2`): the sweep
  // may have been deleted.
  static const re2::RE2 kWhole(R"(.*-\d{8}-\d{6}(-\d+)?)");
  const bool whole = re2::RE2::FullMatch(prefix, kWhole);
  std::vector<std::string> meant;
  for (const std::string& name : names) {
    if (name == prefix) return name;
    if (!whole && name.starts_with(prefix)) meant.push_back(name);
  }
  if (meant.size() == 1) return meant.front();
  if (meant.empty()) return fail(errc::unknown_sweep, fmt::format("there is no sweep '{}'", prefix));
  const bool more = meant.size() > kMostCandidates;
  if (more) meant.resize(kMostCandidates);
  return fail(errc::invalid_input, fmt::format("'{}' may be {}{}", prefix, fmt::join(meant, ", "), more ? ", …" : ""));
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
