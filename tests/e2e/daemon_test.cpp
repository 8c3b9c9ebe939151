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
using ::testing::Not;

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
  const auto file = write(dir / "curve.yaml", curve_sweep(200, 0.2));
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
  const auto best = [&](const std::string& of) {
    return Value::parse(winnow({"best", of, "--json"}, "", here).out).at("value");
  };
  EXPECT_EQ(best(id), best(run));
  EXPECT_EQ(winnow({"show", id, "--json"}, "", here).code, 0);
  EXPECT_EQ(winnow({"resume", id}, "", here).code, 0) << "it was stopped before it was done";
  EXPECT_EQ(winnow({"stop", id, "--now"}, "", here).code, 0);
  EXPECT_TRUE(wait_until(*process, [&] { return all_finished(); }));
}

TEST_F(Daemon, IsReachedByTokenAndByContext) {
  const fs::path log = dir / "log";
  const auto process = start({"--log-file", log.string()});
  const std::string owner = "unix:" + socket().string();
  const Finished created = winnow({"token", "create", "laptop", "--role", "submit", "--expires", "1h", "--url", owner});
  ASSERT_EQ(created.code, 0) << created.err;
  EXPECT_THAT(created.out, ::testing::StartsWith("wnw_")) << "the secret, and nothing else";
  EXPECT_THAT(winnow({"token", "ls", "--url", owner}).out, HasSubstr("laptop  submit"));
  const std::vector<std::string> here{"XDG_CONFIG_HOME=" + dir.path().string()};
  const Finished added =
      winnow({"context", "add", "box", "--url", "http://" + address_in(log), "--token-stdin"}, created.out, here);
  ASSERT_EQ(added.code, 0) << added.err;
  const fs::path file = dir / "winnow" / "client.yaml";
  EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  const Finished contexts = winnow({"context", "ls"}, "", here);
  EXPECT_THAT(contexts.out, HasSubstr("*  box")) << "the first is the current one";
  EXPECT_THAT(contexts.out, Not(HasSubstr("wnw_")));
  const auto sweep = write(dir / "curve.yaml", curve_sweep(200, 0.2));
  const Finished submitted = winnow({"submit", sweep.string()}, "", here);
  ASSERT_EQ(submitted.code, 0) << submitted.err;
  const std::string id = lines_of(submitted.out).at(0);
  EXPECT_THAT(winnow({"ls", "--context", "box"}, "", here).out, HasSubstr(id));
  EXPECT_EQ(winnow({"pause", id, "--context", "box"}, "", here).code, 0);
  EXPECT_EQ(winnow({"resume", id}, "", here).code, 0);
  EXPECT_EQ(winnow({"stop", id, "--now"}, "", here).code, 0);
  const Finished refused = winnow({"token", "ls"}, "", here);
  EXPECT_EQ(refused.code, 2) << "it may submit, and no more";
  EXPECT_THAT(winnow({"ls", "--context", "bx"}, "", here).err, HasSubstr("there is no context 'bx' (there are: box)"));
  EXPECT_EQ(winnow({"token", "revoke", "laptop", "--url", owner}).code, 0);
  const Finished revoked = winnow({"ls"}, "", here);
  EXPECT_EQ(revoked.code, 2);
  EXPECT_THAT(revoked.err, HasSubstr("the one that was sent isn't in force"));
  EXPECT_EQ(winnow({"context", "rm", "box"}, "", here).code, 0);
  EXPECT_THAT(text_of(file), Not(HasSubstr("wnw_")));
  EXPECT_THAT(text_of(log), Not(HasSubstr("wnw_")));
}

TEST_F(Daemon, IsSentWhatASweepNeeds) {
  const fs::path log = dir / "log";
  const auto process = start({"--log-file", log.string()});
  const Finished created =
      winnow({"token", "create", "laptop", "--role", "submit", "--url", "unix:" + socket().string()});
  ASSERT_EQ(created.code, 0) << created.err;
  const std::vector<std::string> here{"WINNOW_URL=http://" + address_in(log),
                                      "WINNOW_TOKEN=" + lines_of(created.out).at(0)};
  fs::create_directories(dir / "laptop" / "data");
  const auto sweep = write(dir / "laptop" / "sweep.yaml",
                           "metric: {name: loss, goal: minimize}\nparameters: {x: {min: 0.0, max: 1.0}}\nrun_cap: 2\n"
                           "command: [./train.sh]\n");
  const auto program =
      write(dir / "laptop" / "train.sh", "#!/bin/sh\nread loss <data/loss && echo \"{\\\"loss\\\": $loss}\" >&3\n");
  fs::permissions(program, fs::perms::owner_all);
  write(dir / "laptop" / "data" / "loss", "0.25\n");
  write(dir / "laptop" / "data" / "large", std::string(5 << 20, 'x'));
  write(dir / "secret", "of another folder");
  const auto submit = [&](std::vector<std::string> with) {
    with.insert(with.begin(), {"submit", sweep.string(), "--with"});
    return winnow(with, "", here);
  };
  EXPECT_THAT(submit({"none"}).err, HasSubstr("--with none: there is no such file in"));
  EXPECT_THAT(submit({"../secret"}).err, HasSubstr("lies outside of"));
  const Finished missing = submit({"data"});
  EXPECT_EQ(missing.code, 2);
  EXPECT_TRUE(fs::is_empty(state() / "uploads")) << "what no sweep took is taken back";
  const Finished submitted = submit({"train.sh", "data"});
  ASSERT_EQ(submitted.code, 0) << submitted.err;
  fs::remove_all(dir / "laptop");
  EXPECT_TRUE(wait_until(*process, [&] { return all_finished(); }));
  EXPECT_EQ(ended_trials(), 2);
  const fs::path run = state() / "sweeps" / lines_of(submitted.out).at(0);
  EXPECT_EQ(fs::file_size(run / "files/data/large"), 5U << 20);
  EXPECT_EQ(Value::parse(winnow({"best", run.string(), "--json"}).out).at("value"), 0.25);
}

TEST_F(Daemon, RunsOnlyWhatItsSettingsAllow) {
  fs::create_directory(dir / "allowed");
  const fs::path log = dir / "log";
  const auto file = write(dir / "winnowd.yaml", "allow: {folders: allowed}\nlog: {file: log}\n");
  const auto process = start({"--config", file.string()});
  const std::string owner = "unix:" + socket().string();
  const auto submit = [&](const fs::path& sweep) { return winnow({"submit", sweep.string(), "--url", owner}); };
  const std::string program =
      "metric: {name: loss, goal: minimize}\nparameters: {x: {min: 0.0, max: 1.0}}\nrun_cap: 1\n"
      "command: [sh, -c, 'exit 3']\nprocess: {directory: ., env: {API_KEY: hush-hush}}\n";
  const Finished elsewhere = submit(write(dir / "curve.yaml", curve_sweep(2)));
  EXPECT_EQ(elsewhere.code, 2);
  EXPECT_THAT(elsewhere.err, HasSubstr("base: " + dir.path().string() + " lies outside of the folders"));
  const auto sweep = write(dir / "allowed" / "sh.yaml", program);
  EXPECT_THAT(submit(sweep).err, HasSubstr("/sh isn't a program that is allowed here"));
  EXPECT_EQ(submit(write(dir / "allowed" / "curve.yaml", curve_sweep(2))).code, 0);
  write(file, "allow: {folders: allowed, programs: /bin/sh}\nlog: {file: log}\n");
  process->kill(SIGHUP);
  EXPECT_TRUE(wait_until(*process, [&] { return text_of(log).find("read once more") != std::string::npos; }));
  EXPECT_EQ(submit(sweep).code, 0);
  EXPECT_TRUE(wait_until(*process, [&] { return sweeps().size() == 2 && ended_trials() >= 2; }));
  EXPECT_THAT(text_of(log), Not(HasSubstr("hush-hush"))) << "what programs are told is nobody else's";
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
  Process process({winnowd_program(), "--config", "/dev/null", "--dir", state().string(), "--listen", "127.0.0.1:0"});
  const Finished end = process.wait();
  EXPECT_EQ(end.code, 2);
  EXPECT_THAT(end.err, HasSubstr("others may write there"));
}

TEST_F(Daemon, AStrangersAddressNeedsTls) {
  Process process({winnowd_program(), "--config", "/dev/null", "--dir", state().string(), "--listen", "0.0.0.0:0"});
  const Finished end = process.wait();
  EXPECT_EQ(end.code, 2) << end.err;
  EXPECT_THAT(end.err, HasSubstr("needs tls.certificate"));
}

TEST_F(Daemon, ItsTrialsFindWinnowsCommands) {
  const auto process = start();
  const std::string text =
      "metric: {name: loss, goal: minimize}\nparameters: {x: {min: 0.0, max: 1.0}}\nrun_cap: 1\n"
      "command: [sh, -c, 'winnow report loss=0.5']\n";
  EXPECT_THAT(ask(socket(), "POST", "/api/v1/sweeps", text), HasSubstr("201 Created"));
  EXPECT_TRUE(wait_until(*process, [&] { return all_finished(); }));
  EXPECT_EQ(ended_trials(), 1);
}

TEST_F(Daemon, WatchingASweepWithNothingToShowEndsWith1) {
  const auto process = start();
  const std::string owner = "unix:" + socket().string();
  const auto file = write(dir / "fails.yaml",
                          "metric: {name: loss, goal: minimize}\nparameters: {x: {min: 0.0, max: 1.0}}\nrun_cap: 2\n"
                          "command: [sh, -c, 'exit 3']\n");
  const Finished submitted = winnow({"submit", file.string(), "--url", owner});
  EXPECT_THAT(submitted.err, HasSubstr("one trial at a time"));
  const Finished watched = winnow({"watch", lines_of(submitted.out).at(0), "--url", owner});
  EXPECT_EQ(watched.code, 1) << watched.out;
  EXPECT_THAT(watched.out, HasSubstr("2 failed"));
}

TEST_F(Daemon, IsWatchedToTheEndOfASweep) {
  const auto process = start();
  const std::string owner = "unix:" + socket().string();
  const auto file = write(dir / "curve.yaml", curve_sweep(8, 0.02));
  const std::string id = lines_of(winnow({"submit", file.string(), "--url", owner}).out).at(0);
  const Finished watched = winnow({"watch", id, "--url", owner, "--json"});
  EXPECT_EQ(watched.code, 0) << watched.err;
  const auto lines = lines_of(watched.out);
  ASSERT_FALSE(lines.empty());
  EXPECT_EQ(Value::parse(lines.back())["state"], "finished");
  EXPECT_THAT(winnow({"watch", id, "--url", owner}).out, HasSubstr(id + ": finished")) << "one line, and it is over";
  EXPECT_EQ(winnow({"watch", "none", "--url", owner}).code, 2);
  const fs::path out = dir / "top";
  Process top({"sh", "-c", "exec \"$@\" >" + out.string(), "sh", winnow_program(), "top", "--url", owner, "--all"});
  EXPECT_TRUE(wait_until(top, [&] { return text_of(out).find(id + ": finished") != std::string::npos; }));
  top.kill(SIGINT);
  EXPECT_EQ(top.wait().code, 0);
}

TEST_F(Daemon, SaysWhetherItIsReady) {
  const std::string owner = "unix:" + socket().string();
  const Finished before = winnow({"ready", "--url", owner});
  EXPECT_EQ(before.code, 1);
  EXPECT_THAT(before.err, HasSubstr("no daemon answers"));
  const auto process = start();
  const Finished after = winnow({"ready", "--url", owner});
  EXPECT_EQ(after.code, 0) << after.err;
  EXPECT_EQ(after.out, socket().string() + ": ready\n");
}

TEST_F(Daemon, ADirectoryIsOneDaemons) {
  const auto first = start();
  Process second({winnowd_program(), "--config", "/dev/null", "--dir", state().string(), "--listen", "127.0.0.1:0"});
  const Finished end = second.wait();
  EXPECT_NE(end.code, 0);
  EXPECT_THAT(end.err, HasSubstr("is run by pid"));
}

TEST_F(Daemon, TakesSettingsOfAFileAndOptionsWin) {
  const auto file = write(dir / "winnowd.yaml", "dir: state\nslots: 3\nlog: {format: json}\nlisten: 127.0.0.1:0\n");
  const Finished checked = Process({winnowd_program(), "check-config", file.string(), "--slots", "5"}).wait();
  EXPECT_EQ(checked.code, 0) << checked.err;
  EXPECT_THAT(checked.out, HasSubstr("# " + file.string() + "\ndir: \"" + state().string() + "\"\nslots: 5\n"));
  EXPECT_THAT(checked.out, HasSubstr("format: json"));
  const Finished none = Process({winnowd_program(), "check-config", file.string(), "--listen", "box"}).wait();
  EXPECT_THAT(none.err, HasSubstr("winnow: listen: 'box' isn't ADDRESS:PORT")) << "it isn't the file's";
  const auto wrong = write(dir / "wrong.yaml", "slots: 3\nlissten: 127.0.0.1:0\n");
  for (const auto& args : {std::vector<std::string>{winnowd_program(), "check-config", wrong.string()},
                           std::vector<std::string>{winnowd_program(), "--config", wrong.string()}}) {
    const Finished refused = Process(args).wait();
    EXPECT_EQ(refused.code, 2);
    EXPECT_THAT(refused.err, HasSubstr("wrong.yaml:2:1: unknown key 'lissten'; did you mean listen?"));
  }
}

TEST_F(Daemon, AtAHangupItReadsItsSettingsAndOpensItsLogAnew) {
  const auto file = write(dir / "winnowd.yaml", "log: {file: log}\n");
  const auto process = start({"--config", file.string()});
  const fs::path log = dir / "log";
  EXPECT_TRUE(wait_until(*process, [&] { return text_of(log).find("info 0 sweeps in") != std::string::npos; }));
  fs::rename(log, dir / "log.1");
  write(file, "slots: 64\nlog: {file: log, format: json}\n");
  process->kill(SIGHUP);
  EXPECT_TRUE(wait_until(*process, [&] { return text_of(log).find("read once more") != std::string::npos; }));
  EXPECT_THAT(text_of(log), HasSubstr("\"message\":\"SIGHUP: slots is otherwise now"));
  write(file, "slots: many\n");
  process->kill(SIGHUP);
  EXPECT_TRUE(wait_until(*process, [&] { return text_of(log).find("winnowd.yaml:1:8: slots") != std::string::npos; }))
      << text_of(log);
  EXPECT_TRUE(process->running());
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

/// What systemd-analyze says of a unit of ours, with winnowd where it was built.
Finished verified(const std::string& unit) {
  const test::TempDir dir;
  std::string text = text_of(std::string(WINNOW_SOURCE_DIR) + "/cli/daemon/" + unit);
  text.replace(text.find("ExecStart=winnowd"), 17, "ExecStart=" + winnowd_program());
  const auto file = write(dir / "winnowd.service", text);
  return Process({"systemd-analyze", "verify", "--man=no", file.string()}).wait();
}

TEST(Unit, IsOneThatSystemdTakes) {
  if (Process({"which", "systemd-analyze"}).wait().code != 0) GTEST_SKIP() << "systemd-analyze isn't there";
  for (const char* unit : {"winnowd.service", "system/winnowd.service"}) {
    const Finished said = verified(unit);
    EXPECT_EQ(said.code, 0) << unit << said.err;
    EXPECT_EQ(said.err, "") << unit;
  }
}

TEST_F(Daemon, WhenItsFilesMayNotGrowItSaysSoAndGoesOnWhenTheyMay) {
  const auto process = start({"--slots", "4"});
  // Long enough to be far from its end when the limit comes, however late that is.
  ASSERT_THAT(ask(socket(), "POST", "/api/v1/sweeps", curve_sweep(60, 0.05)), HasSubstr("201 Created"));
  ASSERT_TRUE(wait_until(*process, [&] { return ended_trials() >= 2; }));
  rlimit before{}, none{};
  ASSERT_EQ(::prlimit(process->pid(), RLIMIT_FSIZE, nullptr, &before), 0);
  none = {.rlim_cur = 4096, .rlim_max = before.rlim_max};
  ASSERT_EQ(::prlimit(process->pid(), RLIMIT_FSIZE, &none, nullptr), 0);
  ASSERT_TRUE(wait_until(*process, [&] { return ask(socket(), "GET", "/readyz").starts_with("HTTP/1.1 503"); }))
      << sweeps();
  EXPECT_THAT(ask(socket(), "GET", "/readyz"), HasSubstr("not ready"));
  ASSERT_EQ(::prlimit(process->pid(), RLIMIT_FSIZE, &before, nullptr), 0);
  ASSERT_TRUE(wait_until(*process, [&] { return all_finished(); }));
  const Value sweep = sweeps().front();
  EXPECT_EQ(sweep["trials"]["completed"].get<int>() + sweep["trials"]["stopped"].get<int>(), 60);
  expect_replays(state() / "sweeps" / sweep["id"].get<std::string>());
}

TEST_F(Daemon, WithoutDescriptorsASweepIsRefusedAndNothingIsLeftOfIt) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the sanitizer's runtime needs descriptors itself, and reports what isn't";
#endif
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
  EXPECT_THAT(ask(socket(), "POST", "/api/v1/sweeps", curve_sweep(3), "application/yaml\r\nIdempotency-Key: one"),
              HasSubstr("409 Conflict"))
      << "that key is another sweep's";
  EXPECT_EQ(sweeps().size(), 2U);
}

}  // namespace
}  // namespace winnow::daemon_test
