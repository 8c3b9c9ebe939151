#include <winnow/server/http_server.hpp>

#include <sys/stat.h>

#include <future>
#include <thread>

#include "served.hpp"

namespace winnow::server::http_server_test {

using namespace winnow::server::test;

TEST(HttpServer, AnswersRequestsOnOneConnectionInTheirOrder) {
  Served served;
  Client client(served.port());
  client.say(get("/hello/a", served.admin) + get("/hello/b", served.admin) + get("/hello/c", served.admin));
  EXPECT_EQ(client.hear().body(), "a");
  EXPECT_EQ(client.hear().body(), "b");
  EXPECT_EQ(client.hear().body(), "c");
}

TEST(HttpServer, ReadsARequestThatComesByteByByte) {
  Served served;
  Client client(served.port());
  for (const char c : post("/echo", served.admin, "[1]")) client.say({&c, 1});
  EXPECT_EQ(client.hear().body(), "[1]");
}

TEST(HttpServer, ReadsChunks) {
  Served served;
  Client client(served.port());
  const std::string head = "POST /echo HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + served.admin +
                           "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(client.ask(head + "2\r\n[1\r\n1\r\n]\r\n0\r\n\r\n").body(), "[1]");
  EXPECT_EQ(client.ask(get("/hello/next", served.admin)).body(), "next");
}

TEST(HttpServer, SaysContinueBeforeABodyThatWaitsForIt) {
  Served served;
  Client client(served.port());
  const std::string whole = post("/echo", served.admin, "[1]", "Expect: 100-continue\r\n");
  client.say(whole.substr(0, whole.size() - 3));
  EXPECT_EQ(client.hear().result_int(), 100U);
  client.say("[1]");
  EXPECT_EQ(client.hear().body(), "[1]");
}

TEST(HttpServer, AnswersHeadAsGetWithoutItsBody) {
  Served served;
  Client client(served.port());
  std::string request = get("/hello/you", served.admin);
  request.replace(0, 3, "HEAD");
  client.say(request);
  const Answer answer = client.hear(true);
  EXPECT_EQ(answer.result_int(), 200U);
  EXPECT_EQ(answer["Content-Length"], "3");
  EXPECT_EQ(client.ask(get("/hello/next", served.admin)).body(), "next");
}

TEST(HttpServer, Answers304WhereTheClientHasIt) {
  Served served;
  Client client(served.port());
  EXPECT_EQ(client.ask(get("/hello", served.admin, "If-None-Match: \"1\"\r\n")).result_int(), 304U);
  EXPECT_EQ(client.ask(get("/hello", served.admin, "If-None-Match: \"2\"\r\n")).result_int(), 200U);
}

TEST(HttpServer, ClosesWhenTheClientSaysSo) {
  Served served;
  Client client(served.port());
  EXPECT_EQ(client.ask(get("/hello/a", served.admin, "Connection: close\r\n")).body(), "a");
  EXPECT_EQ(client.rest(), "");
}

TEST(HttpServer, AHandlerThatThrowsIsA500AndTheConnectionGoesOn) {
  std::string said;
  HttpOptions options;
  options.on_fault = [&](std::string_view operation, std::string_view why) {
    said = std::string(operation) + ": " + std::string(why);
  };
  Served served(test_handlers(), options);
  Client client(served.port());
  const Answer answer = client.ask(get("/boom", served.admin));
  EXPECT_EQ(answer.result_int(), 500U);
  EXPECT_EQ(answer["Content-Type"], "application/problem+json");
  EXPECT_EQ(said, "boom: boom");
  EXPECT_EQ(client.ask(get("/hello/a", served.admin)).body(), "a");
  EXPECT_EQ(served.server->stats().faults, 1U);
}

/// A handler that waits until the test has it go on.
struct Waiting {
  std::function<void(std::string)> resume;
  std::promise<void> waits;

  Handler handler() {
    return [this](Request) -> asio::awaitable<Response> {
      std::function<void(std::function<void(std::string)>)> start = [this](std::function<void(std::string)> done) {
        resume = std::move(done);
        waits.set_value();
      };
      std::string text = co_await completion<std::string>(start);
      co_return text_response(200, "text/plain", text);
    };
  }
};

TEST(HttpServer, AHandlerMayWaitForAnotherThread) {
  Handlers handlers = test_handlers();
  Waiting wait;
  handlers["wait"] = wait.handler();
  HttpOptions options;
  options.threads = 1;
  Served served(handlers, options);
  Client waiting(served.port());
  waiting.say(get("/wait", served.admin));
  wait.waits.get_future().wait();
  Client other(served.port());
  EXPECT_EQ(other.ask(get("/hello/other", served.admin)).body(), "other");
  wait.resume("at last");
  wait.resume = nullptr;
  EXPECT_EQ(waiting.hear().body(), "at last");
}

TEST(HttpServer, RefusesToListenOffThisMachineWithoutTls) {
  Served served;
  for (const char* address : {"0.0.0.0:0", "[::]:0", "192.0.2.1:80"}) {
    HttpOptions options;
    options.listen = {address};
    const auto started = HttpServer::start(options, served.api, served.tokens);
    ASSERT_FALSE(started) << address;
    EXPECT_EQ(started.error().code, errc::invalid_input);
    EXPECT_NE(started.error().message.find("needs tls.certificate"), std::string::npos) << started.error().message;
  }
}

TEST(HttpServer, RefusesAnAddressThatIsNone) {
  Served served;
  for (const char* address : {"127.0.0.1", "example.org:80", "127.0.0.1:99999", "::1:80", "127.0.0.1:8x"}) {
    HttpOptions options;
    options.listen = {address};
    EXPECT_FALSE(HttpServer::start(options, served.api, served.tokens)) << address;
  }
}

TEST(HttpServer, APortThatIsTakenIsAnError) {
  Served served;
  HttpOptions options;
  options.listen = {served.server->addresses().front()};
  const auto started = HttpServer::start(options, served.api, served.tokens);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, errc::io);
}

TEST(HttpServer, TheUnixSocketIsItsOwnersAloneAndNeedsNoToken) {
  winnow::test::TempDir dir;
  HttpOptions options;
  options.unix_socket = dir.path() / "api.sock";
  std::ofstream(dir.path() / "other") << "x";
  {
    Served served(test_handlers(), options);
    struct stat is {};
    ASSERT_EQ(::stat(options.unix_socket.c_str(), &is), 0);
    EXPECT_EQ(is.st_mode & 0777U, 0600U);
    Client<asio::local::stream_protocol> client(options.unix_socket);
    EXPECT_EQ(client.ask(get("/hello", "")).body(), "hello @owner");
    EXPECT_EQ(client.ask(get("/hello", served.admin)).body(), "hello admin");
    EXPECT_EQ(client.ask(get("/hello", "wrong")).result_int(), 401U);
    EXPECT_EQ(client.ask("GET /hello HTTP/1.1\r\nHost: anything\r\n\r\n").result_int(), 200U);
  }
  EXPECT_FALSE(std::filesystem::exists(options.unix_socket));
}

TEST(HttpServer, ASocketThatWasLeftIsReplaced) {
  winnow::test::TempDir dir;
  HttpOptions options;
  options.unix_socket = dir.path() / "api.sock";
  asio::io_context context;
  { asio::local::stream_protocol::acceptor left(context, options.unix_socket.string()); }
  ASSERT_TRUE(std::filesystem::exists(options.unix_socket));
  Served served(test_handlers(), options);
  Client<asio::local::stream_protocol> client(options.unix_socket);
  EXPECT_EQ(client.ask(get("/hello", "")).result_int(), 200U);
}

TEST(HttpServer, StopsWhenWhatIsUnderWayIsAnswered) {
  Handlers handlers = test_handlers();
  Waiting wait;
  handlers["wait"] = wait.handler();
  Served served(handlers);
  Client idle(served.port());
  EXPECT_EQ(idle.ask(get("/hello/a", served.admin)).body(), "a");
  Client waiting(served.port());
  waiting.say(get("/wait", served.admin));
  wait.waits.get_future().wait();
  std::thread stopping([&] { served.server->stop(std::chrono::seconds(60)); });
  EXPECT_EQ(idle.rest(), "");
  wait.resume("done");
  wait.resume = nullptr;
  const Answer answer = waiting.hear();
  EXPECT_EQ(answer.body(), "done");
  EXPECT_EQ(answer["Connection"], "close");
  waiting.rest();
  waiting.socket().close();
  stopping.join();
}

TEST(HttpServer, StopsThoughAHandlerNeverAnswers) {
  Handlers handlers = test_handlers();
  std::promise<void> waits;
  handlers["wait"] = [&](Request) -> asio::awaitable<Response> {
    asio::steady_timer never(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
    waits.set_value();
    co_await never.async_wait(asio::use_awaitable);
    co_return Response{};
  };
  Served served(handlers);
  Client waiting(served.port());
  waiting.say(get("/wait", served.admin));
  waits.get_future().wait();
  served.server->stop(std::chrono::milliseconds(10));
  EXPECT_EQ(waiting.rest(), "");
}

TEST(HttpServer, OneConnectionTooManyIsTurnedAway) {
  HttpOptions options;
  options.limits.connections = 1;
  const winnow::test::TempDir dir;
  options.unix_socket = dir / "api.sock";
  Served served(test_handlers(), options);
  Client first(served.port());
  EXPECT_EQ(first.ask(get("/hello/a", served.admin)).body(), "a");
  Client second(served.port());
  EXPECT_EQ(second.hear().result_int(), 503U);
  EXPECT_EQ(first.ask(get("/hello/a", served.admin)).body(), "a");
  EXPECT_EQ(served.server->stats().turned_away, 1U);
  Client<asio::local::stream_protocol> owner(options.unix_socket);
  EXPECT_EQ(owner.ask(get("/hello", "")).result_int(), 200U);
}

}  // namespace winnow::server::http_server_test
