/// Sweeps whose trials their clients train: what is kept when whoever answers ends, silent clients, several at a time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <future>
#include <thread>

#include <winnow/engine/manager.hpp>
#include <winnow/session/asktell.hpp>
#include <winnow/session/recovered.hpp>
#include <winnow/session/replay.hpp>

#include "../temp_dir.hpp"

namespace winnow::asked_test {
namespace {

namespace fs = std::filesystem;
using test::TempDir;

class Asked : public ::testing::Test {
protected:
  [[nodiscard]] SweepFile file(const std::string& more = "") const {
    const fs::path path = dir / "asked.yaml";
    std::ofstream(path) << "name: asked\nmethod: random\nseed: 7\nmetric: {name: loss, goal: minimize}\n"
                           "parameters: {rate: {min: 0.0, max: 1.0}}\n"
                        << more;
    auto read = read_sweep_file(path);
    EXPECT_TRUE(read.has_value()) << read.error().message;
    return *read;
  }
  [[nodiscard]] Manager start(std::uint64_t min_free = 0) const {
    return Manager::start({.directory = dir / "state",
                           .slots = 1,
                           .devices = std::vector<Device>(),
                           .min_free = min_free,
                           .spawner = Spawner::start_among_threads().value()})
        .value();
  }
  static Result<OrderedJson> ask(Manager& manager, const std::string& id, const Value& request) {
    std::promise<Result<OrderedJson>> promise;
    manager.ask(id, {request}, [&](std::vector<Result<OrderedJson>> answers) { promise.set_value(answers.front()); });
    return promise.get_future().get();
  }
  static OrderedJson ok(Manager& manager, const std::string& id, const Value& request) {
    auto answer = ask(manager, id, request);
    EXPECT_TRUE(answer.has_value()) << request << ": " << answer.error().message;
    return answer.value_or(OrderedJson());
  }
  [[nodiscard]] fs::path root(const std::string& id) const { return dir / "state/sweeps" / id; }

  TempDir dir;
};

TEST_F(Asked, AfterARestartTrialsAreStillTheirClients) {
  std::string id;
  OrderedJson handed;
  {
    Manager manager = start();
    id = manager.create(file("run_cap: 3\n"))->id;
    handed = ok(manager, id, {{"op", "ask"}, {"key", "a"}});
    ok(manager, id, {{"op", "ask"}, {"key", "b"}});
    ok(manager, id, {{"op", "report"}, {"trial", 0}, {"attempt", 1}, {"step", 1}, {"metrics", {{"loss", 0.5}}}});
  }
  Manager manager = start();
  handed["last_step"] = 1;
  EXPECT_EQ(ok(manager, id, {{"op", "ask"}, {"key", "a"}}), handed);
  ok(manager, id, {{"op", "report"}, {"trial", 0}, {"attempt", 1}, {"step", 1}, {"metrics", {{"loss", 0.5}}}});
  ok(manager, id, {{"op", "report"}, {"trial", 0}, {"attempt", 1}, {"step", 2}, {"metrics", {{"loss", 0.4}}}});
  ok(manager, id, {{"op", "tell"}, {"trial", 0}, {"attempt", 1}, {"state", "complete"}});
  ok(manager, id, {{"op", "tell"}, {"trial", 1}, {"attempt", 1}, {"state", "failed"}});
  EXPECT_EQ(ok(manager, id, {{"op", "ask"}, {"key", "b"}})["trial"], 2) << "the other one is over";
  ok(manager, id, {{"op", "tell"}, {"trial", 2}, {"state", "complete"}});
  manager.wait();
  const auto info = manager.find(id);
  EXPECT_EQ(info->state, SweepState::finished);
  EXPECT_EQ(info->counts.reports, 2) << "the one that was sent again is recorded once";
  const auto replayed = replay(root(id));
  ASSERT_TRUE(replayed.has_value()) << replayed.error().message;
  EXPECT_FALSE(replayed->difference.has_value());
}

TEST_F(Asked, ThatNobodyReportsTheMetricIsNoticedUntilSomebodyDoes) {
  Manager manager = start();
  const std::string id = manager.create(file())->id;
  const auto train = [&](const std::string& metric) {
    const auto trial = ok(manager, id, {{"op", "ask"}})["trial"].get<TrialId>();
    return ok(manager, id, {{"op", "tell"}, {"trial", trial}, {"state", "complete"}, {"metrics", {{metric, 1}}}});
  };
  EXPECT_EQ(train("los"), (OrderedJson{{"ok", true}, {"absent", {"loss"}}}));
  while (manager.find(id)->notice.empty()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_THAT(manager.find(id)->notice, ::testing::HasSubstr("trial 0 has not reported loss, which is judged"));
  EXPECT_EQ(train("loss"), (OrderedJson{{"ok", true}}));
  EXPECT_EQ(manager.find(id)->notice, "");
}

TEST_F(Asked, ASweepThatNobodyAsksIsFoundAtRestAndOpenedByTheNextRequest) {
  std::string id;
  {
    Manager manager = start();
    id = manager.create(file())->id;
    ok(manager, id, {{"op", "ask"}});
    ok(manager, id, {{"op", "tell"}, {"trial", 0}, {"state", "complete"}, {"metrics", {{"loss", 1}}}});
  }
  const auto seq = recover(root(id))->sweep.last_seq();
  Manager manager = start();
  EXPECT_EQ(manager.find(id)->state, SweepState::running);
  EXPECT_EQ(recover(root(id))->sweep.last_seq(), seq) << "it was left as it is";
  EXPECT_EQ(ok(manager, id, {{"op", "ask"}})["trial"], 1);
  EXPECT_EQ(recover(root(id))->sweep.last_seq(), seq + 2) << "the same session: suggested, started";
}

TEST_F(Asked, NoMoreTrialsRunAtATimeThanItsPartAllows) {
  Manager manager = start();
  const std::string id = manager.create(file(), {.slots = 2})->id;
  ok(manager, id, {{"op", "ask"}});
  ok(manager, id, {{"op", "ask"}});
  EXPECT_EQ(ok(manager, id, {{"op", "ask"}}), (OrderedJson{{"wait", true}}));
  ASSERT_TRUE(manager.share(id, {.slots = 3}).has_value());
  EXPECT_EQ(ok(manager, id, {{"op", "ask"}})["trial"], 2);
}

TEST_F(Asked, NothingStartsWhileTheDiskIsLow) {
  Manager manager = start(std::uint64_t{1} << 62);
  while (manager.ready().empty()) continue;
  EXPECT_THAT(manager.ready().front(), ::testing::HasSubstr("MiB free"));
  const std::string id = manager.create(file())->id;
  EXPECT_EQ(ok(manager, id, {{"op", "ask"}}), (OrderedJson{{"wait", true}}));
}

TEST_F(Asked, AFailedTrialOfAFinishedSweepIsRetried) {
  Manager manager = start();
  const std::string id = manager.create(file("run_cap: 1\n"))->id;
  ok(manager, id, {{"op", "ask"}});
  ok(manager, id, {{"op", "tell"}, {"trial", 0}, {"state", "failed"}});
  manager.wait();
  EXPECT_EQ(manager.find(id)->state, SweepState::finished);
  ASSERT_TRUE(manager.command(id, CommandVerb::retry).has_value());
  const auto again = ok(manager, id, {{"op", "ask"}});
  EXPECT_EQ(again["trial"], 0);
  EXPECT_EQ(again["attempt"], 2);
}

/// The core without a manager: time passes as the test says by the sweep's own limits.
TEST_F(Asked, ATrialOfWhichNothingIsHeardIsLostAndHandedOutAgain) {
  auto session = create_session(file("trial: {report_timeout: 0.001, retries: {lost: 1}}\n"), dir / "run", 1);
  ASSERT_TRUE(session.has_value()) << session.error().message;
  AskTell desk = AskTell::of_many(std::move(*session)).value();
  ASSERT_TRUE(desk.answer({{"op", "ask"}, {"key", "a"}}).has_value());
  const double heard = steady_clock();
  while (steady_clock() - heard < 0.002) continue;
  ASSERT_TRUE(desk.tick().has_value());
  EXPECT_EQ(desk.session().sweep.find(0)->state, TrialState::queued);
  const auto again = desk.answer({{"op", "ask"}, {"key", "b"}});
  EXPECT_EQ((*again)["trial"], 0);
  EXPECT_EQ((*again)["attempt"], 2);
  const auto late = desk.answer({{"op", "report"}, {"trial", 0}, {"attempt", 1}, {"metrics", {{"loss", 1}}}});
  EXPECT_EQ(late.error().code, errc::stale_attempt);
  EXPECT_TRUE(desk.save().has_value());
}

TEST_F(Asked, WhoHearsStopByAHeartbeatMayLeaveAndOthersTakeItsPlace) {
  AskTell desk = AskTell::of_many(create_session(file(), dir / "run", 1).value()).value();
  desk.allow(1);
  const auto say = [&](const Value& request) {
    const auto answer = desk.answer(request);
    return answer ? Value(*answer) : Value(answer.error().message);
  };
  const Value heartbeat{{"op", "heartbeat"}, {"trial", 0}, {"attempt", 1}};
  EXPECT_EQ(say({{"op", "ask"}})["trial"], 0);
  EXPECT_EQ(say(heartbeat)["verdict"], "continue");
  ASSERT_TRUE(desk.command(CommandVerb::stop, 0, ""));
  EXPECT_EQ(say({{"op", "ask"}}), (Value{{"wait", true}})) << "its client doesn't know yet";
  EXPECT_EQ(say(heartbeat)["verdict"], "stop");
  EXPECT_EQ(desk.session().sweep.find(0)->state, TrialState::stopped);
  EXPECT_EQ(say({{"op", "ask"}})["trial"], 1);
  EXPECT_EQ(say(heartbeat)["verdict"], "stop") << "sent again";
  EXPECT_EQ(say({{"op", "report"}, {"trial", 0}, {"step", 1}, {"metrics", {{"loss", 0.5}}}})["verdict"], "stop");
  EXPECT_EQ(say({{"op", "tell"}, {"trial", 0}, {"state", "complete"}})["ok"], true);
  ASSERT_TRUE(desk.save());
  const auto replayed = replay(dir / "run");
  ASSERT_TRUE(replayed.has_value()) << replayed.error().message;
  EXPECT_FALSE(replayed->difference.has_value());
}

TEST_F(Asked, AWorkerThatIsBegunAnewHearsHowFarItsTrialCame) {
  AskTell desk = AskTell::of_many(create_session(file(), dir / "run", 1).value()).value();
  const Value ask{{"op", "ask"}, {"key", "a"}};
  EXPECT_FALSE(desk.answer(ask)->contains("last_step"));
  ASSERT_TRUE(desk.answer({{"op", "report"}, {"trial", 0}, {"step", 3}, {"metrics", {{"loss", 0.5}}}}));
  EXPECT_EQ((*desk.answer(ask))["last_step"], 3);
}

TEST_F(Asked, AKeyThatOutlivedItsTrialGetsAnother) {
  AskTell desk = AskTell::of_many(create_session(file(), dir / "run", 1).value()).value();
  const Value ask{{"op", "ask"}, {"key", "a"}};
  EXPECT_EQ((*desk.answer(ask))["trial"], 0);
  EXPECT_EQ((*desk.answer(ask))["trial"], 0);
  ASSERT_TRUE(desk.answer({{"op", "tell"}, {"trial", 0}, {"state", "complete"}}).has_value());
  EXPECT_EQ((*desk.answer(ask))["trial"], 1);
}

}  // namespace
}  // namespace winnow::asked_test
