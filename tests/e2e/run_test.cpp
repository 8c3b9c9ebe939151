/// `winnow run`, `resume`, `show`, `best`, `replay` from the outside.
#include "support.hpp"

namespace winnow::run_test {
namespace {

using test::curve_sweep;
using test::events_of;
using test::expect_replays;
using test::Finished;
using test::lines_of;
using test::Process;
using test::python;
using test::TempDir;
using test::winnow_program;
using test::write;

TEST(Run, EndsWithTheBestTrialAndSaysWhatStoppingSaved) {
  const TempDir temp;
  const auto dir = (temp / "run").string();
  const Finished run = test::winnow({"run", write(temp / "s.yaml", curve_sweep(30)).string(), "--dir", dir});
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_NE(run.out.find("% saved"), std::string::npos) << run.out;
  EXPECT_NE(run.out.find("best: trial"), std::string::npos) << run.out;
  expect_replays(dir);
}

TEST(Run, JsonLinesEndWithASummary) {
  const TempDir temp;
  const auto dir = (temp / "run").string();
  const Finished run = test::winnow({"run", write(temp / "s.yaml", curve_sweep(5)).string(), "--dir", dir, "--json"});
  ASSERT_EQ(run.code, 0) << run.err;
  const auto lines = lines_of(run.out);
  for (const std::string& line : lines) EXPECT_TRUE(Value::accept(line)) << line;
  EXPECT_EQ(Value::parse(lines.front())["event"], "started");
  const Value summary = Value::parse(lines.back());
  EXPECT_EQ(summary["event"], "summary");
  EXPECT_EQ(summary["trials"]["created"], 5);
  const Value show = Value::parse(test::winnow({"show", dir, "--json"}).out);
  EXPECT_EQ(show["list"].size(), 5U);
  const Value best = Value::parse(test::winnow({"best", dir, "--json"}).out);
  EXPECT_EQ(best["trial"], summary["best"]["trial"]);
  EXPECT_TRUE(std::filesystem::exists(best["checkpoint"].get<std::string>()));
}

TEST(Run, LeavesItsLedgerAsOneFileThatIsWholeByItself) {
  const TempDir temp;
  const auto dir = (temp / "run").string();
  ASSERT_EQ(test::winnow({"run", write(temp / "s.yaml", curve_sweep(5)).string(), "--dir", dir}).code, 0);
  const auto alone = [&] {
    return !std::filesystem::exists(dir + "/ledger.db-wal") && !std::filesystem::exists(dir + "/ledger.db-shm");
  };
  EXPECT_TRUE(alone());
  const std::string shown = test::winnow({"show", dir, "--json"}).out;
  EXPECT_TRUE(alone()) << "after a reader, too";
  const auto copy = temp / "copy";
  std::filesystem::create_directory(copy);
  for (const char* name : {"ledger.db", "sweep.yaml"}) std::filesystem::copy(dir + "/" + name, copy / name);
  EXPECT_EQ(Value::parse(test::winnow({"show", copy.string(), "--json"}).out)["list"], Value::parse(shown)["list"]);
}

TEST(Run, TheSameFileOnOneSlotGivesTheSameTrialsAndVerdictsTwice) {
  const TempDir temp;
  const auto file = write(temp / "s.yaml", curve_sweep(25)).string();
  std::array<std::vector<Event>, 2> ledgers;
  for (std::size_t i = 0; i < 2; ++i) {
    const auto dir = temp / ("run" + std::to_string(i));
    ASSERT_EQ(test::winnow({"run", file, "--dir", dir.string(), "--slots", "1"}).code, 0);
    ledgers[i] = events_of(dir);
    for (Event& event : ledgers[i]) event.time = 0;
  }
  EXPECT_EQ(ledgers[0], ledgers[1]);
}

TEST(Run, StartsWithThePointsOfTheFileAndDrawsWhatTheyLack) {
  const TempDir temp;
  const auto points = "start_with: [{asymptote: 0.5, rate: 1.25}, {rate: 0.75}]\n";
  const auto file = write(temp / "s.yaml", curve_sweep(4, 0, points)).string();
  const auto dir = (temp / "run").string();
  ASSERT_EQ(test::winnow({"run", file, "--dir", dir}).code, 0);
  const Value list = Value::parse(test::winnow({"show", dir, "--json"}).out)["list"];
  EXPECT_EQ(list[0]["params"], Value::parse(R"({"asymptote": 0.5, "rate": 1.25})"));
  EXPECT_EQ(list[1]["params"]["rate"], 0.75);
  const Value plain = Value::parse(
      lines_of(test::winnow({"sample", write(temp / "plain.yaml", curve_sweep(4)).string(), "-n", "4"}).out)[1]);
  EXPECT_EQ(list[1]["params"]["asymptote"], plain["asymptote"]) << "drawn as without the points";
  EXPECT_EQ(list.size(), 4U) << "the points count towards run_cap";
  expect_replays(dir);
  const auto sampled = lines_of(test::winnow({"sample", file, "-n", "2"}).out);
  EXPECT_EQ(Value::parse(sampled[0]), list[0]["params"]);

  const auto bad = write(temp / "bad.yaml", curve_sweep(4, 0, "start_with: [{rate: 9}]\n")).string();
  const Finished refused = test::winnow({"run", bad, "--dir", (temp / "none").string()});
  EXPECT_EQ(refused.code, 2);
  EXPECT_NE(refused.err.find("start_with[0].rate"), std::string::npos) << refused.err;
  EXPECT_FALSE(std::filesystem::exists(temp / "none"));
}

TEST(Run, CtrlCIsResumableAndSpendsNoRetry) {
  const TempDir temp;
  const auto dir = temp / "run";
  Process process(
      {winnow_program(), "run", write(temp / "s.yaml", curve_sweep(40, 0.02)).string(), "--dir", dir.string()});
  std::this_thread::sleep_for(std::chrono::milliseconds(600));
  process.kill(SIGINT);
  process.kill(SIGINT);  // one that comes twice at once, as from `timeout`, is one
  const Finished interrupted = process.wait();
  ASSERT_EQ(interrupted.code, 130) << interrupted.out << interrupted.err;
  EXPECT_NE(interrupted.out.find("winnow resume " + dir.string()), std::string::npos) << interrupted.out;
  const Finished resumed = test::winnow({"resume", dir.string()});
  ASSERT_EQ(resumed.code, 0) << resumed.err;
  for (const Event& event : events_of(dir)) {
    EXPECT_NE(event.kind(), EventKind::lost);
    EXPECT_NE(event.kind(), EventKind::errored);
  }
  expect_replays(dir);
  EXPECT_EQ(test::winnow({"resume", dir.string()}).code, 0) << "a finished sweep has nothing left to do";
}

TEST(Run, ASecondRunOnALiveDirectoryIsRefusedAndShowWorksMeanwhile) {
  const TempDir temp;
  const auto dir = temp / "run";
  const auto file = write(temp / "s.yaml", curve_sweep(200, 0.05)).string();
  Process process({winnow_program(), "run", file, "--dir", dir.string()});
  ASSERT_TRUE(test::wait_until(process, [&] { return std::filesystem::exists(dir / "metrics.h5"); }));
  const Finished second = test::winnow({"resume", dir.string()});
  EXPECT_EQ(second.code, 2);
  EXPECT_NE(second.err.find("is run by pid"), std::string::npos) << second.err;
  EXPECT_EQ(test::winnow({"run", file, "--dir", dir.string()}).code, 2);
  EXPECT_EQ(test::winnow({"show", dir.string()}).code, 0);
}

TEST(Run, H5pyReadsTheMetricsFileWhileTheSweepRuns) {
  const TempDir temp;
  const auto dir = temp / "run";
  Process process(
      {winnow_program(), "run", write(temp / "s.yaml", curve_sweep(1000, 0.01)).string(), "--dir", dir.string()});
  ASSERT_TRUE(test::wait_until(process, [&] { return std::filesystem::exists(dir / "metrics.h5"); }));
  const Finished h5 = python(R"(
import h5py, sys, time
f = h5py.File(sys.argv[1], 'r', libver='latest', swmr=True)
seen = []
deadline = time.time() + 60
while len(set(seen)) < 3 and time.time() < deadline:
    f['reports'].refresh()
    seen.append(len(f['reports']))
    time.sleep(0.2)
assert seen == sorted(seen), seen
assert len(set(seen)) >= 3, seen
print('grew')
)",
                             {(dir / "metrics.h5").string()});
  EXPECT_EQ(h5.out, "grew\n") << h5.err;
  EXPECT_TRUE(process.running());
}

TEST(Run, AModuleThatIsNotThereIsBadInputAndLeavesNoDirectory) {
  const TempDir temp;
  const auto dir = temp / "run";
  const auto file =
      write(temp / "s.yaml", "parameters: {x: {value: 1}}\nmetric: {name: loss}\ntrainer: {type: nosuch}\n").string();
  const Finished run = test::winnow({"run", file, "--dir", dir.string()});
  EXPECT_EQ(run.code, 2);
  EXPECT_NE(run.err.find("nosuch"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(dir));
}

TEST(Run, ASweepWithoutATrainerSaysWhatToDo) {
  const TempDir temp;
  const auto file = write(temp / "s.yaml", "parameters: {x: {value: 1}}\nmetric: {name: loss}\n").string();
  const Finished run = test::winnow({"run", file, "--dir", (temp / "run").string()});
  EXPECT_EQ(run.code, 2);
  EXPECT_NE(run.err.find("asktell"), std::string::npos) << run.err;
}

TEST(Run, ASweepInWhichEveryTrialFailsExitsOne) {
  const TempDir temp;
  const auto file =
      write(temp / "s.yaml",
            "parameters: {asymptote: {value: 1}, rate: {values: [a, b]}}\nmetric: {name: loss}\nrun_cap: 50\n"
            "trainer: {type: landscape, function: learning_curve}\n")
          .string();
  const Finished run = test::winnow({"run", file, "--dir", (temp / "run").string()});
  EXPECT_EQ(run.code, 1) << run.out << run.err;
  EXPECT_NE(run.out.find("too many trials failed"), std::string::npos) << run.out;
  expect_replays(temp / "run");
}

}  // namespace
}  // namespace winnow::run_test
