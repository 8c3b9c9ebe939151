/// A directory as a service: commands from another terminal, readers of an exclusive ledger, the low-disk pause.
#include <algorithm>

#include "support.hpp"

namespace winnow::control_test {
namespace {

using test::curve_sweep;
using test::events_of;
using test::expect_replays;
using test::Finished;
using test::lines_of;
using test::Process;
using test::TempDir;
using test::winnow_program;
using test::write;

std::string endless_sweep() {
  return curve_sweep(100000, 0.02, "slots: 3\n");
}

/// A sweep that goes on until it is told otherwise.
struct Running {
  explicit Running(const std::string& text = endless_sweep(), std::vector<std::string> args = {},
                   std::vector<std::string> environment = {})
      : file(write(temp / "sweep.yaml", text)), dir(temp / "run") {
    std::vector<std::string> command = {winnow_program(), "run", file.string(), "--dir", dir.string(), "--quiet"};
    command.insert(command.end(), args.begin(), args.end());
    process = std::make_unique<Process>(command, "", std::move(environment));
    until([&] { return std::filesystem::exists(dir / "control"); });
  }

  template <class Condition>
  void until(Condition condition) const {
    EXPECT_TRUE(test::wait_until(*process, condition));
  }
  void until_recorded(std::size_t count, EventKind kind) const {
    until([&] {
      const auto events = events_of(dir);
      return std::count_if(events.begin(), events.end(), [&](const Event& e) { return e.kind() == kind; }) >=
             static_cast<std::ptrdiff_t>(count);
    });
  }
  [[nodiscard]] Finished tell(std::vector<std::string> args) const {
    args.insert(args.begin() + 1, dir.string());
    return test::winnow(std::move(args));
  }

  TempDir temp;
  std::filesystem::path file;
  std::filesystem::path dir;
  std::unique_ptr<Process> process;
};

std::int64_t running_trials(const std::filesystem::path& dir) {
  const Finished shown = test::winnow({"show", dir.string(), "--json"});
  return Value::parse(shown.out)["trials"]["running"].get<std::int64_t>();
}

TEST(Control, APausedSweepComesToRestAndGoesOn) {
  const Running sweep;
  sweep.until_recorded(10, EventKind::reported);
  const Finished paused = sweep.tell({"pause"});
  EXPECT_EQ(paused.code, 0) << paused.err;
  EXPECT_NE(paused.out.find("no further trial starts"), std::string::npos);
  const Finished twice = sweep.tell({"pause"});
  EXPECT_EQ(twice.code, 2);
  EXPECT_NE(twice.err.find("; the sweep is paused already\n"), std::string::npos) << twice.err;
  sweep.until([&] { return running_trials(sweep.dir) == 0; });
  const auto at_rest = events_of(sweep.dir).size();
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_EQ(events_of(sweep.dir).size(), at_rest);
  EXPECT_EQ(sweep.tell({"resume"}).code, 0);
  sweep.until([&] { return events_of(sweep.dir).size() > at_rest + 10; });
  EXPECT_EQ(sweep.tell({"stop"}).code, 0);
  const Finished end = sweep.process->wait();
  EXPECT_EQ(end.code, 0) << end.err;
  EXPECT_NE(end.out.find("stopped by command"), std::string::npos) << end.out;
  EXPECT_FALSE(std::filesystem::exists(sweep.dir / "control"));
  expect_replays(sweep.dir);
}

TEST(Control, StopNowEndsRunningTrialsAndTheSweepCanGoOnLater) {
  const Running sweep;
  sweep.until_recorded(10, EventKind::reported);
  EXPECT_EQ(sweep.tell({"stop", "--now", "--json"}).out, "{\"ok\":true}\n");
  EXPECT_EQ(sweep.process->wait().code, 0);
  const auto events = events_of(sweep.dir);
  EXPECT_EQ(events.back().kind(), EventKind::finished);
  EXPECT_EQ(running_trials(sweep.dir), 0);
  Process again({winnow_program(), "resume", sweep.dir.string(), "--quiet"});
  EXPECT_TRUE(test::wait_until(again, [&] { return events_of(sweep.dir).size() >= events.size() + 10; }));
  again.kill(SIGINT);
  EXPECT_EQ(again.wait().code, 130);
  expect_replays(sweep.dir);
}

TEST(Control, OneTrialIsPausedResumedAndStopped) {
  // Two minutes a trial: none is over before it is told anything. As many as slots: the one that goes on finds a slot.
  const Running sweep(
      "metric: {name: loss, goal: minimize}\nmethod: random\nparameters: {asymptote: {min: 0.0, max: 1.0}, rate: {min: "
      "0.1, max: 2.0}}\ntrainer: {type: landscape, function: learning_curve, steps: 6000, delay: 0.02}\nslots: 3\n"
      "run_cap: 3\ncheckpoints: {last: 0, best: 0}\n");
  sweep.until_recorded(1, EventKind::started);
  EXPECT_EQ(sweep.tell({"pause", "--trial", "0"}).code, 0);
  sweep.until_recorded(1, EventKind::paused);
  const auto events = events_of(sweep.dir);
  const auto event =
      std::find_if(events.begin(), events.end(), [](const Event& e) { return e.kind() == EventKind::paused; });
  EXPECT_EQ(event->trial, 0);
  ASSERT_TRUE(event->as<event::Paused>()->from_step) << "the pause saved a checkpoint although the settings save none";
  EXPECT_EQ(sweep.tell({"resume", "--trial", "0"}).code, 0);
  sweep.until([&] {
    const auto now = events_of(sweep.dir);
    return std::any_of(now.begin(), now.end(), [&](const Event& e) {
      const auto* started = e.as<event::Started>();
      return started != nullptr && e.trial == 0 && e.attempt == 2 &&
             started->from_step == event->as<event::Paused>()->from_step;
    });
  });
  EXPECT_EQ(sweep.tell({"pause", "--trial", "99999"}).code, 2);
  EXPECT_EQ(sweep.tell({"stop", "--trial", "0", "--now"}).code, 2);
  sweep.process->kill(SIGINT);
  EXPECT_EQ(sweep.process->wait().code, 130);
  expect_replays(sweep.dir);
}

TEST(Control, ASecondRunAndCommandsToNobodyAreRefused) {
  const Running sweep;
  const Finished second = test::winnow({"run", sweep.file.string(), "--dir", sweep.dir.string()});
  EXPECT_EQ(second.code, 2);
  const Finished resumed = sweep.tell({"resume"});
  EXPECT_EQ(resumed.code, 2);
  EXPECT_NE(resumed.err.find("; the sweep is not paused\n"), std::string::npos) << resumed.err;
  sweep.process->kill(SIGKILL);
  sweep.process->wait();
  const Finished nobody = sweep.tell({"pause"});
  EXPECT_EQ(nobody.code, 2);
  EXPECT_NE(nobody.err.find("no process runs it"), std::string::npos) << nobody.err;
  EXPECT_EQ(test::winnow({"stop", (sweep.temp / "nowhere").string()}).code, 2);
}

TEST(Control, SettingsOfASweepThatRunsAreRefusedWhateverTheyAre) {
  const Running sweep;
  for (const bool paused : {false, true}) {
    EXPECT_EQ(paused ? sweep.tell({"pause"}).code : 0, 0);
    for (const std::vector<std::string>& settings : std::vector<std::vector<std::string>>{
             {"--set", "run_cap=20"}, {"--set", "run_cap=abc"}, {"--set", "nonsense"}, {"--slots", "7"}}) {
      std::vector<std::string> args = {"resume"};
      args.insert(args.end(), settings.begin(), settings.end());
      const Finished refused = sweep.tell(args);
      EXPECT_EQ(refused.code, 2) << refused.out;
      EXPECT_NE(refused.err.find(settings[0] + " " + settings[1] + " can't change while it runs"), std::string::npos)
          << refused.err;
    }
  }
  const auto events = events_of(sweep.dir);
  EXPECT_TRUE(
      std::none_of(events.begin(), events.end(), [](const Event& e) { return e.kind() == EventKind::changed; }));
  EXPECT_EQ(sweep.tell({"resume"}).code, 0) << "it was still paused";
}

/// One line to the socket and its answer, without Winnow's own client.
Finished say(const std::filesystem::path& dir, const std::string& line) {
  return test::python(
      "import os,socket,sys\n"
      "os.chdir(sys.argv[1]); s=socket.socket(socket.AF_UNIX); s.settimeout(60); s.connect('control')\n"
      "s.sendall(sys.argv[2].encode()+b'\\n'); print(s.makefile().readline(), end='')",
      {dir.string(), line});
}

TEST(Control, ARequestForACopyNowhereHarmsNothing) {
  const Running sweep;
  for (const std::string& file : {std::string(300, 'x'), "/" + std::string(300, 'x'), std::string(), std::string("rel"),
                                  std::string("/proc/none/x"), std::string(":memory:")}) {
    const Finished answer = say(sweep.dir, R"({"op":"copy","file":")" + file + "\"}");
    EXPECT_EQ(answer.out.substr(0, 9), "{\"error\":") << file << answer.out << answer.err;
  }
  EXPECT_TRUE(sweep.process->running());
  EXPECT_EQ(sweep.tell({"stop", "--now"}).code, 0);
  EXPECT_EQ(sweep.process->wait().code, 0);
}

TEST(Control, AskTellTakesNoCommandsAndSaysSo) {
  const TempDir temp;
  const auto dir = (temp / "run").string();
  Process owner({winnow_program(), "asktell", write(temp / "s.yaml", curve_sweep(5)).string(), "--dir", dir},
                "{\"op\":\"ask\"}\n", {}, true);
  ASSERT_TRUE(test::wait_until(owner, [&] { return std::filesystem::exists(temp / "run/metrics.h5"); }));
  const Finished paused = test::winnow({"pause", dir});
  EXPECT_EQ(paused.code, 2);
  EXPECT_NE(paused.err.find("it takes no commands: it is `winnow asktell`"), std::string::npos) << paused.err;
}

TEST(Control, AHangupEndsASweepAsCtrlCDoesUnlessItIsIgnored) {
  const Running sweep;
  sweep.until_recorded(5, EventKind::reported);
  sweep.process->kill(SIGHUP);
  const Finished end = sweep.process->wait();
  EXPECT_EQ(end.code, 130) << end.err;
  EXPECT_EQ(events_of(sweep.dir).back().kind(), EventKind::interrupted);
  Process again({"nohup", winnow_program(), "resume", sweep.dir.string(), "--quiet"});
  ASSERT_TRUE(test::wait_until(again, [&] { return std::filesystem::exists(sweep.dir / "control"); }));
  again.kill(SIGHUP);
  const auto then = events_of(sweep.dir).size();
  EXPECT_TRUE(test::wait_until(again, [&] { return events_of(sweep.dir).size() > then + 20; }));
  again.kill(SIGTERM);
  EXPECT_EQ(again.wait().code, 130);
}

TEST(Control, ALedgerThatDisappearsEndsTheSweep) {
  const Running sweep;
  sweep.until_recorded(5, EventKind::reported);
  std::error_code still_written;  // into
  while (std::filesystem::exists(sweep.dir)) std::filesystem::remove_all(sweep.dir, still_written);
  const Finished end = sweep.process->wait();
  EXPECT_EQ(end.code, 1) << end.out;
  EXPECT_NE(end.err.find("ledger.db: was deleted or replaced while the sweep ran"), std::string::npos) << end.err;
  EXPECT_EQ(lines_of(end.err).size(), 1U) << end.err;
  EXPECT_EQ(end.out.find("resume"), std::string::npos) << end.out;
}

TEST(Control, ASweepWhoseDirectoryIsMovedEndsAndGoesOnThere) {
  const Running sweep;
  sweep.until_recorded(5, EventKind::reported);
  const auto moved = sweep.temp / "moved";
  std::filesystem::rename(sweep.dir, moved);
  const Finished end = sweep.process->wait();
  EXPECT_EQ(end.code, 1) << end.out;
  EXPECT_NE(end.err.find("was moved to " + moved.string() + "/ledger.db"), std::string::npos) << end.err;
  EXPECT_EQ(lines_of(end.err).size(), 1U) << end.err;
  EXPECT_NE(end.out.find("go on with: winnow resume " + moved.string()), std::string::npos) << end.out;
  expect_replays(moved);
}

TEST(Control, AnExclusiveLedgerIsReadThroughTheSocket) {
  const Running sweep(endless_sweep(), {}, {"WINNOW_LEDGER_LOCKING=exclusive"});
  for (int i = 0; i < 500; ++i) {
    const Finished shown = sweep.tell({"show", "--json"});
    ASSERT_EQ(shown.code, 0) << shown.err;
    if (Value::parse(shown.out)["reports"].get<int>() > 10) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_FALSE(std::filesystem::exists(sweep.dir / "ledger.db-shm"));
  EXPECT_EQ(sweep.tell({"best"}).code, 0);
  EXPECT_EQ(sweep.tell({"export", "--csv"}).code, 0);
  EXPECT_EQ(sweep.tell({"replay"}).code, 0);
  EXPECT_EQ(sweep.tell({"stop", "--now"}).code, 0);
  EXPECT_EQ(sweep.process->wait().code, 0);
  expect_replays(sweep.dir);
}

TEST(Control, ADiskThatFillsUpEndsTheSweepBeforeItIsFull) {
  const Running sweep(endless_sweep(), {"--min-free", "1000000TB"});
  const Finished end = sweep.process->wait();
  EXPECT_EQ(end.code, 130);
  EXPECT_NE(end.err.find("ending before it is full"), std::string::npos) << end.err;
  EXPECT_NE(end.out.find("winnow resume"), std::string::npos);
  expect_replays(sweep.dir);
}

TEST(Control, ADiskThatIsLowPausesTheSweep) {
  const TempDir temp;
  const auto free = std::filesystem::space(temp.path()).available;
  const Running sweep(endless_sweep(), {"--min-free", std::to_string(free + free / 4)});
  sweep.until_recorded(1, EventKind::command);
  const auto events = events_of(sweep.dir);
  const auto command =
      std::find_if(events.begin(), events.end(), [](const Event& e) { return e.kind() == EventKind::command; });
  EXPECT_EQ(command->text, "pause");
  EXPECT_NE(command->as<event::Command>()->params.find("why")->get<std::string>().find("low disk"), std::string::npos);
  EXPECT_EQ(sweep.tell({"stop"}).code, 0);
  const Finished end = sweep.process->wait();
  EXPECT_EQ(end.code, 0);
  EXPECT_NE(end.err.find("no further trial starts until there is room"), std::string::npos) << end.err;
}

TEST(Promotion, RunsToItsEndAndReplays) {
  const TempDir temp;
  const auto sweep = curve_sweep(27, 0, "slots: 3\n");
  const auto file = write(temp / "sweep.yaml", [&] {
    std::string text = sweep;
    text.replace(text.find("{type: asha,"), 12, "{type: asha, variant: promotion,");
    return text;
  }());
  const Finished end = test::winnow({"run", file.string(), "--dir", (temp / "run").string()});
  EXPECT_EQ(end.code, 0) << end.err;
  expect_replays(temp / "run");
  const auto shown = Value::parse(test::winnow({"show", (temp / "run").string(), "--json"}).out);
  EXPECT_GT(shown["trials"]["paused"].get<int>(), 10);
  EXPECT_GT(shown["trials"]["completed"].get<int>(), 0);
}

TEST(Promotion, AskTellFollowsTheSameOrder) {
  const TempDir temp;
  const auto file = write(temp / "sweep.yaml",
                          "metric: {name: loss, goal: minimize}\nmethod: random\nseed: 1\nrun_cap: 4\n"
                          "parameters: {x: {min: 0.0, max: 1.0}}\n"
                          "scheduler: {type: asha, variant: promotion, max_t: 9, reduction_factor: 3}\n");
  std::string input;
  for (int trial = 0; trial < 3; ++trial) {
    input += "{\"op\":\"ask\"}\n{\"op\":\"report\",\"trial\":" + std::to_string(trial) +
             ",\"step\":1,\"metrics\":{\"loss\":" + std::to_string(3 - trial) + "}}\n";
  }
  input += "{\"op\":\"ask\"}\n";                                                     // trial 2, promoted
  input += "{\"op\":\"ask\"}\n";                                                     // trial 3, new: the last one
  input += "{\"op\":\"ask\"}\n";                                                     // nothing before a report
  input += "{\"op\":\"report\",\"trial\":2,\"step\":2,\"metrics\":{\"loss\":1}}\n";  // between rungs
  input += "{\"op\":\"report\",\"trial\":2,\"step\":3,\"metrics\":{\"loss\":1}}\n";  // rung 3
  input += "{\"op\":\"report\",\"trial\":2,\"step\":3,\"metrics\":{\"loss\":1}}\n";  // asked again
  input += "{\"op\":\"report\",\"trial\":3,\"step\":1,\"metrics\":{\"loss\":9}}\n";  // rung 1, the worst
  input += "{\"op\":\"ask\"}\n";
  const Finished end = test::winnow({"asktell", file.string(), "--dir", (temp / "run").string()}, input);
  EXPECT_EQ(end.code, 0) << end.err;
  const auto lines = lines_of(end.out);
  ASSERT_EQ(lines.size(), 14U) << end.out;
  for (const std::size_t i : {1U, 3U, 5U}) EXPECT_EQ(lines[i], "{\"verdict\":\"pause\"}");
  const auto promoted = Value::parse(lines[6]);
  EXPECT_EQ(promoted["trial"], 2);
  EXPECT_EQ(promoted["resume_from_step"], 1);
  EXPECT_EQ(promoted.size(), 3U) << lines[6];
  EXPECT_EQ(Value::parse(lines[7])["trial"], 3);
  EXPECT_EQ(lines[8], "{\"wait\":true}");
  EXPECT_EQ(lines[9], "{\"verdict\":\"continue\"}");
  EXPECT_EQ(lines[10], "{\"verdict\":\"pause\"}");
  EXPECT_EQ(lines[11], "{\"verdict\":\"pause\"}") << "a lost answer, asked again";
  EXPECT_EQ(lines[12], "{\"verdict\":\"pause\"}");
  EXPECT_EQ(lines[13], "{\"done\":true}");
  expect_replays(temp / "run");
}

TEST(Examples, ThePlainProgramRunsToItsEndAndGoesOn) {
  const TempDir temp;
  const std::string program = std::string(WINNOW_BINARY_DIR) + "/bin/example_plain";
  const Finished end = Process({program, (temp / "run").string()}).wait();
  EXPECT_EQ(end.code, 0) << end.err;
  EXPECT_NE(end.out.find("best: trial"), std::string::npos) << end.out;
  expect_replays(temp / "run");
  EXPECT_EQ(Process({program, (temp / "run").string()}).wait().code, 0);
  EXPECT_EQ(test::winnow({"best", (temp / "run").string()}).code, 0);
}

TEST(Examples, TheActorsProgramPausesResumesAndStops) {
  const TempDir temp;
  const Finished end =
      Process({std::string(WINNOW_BINARY_DIR) + "/bin/example_actors", (temp / "run").string()}).wait();
  EXPECT_EQ(end.code, 0) << end.out << end.err;
  EXPECT_NE(end.out.find("ended: stopped by command"), std::string::npos) << end.out;
  expect_replays(temp / "run");
}

}  // namespace
}  // namespace winnow::control_test
