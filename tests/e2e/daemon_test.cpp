/// `winnowd` as a process: it is asked over its owner's socket, killed, stopped, and started again.
#include <gmock/gmock.h>
#include <sys/resource.h>

#include <set>

#include "daemon.hpp"

namespace winnow::daemon_test {
namespace {

namespace fs = std::filesystem;
using namespace winnow::test;
using ::testing::HasSubstr;

class Daemon : public DaemonTest {};

TEST_F(Daemon, KilledAgainAndAgainItEndsEverySweepAndLosesNoReport) {
  constexpr int kSweeps = 4, kTrials = 24;
  auto process = start();
  for (int i = 0; i < kSweeps; ++i) {
    EXPECT_THAT(ask(socket(), "POST", "/api/v1/sweeps", curve_sweep(kTrials, 0.01)), HasSubstr("201 Created"));
  }
  for (int kills = 1; kills <= 5; ++kills) {
    ASSERT_TRUE(wait_until(*process, [&] { return ended_trials() >= kills * 6; }));
    process->kill(SIGKILL);
    EXPECT_EQ(process->wait().signal, SIGKILL);
    process = start();
  }
  ASSERT_TRUE(wait_until(*process, [&] { return all_finished(); }));
  ASSERT_EQ(sweeps().size(), static_cast<std::size_t>(kSweeps));
  for (const Value& sweep : sweeps()) {
    const fs::path run = state() / "sweeps" / sweep["id"].get<std::string>();
    EXPECT_EQ(sweep["trials"]["completed"].get<int>() + sweep["trials"]["stopped"].get<int>(), kTrials);
    std::set<std::pair<TrialId, Step>> seen;
    for (const Event& event : events_of(run)) {
      const auto* reported = event.as<event::Reported>();
      if (reported == nullptr) continue;
      EXPECT_TRUE(seen.emplace(event.trial, reported->step).second || event.attempt > 1) << "doubled";
    }
    expect_replays(run);
  }
  process->kill(SIGTERM);
  const Finished end = process->wait();
  EXPECT_EQ(end.code, 0) << end.err;
}

TEST_F(Daemon, EndsInOrderAndGoesOnAtTheNextStart) {
  auto process = start();
  EXPECT_THAT(ask(socket(), "POST", "/api/v1/sweeps", curve_sweep(40, 0.02)), HasSubstr("201 Created"));
  ASSERT_TRUE(wait_until(*process, [&] { return ended_trials() >= 2; }));
  process->kill(SIGTERM);
  const Finished end = process->wait();
  EXPECT_EQ(end.code, 0) << end.err;
  EXPECT_THAT(end.err, HasSubstr("SIGTERM: ending"));
  process = start({"--slots", "8"});
  EXPECT_TRUE(wait_until(*process, [&] { return all_finished(); }));
}

TEST_F(Daemon, TheCommandsOfWinnowReachIt) {
  const auto process = start();
  const std::vector<std::string> here{"XDG_STATE_HOME=" + dir.path().string()};
  fs::create_directory_symlink(state(), dir / "winnow");
  const auto file = write(dir / "curve.yaml", curve_sweep(200, 0.02));
  const Finished submitted = winnow({"submit", file.string(), "--weight", "2"}, "", here);
  ASSERT_EQ(submitted.code, 0) << submitted.err;
  const std::string id = lines_of(submitted.out).at(0);
  const Finished list = winnow({"ls"}, "", here);
  EXPECT_THAT(list.out, HasSubstr(id + "  running")) << list.err;
  EXPECT_EQ(winnow({"pause", id}, "", here).code, 0);
  const Finished twice = winnow({"pause", id}, "", here);
  EXPECT_EQ(twice.code, 2);
  EXPECT_THAT(twice.err, HasSubstr("paused already"));
  const std::string run = (state() / "sweeps" / id).string();
  EXPECT_EQ(winnow({"resume", run}).code, 0) << "a directory of a daemon's is the daemon's";
  EXPECT_EQ(winnow({"stop", run, "--now"}).code, 0);
  EXPECT_TRUE(wait_until(*process, [&] { return all_finished(); }));
  EXPECT_THAT(winnow({"ls", "--state", "finished", "--json"}, "", here).out, HasSubstr(id));
}

TEST_F(Daemon, WithoutOneTheCommandsSayWhereTheyLooked) {
  const auto file = write(dir / "curve.yaml", curve_sweep(2));
  const Finished submitted = winnow({"submit", file.string(), "--url", "unix:" + socket().string()});
  EXPECT_EQ(submitted.code, 1);
  EXPECT_THAT(submitted.err, HasSubstr("no daemon answers at " + socket().string()));
  EXPECT_EQ(winnow({"ls", "--url", "ftp://there"}).code, 2);
  const auto wrong = write(dir / "wrong.yaml", "name: [");
  EXPECT_THAT(winnow({"submit", wrong.string()}).err, HasSubstr("wrong.yaml:1:"));
}

TEST_F(Daemon, WhatItKeepsIsNobodyElses) {
  const auto process = start();
  for (const char* file : {".", "sweeps", "tokens.json", "admin-token", "socket"}) {
    EXPECT_EQ(fs::status(state() / file).permissions() & (fs::perms::group_all | fs::perms::others_all),
              fs::perms::none)
        << file;
  }
}

TEST_F(Daemon, ADirectoryThatOthersMayWriteInIsRefused) {
  fs::create_directory(state());
  fs::permissions(state(), fs::perms::all);
  Process process(
      {std::string(WINNOW_BINARY_DIR) + "/bin/winnowd", "--dir", state().string(), "--listen", "127.0.0.1:0"});
  const Finished end = process.wait();
  EXPECT_EQ(end.code, 2);
  EXPECT_THAT(end.err, HasSubstr("others may write there"));
}

TEST_F(Daemon, AStrangersAddressNeedsTls) {
  Process process(
      {std::string(WINNOW_BINARY_DIR) + "/bin/winnowd", "--dir", state().string(), "--listen", "0.0.0.0:0"});
  const Finished end = process.wait();
  EXPECT_EQ(end.code, 2) << end.err;
  EXPECT_THAT(end.err, HasSubstr("needs tls_certificate"));
}

TEST_F(Daemon, ADirectoryIsOneDaemons) {
  const auto first = start();
  Process second(
      {std::string(WINNOW_BINARY_DIR) + "/bin/winnowd", "--dir", state().string(), "--listen", "127.0.0.1:0"});
  const Finished end = second.wait();
  EXPECT_NE(end.code, 0);
  EXPECT_THAT(end.err, HasSubstr("is run by pid"));
}

TEST(ManagerExample, RunsSweepFilesSideBySide) {
  const test::TempDir dir;
  const auto one = write(dir / "one.yaml", curve_sweep(12));
  const auto two = write(dir / "two.yaml", curve_sweep(12));
  const Finished done = Process({std::string(WINNOW_BINARY_DIR) + "/bin/example_manager", (dir / "state").string(),
                                 one.string(), two.string()})
                            .wait();
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_EQ(lines_of(done.out).size(), 2U) << done.out;
  EXPECT_THAT(done.out, HasSubstr("12 trials, best "));
}

TEST(Unit, IsOneThatSystemdTakes) {
  if (Process({"which", "systemd-analyze"}).wait().code != 0) GTEST_SKIP() << "systemd-analyze isn't there";
  const test::TempDir dir;
  const std::string program = std::string(WINNOW_BINARY_DIR) + "/bin/winnowd";
  std::ifstream file(std::string(WINNOW_SOURCE_DIR) + "/cli/daemon/winnowd.service");
  std::string text(std::istreambuf_iterator<char>(file), {});
  text.replace(text.find("ExecStart=winnowd"), 17, "ExecStart=" + program);
  const auto unit = write(dir / "winnowd.service", text);
  const Finished verified = Process({"systemd-analyze", "verify", "--man=no", unit.string()}).wait();
  EXPECT_EQ(verified.code, 0) << verified.err;
  EXPECT_EQ(verified.err, "");
}

TEST_F(Daemon, WhenItsFilesMayNotGrowItSaysSoAndGoesOnWhenTheyMay) {
  const auto process = start({"--slots", "4"});
  ASSERT_THAT(ask(socket(), "POST", "/api/v1/sweeps", curve_sweep(60, 0.002)), HasSubstr("201 Created"));
  ASSERT_TRUE(wait_until(*process, [&] { return ended_trials() >= 2; }));
  rlimit before{}, none{};
  ASSERT_EQ(::prlimit(process->pid(), RLIMIT_FSIZE, nullptr, &before), 0);
  none = {.rlim_cur = 4096, .rlim_max = before.rlim_max};
  ASSERT_EQ(::prlimit(process->pid(), RLIMIT_FSIZE, &none, nullptr), 0);
  ASSERT_TRUE(wait_until(*process, [&] { return ask(socket(), "GET", "/readyz").starts_with("HTTP/1.1 503"); }));
  EXPECT_THAT(ask(socket(), "GET", "/readyz"), HasSubstr("not ready"));
  ASSERT_EQ(::prlimit(process->pid(), RLIMIT_FSIZE, &before, nullptr), 0);
  ASSERT_TRUE(wait_until(*process, [&] { return all_finished(); }));
  const Value sweep = sweeps().front();
  EXPECT_EQ(sweep["trials"]["completed"].get<int>() + sweep["trials"]["stopped"].get<int>(), 60);
  expect_replays(state() / "sweeps" / sweep["id"].get<std::string>());
}

TEST_F(Daemon, WithoutDescriptorsASweepIsRefusedAndNothingIsLeftOfIt) {
  const auto process = start();
  const auto open = std::distance(fs::directory_iterator("/proc/" + std::to_string(process->pid()) + "/fd"),
                                  fs::directory_iterator());
  rlimit before{};
  ASSERT_EQ(::prlimit(process->pid(), RLIMIT_NOFILE, nullptr, &before), 0);
  std::string answer;
  for (int more = 2; !answer.starts_with("HTTP/1.1 201"); ++more) {
    EXPECT_TRUE(sweeps().empty()) << answer;
    EXPECT_TRUE(wait_until(*process, [&] { return fs::is_empty(state() / "sweeps"); })) << answer;
    const rlimit few{.rlim_cur = static_cast<rlim_t>(open + more), .rlim_max = before.rlim_max};
    ASSERT_EQ(::prlimit(process->pid(), RLIMIT_NOFILE, &few, nullptr), 0);
    answer = ask(socket(), "POST", "/api/v1/sweeps", curve_sweep(4));
    ASSERT_EQ(::prlimit(process->pid(), RLIMIT_NOFILE, &before, nullptr), 0);
    ASSERT_LT(more, 50) << answer;
  }
  EXPECT_EQ(sweeps().size(), 1U);
}

TEST_F(Daemon, ASweepThatIsSentTwiceWithAKeyIsMadeOnce) {
  const auto process = start();
  const auto file = write(dir / "curve.yaml", curve_sweep(2));
  const std::string request = curve_sweep(2);
  const auto create = [&](const std::string& key) {
    const std::string answer =
        ask(socket(), "POST", "/api/v1/sweeps", request, "application/yaml\r\nIdempotency-Key: " + key);
    EXPECT_THAT(answer, HasSubstr("201 Created"));
    return Value::parse(answer.substr(answer.find("\r\n\r\n") + 4)).at("id").get<std::string>();
  };
  const std::string id = create("one");
  EXPECT_EQ(create("one"), id);
  EXPECT_NE(create("two"), id);
  EXPECT_EQ(sweeps().size(), 2U);
}

}  // namespace
}  // namespace winnow::daemon_test
