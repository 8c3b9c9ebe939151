/// A daemon that is reached over TCP only, as one on another machine: every command takes its sweeps by name.
#include <gmock/gmock.h>

#include "daemon.hpp"

namespace winnow::daemon_elsewhere_test {
namespace {

namespace fs = std::filesystem;
using namespace winnow::test;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// One trial that prints what it is told, and waits for the file `go`.
std::string printing_sweep(const fs::path& go) {
  return "name: printing\nmethod: random\nrun_cap: 1\nmetric: {name: loss, goal: minimize}\n"
         "parameters: {x: {min: 0.0, max: 1.0}}\nprocess: {directory: ., env: {API_KEY: hush-hush}}\n"
         "command: [sh, -c, \"echo $API_KEY one; until [ -e " +
         go.string() + " ]; do sleep 0.02; done; echo two; echo '{\\\"loss\\\": 1}' >&3\"]\n";
}

class Elsewhere : public DaemonTest {
protected:
  Elsewhere() : process(start({"--log-file", (dir / "log").string()})) {
    const std::string owner = "unix:" + socket().string();
    const Finished token = winnow({"token", "create", "laptop", "--role", "admin", "--url", owner});
    const std::string url = "http://" + address_in(dir / "log");
    fs::create_directories(dir / "tmp");
    const Finished added = there({"context", "add", "box", "--url", url, "--token-stdin"}, token.out);
    EXPECT_EQ(added.code, 0) << added.err;
  }
  ~Elsewhere() override { EXPECT_TRUE(fs::is_empty(dir / "tmp")) << "what was fetched is gone"; }

  /// A command of a user whose current context is the daemon, and who has none here.
  [[nodiscard]] Finished there(const std::vector<std::string>& args, const std::string& input = "",
                               std::vector<std::string> more = {}) const {
    for (const char* variable : {"XDG_CONFIG_HOME", "XDG_STATE_HOME"})
      more.push_back(variable + ("=" + folder("home")));
    more.push_back("TMPDIR=" + folder("tmp"));
    return winnow(args, input, more);
  }
  [[nodiscard]] std::string folder(const char* name) const { return (dir / name).string(); }
  [[nodiscard]] std::string submit(const std::string& text) const {
    const Finished submitted = there({"submit", write(dir / "sweep.yaml", text).string()});
    EXPECT_EQ(submitted.code, 0) << submitted.err;
    return submitted.out.substr(0, submitted.out.find('\n'));
  }
  [[nodiscard]] std::string finished(const std::string& text) const {
    const std::string id = submit(text);
    EXPECT_TRUE(wait_until(*process, [&] { return all_finished(); }));
    return id;
  }
  [[nodiscard]] std::string run_of(const std::string& id) const { return (state() / "sweeps" / id).string(); }

  std::unique_ptr<Process> process;
};

TEST_F(Elsewhere, ASweepIsLookedAtAsADirectoryIs) {
  const std::string id = finished(curve_sweep(30));
  const auto same = [&](std::vector<std::string> args) {
    args.insert(args.begin() + 1, id);
    const Finished over = there(args);
    EXPECT_EQ(over.code, 0) << args[0] << over.err;
    args[1] = run_of(id);
    EXPECT_EQ(over.out, winnow(args).out) << args[0];
  };
  same({"export", "--csv"});
  same({"export", "--json", "--reports"});
  same({"importance", "--json", "--target-quantile", "0.2"});
  same({"replay"});
  const Finished best = there({"best", id});
  EXPECT_THAT(best.out, HasSubstr("train it again: winnow train " + id + " --trial ")) << best.err;
  const Value shown = Value::parse(there({"show", id, "--json", "--context", "box"}).out);
  const Value here = Value::parse(winnow({"show", run_of(id), "--json"}).out);
  EXPECT_EQ(shown["list"], here["list"]);
  EXPECT_EQ(shown["sweep"], id);
  EXPECT_EQ(shown["best"]["value"], here["best"]["value"]);
  EXPECT_THAT(there({"best", id, "--context", "box"}).out, HasSubstr("winnow train " + id + " --context box --trial "));
}

TEST_F(Elsewhere, ASweepIsLookedAtWhileItRuns) {
  const std::string id = submit(curve_sweep(200, 0.02));
  ASSERT_TRUE(wait_until(*process, [&] { return ended_trials() >= 2; }));
  const Finished shown = there({"show", id, "--json"});
  ASSERT_EQ(shown.code, 0) << shown.err;
  EXPECT_THAT(Value::parse(shown.out)["run_by"].get<std::string>(), StartsWith("winnowd at 127.0.0.1:"));
  EXPECT_EQ(there({"pause", id}).code, 0);
  EXPECT_THAT(there({"show", id}).out, HasSubstr("paused (`winnow resume " + id + "` goes on)"));
}

TEST_F(Elsewhere, ATrialIsTrainedAgainHere) {
  const std::string id = finished(curve_sweep(6));
  const Finished trained = there({"train", id, "--trial", "2", "--dir", folder("again"), "--quiet"});
  EXPECT_EQ(trained.code, 0) << trained.err;
  EXPECT_THAT(trained.out, HasSubstr("as trial 2 in " + id + " was, bit for bit"));
}

TEST_F(Elsewhere, WhatAProgramIsToldIsNotFetchedButTakenFromHere) {
  write(dir / "go", "");
  const std::string id = finished(printing_sweep(dir / "go"));
  const Finished refused = there({"train", id, "--trial", "0", "--dir", folder("again")});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr(id + ": its daemon doesn't tell what process.env holds; set API_KEY in your own"));
  const Finished trained =
      there({"train", id, "--trial", "0", "--dir", folder("again"), "--quiet"}, "", {"API_KEY=mine"});
  EXPECT_EQ(trained.code, 0) << trained.err;
  EXPECT_THAT(text_of(dir / "again" / "trials" / "0" / "attempt-1.log"), StartsWith("mine one\n"));
}

TEST_F(Elsewhere, ARunDirectoryHereCountsMore) {
  const std::string id = finished(curve_sweep(3));
  fs::create_directory(dir / id);
  const auto in_directory = [&](const std::string& more) {
    const std::string line = "cd " + dir.path().string() + " && exec \"$0\" show " + id + more;
    return Process({"sh", "-c", line, winnow_program()}, "",
                   {"XDG_CONFIG_HOME=" + folder("home"), "TMPDIR=" + folder("tmp")})
        .wait();
  };
  EXPECT_EQ(in_directory("").code, 0) << "a folder of that name is no run";
  write(dir / id / "ledger.db", "");
  EXPECT_THAT(in_directory("").err, HasSubstr("is not a Winnow ledger"));
  EXPECT_EQ(in_directory(" --context box").code, 0) << "unless a daemon is named";
  const Finished absent = there({"show", "none"});
  EXPECT_EQ(absent.code, 2);
  EXPECT_THAT(absent.err, HasSubstr("none: there is no such directory, nor a sweep of that name at 127.0.0.1:"));
}

TEST_F(Elsewhere, LogsComeWholeByTheirEndAndAsTheyCome) {
  const std::string id = submit(printing_sweep(dir / "go"));
  const auto follow = [&](const char* trial, const fs::path& complaints) {
    return Process(
        {"sh", "-c", "exec \"$@\" 2>" + complaints.string(), "sh", winnow_program(), "logs", id, trial, "-f"}, "",
        {"XDG_CONFIG_HOME=" + folder("home"), "XDG_STATE_HOME=" + folder("home")});
  };
  Process followed = follow("0", dir / "0");  // perhaps before there is such a trial
  Process waiting = follow("7", dir / "7");
  const auto says = [&](const char* what) { return text_of(dir / "7").find(what) != std::string::npos; };
  ASSERT_TRUE(wait_until(*process, [&] { return there({"logs", id, "0"}).out == "hush-hush one\n"; }));
  ASSERT_TRUE(wait_until(waiting, [&] { return says("there is no trial 7: waiting for it"); }));
  write(dir / "go", "");
  EXPECT_EQ(waiting.wait().code, 2) << "the sweep has finished without it";
  const Finished all = followed.wait();
  EXPECT_EQ(all.code, 0) << all.err;
  EXPECT_EQ(all.out, "hush-hush one\ntwo\n");
  EXPECT_TRUE(wait_until(*process, [&] { return all_finished(); }));
  for (const std::string& run : {id, run_of(id)}) {
    EXPECT_EQ(there({"logs", run, "0"}).out, "hush-hush one\ntwo\n") << run;
    EXPECT_EQ(there({"logs", run, "0", "--tail", "1"}).out, "two\n") << run;
    EXPECT_EQ(there({"logs", run, "0", "--tail", "9", "-f"}).out, "hush-hush one\ntwo\n") << run;
    EXPECT_EQ(there({"logs", run, "0", "--tail", "0"}).out, "") << run;
    const Finished none = there({"logs", run, "0", "--attempt", "2"});
    EXPECT_EQ(none.code, 2) << run;
    EXPECT_THAT(none.err, HasSubstr("trial 0 has no attempt 2")) << run;
    EXPECT_EQ(there({"logs", run, "7"}).code, 2) << run;
  }
}

TEST_F(Elsewhere, TheEndOfALongLogIsFoundInParts) {
  const std::string id = finished(
      "metric: {name: loss, goal: minimize}\nparameters: {x: {min: 0.0, max: 1.0}}\nrun_cap: 1\n"
      "command: [sh, -c, \"seq 200000; echo '{\\\"loss\\\": 1}' >&3\"]\nprocess: {log_limit: 100MB}\n");
  const auto lines = [&](const std::string& tail) { return lines_of(there({"logs", id, "0", "--tail", tail}).out); };
  ASSERT_EQ(lines("2").size(), 2U);
  EXPECT_EQ(lines("2")[0], "199999");
  ASSERT_EQ(lines("150000").size(), 150000U);
  EXPECT_EQ(lines("150000")[0], "50001");
  EXPECT_EQ(lines("900000").size(), 200000U);
  EXPECT_EQ(lines_of(there({"logs", id, "0"}).out).size(), 200000U);
}

TEST_F(Elsewhere, ASweepIsChangedAndDeleted) {
  const std::string id = submit(curve_sweep(200, 0.02));
  const Finished changed = there({"change", id, "--weight", "2.5", "--priority", "1"});
  EXPECT_EQ(changed.code, 0) << changed.err;
  EXPECT_EQ(changed.out, id + ": weight 2.5, priority 1, slots as the file says\n");
  EXPECT_EQ(there({"change", id, "--slots", "3"}).out, id + ": weight 2.5, priority 1, 3 slots at most\n");
  EXPECT_EQ(there({"change", id}).code, 2);
  const Finished runs = there({"rm", id});
  EXPECT_EQ(runs.code, 2);
  EXPECT_THAT(runs.err, HasSubstr("runs: stop it first; `winnow stop " + id + " --now` does"));
  EXPECT_EQ(there({"stop", id, "--now"}).code, 0);
  EXPECT_TRUE(wait_until(*process, [&] { return all_finished(); }));
  const Finished unknown = there({"rm", id, "none"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_EQ(sweeps().size(), 1U) << "all of them are right, or nothing is deleted";
  EXPECT_TRUE(wait_until(*process, [&] { return there({"rm", id}).code == 0 || sweeps().empty(); }));
  EXPECT_TRUE(sweeps().empty());
  EXPECT_FALSE(fs::exists(run_of(id)));
}

TEST_F(Elsewhere, ASweepAtRestGoesOnWithOtherSettings) {
  const std::string id = finished(curve_sweep(3, 0.02));
  Finished resumed;
  while (resumed.code != 0 && process->running()) {  // it is closed a moment after it has finished
    const Finished wrong = there({"resume", id, "--set", "sead=5"});
    EXPECT_EQ(wrong.code, 2);
    resumed = there({"resume", id, "--set", "run_cap=400"});
  }
  EXPECT_EQ(resumed.out, "run_cap: 400 from now on\n" + id + ": goes on\n");
  const Finished runs = there({"resume", id, "--set", "run_cap=5"});
  EXPECT_EQ(runs.code, 2);
  EXPECT_THAT(runs.err, HasSubstr("settings change while it is paused")) << runs.out;
  EXPECT_EQ(there({"stop", id, "--now"}).code, 0);
  EXPECT_TRUE(wait_until(*process, [&] { return all_finished(); }));
}

TEST_F(Elsewhere, TheBeginningOfANameIsEnoughIfItIsOneSweepsAlone) {
  const std::string one = finished("name: alpha\n" + curve_sweep(2).substr(curve_sweep(2).find('\n') + 1));
  const std::string two = finished("name: alpine\n" + curve_sweep(2).substr(curve_sweep(2).find('\n') + 1));
  for (const std::string& home : {folder("home"), dir.path().string()}) {
    if (home != folder("home")) fs::create_directory_symlink(state(), dir / "winnow");  // this machine's, by its socket
    const auto say = [&](const std::vector<std::string>& args) {
      return winnow(args, "", {"XDG_CONFIG_HOME=" + home, "XDG_STATE_HOME=" + home, "TMPDIR=" + folder("tmp")});
    };
    EXPECT_EQ(say({"best", "alph"}).code, 0);
    EXPECT_EQ(say({"watch", "alpi"}).out.substr(0, two.size()), two);
    EXPECT_THAT(say({"change", "alpi", "--weight", "2"}).out, StartsWith(two));
    for (const char* verb : {"best", "watch", "stop", "resume", "rm"}) {
      const Finished ambiguous = say({verb, "alp"});
      EXPECT_EQ(ambiguous.code, 2) << verb;
      EXPECT_THAT(ambiguous.err, HasSubstr("'alp' may be " + one + ", " + two)) << verb;
    }
    EXPECT_EQ(say({"stop", "beta"}).code, 2);
    EXPECT_THAT(say({"rm", "alpi"}).err, HasSubstr("rm takes whole names; is " + two + " meant?"));
  }
}

TEST_F(Elsewhere, TheListIsCutOnATerminalAndNowhereElse) {
  const std::string name(60, 'n');
  const std::string id = finished("name: " + name + "\n" + curve_sweep(2).substr(curve_sweep(2).find('\n') + 1));
  EXPECT_THAT(there({"ls"}).out, HasSubstr(id + "  finished    0   2/2       0"));
  for (const std::string& line : lines_of(there({"ls"}, "", {"COLUMNS=80"}).out)) {
    EXPECT_LE(line.size(), 80U + 4) << line;  // each … is three bytes
    EXPECT_THAT(line, Not(HasSubstr(name)));
  }
}

}  // namespace
}  // namespace winnow::daemon_elsewhere_test
