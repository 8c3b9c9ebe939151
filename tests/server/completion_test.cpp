#include <winnow/server/completion.hpp>

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <thread>

namespace winnow::server::completion_test {

namespace asio = boost::asio;
using Number = std::shared_ptr<int>;
using Done = std::function<void(Number)>;

asio::awaitable<void> wait(std::function<void(Done)> start, int& into) {
  const Number number = co_await completion<Number>(start);
  into = *number;
}

TEST(Completion, GoesOnWithWhatAnotherThreadSays) {
  asio::io_context context;
  int got = 0;
  std::thread other;
  const auto start = [&](const Done& done) { other = std::thread([done] { done(std::make_shared<int>(7)); }); };
  asio::co_spawn(context, wait(start, got), asio::detached);
  context.run();
  other.join();
  EXPECT_EQ(got, 7);
}

TEST(Completion, MayComeAtOnce) {
  asio::io_context context;
  int got = 0;
  const auto start = [](const Done& done) { done(std::make_shared<int>(7)); };
  asio::co_spawn(context, wait(start, got), asio::detached);
  context.run();
  EXPECT_EQ(got, 7);
}

TEST(Completion, ThatNeverComesEndsTheCoroutine) {
  asio::io_context context;
  const auto kept = std::make_shared<int>(1);
  const auto waiting = [](std::shared_ptr<int> /*kept*/) -> asio::awaitable<void> {
    const std::function<void(Done)> start = [](const Done&) {};
    co_await completion<Number>(start);
  };
  asio::co_spawn(context, waiting(kept), asio::detached);
  context.run();
  EXPECT_EQ(kept.use_count(), 1);
}

}  // namespace winnow::server::completion_test
