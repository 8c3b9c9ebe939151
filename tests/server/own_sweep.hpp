/// A sweep's run for tests of those who follow it.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <memory>
#include <optional>

#include <winnow/server/outbox.hpp>
#include <winnow/session/recovered.hpp>
#include <winnow/session/session.hpp>

#include "../temp_dir.hpp"

namespace winnow::server::test {

/// A sweep without anybody who runs it: a test says what happens.
struct OwnSweep {
  OwnSweep() {
    SweepSpec spec;
    spec.name = "own";
    spec.durability = Durability::relaxed;
    spec.metrics = {{.name = "loss", .goal = Goal::minimize, .target = {}}};
    spec.space = *Space::make({{.path = {"x"}, .domain = Float{}}});
    session = create_session(*sweep_file_of(spec), dir / "run", 1).value();
    const auto& sweep = session->sweep;
    EXPECT_TRUE(record(*session, {sweep.suggested(0, Assignment({{"x", 0.5}}), 0, 1), sweep.started(0, {}, 2)}));
  }
  /// One event more.
  void report() {
    auto judged = session->sweep.on_report({.trial = 0, .step = {}, .metrics = {{"loss", 1}}}, 3);
    EXPECT_TRUE(record(*session, std::move(judged->events)));
  }
  [[nodiscard]] std::int64_t last() const { return session->sweep.last_seq(); }

  winnow::test::TempDir dir;
  std::optional<Session> session;
};

/// All that is in it.
inline Chunks taken(const std::shared_ptr<Outbox>& outbox) {
  boost::asio::io_context context;
  Chunks all;
  const auto take = [&]() -> boost::asio::awaitable<void> { all = co_await outbox->next(); };
  boost::asio::co_spawn(context, take, boost::asio::detached);
  context.run();
  return all;
}

}  // namespace winnow::server::test
