/// A sweep and its directory: what is recorded of it, what older Winnows recorded, what a death leaves, and its end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <filesystem>
#include <mutex>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>

#include <winnow/engine/hosted.hpp>
#include <winnow/engine/run.hpp>
#include <winnow/session/asktell.hpp>
#include <winnow/session/recovered.hpp>
#include <winnow/session/replay.hpp>
#include <winnow/session/session.hpp>
#include <winnow/spec/record.hpp>
#include <winnow/spec/sweep_file.hpp>
#include <winnow/sweep/best.hpp>
#include <winnow/trainers/function.hpp>

#include "../temp_dir.hpp"

namespace winnow::session_test {
namespace {

namespace fs = std::filesystem;
using test::TempDir;
using testing::HasSubstr;

SweepSpec asha_spec() {
  SweepSpec spec;
  spec.name = "session";
  spec.seed = 3;
  spec.metrics = {{.name = "loss", .goal = Goal::minimize, .target = {}}};
  spec.run_cap = 6;
  spec.scheduler = {.type = "asha", .resource = "step", .metric = {}, .options = {{"max_t", 9}}};
  spec.space = *Space::make({{.path = {"x"}, .domain = Float{}}});
  return spec;
}

Session made(const fs::path& root) {
  auto session = create_session(*sweep_file_of(asha_spec()), root, 1);
  EXPECT_TRUE(session) << (session ? "" : session.error().message);
  return std::move(*session);
}

std::shared_ptr<TrainableFactory> nine_steps() {
  return function_trainer([](FunctionContext& context) {
    for (int step = 1; step <= 9; ++step) context.report({{"loss", 1.0 / step}});
  });
}

void expect_replays(const fs::path& root) {
  const auto replayed = replay(root);
  ASSERT_TRUE(replayed) << replayed.error().message;
  EXPECT_FALSE(replayed->difference) << replayed->difference->what << ": " << replayed->difference->recorded << " / "
                                     << replayed->difference->replayed;
  EXPECT_GE(replayed->decisions, 9);
}

Event first_event(const fs::path& root) {
  Event first;
  const auto ledger = Ledger::open_read_only(root / "ledger.db");
  EXPECT_TRUE(ledger->read(
      0, [&](const Event& event) { first = event; }, 1));
  return first;
}

// --- ledgers of older Winnows

void put_ledger(const char* name, const fs::path& root) {
  fs::create_directories(root / "checkpoints");
  fs::create_directories(root / "logs");
  fs::copy_file(std::string(WINNOW_SOURCE_DIR) + "/tests/data/ledgers/" + name, root / "ledger.db");
}

TEST(OldLedger, OfSchema2OpensReplaysAndGoesOn) {
  const TempDir folder;
  put_ledger("schema-2-curves.db", folder.path());
  const auto before = recover(folder.path());
  ASSERT_TRUE(before) << before.error().message;
  EXPECT_EQ(before->sweep.counts().reports, 47);
  EXPECT_EQ(before->sweep.spec().run_cap, 12);
  EXPECT_EQ(before->sweep.scheduler().options()["reduction_factor"], 4);
  expect_replays(folder.path());

  auto session = open_session(folder.path(), {.file = true, .set = {{"run_cap", 14}}});
  ASSERT_TRUE(session) << session.error().message;
  const auto outcome = run(std::move(*session), nine_steps(), {.slots = 1});
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_FALSE(outcome->error);
  EXPECT_EQ(recover(folder.path())->sweep.trials().size(), 14U);
  expect_replays(folder.path());
}

TEST(OldLedger, OfSchema2KnowsItsDomainsInTheSpellingOfWandb) {
  const TempDir folder;
  put_ledger("schema-2-asked.db", folder.path());
  expect_replays(folder.path());
  auto session = open_session(folder.path());
  ASSERT_TRUE(session) << session.error().message;
  AskTell desk(std::move(*session));
  EXPECT_EQ(desk.handle(R"({"op":"ask"})")["trial"], 0) << "was running";
  const auto suggest = [&](const std::string& name, const std::string& distribution) {
    return desk.handle(R"({"op":"suggest","trial":0,"name":")" + name + R"(","distribution":{"name":")" + distribution +
                       "}}");
  };
  EXPECT_EQ(suggest("layers", R"(IntDistribution","attributes":{"low":1,"high":8,"step":1,"log":true})")["value"], 2);
  EXPECT_EQ(
      suggest("momentum", R"(FloatDistribution","attributes":{"low":0.1,"high":0.9,"step":null,"log":false})")["value"],
      0.5979100436444047);
  const auto refused =
      suggest("layers", R"(IntDistribution","attributes":{"low":1,"high":9,"step":1,"log":true})").dump();
  EXPECT_THAT(refused, HasSubstr("has it from log-uniform integer in [1, 8] already"));
  EXPECT_TRUE(suggest("new", R"(FloatDistribution","attributes":{"low":0.0,"high":1.0,"step":0.25,"log":false})")
                  .contains("value"));
  ASSERT_TRUE(desk.close());
  expect_replays(folder.path());
}

/// Trial 0 had reported 0.1 at a step below the one that it was judged at, which counted for nothing then.
TEST(OldLedger, OfSchema3IsJudgedByTheRulesThatItWasBegunUnder) {
  const TempDir folder;
  put_ledger("schema-3-values.db", folder.path());
  expect_replays(folder.path());
  const auto before = recover(folder.path());
  ASSERT_TRUE(before) << before.error().message;
  EXPECT_EQ(before->sweep.spec().rules, 1);
  EXPECT_EQ(best_trial(before->sweep)->trial, 1);
  auto session = open_session(folder.path(), {.file = true, .set = {{"budget.resource", 20}}});
  ASSERT_TRUE(session) << session.error().message;
  AskTell desk(std::move(*session));
  EXPECT_EQ(desk.handle(R"({"op":"ask"})")["trial"], 2);
  EXPECT_EQ(desk.handle(R"({"op":"report","trial":2,"step":5,"metrics":{"loss":0.31}})")["verdict"], "continue");
  EXPECT_EQ(desk.handle(R"({"op":"report","trial":2,"step":4,"metrics":{"loss":0.2}})")["verdict"], "continue");
  EXPECT_EQ(desk.handle(R"({"op":"best"})")["trial"], 1);
  ASSERT_TRUE(desk.close());
  expect_replays(folder.path());
}

/// Points were products of doubles, and a grid tried values that repeat.
TEST(OldLedger, OfSchema3KeepsThePointsThatItWasBegunWith) {
  for (const char* name : {"schema-3-grid.db", "schema-3-random.db"}) {
    const TempDir folder;
    put_ledger(name, folder.path());
    expect_replays(folder.path());
    auto session = open_session(folder.path());
    ASSERT_TRUE(session) << session.error().message;
    AskTell desk(std::move(*session));
    for (int trial = 30; trial < 36; ++trial) {
      EXPECT_EQ(desk.handle(R"({"op":"ask"})")["trial"], trial);
      const std::string suggest =
          R"({"op":"suggest","trial":)" + std::to_string(trial) +
          R"(,"name":"m","distribution":{"name":"FloatDistribution","attributes":{"low":0,"high":1,"step":0.1}}})";
      EXPECT_TRUE(desk.handle(suggest).contains("value"));
    }
    ASSERT_TRUE(desk.close());
    expect_replays(folder.path());
  }
  const TempDir folder;
  put_ledger("schema-3-grid.db", folder.path());
  EXPECT_EQ(*recover(folder.path())->sweep.trials().at(9).params.find("s"), 3 * 0.1) << "as the old grid had it";
}

// --- what is recorded

TEST(Session, RecordsTheSweepWithNothingLeftToADefault) {
  const TempDir folder;
  { made(folder / "run"); }
  Event first = first_event(folder / "run");
  const auto record = OrderedJson::parse(first.as<event::Begun>()->params.find("spec")->get<std::string>());
  EXPECT_EQ(record["scheduler"]["options"]["reduction_factor"], 4);
  EXPECT_EQ(record["trial"]["retries"]["lost"], 1);
  const auto recovered = recover(folder / "run");
  ASSERT_TRUE(recovered) << recovered.error().message;
  EXPECT_EQ(spec_record(recovered->sweep.spec()), record);
}

TEST(Session, RecoversFromTheRecordAndNotFromTheFile) {
  const TempDir folder;
  { made(folder / "run"); }
  Event first = first_event(folder / "run");
  auto record = OrderedJson::parse(first.as<event::Begun>()->params.find("spec")->get<std::string>());
  record["scheduler"]["options"]["reduction_factor"] = 2;
  first.as<event::Begun>()->params.set("spec", record.dump());
  first.text = "what: {no parser: takes}";
  const auto fresh = fresh_from(first, folder.path());
  ASSERT_TRUE(fresh) << fresh.error().message;
  EXPECT_EQ(fresh->sweep.scheduler().options()["reduction_factor"], 2);
  EXPECT_EQ(fresh->sweep.spec().run_cap, 6);
}

TEST(Session, WhatTheFoldRefusesIsNotWritten) {
  const TempDir folder;
  {
    Session session = made(folder / "run");
    const auto refused = record(session, {session.sweep.started(7, std::nullopt, 0)});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::corrupt);
    EXPECT_EQ(*session.ledger.last_seq(), 2);
  }
  const auto again = open_session(folder / "run");
  ASSERT_TRUE(again) << again.error().message;
}

// --- a process died before its first record

void die_early(const fs::path& root) {
  const auto dir = RunDir::create(root, "sweep.yaml", "parameters: {}");
  ASSERT_TRUE(dir) << dir.error().message;
  ASSERT_TRUE(Ledger::create(dir->ledger(), Durability::full));
}

TEST(Session, ALedgerWithoutARecordIsNoRun) {
  const TempDir folder;
  const fs::path root = folder / "run";
  die_early(root);
  EXPECT_FALSE(holds_run(root));
  for (const Error& error : {recover(root).error(), open_session(root).error(), replay(root).error()}) {
    EXPECT_EQ(error.code, errc::invalid_input);
    EXPECT_THAT(error.message,
                HasSubstr("holds no run: its first record was never written; start it with `winnow run"));
  }
  const auto outcome = run(made(root), nine_steps(), {.slots = 1});
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_TRUE(holds_run(root));
  expect_replays(root);
}

// --- the end

/// A sampler that computes until it is told to stop.
struct Computation {
  std::mutex mutex;
  std::condition_variable changed;
  bool begun = false, may_end = false, over = false;

  void compute() {
    std::unique_lock lock(mutex);
    begun = true;
    changed.notify_all();
    changed.wait(lock, [&] { return may_end; });
  }
  void await(bool& what) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return what; });
  }
  void set(bool& what) {
    const std::lock_guard lock(mutex);
    what = true;
    changed.notify_all();
  }
};

class Computing final : public Sampler {
public:
  explicit Computing(std::shared_ptr<Computation> computation) : computation_(std::move(computation)) {}
  ~Computing() override { computation_->set(computation_->over); }
  Computing(const Computing&) = delete;
  Computing& operator=(const Computing&) = delete;
  std::optional<Assignment> propose(TrialId) override {
    computation_->compute();
    return std::nullopt;
  }
  Value draw(TrialId, std::string_view, const Domain&) override { return {}; }
  [[nodiscard]] bool learns() const override { return true; }

private:
  std::shared_ptr<Computation> computation_;
};

struct Config : caf::actor_system_config {
  Config() { add_message_types<caf::id_block::winnow>(); }
};

/// How a sweep ends that is told so, as an interrupt or by command, while its sampler computes.
SweepEnded end_told_while_computing(const std::function<void(caf::scoped_actor&, const scheduler_actor&)>& tell) {
  const TempDir folder;
  const auto computation = std::make_shared<Computation>();
  SweepEnded ended;
  {
    Config config;
    caf::actor_system system(config);
    caf::scoped_actor self(system);
    Session session = made(folder / "run");
    session.sampler = std::make_unique<Computing>(computation);
    auto hosted = HostedSweep::start(system, std::move(session), nine_steps(),
                                     {.slots = 1, .listener = caf::actor_cast<caf::actor>(self)});
    EXPECT_TRUE(hosted) << hosted.error().message;
    computation->await(computation->begun);
    tell(self, hosted->scheduler());
    self->receive([&](const SweepEnded& end) { ended = end; });
    EXPECT_TRUE(hosted->finish());
    EXPECT_EQ(hosted->abandoned(), 1);
  }
  computation->set(computation->may_end);
  computation->await(computation->over);
  return ended;
}

TEST(HostedSweep, AnInterruptDoesntWaitForItsSampler) {
  const auto ended =
      end_told_while_computing([](auto& self, const auto& scheduler) { self->send(scheduler, Interrupt{}); });
  EXPECT_TRUE(ended.interrupted);
}

TEST(HostedSweep, AStopDoesntWaitForItsSampler) {
  const auto ended = end_told_while_computing([](auto& self, const auto& scheduler) {
    self->send(scheduler, winnow::Command{CommandVerb::stop, std::nullopt, ""});
  });
  EXPECT_EQ(ended.why, "stopped by command");
}

TEST(HostedSweep, EndsWhileItsSamplerComputes) {
  const TempDir folder;
  const auto computation = std::make_shared<Computation>();
  {
    Config config;
    caf::actor_system system(config);
    Session session = made(folder / "run");
    session.sampler = std::make_unique<Computing>(computation);
    auto hosted = HostedSweep::start(system, std::move(session), nine_steps(), {.slots = 1});
    ASSERT_TRUE(hosted) << hosted.error().message;
    computation->await(computation->begun);
    EXPECT_TRUE(hosted->finish());
    EXPECT_EQ(hosted->abandoned(), 1);
  }  // and neither does the actor system wait
  computation->set(computation->may_end);
  computation->await(computation->over);
}

}  // namespace
}  // namespace winnow::session_test
