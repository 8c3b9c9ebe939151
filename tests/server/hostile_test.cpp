/// What strangers and broken clients do (docs/security.md).
#include <thread>

#include <winnow/server/http_server.hpp>

#include "served.hpp"

namespace winnow::server::hostile_test {

using namespace winnow::server::test;

/// The status of the answer to `text`, after which the connection must be closed.
unsigned refused(const Served& served, const std::string& text) {
  Client client(served.port());
  client.say(text);
  const Answer answer = client.hear();
  EXPECT_EQ(answer["Connection"], "close");
  EXPECT_EQ(client.rest(), "") << "something came after the refusal of " << text;
  return answer.result_int();
}

std::string with(const Served& served, const std::string& fields, const std::string& body = "") {
  return "POST /echo HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + served.admin +
         "\r\nContent-Type: application/json\r\n" + fields + "\r\n" + body;
}

TEST(Smuggling, WhatCanBeReadInTwoWaysIsRefusedAndTheConnectionClosed) {
  const Served served;
  const std::string second = get("/hello", served.admin);
  EXPECT_EQ(refused(served, with(served, "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + second)),
            400U);
  EXPECT_EQ(refused(served, with(served, "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "0\r\n\r\n" + second)),
            400U);
  EXPECT_EQ(refused(served, with(served, "Content-Length: 3\r\nContent-Length: 3\r\n", "[1]" + second)), 400U);
  EXPECT_EQ(refused(served, with(served, "Content-Length: 3, 3\r\n", "[1]" + second)), 400U);
  EXPECT_EQ(refused(served, with(served, "Content-Length: +3\r\n", "[1]" + second)), 400U);
  EXPECT_EQ(refused(served, with(served, "Content-Length: -1\r\n", second)), 400U);
  EXPECT_EQ(refused(served, with(served, "Content-Length: 99999999999999999999\r\n", second)), 400U);
  EXPECT_EQ(refused(served, with(served, "Content-Length : 3\r\n", "[1]" + second)), 400U);
  EXPECT_EQ(refused(served, with(served, "X: a\r\n Content-Length: 3\r\n", "[1]" + second)), 400U);
  EXPECT_EQ(refused(served, with(served, "X: a\nContent-Length: 3\r\n", "[1]" + second)), 400U);
  EXPECT_EQ(refused(served, with(served, "X: a\rContent-Length: 3\r\n", "[1]" + second)), 400U);
  EXPECT_EQ(refused(served, with(served, std::string("X: a\0b\r\n", 8), second)), 400U);
  EXPECT_EQ(refused(served, with(served, "Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n" + second)), 501U);
  EXPECT_EQ(refused(served, with(served, "Transfer-Encoding: xchunked\r\n", "0\r\n\r\n" + second)), 501U);
  EXPECT_EQ(refused(served,
                    with(served, "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + second)),
            400U);
  EXPECT_EQ(refused(served, "GET /hello HTTP/1.1\nHost: localhost\n\n"), 400U);
}

TEST(Smuggling, ChunksThatAreBrokenAreRefused) {
  const Served served;
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  EXPECT_EQ(refused(served, with(served, chunked, "3\n[1]\r\n0\r\n\r\n")), 400U);
  EXPECT_EQ(refused(served, with(served, chunked, "3;a\nb\r\n[1]\r\n0\r\n\r\n")), 400U);
  EXPECT_EQ(refused(served, with(served, chunked, "0x3\r\n[1]\r\n0\r\n\r\n")), 400U);
  EXPECT_EQ(refused(served, with(served, chunked, "-3\r\n[1]\r\n0\r\n\r\n")), 400U);
  EXPECT_EQ(refused(served, with(served, chunked, "3\r\n[1]xx0\r\n\r\n")), 400U);
  EXPECT_EQ(refused(served, with(served, chunked, "fffffffffffffffff\r\n")), 400U);
  EXPECT_EQ(refused(served, with(served, chunked, std::string(100'000, '0'))), 400U);
}

TEST(Smuggling, ATrailerChangesNothing) {
  const Served served;
  Client client(served.port());
  const Answer answer = client.ask(
      with(served, "Transfer-Encoding: chunked\r\n", "3\r\n[1]\r\n0\r\nAuthorization: x\r\nHost: evil\r\n\r\n"));
  EXPECT_EQ(answer.body(), "[1]");
  EXPECT_EQ(client.ask(get("/hello/next", served.admin)).body(), "next");
}

TEST(Smuggling, HostIsOneAndIsThere) {
  const Served served;
  const std::string token = "Authorization: Bearer " + served.admin + "\r\n";
  EXPECT_EQ(refused(served, "GET /hello HTTP/1.1\r\n" + token + "\r\n"), 400U);
  EXPECT_EQ(refused(served, "GET /hello HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n" + token + "\r\n"), 400U);
  EXPECT_EQ(refused(served, "GET /hello HTTP/2.0\r\nHost: localhost\r\n" + token + "\r\n"), 505U);
  EXPECT_EQ(refused(served, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505U);
  EXPECT_EQ(refused(served, "hello\r\n\r\n"), 400U);
}

TEST(Limits, OfSizes) {
  const Served served;
  const std::string large(20'000, 'a');
  EXPECT_EQ(refused(served, get("/hello", served.admin, "X: " + large + "\r\n")), 431U);
  EXPECT_EQ(refused(served, get("/" + large, served.admin)), 431U);
  const std::string body(1001, ' ');
  EXPECT_EQ(refused(served, post("/echo", served.admin, body)), 413U);
  EXPECT_EQ(refused(served, with(served, "Content-Length: 1000000000000\r\n")), 413U);
  EXPECT_EQ(refused(served, with(served, "Transfer-Encoding: chunked\r\n", "3e9\r\n" + body + "\r\n0\r\n\r\n")), 413U);
  EXPECT_EQ(refused(served, get("/hello", served.admin, "Content-Length: 1\r\n") + "x"), 413U);
  Client client(served.port());
  EXPECT_EQ(client.ask(post("/echo", served.admin, std::string(1000, ' '))).result_int(), 200U);
}

TEST(Limits, ABodyThatIsPackedIsRefusedUnread) {
  const Served served;
  EXPECT_EQ(refused(served, with(served, "Content-Encoding: gzip\r\nContent-Length: 3\r\n", "xyz")), 415U);
  EXPECT_EQ(refused(served, with(served, "Content-Encoding: br\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")), 415U);
}

TEST(Limits, WhoSendsTooSlowlyIsDropped) {
  HttpOptions options;
  options.limits.head = options.limits.idle = options.limits.body = HttpLimits::Time(200);
  const Served served(test_handlers(), options);
  Client silent(served.port());
  Client slow_head(served.port());
  Client slow_body(served.port());
  slow_head.say("GET /hello HTTP/1.1\r\nHost: loc");
  slow_body.say(with(served, "Content-Length: 3\r\n", "["));
  EXPECT_EQ(silent.rest(), "");
  EXPECT_EQ(slow_head.rest(), "");
  EXPECT_EQ(slow_body.rest(), "");
  EXPECT_EQ(served.server->stats().timed_out, 3U);
}

TEST(Limits, AByteNowAndThenDoesNotExtendTheTime) {
  HttpOptions options;
  options.limits.head = HttpLimits::Time(400);
  const Served served(test_handlers(), options);
  Client client(served.port());
  boost::system::error_code gone;
  client.say("GET /hello HTTP/1.1\r\nX: ");
  while (!gone) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    asio::write(client.socket(), asio::buffer("a", 1), gone);
  }
  EXPECT_EQ(served.server->stats().timed_out, 1U);
}

TEST(Limits, AConnectionWithoutATokenMayNotRestForLong) {
  HttpOptions options;
  options.limits.head = HttpLimits::Time(200);
  const Served served(test_handlers(), options);
  Client known(served.port());
  EXPECT_EQ(known.ask(get("/hello/a", served.admin)).body(), "a");
  Client stranger(served.port());
  EXPECT_EQ(stranger.ask(get("/healthz", "")).body(), "ok");
  EXPECT_EQ(stranger.rest(), "");
  EXPECT_EQ(known.ask(get("/hello/a", served.admin)).body(), "a");
}

TEST(Limits, RequestsOfATokenAreCounted) {
  HttpOptions options;
  options.rate = {.rate = 0.01, .burst = 2};
  Served served(test_handlers(), options);
  const std::string other = served.tokens.create({.name = "other", .role = Role::read}).value();
  Client client(served.port());
  EXPECT_EQ(client.ask(get("/hello", served.admin)).result_int(), 200U);
  EXPECT_EQ(client.ask(get("/hello", served.admin)).result_int(), 200U);
  const Answer refusal = client.ask(get("/hello", served.admin));
  EXPECT_EQ(refusal.result_int(), 429U);
  EXPECT_GT(std::stoi(std::string(refusal["Retry-After"])), 0);
  EXPECT_EQ(client.ask(get("/hello", other)).result_int(), 200U);
}

TEST(Strangers, GetTheSameAnswerForEveryPathMethodAndBody) {
  const Served served;
  std::string first;
  const std::string unknown(68, '0');
  for (const std::string& request :
       {get("/hello", ""), get("/nowhere", ""), get("/hello/x", "wrong"), get("/hello", "wnw_" + unknown),
        get("/page?x=1", ""), get("/hello", "", "Authorization: Basic YTpi\r\n"), get("/%2e%2e/etc", ""),
        get("/a%00", ""), get("/hello", served.admin, "Authorization: Bearer x\r\n"),
        std::string("PATCH /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        std::string("BREW /coffee HTTP/1.1\r\nHost: localhost\r\n\r\n")}) {
    Client client(served.port());
    client.say(request);
    client.socket().shutdown(asio::socket_base::shutdown_send);
    std::string answer = client.rest();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 401 ")) << request << answer;
    EXPECT_EQ(answer.find("Server:"), std::string::npos);
    answer.erase(answer.find("Date:"), 37);
    if (first.empty()) first = answer;
    EXPECT_EQ(answer, first) << request;
  }
  Client client(served.port());
  EXPECT_EQ(client.ask(get("/healthz", "")).body(), "ok");
  EXPECT_EQ(client.ask(get("/healthz", "wrong")).body(), "ok");
}

TEST(Strangers, ABodyIsNotReadOfWhoHasNoToken) {
  const Served served;
  EXPECT_EQ(refused(served, "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n"), 401U);
  EXPECT_EQ(refused(served, "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"), 401U);
}

TEST(Strangers, ATokenThatIsRevokedOrHasExpiredIsRefusedAtOnce) {
  Served served;
  const std::string secret = served.tokens.create({.name = "laptop", .role = Role::read, .created = 1000}).value();
  const std::string old =
      served.tokens.create({.name = "old", .role = Role::read, .created = 1000, .expires = 1001}).value();
  Client client(served.port());
  EXPECT_EQ(client.ask(get("/hello", secret)).body(), "hello laptop");
  EXPECT_EQ(client.ask(get("/hello", old)).result_int(), 401U);
  ASSERT_TRUE(served.tokens.revoke("laptop").value());
  EXPECT_EQ(client.ask(get("/hello", secret)).result_int(), 401U);
}

TEST(Browsers, OfOtherNamesAndOriginsAreRefused) {
  HttpOptions options;
  options.hosts = {"gpu-box.example"};
  options.origins = {"https://dashboard.example"};
  const Served served(test_handlers(), options);
  Client client(served.port());
  const auto ask = [&](const std::string& fields) {
    return client.ask("GET /hello HTTP/1.1\r\nAuthorization: Bearer " + served.admin + "\r\n" + fields + "\r\n")
        .result_int();
  };
  EXPECT_EQ(ask("Host: localhost:7437\r\n"), 200U);
  EXPECT_EQ(ask("Host: 127.0.0.1\r\n"), 200U);
  EXPECT_EQ(ask("Host: [::1]:7437\r\n"), 200U);
  EXPECT_EQ(ask("Host: GPU-box.example\r\n"), 200U);
  EXPECT_EQ(ask("Host: evil.example\r\n"), 421U);
  EXPECT_EQ(ask("Host: localhost.evil.example\r\n"), 421U);
  EXPECT_EQ(ask("Host: \r\n"), 421U);
  EXPECT_EQ(ask("Host: localhost\r\nOrigin: http://localhost\r\n"), 200U);
  EXPECT_EQ(ask("Host: localhost\r\nOrigin: https://dashboard.example\r\n"), 200U);
  EXPECT_EQ(ask("Host: localhost\r\nOrigin: http://evil.example\r\n"), 403U);
  EXPECT_EQ(ask("Host: localhost\r\nOrigin: null\r\n"), 403U);
  EXPECT_EQ(ask("Host: localhost\r\nSec-Fetch-Site: cross-site\r\n"), 403U);
  EXPECT_EQ(ask("Host: localhost\r\nSec-Fetch-Site: same-origin\r\n"), 200U);
}

TEST(Paths, AreDecodedOnceAndNeverClimb) {
  const Served served;
  Client client(served.port());
  const auto ask = [&](const std::string& target) { return client.ask(get(target, served.admin)); };
  EXPECT_EQ(ask("/hello/%41%2541").body(), "A%41");
  EXPECT_EQ(ask("/hello/a+b").body(), "a+b");
  EXPECT_EQ(ask("/hello/..").result_int(), 400U);
  EXPECT_EQ(ask("/hello/%2e%2E").result_int(), 400U);
  EXPECT_EQ(ask("/hello/..%2fetc").result_int(), 400U);
  EXPECT_EQ(ask("/hello/a%00").result_int(), 400U);
  EXPECT_EQ(ask("/hello/%ff").result_int(), 400U);
  EXPECT_EQ(ask("/hello/%4").result_int(), 400U);
  EXPECT_EQ(ask("//hello").result_int(), 404U);
  EXPECT_EQ(ask("/hello/").result_int(), 404U);
  EXPECT_EQ(ask("http://localhost/hello/x").body(), "x");
  EXPECT_EQ(ask("http://evil.example/hello/x").result_int(), 400U);
}

TEST(Clients, ThatLeaveInTheMidstHarmNobody) {
  Served served;
  const std::string request = post("/echo", served.admin, "[1]");
  for (std::size_t size = 0; size < request.size(); size += 7) {
    Client client(served.port());
    client.say(request.substr(0, size));
    if (size % 2 == 0) client.socket().set_option(asio::socket_base::linger(true, 0));
  }
  Client client(served.port());
  EXPECT_EQ(client.ask(request).body(), "[1]");
}

TEST(Clients, ThatSendRubbishHarmNobody) {
  Served served;
  std::string rubbish;
  std::uint32_t state = 1;
  for (int i = 0; i < 200; ++i) {
    rubbish = i % 2 == 0 ? get("/hello/a", served.admin) : post("/echo", served.admin, "[1]");
    for (int change = 0; change < 3; ++change) {
      state = state * 1664525U + 1013904223U;
      rubbish[(state >> 8U) % rubbish.size()] = static_cast<char>(state >> 24U);
    }
    Client client(served.port());
    client.say(rubbish);
    client.socket().shutdown(asio::socket_base::shutdown_send);
    client.rest();
  }
  Client client(served.port());
  EXPECT_EQ(client.ask(get("/hello/a", served.admin)).body(), "a");
  EXPECT_EQ(served.server->stats().faults, 0U);
}

}  // namespace winnow::server::hostile_test
