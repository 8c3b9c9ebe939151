/// Responses that come in portions, and WebSockets.
#include <future>
#include <thread>

#include <boost/beast/websocket.hpp>

#include <winnow/server/http_server.hpp>

#include "served.hpp"

namespace winnow::server::stream_test {

using namespace winnow::server::test;
namespace websocket = beast::websocket;

/// The stream or WebSocket of a test: an outbox for each follower, in the order in which they came.
class Publisher {
public:
  explicit Publisher(Outbox::Limits limits = {}) : limits_(limits) {}

  std::shared_ptr<Outbox> open() {
    const std::lock_guard lock(mutex_);
    outboxes_.push_back(Outbox::make(limits_));
    changed_.notify_all();
    return outboxes_.back();
  }
  /// Waits until that follower has come.
  std::shared_ptr<Outbox> follower(std::size_t number) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return outboxes_.size() > number; });
    return outboxes_[number];
  }

private:
  Outbox::Limits limits_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::shared_ptr<Outbox>> outboxes_;
};

Handlers streaming(Publisher& publisher) {
  Handlers handlers = test_handlers();
  handlers["stream"] = [&publisher](Request) -> asio::awaitable<Response> {
    Response response;
    response.fields.set("Content-Type", "application/x-ndjson");
    response.body = publisher.open()->stream();
    co_return response;
  };
  handlers["socket"] = [&publisher](Request) -> asio::awaitable<Response> {
    const auto outbox = publisher.open();
    Upgrade upgrade;
    upgrade.next = [outbox]() -> asio::awaitable<Frame> {
      const Chunks chunks = co_await outbox->next();
      if (chunks.empty()) co_return Frame{};
      std::string all;
      for (const Chunk& one : chunks) all += *one;
      co_return Frame{.data = chunk(std::move(all))};
    };
    upgrade.received = [outbox](const std::string& data, bool) { outbox->push(chunk("heard " + data)); };
    upgrade.cancel = [outbox] { outbox->close(); };
    Response response;
    response.body = std::move(upgrade);
    co_return response;
  };
  return handlers;
}

TEST(Stream, GivesEachPortionWhenItIsThere) {
  Publisher publisher;
  Served served(streaming(publisher));
  Client client(served.port());
  client.say(get("/stream", served.admin));
  const auto outbox = publisher.follower(0);
  outbox->push(chunk("one\n"));
  std::string text(600, '\0');
  std::size_t size = 0;
  while (text.find("one\n") == std::string::npos) {
    size += client.socket().read_some(asio::buffer(text.data() + size, text.size() - size));
  }
  EXPECT_NE(text.find("Transfer-Encoding: chunked"), std::string::npos);
  outbox->push(chunk("two\n"));
  outbox->close();
  EXPECT_EQ(client.rest(), "4\r\ntwo\n\r\n0\r\n\r\n");
}

TEST(Stream, OfHttp10EndsWithTheConnection) {
  Publisher publisher;
  Served served(streaming(publisher));
  Client client(served.port());
  client.say("GET /stream HTTP/1.0\r\nAuthorization: Bearer " + served.admin + "\r\n\r\n");
  const auto outbox = publisher.follower(0);
  outbox->push(chunk("one\n"));
  outbox->close();
  const std::string all = client.rest();
  EXPECT_EQ(all.substr(all.find("\r\n\r\n")), "\r\n\r\none\n");
}

TEST(Stream, ThatThrowsIsBrokenOffWithoutItsEnd) {
  Handlers handlers = test_handlers();
  handlers["stream"] = [](Request) -> asio::awaitable<Response> {
    Response response;
    response.body = Stream{.next = []() -> asio::awaitable<Chunks> { throw std::runtime_error("broken"); }};
    co_return response;
  };
  Served served(handlers);
  Client client(served.port());
  client.say(get("/stream", served.admin));
  const std::string all = client.rest();
  EXPECT_TRUE(all.ends_with("\r\n\r\n"));
  EXPECT_FALSE(all.ends_with("0\r\n\r\n"));
  EXPECT_EQ(served.server->stats().faults, 1U);
}

TEST(Stream, IsCancelledWhenItsReaderLeaves) {
  Publisher publisher;
  Served served(streaming(publisher));
  {
    Client client(served.port());
    client.say(get("/stream", served.admin));
    publisher.follower(0)->push(chunk("one\n"));
  }
  const auto outbox = publisher.follower(0);
  while (outbox->push(chunk("more\n"))) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_FALSE(outbox->overflowed());
  while (served.server->stats().open != 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

TEST(Stream, AFollowerThatDoesNotReadIsDroppedAndHoldsNothing) {
  HttpOptions options;
  options.limits.write = HttpLimits::Time(300);
  options.limits.bytes_per_second = 1 << 30;
  Publisher publisher({.chunks = 100, .bytes = 1 << 20});
  Served served(streaming(publisher), options);
  Client idle(served.port());
  idle.say(get("/stream", served.admin));
  const auto outbox = publisher.follower(0);
  const std::weak_ptr<const std::string> watched = [&] {
    const Chunk large = chunk(std::string(100'000, 'x'));
    while (outbox->push(large)) std::this_thread::sleep_for(std::chrono::microseconds(100));
    return std::weak_ptr(large);
  }();
  EXPECT_TRUE(outbox->overflowed());
  while (served.server->stats().open != 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_TRUE(watched.expired());
  EXPECT_EQ(served.server->stats().timed_out, 1U);
}

TEST(Stream, EndsInOrderWhenTheServerStops) {
  Publisher publisher;
  Served served(streaming(publisher));
  Client client(served.port());
  client.say(get("/stream", served.admin));
  publisher.follower(0)->push(chunk("one\n"));
  auto heard = std::async(std::launch::async, [&] {
    std::string all = client.rest();
    client.socket().close();
    return all;
  });
  served.server->stop(std::chrono::seconds(60));
  EXPECT_TRUE(heard.get().ends_with("4\r\none\n\r\n0\r\n\r\n"));
}

class Follower {
public:
  Follower(const Served& served, const std::string& secret) {
    socket_.next_layer().connect({asio::ip::address_v4::loopback(), served.port()});
    socket_.set_option(websocket::stream_base::decorator([secret](websocket::request_type& request) {
      request.set(beast::http::field::authorization, "Bearer " + secret);
    }));
    socket_.handshake(answer, "localhost", "/socket", failure);
  }
  std::string read() {
    beast::flat_buffer buffer;
    socket_.read(buffer, failure);
    return beast::buffers_to_string(buffer.data());
  }
  auto& socket() { return socket_; }

  websocket::response_type answer;
  boost::system::error_code failure;

private:
  asio::io_context context_;
  websocket::stream<asio::ip::tcp::socket> socket_{context_};
};

TEST(WebSocket, CarriesMessagesBothWays) {
  Publisher publisher;
  Served served(streaming(publisher));
  Follower follower(served, served.admin);
  ASSERT_FALSE(follower.failure) << follower.failure.message();
  EXPECT_EQ(follower.answer["Server"], "winnow");
  follower.socket().write(asio::buffer("hello", 5));
  EXPECT_EQ(follower.read(), "heard hello");
  publisher.follower(0)->push(chunk("event"));
  EXPECT_EQ(follower.read(), "event");
  publisher.follower(0)->close();
  follower.read();
  EXPECT_EQ(follower.failure, websocket::error::closed);
  EXPECT_EQ(follower.socket().reason().code, websocket::close_code::normal);
}

TEST(WebSocket, NeedsATokenAndAnUpgrade) {
  Publisher publisher;
  Served served(streaming(publisher));
  Follower stranger(served, "wrong");
  EXPECT_EQ(stranger.failure, websocket::error::upgrade_declined);
  Client client(served.port());
  EXPECT_EQ(client.ask(get("/socket", served.admin)).result_int(), 426U);
}

TEST(WebSocket, AMessageThatIsTooLargeEndsIt) {
  HttpOptions options;
  options.limits.frame_bytes = 100;
  Publisher publisher;
  Served served(streaming(publisher), options);
  Follower follower(served, served.admin);
  follower.socket().write(asio::buffer(std::string(101, 'x')));
  follower.read();
  EXPECT_TRUE(follower.failure);
  const auto outbox = publisher.follower(0);
  while (outbox->push(chunk("x"))) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

TEST(WebSocket, AFollowerThatDoesNotReadIsDropped) {
  HttpOptions options;
  options.limits.write = HttpLimits::Time(300);
  options.limits.bytes_per_second = 1 << 30;
  Publisher publisher({.chunks = 100, .bytes = 1 << 20});
  Served served(streaming(publisher), options);
  Follower follower(served, served.admin);
  const auto outbox = publisher.follower(0);
  const Chunk large = chunk(std::string(100'000, 'x'));
  while (outbox->push(large)) std::this_thread::sleep_for(std::chrono::microseconds(100));
  EXPECT_TRUE(outbox->overflowed());
  while (served.server->stats().open != 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

TEST(WebSocket, OneThatSaysNothingIsAskedAndThenDropped) {
  HttpOptions options;
  options.limits.silence = HttpLimits::Time(200);
  Publisher publisher;
  Served served(streaming(publisher), options);
  Follower follower(served, served.admin);  // which doesn't read, so that no ping is answered
  publisher.follower(0);
  while (served.server->stats().open != 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

TEST(WebSocket, IsToldThatTheServerGoes) {
  Publisher publisher;
  Served served(streaming(publisher));
  Follower follower(served, served.admin);
  publisher.follower(0);
  auto reason = std::async(std::launch::async, [&] {
    follower.read();
    return follower.socket().reason().code;
  });
  served.server->stop(std::chrono::seconds(60));
  EXPECT_EQ(reason.get(), websocket::close_code::going_away);
}

}  // namespace winnow::server::stream_test
