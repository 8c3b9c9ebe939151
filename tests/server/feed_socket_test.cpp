/// Many sweeps on one WebSocket: what is asked for comes, each event once, in frames; what can't be done is said.
#include <winnow/server/feed_socket.hpp>

#include <array>
#include <future>
#include <map>
#include <set>
#include <thread>

#include <boost/beast/websocket.hpp>

#include <winnow/server/feed_frame.hpp>

#include "own_sweep.hpp"
#include "watched_sweep.hpp"

namespace winnow::server::feed_socket_test {

using namespace winnow::server::test;
namespace websocket = beast::websocket;

struct HeardFrame {
  int kind = 0;  ///< 0: the socket has ended
  std::string id{};
  std::int64_t seq = 0;
  OrderedJson json = OrderedJson::object();
};

HeardFrame parsed(std::string_view frame) {
  HeardFrame heard{.kind = static_cast<unsigned char>(frame.at(0)) - 0x10};
  const std::size_t length = static_cast<unsigned char>(frame.at(1));
  heard.id = frame.substr(2, length);
  for (std::size_t i = 0; i < 8; ++i) {
    heard.seq |= static_cast<std::int64_t>(static_cast<unsigned char>(frame.at(2 + length + i))) << (8 * i);
  }
  heard.json = OrderedJson::parse(frame.substr(2 + length + 8));
  return heard;
}

/// A page that shows sweeps.
class Page {
public:
  explicit Page(const std::filesystem::path& socket, const std::string& target = "/api/v1/events") {
    socket_.next_layer().connect(socket.string());
    socket_.handshake("localhost", target);
    socket_.read_message_max(1 << 26);
  }
  void say(const std::string& text) { socket_.write(asio::buffer(text)); }
  void follow(const std::string& id) { say(OrderedJson{{"follow", id}}.dump()); }
  void follow(const std::string& id, std::int64_t since) { say(OrderedJson{{"follow", id}, {"since", since}}.dump()); }
  void unfollow(const std::string& id) { say(OrderedJson{{"unfollow", id}}.dump()); }
  HeardFrame hear() {
    beast::flat_buffer buffer;
    boost::system::error_code failure;
    socket_.read(buffer, failure);
    if (failure) return {};
    EXPECT_TRUE(socket_.got_binary());
    return parsed(beast::buffers_to_string(buffer.data()));
  }
  /// The next of that kind; others are passed over.
  HeardFrame hear(FrameKind kind) {
    for (;;) {
      const HeardFrame heard = hear();
      if (heard.kind == 0 || heard.kind == static_cast<int>(kind)) return heard;
    }
  }
  auto& socket() { return socket_; }

private:
  asio::io_context context_;
  websocket::stream<asio::local::stream_protocol::socket> socket_{context_};
};

TEST(FeedSocket, GivesEventsOfManySweepsEachOnceAndInOrder) {
  ServedSweeps served;
  std::map<std::string, std::int64_t> at;
  for (int i = 0; i < 5; ++i) at[served.create(curves_sweep(40, 5, i % 2 == 0 ? "0" : "0.002"))] = i % 3;
  Page page(served.dir / "socket");
  for (const auto& [id, since] : at) page.follow(id, since);
  for (std::size_t finished = 0; finished < at.size();) {
    const HeardFrame heard = page.hear();
    ASSERT_EQ(heard.kind, static_cast<int>(FrameKind::events)) << heard.json;
    for (const auto& event : heard.json) {
      EXPECT_EQ(event["seq"], ++at.at(heard.id));
      if (event["kind"] == "finished") ++finished;
    }
    EXPECT_EQ(heard.seq, at.at(heard.id));
  }
}

TEST(FeedSocket, WithoutANumberItIsFromNowOn) {
  WatchedSweep sweep(curves_sweep(50, 5, "0.003"), false);
  Page page(sweep.dir / "socket");
  page.follow(sweep.id);
  const HeardFrame first = page.hear();
  ASSERT_EQ(first.kind, static_cast<int>(FrameKind::events)) << first.json;
  EXPECT_GT(first.json[0]["seq"], 1);
  std::int64_t seq = first.seq;
  for (bool finished = false; !finished;) {
    for (const auto& event : page.hear().json) {
      EXPECT_EQ(event["seq"], ++seq);
      finished = event["kind"] == "finished";
    }
  }
}

TEST(FeedSocket, SaysWhatItCantDoAndGoesOn) {
  WatchedSweep sweep(curves_sweep(2));
  const std::int64_t last = sweep.manager.find(sweep.id)->last_seq;
  Page page(sweep.dir / "socket");
  const auto refused = [&](const std::string& message, const std::string& id, int status) {
    page.say(message);
    const HeardFrame heard = page.hear(FrameKind::error);
    EXPECT_EQ(heard.id, id) << message;
    EXPECT_EQ(heard.json["status"], status) << message << ": " << heard.json;
  };
  refused("{", "", 422);
  refused("[]", "", 422);
  refused("{}", "", 422);
  refused(R"({"follow": 3})", "", 422);
  refused(R"({"follow": ""})", "", 422);
  refused(R"({"follow": "a", "unfollow": "b"})", "", 422);
  refused(R"({"follow": "a", "from": 3})", "", 422);
  refused(R"({"follow": "a", "since": -1})", "", 422);
  refused(R"({"follow": "*", "since": 1})", "", 422);
  refused(R"({"follow": ")" + std::string(300, 'a') + "\"}", "", 422);
  refused(R"({"follow": ")" + std::string(5000, 'a') + "\"}", "", 413);
  refused(R"({"follow": "none"})", "none", 404);
  refused(R"({"follow": "../sweeps"})", "../sweeps", 404);
  refused(R"({"unfollow": "none"})", "none", 404);
  refused(R"({"unfollow": "*"})", "*", 404);
  refused(OrderedJson{{"follow", sweep.id}, {"since", last + 1}}.dump(), sweep.id, 409);
  page.follow(sweep.id, 0);
  EXPECT_EQ(page.hear(FrameKind::events).seq, last);
  refused(OrderedJson{{"follow", sweep.id}}.dump(), sweep.id, 409);
}

TEST(FeedSocket, WhatIsNotFollowedAnyMoreIsSilentAndMayBeFollowedAgain) {
  WatchedSweep sweep(curves_sweep(60, 5, "0.002"), false);
  Page page(sweep.dir / "socket");
  page.follow(sweep.id, 0);
  page.hear(FrameKind::events);
  page.unfollow(sweep.id);
  page.say("{}");  // answered after all that came before
  const HeardFrame end = page.hear(FrameKind::end);
  EXPECT_EQ(end.id, sweep.id);
  EXPECT_EQ(end.json["why"], "unfollowed");
  sweep.manager.wait();
  EXPECT_EQ(page.hear().kind, static_cast<int>(FrameKind::error));
  page.follow(sweep.id, 5);
  const HeardFrame again = page.hear();
  EXPECT_EQ(again.kind, static_cast<int>(FrameKind::events));
  EXPECT_EQ(again.json[0]["seq"], 6);
}

TEST(FeedSocket, AFollowedSweepThatIsDeletedEnds) {
  WatchedSweep sweep(curves_sweep(2));
  Page page(sweep.dir / "socket");
  page.follow(sweep.id);
  page.say("{}");
  page.hear(FrameKind::error);
  ASSERT_EQ(sweep.send("DELETE", sweep.path).result_int(), 204U);
  const HeardFrame end = page.hear(FrameKind::end);
  EXPECT_EQ(end.id, sweep.id);
  EXPECT_EQ(end.json["why"], "gone");
  page.follow(sweep.id);
  EXPECT_EQ(page.hear(FrameKind::error).json["status"], 404);
}

TEST(FeedSocket, TheListIsGivenWholeAndThenAsItChanges) {
  ServedSweeps served;
  std::set<std::string> ids;
  for (int i = 0; i < 3; ++i) ids.insert(served.create(curves_sweep(1)));
  served.manager.wait();
  Page page(served.dir / "socket");
  page.follow("*");
  for (std::set<std::string> heard; heard != ids;) {
    const HeardFrame one = page.hear();
    ASSERT_EQ(one.kind, static_cast<int>(FrameKind::sweep)) << one.json;
    EXPECT_EQ(one.json["id"], one.id);
    EXPECT_EQ(one.json["seq"], one.seq);
    heard.insert(one.id);
  }
  const std::string changed = *ids.begin();
  served.send("PATCH", "/api/v1/sweeps/" + changed, R"({"weight": 7})");
  for (HeardFrame one; one.json.value("weight", 0.0) != 7;) {
    one = page.hear();
    ASSERT_EQ(one.kind, static_cast<int>(FrameKind::sweep));
  }
  const std::string created = served.create(curves_sweep(5));
  for (HeardFrame one; one.json.value("state", "") != "finished" || one.id != created;) {
    one = page.hear();
    ASSERT_EQ(one.kind, static_cast<int>(FrameKind::sweep)) << one.json;
  }
  served.send("DELETE", "/api/v1/sweeps/" + changed);
  EXPECT_EQ(page.hear(FrameKind::removed).id, changed);
  page.follow("*");
  EXPECT_EQ(page.hear(FrameKind::error).json["status"], 409);
  page.unfollow("*");
  EXPECT_EQ(page.hear(FrameKind::end).id, "*");
  page.follow("*");
  EXPECT_EQ(page.hear().kind, static_cast<int>(FrameKind::sweep)) << "whole once more";
}

TEST(FeedSocket, OfNoSweepsTheListIsEmptyUntilOneComes) {
  ServedSweeps served;
  Page page(served.dir / "socket");
  page.follow("*");
  const std::string id = served.create(curves_sweep(1));
  EXPECT_EQ(page.hear().id, id);
}

TEST(FeedSocket, IsForWhoMayLookAndAsksForAWebSocket) {
  ServedSweeps served;
  EXPECT_EQ(served.ask("/api/v1/events").result_int(), 426U);
  const std::string& address = served.server->addresses().front();
  const auto port = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  const std::string upgrade =
      "Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
      "dGhlIHNhbXBsZSBub25jZQ==\r\n";
  const std::string reader = served.tokens.create({.name = "reader", .role = Role::read, .created = 1000}).value();
  const auto status = [&](const std::string& secret, const std::string& more) {
    Client<> client(port);
    client.say(get("/api/v1/events", secret, upgrade + more));
    return client.hear(true).result_int();
  };
  EXPECT_EQ(status("", ""), 401U);
  EXPECT_EQ(status(reader, "Origin: https://evil.example\r\n"), 403U);
  EXPECT_EQ(status(reader, ""), 101U);
  const auto offer = [](const std::string& protocols) { return "Sec-WebSocket-Protocol: " + protocols + "\r\n"; };
  EXPECT_EQ(status("", offer("winnow,bearer." + reader)), 101U) << "as a page in a browser has to tell it";
  EXPECT_EQ(status("", offer("winnow")), 401U);
  EXPECT_EQ(status("", offer("winnow, bearer.wnw_other")), 401U);
  EXPECT_EQ(status("", offer("winnow, bearer." + reader + ", bearer." + reader)), 401U);
  EXPECT_EQ(status("", offer("winnow") + offer("bearer." + reader)), 401U);
  EXPECT_EQ(status("wnw_other", offer("winnow, bearer." + reader)), 401U) << "the other field counts";
  Client<> page(port);
  page.say(get("/api/v1/events", "", upgrade + offer("winnow, bearer." + reader)));
  EXPECT_EQ(page.hear(true)["Sec-WebSocket-Protocol"], "winnow");
  Client<> script(port);
  script.say(get("/api/v1/sweeps", "", offer("winnow, bearer." + reader)));
  EXPECT_EQ(script.hear(true).result_int(), 401U) << "it opens no WebSocket";
}

constexpr std::string_view kAllEvents = R"(
openapi: 3.1.0
paths:
  /events: {get: {operationId: followAllEvents, x-role: read}}
)";

/// A server with the runs of a directory, and limits of a test's own.
struct ServedFeed {
  ServedFeed(const std::filesystem::path& runs, FeedLimits limits, HttpLimits http = {})
      : events(runs),
        api(Api::make(RouteTable::make(json_of_yaml(kAllEvents).value()).value(),
                      feed_socket_handlers(events, list, workers, limits))
                .value()),
        server(HttpServer::start({.listen = {}, .unix_socket = dir / "socket", .limits = http}, api, tokens).value()) {}
  ~ServedFeed() {
    server.stop(std::chrono::seconds(1));
    workers.join();
  }
  ServedFeed(const ServedFeed&) = delete;
  ServedFeed& operator=(const ServedFeed&) = delete;

  winnow::test::TempDir dir;
  TokenStore tokens = TokenStore::open(dir.path(), 1000).value();
  asio::thread_pool workers{1};
  EventFeed events;
  ListFeed list{nullptr};
  Api api;
  HttpServer server;
};

TEST(FeedSocket, FollowsAThousandSweepsOnOneSocket) {
  constexpr int kSweeps = 1000;
  OwnSweep own;
  own.session.reset();
  winnow::test::TempDir runs;
  for (int i = 0; i < kSweeps; ++i) {
    std::filesystem::copy(own.dir / "run", runs / std::to_string(i), std::filesystem::copy_options::recursive);
  }
  ServedFeed served(runs.path(), {});
  Page page(served.dir / "socket", "/events");
  for (int i = 0; i < kSweeps; ++i) page.follow(std::to_string(i), 1);
  page.follow("one more");
  std::map<std::string, std::int64_t> at;
  for (int i = 0; i <= kSweeps; ++i) {
    const HeardFrame heard = page.hear();
    if (heard.kind == static_cast<int>(FrameKind::events)) at[heard.id] = heard.seq;
  }
  EXPECT_EQ(at.size(), std::size_t{kSweeps});
  served.events.poll();
  page.follow("*");
  EXPECT_EQ(page.hear().json["status"], 422) << "there is no list here";
}

TEST(FeedSocket, TakesNoMoreSweepsThanItMay) {
  OwnSweep own;
  ServedFeed served(own.dir.path(), {.follows = 1});
  Page page(served.dir / "socket", "/events");
  page.follow("run");
  page.follow("another");
  EXPECT_EQ(page.hear(FrameKind::error).json["status"], 429);
}

TEST(FeedSocket, ADelugeOfMessagesEndsIt) {
  OwnSweep own;
  ServedFeed served(own.dir.path(), {.rate = {.rate = 1, .burst = 100}});
  Page page(served.dir / "socket", "/events");
  for (int i = 0; i < 101; ++i) page.say("{}");
  HeardFrame last;
  for (HeardFrame heard = page.hear(); heard.kind != 0; heard = page.hear()) last = heard;
  EXPECT_EQ(last.json["status"], 429);
}

TEST(FeedSocket, OneThatDoesNotReadIsDroppedAndHoldsNothing) {
  OwnSweep own;
  HttpLimits http;
  http.write = HttpLimits::Time(300);
  http.bytes_per_second = 1 << 30;
  ServedFeed served(own.dir.path(), {.outbox = {.chunks = 100, .bytes = 1 << 16}}, http);
  Page idle(served.dir / "socket", "/events");
  idle.follow("run", 0);
  while (served.server.stats().timed_out == 0) {
    for (int i = 0; i < 10; ++i) own.report();
    served.events.poll();
  }
  while (served.server.stats().open != 0) std::this_thread::yield();
  own.report();
  served.events.poll();
  EXPECT_EQ(served.events.follow("run").value()->followers(), 0U);
}

TEST(FollowedSweep, SocketsOfManySweepsShareOneFrame) {
  OwnSweep own;
  const auto followed = FollowedSweep::open(own.dir / "run").value();
  std::array<std::shared_ptr<Outbox>, 3> outboxes;
  for (auto& outbox : outboxes) {
    outbox = Outbox::make({});
    ASSERT_TRUE(followed->catch_up(own.last(), FollowedSweep::kNoEnd, EventFormat::frame, outbox)->joined);
  }
  followed->leave(outboxes[2]);
  own.report();
  EXPECT_TRUE(followed->poll());
  const Chunk first = taken(outboxes[0]).at(0);
  EXPECT_EQ(parsed(*first).id, "run");
  EXPECT_EQ(parsed(*first).seq, own.last());
  EXPECT_EQ(taken(outboxes[1]).at(0), first);
  outboxes[2]->push(chunk("only this"));
  EXPECT_EQ(*taken(outboxes[2]).at(0), "only this");
}

}  // namespace winnow::server::feed_socket_test
