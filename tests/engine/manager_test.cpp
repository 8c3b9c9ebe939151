/// Many sweeps in one house: side by side, at rest, stopped, picked up again, damaged.
#include <winnow/engine/manager.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include <winnow/session/recovered.hpp>
#include <winnow/session/session.hpp>
#include <winnow/storage/run_dir.hpp>

#include "../temp_dir.hpp"

namespace winnow::manager_test {
namespace {

namespace fs = std::filesystem;
using test::TempDir;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

class ManagerTest : public ::testing::Test {
protected:
  [[nodiscard]] Result<Manager> start(int slots = 2) const {
    auto spawner = Spawner::start_among_threads();
    if (!spawner) return fail(spawner.error());
    return Manager::start(
        {.directory = dir / "state", .slots = slots, .devices = std::vector<Device>(), .spawner = std::move(*spawner)});
  }
  /// `delay`: seconds a step takes.
  [[nodiscard]] SweepFile file(const std::string& name, int trials, const std::string& delay = "0",
                               const std::string& more = "") const {
    const fs::path path = dir / (name + ".yaml");
    std::ofstream(path) << "name: " << name << "\nmethod: random\nseed: 7\nrun_cap: " << trials
                        << "\nmetric: {name: loss, goal: minimize}\nparameters: {x1: {min: -5.0, max: 10.0}, x2: {min: "
                           "0.0, max: 15.0}}\n"
                           "trainer: {type: landscape, function: branin, steps: 5, delay: "
                        << delay << "}\n"
                        << more;
    auto read = read_sweep_file(path);
    EXPECT_TRUE(read.has_value()) << read.error().message;
    return *read;
  }
  [[nodiscard]] fs::path root(const std::string& id) const { return dir / "state/sweeps" / id; }

  static std::string created(Manager& manager, const SweepFile& file, const SweepShare& share = {}) {
    const auto info = manager.create(file, share);
    EXPECT_TRUE(info.has_value()) << info.error().message;
    return info ? info->id : "";
  }

  /// Until the sweep says so.
  template <class Predicate>
  static SweepInfo until(Manager& manager, const std::string& id, Predicate holds) {
    for (;;) {
      const auto info = manager.find(id);
      if (!info || holds(*info)) return info.value_or(SweepInfo());
      std::this_thread::sleep_for(10ms);
    }
  }

  TempDir dir;
};

TEST_F(ManagerTest, SweepsRunSideBySideAndTheirDirectoriesAreRuns) {
  auto manager = start();
  ASSERT_TRUE(manager.has_value()) << manager.error().message;
  std::vector<std::string> ids;
  for (const char* name : {"one", "two", "three"}) {
    auto created = manager->create(file(name, 10));
    ASSERT_TRUE(created.has_value()) << created.error().message;
    ids.push_back(created->id);
  }
  manager->wait();
  EXPECT_EQ(manager->list().size(), 3U);
  for (const std::string& id : ids) {
    const auto info = manager->find(id);
    ASSERT_TRUE(info.has_value());
    EXPECT_EQ(info->state, SweepState::finished) << info->why;
    EXPECT_EQ(info->counts.completed, 10);
    EXPECT_TRUE(info->best.has_value());
    const auto run = recover(root(id));
    ASSERT_TRUE(run.has_value()) << run.error().message;
    EXPECT_EQ(run->sweep.counts().reports, 50);
    EXPECT_FALSE(DirLock::owner(RunDir{root(id)}).has_value()) << "at rest it is nobody's";
  }
}

TEST_F(ManagerTest, AfterAStopEverySweepGoesOnWhereItStood) {
  std::vector<std::string> ids;
  {
    auto manager = start();
    ASSERT_TRUE(manager.has_value()) << manager.error().message;
    for (const char* name : {"one", "two"}) ids.push_back(created(*manager, file(name, 30, "0.002")));
    for (const std::string& id : ids) {
      until(*manager, id, [](const SweepInfo& info) { return info.counts.completed >= 2; });
    }
    manager->stop();
    for (const std::string& id : ids) EXPECT_EQ(manager->list().size(), 2U) << id;
  }
  auto manager = start();
  ASSERT_TRUE(manager.has_value()) << manager.error().message;
  manager->wait();
  for (const std::string& id : ids) {
    const auto info = manager->find(id);
    EXPECT_EQ(info->state, SweepState::finished) << info->why;
    EXPECT_EQ(info->counts.completed, 30);
    EXPECT_EQ(info->counts.reports, 150) << "none is doubled or missing";
  }
}

TEST_F(ManagerTest, SettingsChangeWhileItIsAtRest) {
  auto manager = start();
  ASSERT_TRUE(manager.has_value()) << manager.error().message;
  const auto id = created(*manager, file("one", 4));
  manager->wait();
  const auto set = [&](const std::string& name, const Value& value) {
    const auto done = manager->set(id, {{name, value}});
    return done ? "" : done.error().message;
  };
  EXPECT_THAT(set("seed", 3), HasSubstr("seed"));
  EXPECT_THAT(set("run_cap", "many"), HasSubstr("run_cap"));
  EXPECT_EQ(manager->find(id)->run_cap, 4);
  EXPECT_EQ(set("run_cap", 6), "") << "it had finished, and goes on";
  manager->wait();
  EXPECT_EQ(manager->find(id)->counts.completed, 6);
  EXPECT_EQ(manager->find(id)->run_cap, 6);
  EXPECT_EQ(set("run_cap", 6), "");
  EXPECT_EQ(manager->find(id)->state, SweepState::finished) << "nothing is to be done";
  EXPECT_EQ(manager->set("none", {{"run_cap", 3}}).error().code, errc::unknown_sweep);
}

TEST_F(ManagerTest, SettingsOfASweepThatRunsStayAndAPausedOneStaysPaused) {
  auto manager = start();
  ASSERT_TRUE(manager.has_value()) << manager.error().message;
  const auto id = created(*manager, file("one", 400, "0.002"));
  until(*manager, id, [](const SweepInfo& info) { return info.counts.completed > 0; });
  EXPECT_EQ(manager->set(id, {{"run_cap", 20}}).error().code, errc::illegal_state);
  ASSERT_TRUE(manager->command(id, CommandVerb::pause).has_value());
  manager->wait();
  const auto ended = manager->find(id)->counts.completed;
  const auto done = manager->set(id, {{"run_cap", ended + 2}});
  ASSERT_TRUE(done.has_value()) << done.error().message;
  EXPECT_EQ(manager->find(id)->state, SweepState::paused);
  ASSERT_TRUE(manager->command(id, CommandVerb::resume).has_value());
  manager->wait();
  EXPECT_EQ(manager->find(id)->counts.completed, ended + 2);
}

TEST_F(ManagerTest, APausedSweepIsAtRestAndGoesOnWhenItIsTold) {
  auto manager = start();
  ASSERT_TRUE(manager.has_value()) << manager.error().message;
  const auto id = created(*manager, file("one", 40, "0.002"));
  until(*manager, id, [](const SweepInfo& info) { return info.counts.completed > 0; });
  ASSERT_TRUE(manager->command(id, CommandVerb::pause).has_value());
  manager->wait();
  auto info = manager->find(id);
  EXPECT_EQ(info->state, SweepState::paused);
  EXPECT_EQ(info->counts.running, 0);
  EXPECT_FALSE(DirLock::owner(RunDir{root(id)}).has_value());
  const auto again = manager->command(id, CommandVerb::pause);
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().code, errc::illegal_state) << again.error().message;
  ASSERT_TRUE(manager->command(id, CommandVerb::resume).has_value());
  manager->wait();
  info = manager->find(id);
  EXPECT_EQ(info->state, SweepState::finished);
  EXPECT_EQ(info->counts.completed, 40);
}

TEST_F(ManagerTest, APauseOutlivesTheProcessAndCommandsToTrials) {
  std::string id;
  {
    auto manager = start();
    ASSERT_TRUE(manager.has_value()) << manager.error().message;
    id = created(*manager, file("one", 40, "0.002"));
    until(*manager, id, [](const SweepInfo& info) { return info.counts.completed > 0; });
    ASSERT_TRUE(manager->command(id, CommandVerb::pause, std::nullopt, "lunch").has_value());
    manager->wait();
  }
  fs::remove(root(id) / "summary.json");  // as after a crash: only the ledger knows
  auto manager = start();
  ASSERT_TRUE(manager.has_value()) << manager.error().message;
  manager->wait();
  EXPECT_EQ(manager->find(id)->state, SweepState::paused);
  EXPECT_EQ(manager->find(id)->why, "lunch");
  const auto run = recover(root(id));
  ASSERT_TRUE(run.has_value()) << run.error().message;
  const auto ended = manager->command(id, CommandVerb::pause, 0);
  ASSERT_FALSE(ended.has_value()) << "trial 0 has ended";
  EXPECT_EQ(manager->find(id)->state, SweepState::paused);
  ASSERT_TRUE(manager->command(id, CommandVerb::stop).has_value());
  manager->wait();
  EXPECT_EQ(manager->find(id)->state, SweepState::finished);
}

TEST_F(ManagerTest, OneThatCannotBeOpenedIsDamagedAndHindersNoOther) {
  std::string broken, whole;
  {
    auto manager = start();
    ASSERT_TRUE(manager.has_value()) << manager.error().message;
    broken = created(*manager, file("broken", 500, "0.002"));
    whole = created(*manager, file("whole", 5));
    manager->stop();
  }
  {
    std::fstream ledger(root(broken) / "ledger.db", std::ios::in | std::ios::out | std::ios::binary);
    ledger.seekp(0);
    ledger << "this is no database at all, whoever looks at it";
  }
  auto manager = start();
  ASSERT_TRUE(manager.has_value()) << manager.error().message;
  manager->wait();
  EXPECT_EQ(manager->find(broken)->state, SweepState::damaged);
  EXPECT_FALSE(manager->find(broken)->why.empty());
  EXPECT_EQ(manager->find(whole)->state, SweepState::finished);
}

TEST_F(ManagerTest, WhatAnotherProcessDidMeanwhileIsTakenFromTheLedgerAlsoIfTheClockWasSetBack) {
  std::string id;
  {
    auto manager = start();
    ASSERT_TRUE(manager.has_value()) << manager.error().message;
    id = created(*manager, file("one", 40, "0.002"));
    until(*manager, id, [](const SweepInfo& info) { return info.counts.completed > 0; });
    ASSERT_TRUE(manager->command(id, CommandVerb::pause).has_value());
    manager->wait();
    manager->stop();
  }
  fs::last_write_time(root(id) / "summary.json", fs::file_time_type::clock::now() + std::chrono::hours(24));
  { const auto elsewhere = open_session(root(id)); }  // `winnow resume`, which takes the pause back, and is interrupted
  auto manager = start();
  ASSERT_TRUE(manager.has_value()) << manager.error().message;
  manager->wait();
  EXPECT_EQ(manager->find(id)->state, SweepState::finished) << "it went on";
  EXPECT_EQ(manager->find(id)->counts.completed, 40);
}

TEST_F(ManagerTest, ASweepThatAnotherProcessRunsIsTakenUpWhenThatHasEnded) {
  std::string id;
  {
    auto manager = start();
    ASSERT_TRUE(manager.has_value()) << manager.error().message;
    id = created(*manager, file("one", 40, "0.002"));
    until(*manager, id, [](const SweepInfo& info) { return info.counts.completed > 0; });
    manager->stop();
  }
  auto elsewhere = std::optional(open_session(root(id)));  // `winnow resume`
  ASSERT_TRUE(elsewhere->has_value());
  fs::remove(root(id) / "summary.json");  // as of a run that `winnow run` began
  auto manager = start();
  ASSERT_TRUE(manager.has_value()) << manager.error().message;
  const auto taken = until(*manager, id, [](const SweepInfo& info) { return info.state == SweepState::damaged; });
  EXPECT_THAT(taken.why, HasSubstr("is run by"));
  EXPECT_TRUE(manager->ready().empty()) << "nothing is wrong with the house";
  elsewhere.reset();
  const auto done = until(*manager, id, [](const SweepInfo& info) { return info.state == SweepState::finished; });
  EXPECT_EQ(done.counts.completed, 40);
  EXPECT_GT(done.created, 1.6e9) << "by its first event";
}

TEST_F(ManagerTest, WhySaysWhatWentWrongWhereASweepHasNothingToShow) {
  auto manager = start();
  ASSERT_TRUE(manager.has_value()) << manager.error().message;
  const fs::path path = dir / "fails.yaml";
  std::ofstream(path) << "metric: {name: loss, goal: minimize}\nparameters: {x: {min: 0.0, max: 1.0}}\nrun_cap: 2\n"
                         "command: [sh, -c, 'exit 3']\n";
  const auto id = created(*manager, *read_sweep_file(path));
  manager->wait();
  EXPECT_EQ(manager->find(id)->state, SweepState::finished);
  EXPECT_TRUE(manager->find(id)->fell_short);
  EXPECT_THAT(manager->find(id)->why, HasSubstr("; trial 1: exited with 3"));
}

TEST_F(ManagerTest, ARestIsKnownWithoutItsLedger) {
  std::string id;
  {
    auto manager = start();
    ASSERT_TRUE(manager.has_value()) << manager.error().message;
    id = created(*manager, file("one", 3));
    manager->wait();
  }
  const auto ledger = fs::last_write_time(root(id) / "ledger.db");
  auto manager = start();
  ASSERT_TRUE(manager.has_value()) << manager.error().message;
  EXPECT_TRUE(manager->ready().empty()) << "nothing is to be opened";
  manager->stop();
  EXPECT_EQ(fs::last_write_time(root(id) / "ledger.db"), ledger);
}

TEST_F(ManagerTest, OneWhoseDirectoryIsDeletedIsDamaged) {
  auto manager = start();
  ASSERT_TRUE(manager.has_value()) << manager.error().message;
  const auto id = created(*manager, file("one", 500, "0.01"));
  until(*manager, id, [](const SweepInfo& info) { return info.counts.completed > 0; });
  fs::remove(root(id) / "ledger.db");
  const auto info = until(*manager, id, [](const SweepInfo& one) { return one.state == SweepState::damaged; });
  EXPECT_THAT(info.why, HasSubstr("ledger.db"));
}

TEST_F(ManagerTest, OneThatHasJustFinishedOrPausedCanBeChangedAndDeletedAtOnce) {
  auto manager = start();
  ASSERT_TRUE(manager.has_value()) << manager.error().message;
  const std::string id = created(*manager, file("one", 3));
  until(*manager, id, [](const SweepInfo& info) { return info.state == SweepState::finished; });
  const auto set = manager->set(id, {{"run_cap", 4}});
  EXPECT_TRUE(set.has_value()) << set.error().message;
  until(*manager, id, [](const SweepInfo& info) { return info.state == SweepState::finished; });
  EXPECT_EQ(manager->find(id)->counts.completed, 4);
  const auto removed = manager->remove(id);
  EXPECT_TRUE(removed.has_value()) << removed.error().message;
}

TEST_F(ManagerTest, WhereItsProgramsStartIsKept) {
  auto manager = start();
  ASSERT_TRUE(manager.has_value()) << manager.error().message;
  const auto info = manager->create(file("one", 1), {}, dir / "elsewhere");
  ASSERT_TRUE(info.has_value()) << info.error().message;
  manager->wait();
  EXPECT_EQ(recover(root(info->id))->started_from, dir / "elsewhere");
}

TEST_F(ManagerTest, TheDirectoryIsOneManagersAtATime) {
  auto manager = start();
  ASSERT_TRUE(manager.has_value()) << manager.error().message;
  const auto second = start();
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, errc::busy);
}

TEST_F(ManagerTest, BadInputIsRefusedAndChangesNothing) {
  auto manager = start();
  ASSERT_TRUE(manager.has_value()) << manager.error().message;
  const auto no_room = manager->create(file("gpu", 5, "0", "resources: {gpus: 1}\n"));
  ASSERT_FALSE(no_room.has_value());
  EXPECT_THAT(no_room.error().message, HasSubstr("resources.gpus"));
  const auto weight = manager->create(file("one", 5), {.weight = 0});
  ASSERT_FALSE(weight.has_value());
  EXPECT_THAT(weight.error().message, HasSubstr("weight"));
  std::string many = "name: many\nmetric: {name: loss, goal: minimize}\nparameters:\n";
  for (int i = 0; i < 2001; ++i) many += "  x" + std::to_string(i) + ": {min: 0.0, max: 1.0}\n";
  std::ofstream(dir / "many.yaml") << many;
  EXPECT_THAT(manager->create(*read_sweep_file(dir / "many.yaml")).error().message, HasSubstr("at most 2000"));
  EXPECT_EQ(manager->command("nobody", CommandVerb::pause).error().code, errc::unknown_sweep);
  EXPECT_TRUE(manager->list().empty());
  EXPECT_TRUE(fs::is_empty(dir / "state/sweeps"));
}

TEST_F(ManagerTest, OneThatRunsCannotBeDeletedOneAtRestCan) {
  auto manager = start();
  ASSERT_TRUE(manager.has_value()) << manager.error().message;
  const auto id = created(*manager, file("one", 500, "0.002"));
  EXPECT_EQ(manager->remove(id).error().code, errc::illegal_state);
  ASSERT_TRUE(manager->command(id, CommandVerb::stop_now).has_value());
  manager->wait();
  ASSERT_TRUE(manager->remove(id).has_value());
  EXPECT_FALSE(fs::exists(root(id)));
  EXPECT_FALSE(manager->find(id).has_value());
}

TEST_F(ManagerTest, AListIsPagedById) {
  auto manager = start();
  ASSERT_TRUE(manager.has_value()) << manager.error().message;
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(manager->create(file("same", 1)).has_value());
  const auto all = manager->list();
  ASSERT_EQ(all.size(), 5U);
  const auto page = manager->list(all[1].id, 2);
  ASSERT_EQ(page.size(), 2U);
  EXPECT_EQ(page[0].id, all[2].id);
}

TEST_F(ManagerTest, AWeightIsKeptAndCanBeChanged) {
  std::string id;
  {
    auto manager = start();
    ASSERT_TRUE(manager.has_value()) << manager.error().message;
    id = created(*manager, file("one", 3), {.weight = 2, .priority = 1});
    manager->wait();
    ASSERT_TRUE(manager->share(id, {.weight = 5, .slots = 1}).has_value());
  }
  auto manager = start();
  ASSERT_TRUE(manager.has_value()) << manager.error().message;
  EXPECT_EQ(manager->find(id)->share, (SweepShare{.weight = 5, .priority = 0, .slots = 1}));
}

}  // namespace
}  // namespace winnow::manager_test
