#include <winnow/server/outbox.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <thread>

#include "served.hpp"

namespace winnow::server::outbox_test {

using namespace winnow::server::test;

/// All that comes until it is closed, portion by portion, on a thread of its own.
class Reader {
public:
  explicit Reader(std::shared_ptr<Outbox> outbox) {
    asio::co_spawn(
        context_, [this, outbox] { return read(outbox); }, asio::detached);
    thread_ = std::thread([this] { context_.run(); });
  }
  ~Reader() {
    if (thread_.joinable()) thread_.join();
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  std::string all() {
    thread_.join();
    return all_;
  }

private:
  asio::awaitable<void> read(std::shared_ptr<Outbox> outbox) {
    while (true) {
      const Chunks chunks = co_await outbox->next();
      if (chunks.empty()) co_return;
      for (const Chunk& one : chunks) all_ += *one;
    }
  }
  std::string all_;
  asio::io_context context_;
  std::thread thread_;
};

TEST(Outbox, GivesAllInOrderFromAnotherThread) {
  const auto outbox = Outbox::make({});
  std::string expected;
  Reader reader(outbox);
  for (int i = 0; i < 3000; ++i) {
    expected += std::to_string(i);
    ASSERT_TRUE(outbox->push(chunk(std::to_string(i))));
    if (i % 100 == 0) std::this_thread::yield();
  }
  outbox->close();
  EXPECT_EQ(reader.all(), expected);
  EXPECT_FALSE(outbox->push(chunk("late")));
  EXPECT_FALSE(outbox->overflowed());
}

TEST(Outbox, ThatOverflowsLetsGoOfEverything) {
  const auto outbox = Outbox::make({.chunks = 2, .bytes = 100});
  const Chunk one = chunk("x");
  EXPECT_TRUE(outbox->push(one));
  EXPECT_TRUE(outbox->push(one));
  EXPECT_FALSE(outbox->push(one));
  EXPECT_TRUE(outbox->overflowed());
  EXPECT_EQ(one.use_count(), 1);
  EXPECT_FALSE(outbox->push(one));
}

TEST(Outbox, CountsBytesToo) {
  const auto outbox = Outbox::make({.chunks = 100, .bytes = 10});
  EXPECT_TRUE(outbox->push(chunk("12345")));
  EXPECT_TRUE(outbox->push(chunk("12345")));
  EXPECT_FALSE(outbox->push(chunk("1")));
}

TEST(Outbox, MayBePushedAfterItsReaderIsGone) {
  const auto outbox = Outbox::make({});
  {
    asio::io_context context;
    asio::co_spawn(
        context, [outbox]() -> asio::awaitable<void> { co_await outbox->next(); }, asio::detached);
    context.poll();
  }
  EXPECT_TRUE(outbox->push(chunk("x")));
}

}  // namespace winnow::server::outbox_test
