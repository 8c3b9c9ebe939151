/// Events over HTTP: each once, in order, whatever a follower knew before and however it follows.
#include <winnow/server/event_handlers.hpp>

#include <array>
#include <future>
#include <memory>
#include <thread>

#include <boost/beast/websocket.hpp>

#include "own_sweep.hpp"
#include "watched_sweep.hpp"

namespace winnow::server::event_handlers_test {

using namespace winnow::server::test;
namespace websocket = beast::websocket;

/// The numbers of the events in lines of JSON.
std::vector<std::int64_t> seqs_of(const std::string& text) {
  std::vector<std::int64_t> seqs;
  for (const std::string& line : lines_of(text)) seqs.push_back(OrderedJson::parse(line)["seq"]);
  return seqs;
}

std::vector<std::int64_t> from_to(std::int64_t first, std::int64_t last) {
  std::vector<std::int64_t> seqs;
  for (std::int64_t seq = first; seq <= last; ++seq) seqs.push_back(seq);
  return seqs;
}

TEST(EventHandlers, GiveWhatThereIsFromANumberOn) {
  WatchedSweep sweep(curves_sweep(100));
  const std::int64_t last = sweep.manager.find(sweep.id)->last_seq;
  ASSERT_GT(last, 600) << "more than two portions";
  EXPECT_EQ(seqs_of(sweep.stream("/events?follow=false")), from_to(1, last));
  EXPECT_EQ(seqs_of(sweep.stream("/events?follow=false&since=255")), from_to(256, last));
  EXPECT_EQ(sweep.stream("/events?follow=false&since=" + std::to_string(last)), "");
  EXPECT_EQ(seqs_of(sweep.stream("/events?follow=false&since=1", "Last-Event-ID: 600\r\n")), from_to(601, last));
  EXPECT_EQ(sweep.status("/events?since=" + std::to_string(last + 1)), 409U);
  EXPECT_EQ(sweep.status("/events", "Last-Event-ID: x\r\n"), 422U);
}

TEST(EventHandlers, ServerSentEventsHaveTheirNumberAsId) {
  WatchedSweep sweep(curves_sweep(2));
  const std::string text = sweep.stream("/events?follow=false", "Accept: text/event-stream\r\n");
  std::int64_t seq = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find("\n\n", at);
    ASSERT_NE(end, std::string::npos);
    const std::string start = "id: " + std::to_string(++seq) + "\ndata: ";
    ASSERT_EQ(text.substr(at, start.size()), start);
    EXPECT_EQ(OrderedJson::parse(text.substr(at + start.size(), end - at - start.size()))["seq"], seq);
    at = end + 2;
  }
  EXPECT_EQ(seq, sweep.manager.find(sweep.id)->last_seq);
}

TEST(EventHandlers, LinesOfAFinishedSweepEndAndTheRestGoesOn) {
  WatchedSweep sweep(curves_sweep(3));
  const std::int64_t last = sweep.manager.find(sweep.id)->last_seq;
  EXPECT_EQ(seqs_of(sweep.stream("/events")), from_to(1, last));
  EXPECT_EQ(sweep.stream("/events?since=" + std::to_string(last)), "");
  for (const auto& [target, fields] :
       {std::pair("/events?follow=true", ""), {"/events", "Accept: text/event-stream\r\n"}}) {
    Client<asio::local::stream_protocol> client(sweep.dir / "socket");
    client.say("GET " + sweep.path + target + " HTTP/1.0\r\n" + fields + "\r\n");
    std::string text;
    while (text.find("\"kind\":\"finished\"") == std::string::npos) {
      std::array<char, 16384> some{};
      text.append(some.data(), client.socket().read_some(asio::buffer(some)));
    }
    client.socket().non_blocking(true);
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    boost::system::error_code failure;
    std::array<char, 100> more{};
    (void)client.socket().read_some(asio::buffer(more), failure);
    EXPECT_EQ(failure == asio::error::eof, false) << target << " " << fields;
  }
}

TEST(EventHandlers, LinesEndWhenTheSweepDoes) {
  WatchedSweep sweep(curves_sweep(20, 5, "0.002"), false);
  const auto seqs = seqs_of(sweep.stream("/events"));
  sweep.manager.wait();
  EXPECT_EQ(seqs, from_to(1, sweep.manager.find(sweep.id)->last_seq));
}

/// Lines of a stream that goes on.
class Lines {
public:
  Lines(const WatchedSweep& sweep, const std::string& target) : client_(sweep.dir / "socket") {
    client_.say("GET " + sweep.path + target + " HTTP/1.0\r\n\r\n");
    while (next() != "\r") continue;
  }
  std::string next() {
    std::size_t end = std::string::npos;
    while ((end = text_.find('\n')) == std::string::npos) {
      std::array<char, 16384> some{};
      boost::system::error_code failure;
      text_.append(some.data(), client_.socket().read_some(asio::buffer(some), failure));
      if (failure) return "";
    }
    std::string line = text_.substr(0, end);
    text_.erase(0, end + 1);
    return line;
  }

private:
  Client<asio::local::stream_protocol> client_;
  std::string text_;
};

TEST(EventHandlers, NoEventIsLostOrDoubledBetweenThePastAndWhatComes) {
  WatchedSweep sweep(curves_sweep(120, 5, "0.001"), false);
  std::vector<std::future<std::string>> wrong;
  for (int i = 0; i < 200; ++i) {
    wrong.push_back(std::async(std::launch::async, [&sweep, i]() -> std::string {
      const std::int64_t since = i % 3;
      Lines lines(sweep, "/events?since=" + std::to_string(since));
      for (std::int64_t seq = since + 1;; ++seq) {
        const std::string line = lines.next();
        if (line.empty()) return "ended before " + std::to_string(seq);
        const auto event = OrderedJson::parse(line);
        if (event["seq"] != seq) return line + " where " + std::to_string(seq) + " is due";
        if (event["kind"] == "finished") return "";
      }
    }));
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  for (auto& one : wrong) EXPECT_EQ(one.get(), "");
}

TEST(EventHandlers, WhoComesAgainGoesOnWhereItWas) {
  WatchedSweep sweep(curves_sweep(60, 5, "0.002"), false);
  std::int64_t seq = 0;
  for (bool finished = false; !finished;) {
    Lines lines(sweep, "/events?since=" + std::to_string(seq));
    for (int i = 0; i < 37 && !finished; ++i) {
      const auto event = OrderedJson::parse(lines.next());
      EXPECT_EQ(event["seq"], ++seq);
      finished = event["kind"] == "finished";
    }
  }
}

TEST(EventHandlers, AWebSocketGetsArrays) {
  WatchedSweep sweep(curves_sweep(30, 5, "0.002"), false);
  asio::io_context context;
  websocket::stream<asio::local::stream_protocol::socket> socket(context);
  socket.next_layer().connect((sweep.dir / "socket").string());
  socket.handshake("localhost", sweep.path + "/events?since=1");
  for (std::int64_t seq = 1; seq > 0;) {
    beast::flat_buffer message;
    socket.read(message);
    EXPECT_TRUE(socket.got_text());
    for (const auto& event : OrderedJson::parse(beast::buffers_to_string(message.data()))) {
      EXPECT_EQ(event["seq"], ++seq);
      if (event["kind"] == "finished") seq = -1;
      if (seq < 0) break;
    }
  }
}

constexpr std::int64_t kNoEnd = FollowedSweep::kNoEnd;

/// The number of the event up to which it has caught up.
std::int64_t join(FollowedSweep& followed, const std::shared_ptr<Outbox>& outbox, bool to_finish = false) {
  for (std::int64_t after = 0;;) {
    const auto portion = followed.catch_up(after, kNoEnd, EventFormat::ndjson, outbox, to_finish);
    EXPECT_TRUE(portion);
    after = portion->last;
    if (portion->joined) return after;
  }
}

TEST(FollowedSweep, FollowersShareOneText) {
  OwnSweep own;
  const auto followed = FollowedSweep::open(own.dir / "run").value();
  std::vector<std::shared_ptr<Outbox>> outboxes;
  for (int i = 0; i < 2000; ++i) {
    outboxes.push_back(Outbox::make({}));
    EXPECT_EQ(join(*followed, outboxes.back()), own.last());
  }
  EXPECT_EQ(followed->followers(), 2000U);
  own.report();
  EXPECT_TRUE(followed->poll());
  const Chunk first = taken(outboxes.front()).at(0);
  EXPECT_EQ(seqs_of(*first), from_to(own.last(), own.last()));
  for (std::size_t i = 1; i < outboxes.size(); ++i) EXPECT_EQ(taken(outboxes[i]).at(0), first);
}

TEST(FollowedSweep, AFollowerThatKnowsMoreThanTheOthersIsGivenTheRest) {
  OwnSweep own;
  const auto followed = FollowedSweep::open(own.dir / "run").value();
  const auto early = Outbox::make({});
  const auto late = Outbox::make({});
  const std::int64_t before = join(*followed, early);
  own.report();
  EXPECT_EQ(join(*followed, late), before + 1) << "which nobody was given yet";
  own.report();
  EXPECT_TRUE(followed->poll());
  EXPECT_EQ(seqs_of(*taken(early).at(0)), from_to(before + 1, before + 2));
  EXPECT_EQ(seqs_of(*taken(late).at(0)), from_to(before + 2, before + 2));
}

TEST(FollowedSweep, WhoDoesNotReadIsDroppedAndTheOthersGoOn) {
  OwnSweep own;
  const auto followed = FollowedSweep::open(own.dir / "run").value();
  const auto idle = Outbox::make({.chunks = 3, .bytes = 1 << 20});
  const auto busy = Outbox::make({.chunks = 3, .bytes = 1 << 20});
  join(*followed, idle);
  join(*followed, busy);
  for (int i = 0; i < 5; ++i) {
    own.report();
    EXPECT_TRUE(followed->poll());
    EXPECT_EQ(seqs_of(*taken(busy).at(0)), from_to(own.last(), own.last()));
  }
  EXPECT_TRUE(idle->overflowed());
  EXPECT_FALSE(busy->overflowed());
}

TEST(FollowedSweep, WhoWantsItToItsEndIsGivenNothingMore) {
  OwnSweep own;
  const auto followed = FollowedSweep::open(own.dir / "run").value();
  const auto to_end = Outbox::make({});
  const auto ahead = Outbox::make({});
  const auto always = Outbox::make({});
  join(*followed, to_end, true);
  join(*followed, always);
  EXPECT_TRUE(record(*own.session, {event_of(event::Finished{}, 3, "enough")}));
  join(*followed, ahead, true);  // it has read the end before the others were given it
  EXPECT_TRUE(followed->poll());
  EXPECT_FALSE(to_end->push(chunk("")));
  EXPECT_FALSE(ahead->push(chunk("")));
  EXPECT_TRUE(always->push(chunk("")));
  EXPECT_EQ(followed->followers(), 1U);
  EXPECT_EQ(seqs_of(*taken(to_end).at(0)), from_to(own.last(), own.last()));
  EXPECT_TRUE(followed->catch_up(own.last(), kNoEnd, EventFormat::ndjson, Outbox::make({}), true)->ended);
  const auto anew = FollowedSweep::open(own.dir / "run").value();
  EXPECT_TRUE(anew->catch_up(own.last(), kNoEnd, EventFormat::ndjson, Outbox::make({}), true)->ended);
}

TEST(FollowedSweep, WhoHasLeftIsForgotten) {
  OwnSweep own;
  const auto followed = FollowedSweep::open(own.dir / "run").value();
  auto outbox = Outbox::make({});
  join(*followed, outbox);
  outbox.reset();
  EXPECT_EQ(followed->followers(), 0U);
  own.report();
  EXPECT_TRUE(followed->poll());
}

TEST(FollowedSweep, EndsWhenItsRunIsGone) {
  OwnSweep own;
  const auto followed = FollowedSweep::open(own.dir / "run").value();
  const auto outbox = Outbox::make({});
  join(*followed, outbox);
  own.session.reset();
  std::filesystem::remove_all(own.dir / "run");
  while (followed->poll()) continue;
  EXPECT_TRUE(taken(outbox).empty());
}

TEST(EventFeed, FollowsASweepWhileSomebodyDoes) {
  OwnSweep own;
  EventFeed feed(own.dir.path());
  auto one = feed.follow("run").value();
  EXPECT_EQ(feed.follow("run").value(), one);
  const std::weak_ptr<FollowedSweep> gone = one;
  one.reset();
  feed.poll();
  EXPECT_TRUE(gone.expired());
  EXPECT_EQ(feed.follow("other").error().code, errc::unknown_sweep);
}

constexpr std::string_view kEvents = R"(
openapi: 3.1.0
paths:
  /sweeps/{id}/events:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get:
      operationId: followEvents
      x-role: read
      parameters:
        - {name: since, in: query, schema: {type: integer}}
        - {name: follow, in: query, schema: {type: boolean}}
)";

TEST(EventHandlers, AFollowerThatDoesNotReadLosesItsConnection) {
  OwnSweep own;
  TokenStore tokens = TokenStore::open(own.dir.path(), 1000).value();
  asio::thread_pool workers{1};
  EventFeed feed(own.dir.path());
  const Outbox::Limits limits{.chunks = 100, .bytes = 1 << 16};
  const Api api =
      Api::make(RouteTable::make(json_of_yaml(kEvents).value()).value(), event_handlers(feed, workers, limits)).value();
  HttpOptions options{.listen = {}, .unix_socket = own.dir / "socket"};
  options.limits.write = HttpLimits::Time(300);
  options.limits.bytes_per_second = 1 << 30;
  HttpServer server = HttpServer::start(options, api, tokens).value();
  Client<asio::local::stream_protocol> idle(own.dir / "socket");
  idle.say("GET /sweeps/run/events HTTP/1.0\r\n\r\n");
  while (server.stats().timed_out == 0) {
    for (int i = 0; i < 10; ++i) own.report();
    feed.poll();
  }
  while (server.stats().open != 0) std::this_thread::yield();
  own.report();
  feed.poll();
  EXPECT_EQ(feed.follow("run").value()->followers(), 0U);
  server.stop(std::chrono::seconds(1));
  workers.join();
}

}  // namespace winnow::server::event_handlers_test
