/// `winnowd` as a process: it is asked over its owner's socket, killed, stopped, and started again.
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <memory>
#include <set>

#include "support.hpp"

namespace winnow::daemon_test {
namespace {

namespace fs = std::filesystem;
using namespace winnow::test;
using ::testing::HasSubstr;

/// One request, one connection; empty: nobody answers.
std::string ask(const fs::path& socket, const std::string& method, const std::string& path,
                const std::string& body = "") {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  socket.string().copy(address.sun_path, sizeof(address.sun_path) - 1);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::string answer;
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) {
    const std::string request = method + " " + path +
                                " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: "
                                "application/yaml\r\nContent-Length: " +
                                std::to_string(body.size()) + "\r\n\r\n" + body;
    (void)!::write(fd, request.data(), request.size());
    std::array<char, 4096> buffer{};
    for (ssize_t n = 0; (n = ::read(fd, buffer.data(), buffer.size())) > 0;) {
      answer.append(buffer.data(), static_cast<std::size_t>(n));
    }
  }
  ::close(fd);
  return answer;
}

class Daemon : public ::testing::Test {
protected:
  [[nodiscard]] std::unique_ptr<Process> start(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> args = {std::string(WINNOW_BINARY_DIR) + "/bin/winnowd", "--dir", state().string(),
                                     "--listen", "127.0.0.1:0"};
    args.insert(args.end(), more.begin(), more.end());
    auto process = std::make_unique<Process>(args);
    EXPECT_TRUE(wait_until(*process, [&] { return !ask(socket(), "GET", "/healthz").empty(); }));
    return process;
  }
  [[nodiscard]] fs::path state() const { return dir / "state"; }
  [[nodiscard]] fs::path socket() const { return state() / "socket"; }
  [[nodiscard]] Value sweeps() const {
    const std::string answer = ask(socket(), "GET", "/api/v1/sweeps");
    const auto body = answer.find("\r\n\r\n");
    return body == std::string::npos ? Value::array() : Value::parse(answer.substr(body + 4)).at("sweeps");
  }
  [[nodiscard]] std::int64_t ended_trials() const {
    std::int64_t ended = 0;
    for (const Value& sweep : sweeps()) {
      ended += sweep["trials"]["completed"].get<std::int64_t>() + sweep["trials"]["stopped"].get<std::int64_t>();
    }
    return ended;
  }
  [[nodiscard]] bool all_finished() const {
    const Value all = sweeps();
    return !all.empty() &&
           std::all_of(all.begin(), all.end(), [](const Value& sweep) { return sweep["state"] == "finished"; });
  }

  test::TempDir dir;
};

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

}  // namespace
}  // namespace winnow::daemon_test
