/// Logs over HTTP: parts of them, their ends, and as they come.
#include <fstream>
#include <thread>

#include <winnow/server/byte_range.hpp>

#include "watched_sweep.hpp"

namespace winnow::server::log_handlers_test {

using namespace winnow::server::test;

/// One trial that prints `one`, waits for the file `go`, and prints `two`.
std::string printing_sweep(const std::filesystem::path& go) {
  return R"(name: printing
method: random
run_cap: 1
metric: {name: loss, goal: minimize}
parameters: {x: {min: 0.0, max: 1.0}}
command: [sh, -c, "echo one; until [ -e )" +
         go.string() + R"( ]; do sleep 0.02; done; echo '{\"loss\": 1}' >&3; echo two"]
)";
}

TEST(LogHandlers, APartIsByOffsetOrRange) {
  winnow::test::TempDir go;
  std::ofstream(go / "go") << "now";
  WatchedSweep sweep(printing_sweep(go / "go"));
  EXPECT_EQ(sweep.ask(sweep.path + "/trials/0/logs").body(), "one\ntwo\n");
  const Answer tail = sweep.ask(sweep.path + "/trials/0/logs?offset=-4");
  EXPECT_EQ(tail.body(), "two\n");
  EXPECT_EQ(tail["Log-Offset"], "4");
  EXPECT_EQ(tail["Log-Size"], "8");
  EXPECT_EQ(sweep.ask(sweep.path + "/trials/0/logs?offset=2&limit=3&attempt=1").body(), "e\nt");
  EXPECT_EQ(sweep.ask(sweep.path + "/trials/0/logs?offset=100").body(), "");
  const Answer range = sweep.ask(sweep.path + "/trials/0/logs", "Range: bytes=1-2\r\n");
  EXPECT_EQ(range.result_int(), 206U);
  EXPECT_EQ(range.body(), "ne");
  EXPECT_EQ(range["Content-Range"], "bytes 1-2/8");
  EXPECT_EQ(sweep.ask(sweep.path + "/trials/0/logs", "Range: bytes=-4\r\n").body(), "two\n");
  EXPECT_EQ(sweep.status("/trials/0/logs", "Range: bytes=8-\r\n"), 416U);
  EXPECT_EQ(sweep.status("/trials/0/logs?attempt=2"), 404U);
  EXPECT_EQ(sweep.stream("/trials/0/logs?follow=true"), "one\ntwo\n") << "the attempt is over";
}

TEST(LogHandlers, IsFollowedUntilTheAttemptIsOver) {
  winnow::test::TempDir go;
  WatchedSweep sweep(printing_sweep(go / "go"), false);
  while (sweep.status("/trials/0/logs") != 200U) std::this_thread::yield();
  Client<asio::local::stream_protocol> client(sweep.dir / "socket");
  client.say("GET " + sweep.path + "/trials/0/logs?follow=true HTTP/1.0\r\n\r\n");
  std::string text(4096, '\0');
  std::size_t size = 0;
  while (text.find("one\n") == std::string::npos) {
    size += client.socket().read_some(asio::buffer(text.data() + size, text.size() - size));
  }
  std::ofstream(go / "go") << "now";
  EXPECT_EQ(client.rest(), "two\n");
  sweep.manager.wait();
}

TEST(LogHandlers, WhatPrintsNothingHasNone) {
  WatchedSweep sweep(curves_sweep(1));
  EXPECT_EQ(sweep.status("/trials/0/logs"), 404U);
}

TEST(ByteRange, IsOneOfBytesOrIgnored) {
  const auto is = [](const char* field, std::uint64_t first, std::uint64_t size) {
    const auto range = byte_range(field, 10);
    return range && range->first == first && range->size == size;
  };
  EXPECT_TRUE(is("bytes=0-3", 0, 4));
  EXPECT_TRUE(is("bytes=8-", 8, 2));
  EXPECT_TRUE(is("bytes=8-100", 8, 2));
  EXPECT_TRUE(is("bytes=-3", 7, 3));
  EXPECT_TRUE(is("bytes=-30", 0, 10));
  EXPECT_TRUE(is("bytes=10-", 10, 0));
  EXPECT_TRUE(is("bytes=-0", 10, 0));
  for (const char* field : {"bytes=3-1", "bytes=-", "bytes=a-", "bytes=0-1,3-4", "lines=0-1", "bytes=3"}) {
    EXPECT_FALSE(byte_range(field, 10)) << field;
  }
}

}  // namespace winnow::server::log_handlers_test
