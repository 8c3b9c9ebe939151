#include <winnow/server/http/connection.hpp>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <ctime>
#include <limits>

#include <winnow/base/clock.hpp>
#include <winnow/server/etag.hpp>
#include <winnow/server/http/wire.hpp>
#include <winnow/server/problem.hpp>

namespace winnow::server {

namespace asio = boost::asio;
namespace beast = boost::beast;

namespace {

constexpr std::size_t kReadBytes = 8192;
constexpr std::size_t kLingerBytes = std::size_t{256} * 1024;

/// The time as HTTP says it, made once a second.
const std::string& http_date_now() {
  thread_local std::time_t second = 0;
  thread_local std::string text;
  const std::time_t now = std::time(nullptr);
  if (now != second || text.empty()) text = http_date(second = now);
  return text;
}

Head head_of(const beast::http::request<beast::http::string_body>& message) {
  const auto text = [](beast::string_view view) { return std::string(view.data(), view.size()); };
  Head head{.method = text(message.method_string()),
            .target = text(message.target()),
            .version = static_cast<int>(message.version()),
            .fields = {}};
  for (const auto& field : message) head.fields.add(text(field.name_string()), text(field.value()));
  return head;
}

bool is_unchanged(const std::string& wanted, const Response& response) {
  const std::string* etag = response.fields.find("ETag");
  return etag != nullptr && response.status == 200 && is_in_list(wanted, *etag, TagComparison::weak);
}

/// Of a stream's portion: each text where it is, framed as one chunk.
std::vector<asio::const_buffer> gathered(const Chunks& chunks, const std::string& head, bool chunked) {
  std::vector<asio::const_buffer> buffers;
  buffers.reserve(chunks.size() + 2);
  if (chunked) buffers.push_back(asio::buffer(head));
  for (const Chunk& one : chunks) buffers.push_back(asio::buffer(*one));
  if (chunked) buffers.push_back(asio::buffer("\r\n", 2));
  return buffers;
}

std::size_t size_of(const Chunks& chunks) {
  std::size_t size = 0;
  for (const Chunk& one : chunks) size += one->size();
  return size;
}

}  // namespace

Connection::Connection(House& house, Transport::Socket socket, Peer peer, std::shared_ptr<asio::ssl::context> tls)
    : house_(house),
      transport_(std::move(socket), std::move(tls)),
      peer_(peer),
      buffer_(house.options.limits.head_bytes + kReadBytes) {}

Connection::~Connection() {
  house_.connections.remove(this);
}

void Connection::serve() {
  // For want of memory, say, or by what a stream throws, a connection ends in its midst; the others go on.
  asio::co_spawn(
      transport_.get_executor(), [me = shared_from_this()] { return me->run(); },
      [me = shared_from_this()](const std::exception_ptr& thrown) {
        if (thrown) ++me->house_.faults;
        if (thrown) me->transport_.close();
        me->cancel_stream();
        me->cancel_ = nullptr;
      });
}

void Connection::drop() {
  without_limit();
  asio::post(transport_.get_executor(), [me = shared_from_this()] {
    me->transport_.close();
    me->cancel_stream();
  });
}

void Connection::drain() {
  asio::post(transport_.get_executor(), [me = shared_from_this()] {
    if (me->is_idle_) me->transport_.close();
    me->cancel_stream();
  });
}

void Connection::cancel_stream() {
  if (cancel_) cancel_();
}

void Connection::within(HttpLimits::Time time, std::size_t bytes) {
  const auto more = std::chrono::milliseconds(bytes * 1000 / std::max<std::size_t>(limits().bytes_per_second, 1));
  deadline_ = (Clock::now() + time + more).time_since_epoch().count();
}

std::string_view Connection::buffered() const {
  return {static_cast<const char*>(buffer_.data().data()), buffer_.size()};
}

asio::awaitable<void> Connection::run() {
  within(limits().head);
  bool goes_on = co_await transport_.handshake();
  if (!goes_on) co_return;
  while (goes_on) goes_on = co_await exchange();
  if (!is_watched_) co_await linger();
}

asio::awaitable<bool> Connection::read_some() {
  if (buffer_.size() >= buffer_.max_size()) co_return false;
  const std::size_t room = std::min(kReadBytes, buffer_.max_size() - buffer_.size());
  boost::system::error_code failure;
  const auto into = buffer_.prepare(room);
  const std::size_t got = co_await transport_.async_read_some(into, asio::redirect_error(asio::use_awaitable, failure));
  buffer_.commit(got);
  co_return !failure;
}

template <class Buffers>
asio::awaitable<bool> Connection::write(const Buffers& buffers, std::size_t size) {
  within(limits().write, size);
  boost::system::error_code failure;
  co_await asio::async_write(transport_, buffers, asio::redirect_error(asio::use_awaitable, failure));
  without_limit();
  co_return !failure;
}

asio::awaitable<HeadScan> Connection::read_head() {
  std::size_t seen = 0;
  while (true) {
    // An empty line before a request may be a leftover (RFC 9112 §2.2).
    if (seen == 0 && buffered().starts_with("\r\n")) buffer_.consume(2);
    const HeadScan scan = scan_head(buffered(), seen);
    if (scan.is != HeadScan::Is::partial) co_return scan;
    if (buffer_.size() >= limits().head_bytes) co_return HeadScan{.is = HeadScan::Is::refused};
    if (buffer_.size() == 0) within(is_known_ ? limits().idle : limits().head);
    if (seen == 0 && buffer_.size() != 0) within(limits().head);
    seen = buffer_.size();
    is_idle_ = seen == 0;
    if (is_idle_ && house_.draining) co_return HeadScan{};
    const bool here = co_await read_some();
    is_idle_ = false;
    if (!here) co_return HeadScan{};
  }
}

asio::awaitable<bool> Connection::send_unfit(Unfit unfit) {
  ++house_.refused;
  Response response = problem_response(unfit.status, std::string(unfit.why));
  co_await send(std::move(response), false, true);
  co_return false;
}

asio::awaitable<bool> Connection::exchange() {
  const HeadScan scan = co_await read_head();
  if (scan.is == HeadScan::Is::partial) {  // it left
    if (!is_watched_) transport_.close();
    co_return false;
  }
  without_limit();
  ++house_.requests;
  if (scan.is == HeadScan::Is::refused) {
    const Unfit too_large{431, "the head of a request is too large"};
    const Unfit unfit{400, scan.why};
    co_return co_await send_unfit(scan.why.empty() ? too_large : unfit);
  }
  if (scan.size > limits().head_bytes) co_return co_await send_unfit(Unfit{431, "the head of a request is too large"});
  if (const auto unfit = check_lines(buffered().substr(0, scan.size))) co_return co_await send_unfit(*unfit);

  Parser parser;
  parser.header_limit(static_cast<std::uint32_t>(limits().head_bytes));
  parser.body_limit(std::numeric_limits<std::uint64_t>::max());  // the gate says what it is
  boost::system::error_code failure;
  parser.put(asio::buffer(buffered().data(), scan.size), failure);
  if (failure == beast::http::error::bad_version) co_return co_await send_unfit(Unfit{505, "HTTP/1.1 is spoken here"});
  if (failure || !parser.is_header_done()) co_return co_await send_unfit(Unfit{400, "this is no request of HTTP/1.1"});
  buffer_.consume(scan.size);

  Head head = head_of(parser.get());
  if (const auto unfit = check_head(head)) co_return co_await send_unfit(*unfit);
  const bool is_head = head.method == "HEAD";
  const bool has_body = head.has_body();
  const bool expects_continue = head.version == 11 && head.fields.count("Expect") != 0;
  bool last = head.version == 10 || !parser.get().keep_alive();

  Admission admission = house_.gate.admit(std::move(head), peer_, {Clock::now(), static_cast<Instant>(wall_clock())});
  if (auto* refusal = std::get_if<Response>(&admission)) {
    ++house_.refused;
    last = last || has_body;
    const bool sent = co_await send(std::move(*refusal), is_head, last);
    co_return sent && !last;
  }
  auto& admitted = std::get<Admitted>(admission);
  is_known_ = is_known_ || admitted.request.principal.role != Role::none;
  Request request = std::move(admitted.request);
  if (has_body) {
    if (expects_continue && buffer_.size() == 0) {
      const std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
      const bool sent = co_await write(asio::buffer(go_on.data(), go_on.size()), go_on.size());
      if (!sent) co_return false;
    }
    const auto unfit = co_await read_body(parser, admitted.operation->body_limit);
    if (unfit) co_return co_await send_unfit(*unfit);
    request.body = std::move(parser.get().body());
  }
  without_limit();
  Response response = co_await answer(admitted, std::move(request));
  last = last || house_.draining;

  if (auto* upgrade = std::get_if<Upgrade>(&response.body)) {
    if (beast::websocket::is_upgrade(parser.get()) && buffer_.size() == 0) {
      Upgrade taken = std::move(*upgrade);
      co_await serve_web_socket(parser, std::move(taken));
      co_return false;
    }
    if (upgrade->cancel) upgrade->cancel();
    response = problem_response(426, "this is a WebSocket");
    response.fields.set("Upgrade", "websocket");
    response.fields.set("Connection", "upgrade");
  }
  if (auto* stream = std::get_if<Stream>(&response.body)) {
    Stream taken = std::move(*stream);
    response.body = std::string();
    if (!is_head) {
      const bool chunked = parser.get().version() == 11;
      co_await send_stream(std::move(response), std::move(taken), chunked);
      co_return false;
    }
    if (taken.cancel) taken.cancel();
  }
  const bool sent = co_await send(std::move(response), is_head, last);
  co_return sent && !last;
}

asio::awaitable<std::optional<Unfit>> Connection::read_body(Parser& parser, std::size_t limit) {
  within(limits().body, limit);
  parser.body_limit(limit);
  parser.eager(true);
  // An extension with a line end in it is read by some as two lines (RFC 9112 §7.1.1).
  auto check_extension = [](std::uint64_t /*size*/, beast::string_view extension, boost::system::error_code& failure) {
    if (extension.find_first_of("\r\n") != beast::string_view::npos) failure = beast::http::error::bad_chunk_extension;
  };
  parser.on_chunk_header(check_extension);
  while (!parser.is_done()) {
    boost::system::error_code failure;
    std::size_t used = 0;
    if (buffer_.size() != 0) {
      used = parser.put(buffer_.data(), failure);
      buffer_.consume(used);
      if (failure == beast::http::error::need_more) failure = {};
      if (failure == beast::http::error::body_limit)
        co_return Unfit{413, "the body is larger than this operation takes"};
      if (failure) co_return Unfit{400, "the body isn't framed as RFC 9112 says"};
    }
    if (used != 0) continue;
    const bool here = co_await read_some();
    if (!here) co_return Unfit{400, "the body isn't whole"};
  }
  co_return std::nullopt;
}

asio::awaitable<Response> Connection::answer(const Admitted& admitted, Request request) {
  const std::string* known = request.fields.find("If-None-Match");
  const std::string wanted = known == nullptr ? std::string() : *known;
  std::string why = "an exception that is no std::exception";
  try {
    Response response = co_await (*admitted.handler)(std::move(request));
    if (!wanted.empty() && admitted.operation->method == "GET" && is_unchanged(wanted, response)) {
      response.status = 304;
      response.body = std::string();
    }
    co_return response;
  } catch (const std::exception& e) {
    why = e.what();
  } catch (...) {
  }
  ++house_.faults;
  if (house_.options.on_fault) house_.options.on_fault(admitted.operation->id, why);
  co_return problem_response(500, "the daemon failed to answer; its log says why");
}

asio::awaitable<bool> Connection::send(Response response, bool without_content, bool last) {
  const bool content = has_content(response.status);
  std::string body = std::get<std::string>(std::move(response.body));
  Framing framing{.close = last};
  if (content) framing.length = body.size();
  const std::string head = response_head(response, framing, http_date_now());
  if (without_content || !content) body.clear();
  const std::array<asio::const_buffer, 2> buffers{asio::buffer(head), asio::buffer(body)};
  co_return co_await write(buffers, body.size());
}

asio::awaitable<void> Connection::send_stream(Response response, Stream stream, bool chunked) {
  cancel_ = stream.cancel;
  is_watched_ = true;
  asio::co_spawn(
      transport_.get_executor(), [me = shared_from_this()] { return me->watch(); }, [](const std::exception_ptr&) {});
  if (house_.draining) cancel_stream();
  const Framing framing{.chunked = chunked, .close = true};
  const std::string head = response_head(response, framing, http_date_now());
  bool good = co_await write(asio::buffer(head), head.size());
  while (good) {
    const Chunks chunks = co_await stream.next();
    const std::size_t size = size_of(chunks);
    if (chunks.empty()) break;
    if (size == 0) continue;
    const std::string size_line = chunk_head(size);
    const auto buffers = gathered(chunks, size_line, chunked);
    good = co_await write(buffers, size);
  }
  cancel_stream();
  cancel_ = nullptr;
  const std::string_view end = "0\r\n\r\n";
  if (good && chunked) good = co_await write(asio::buffer(end.data(), end.size()), end.size());
  within(limits().linger);
  if (!good) transport_.close();
  if (good) co_await transport_.finish();
}

asio::awaitable<void> Connection::watch() {
  const auto me = shared_from_this();
  bool here = true;
  while (here) {
    here = co_await read_some();
    buffer_.consume(buffer_.size());
  }
  transport_.close();
  cancel_stream();
}

asio::awaitable<void> Connection::linger() {
  within(limits().linger);
  co_await transport_.finish();
  for (std::size_t taken = 0; taken < kLingerBytes;) {
    buffer_.consume(buffer_.size());
    const bool here = co_await read_some();
    if (!here) break;
    taken += buffer_.size();
  }
  transport_.close();
}

}  // namespace winnow::server
