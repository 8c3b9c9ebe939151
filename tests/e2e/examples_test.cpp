/// The examples, each run as its users run it, from a copy of its folder.
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <regex>
#include <set>

#include "support.hpp"

namespace winnow::examples_test {
namespace {

namespace fs = std::filesystem;
using test::events_of;
using test::expect_replays;
using test::Finished;
using test::lines_of;
using test::Process;
using test::TempDir;
using test::text_of;
using test::write;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// What stands between the fences of a page's shell blocks, a command each.
std::vector<std::string> commands_of(const fs::path& page) {
  std::vector<std::string> commands;
  bool inside = false;
  for (const std::string& line : lines_of(text_of(page))) {
    if (line.starts_with("```")) {
      inside = line == "```sh";
    } else if (inside && !commands.empty() && commands.back().ends_with('\\')) {
      commands.back().pop_back();
      commands.back() += line;
    } else if (inside && !line.empty()) {
      commands.push_back(line);
    }
  }
  return commands;
}

/// Of a run: what each trial had, and what it came to.
struct Outcome {
  explicit Outcome(const fs::path& dir) {
    list = Value::parse(test::winnow({"show", dir.string(), "--json"}).out)["list"];
    for (const Event& event : events_of(dir)) {
      const auto* reported = event.as<event::Reported>();
      if (reported == nullptr) continue;
      for (const auto& [name, value] : reported->metrics) reports[{event.trial, reported->step, name}] = value;
    }
  }
  [[nodiscard]] std::int64_t count(const std::string& state) const {
    return std::count_if(list.begin(), list.end(), [&](const Value& trial) { return trial["state"] == state; });
  }

  Value list;
  std::map<std::tuple<TrialId, Step, std::string>, double> reports;
};

class ProgramExamples : public testing::Test {
protected:
  ProgramExamples() {
    fs::copy(fs::path(WINNOW_SOURCE_DIR) / "examples" / "programs", folder_, fs::copy_options::recursive);
    fs::copy_file(fs::path(WINNOW_BINARY_DIR) / "bin" / "example_disc", folder_ / "disc");
    // `winnow report` and `winnow asktell` are found as by a user who has installed it.
    const char* path = std::getenv("PATH");
    ::setenv("PATH", (std::string(WINNOW_BINARY_DIR) + "/bin:" + (path != nullptr ? path : "")).c_str(), 1);
  }

  void edit(const std::string& file, const std::string& from, const std::string& to) const {
    std::string text = text_of(folder_ / file);
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos) << file << " has no " << from;
    write(folder_ / file, text.replace(at, from.size(), to));
  }
  /// Runs to its end, with a best trial, and replays; the run directory.
  fs::path run(const std::string& file, std::vector<std::string> more = {}) {
    const fs::path dir = temp_ / ("run-" + std::to_string(runs_++));
    std::vector<std::string> args = {"run", (folder_ / file).string(), "--dir", dir.string(), "--quiet"};
    args.insert(args.end(), more.begin(), more.end());
    const Finished run = test::winnow(args);
    EXPECT_EQ(run.code, 0) << run.out << run.err;
    EXPECT_THAT(run.out, HasSubstr("best: trial"));
    expect_replays(dir);
    return dir;
  }

  TempDir temp_;
  fs::path folder_ = temp_ / "programs";
  int runs_ = 0;
};

// --- one model, four spellings, three languages

struct OneModel : ProgramExamples, testing::WithParamInterface<std::string> {
  /// Six trials.
  fs::path run_with(const std::string& spelling, const std::string& command) {
    const std::vector<std::string> fixed = {"--seed", "7", "--slots", "1"};
    if (spelling == "wandb") {
      edit("wandb.yaml", "[python3, \"${program}\", \"${args}\"]", "\"" + command + "\"");
      const fs::path dir = run("wandb.yaml", fixed);
      edit("wandb.yaml", "\"" + command + "\"", "[python3, \"${program}\", \"${args}\"]");
      return dir;
    }
    std::vector<std::string> options = fixed;
    options.insert(options.end(), {"--command", command, "--method", "random", "--scheduler",
                                   "asha,max_t=27,grace_period=3,reduction_factor=3"});
    if (spelling != "sigopt") options.insert(options.end(), {"--metric", "loss:minimize", "--trials", "6"});
    return run(spelling + ".yaml", options);
  }
};

TEST_P(OneModel, HasTheSameTrialsAsASweepFileInCppInEveryLanguage) {
  edit("wandb.yaml", "run_cap: 12", "run_cap: 6");
  edit("sigopt.yaml", "observation_budget: 12", "observation_budget: 6");
  const Outcome expected(run_with("wandb", "./disc ${args}"));
  ASSERT_EQ(expected.list.size(), 6U);
  EXPECT_GT(expected.count("stopped"), 0);
  EXPECT_GT(expected.count("completed"), 0);
  for (const std::string command : {"python3 disc.py ${args}", "bash disc.sh ${args}", "./disc ${args}"}) {
    const Outcome outcome(run_with(GetParam(), command));
    ASSERT_EQ(outcome.list.size(), expected.list.size()) << command;
    for (std::size_t i = 0; i < expected.list.size(); ++i) {
      for (const char* key : {"params", "state", "step"}) {
        EXPECT_EQ(outcome.list[i][key].dump(), expected.list[i][key].dump()) << command << ", trial " << i;
      }
    }
    ASSERT_EQ(outcome.reports.size(), expected.reports.size()) << command;
    for (const auto& [where, value] : expected.reports) {
      ASSERT_TRUE(outcome.reports.contains(where)) << command;
      EXPECT_NEAR(outcome.reports.at(where), value, 1e-9) << command;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Spellings, OneModel, testing::Values("wandb", "optuna", "ray", "sigopt"),
                         [](const auto& spelling) { return spelling.param; });

// --- the others

TEST_F(ProgramExamples, GroupsBooleansAndNothingReachTheProgramInItsJsonFile) {
  const fs::path dir = run("nested.yaml", {"--seed", "3"});
  const Outcome outcome(dir);
  ASSERT_EQ(outcome.count("completed"), 8);
  std::set<std::string> nesterov, clip;
  for (std::size_t i = 0; i < outcome.list.size(); ++i) {
    const Value seen = Value::parse(text_of(dir / "trials" / std::to_string(i) / "args.json"));
    EXPECT_EQ(seen.dump(), outcome.list[i]["params"].dump());
    EXPECT_TRUE(seen["optimizer"]["nesterov"].is_boolean());
    EXPECT_TRUE(seen["model"]["hidden"].is_number_integer());
    nesterov.insert(seen["optimizer"]["nesterov"].dump());
    clip.insert(seen["clip"].dump());
  }
  EXPECT_THAT(nesterov, ElementsAre("false", "true"));
  EXPECT_THAT(clip, ElementsAre("0.5", "null"));
}

TEST_F(ProgramExamples, AProgramThatKnowsNothingIsReadAndStopped) {
  const fs::path dir = run("unchanged.yaml", {"--seed", "3"});
  const Outcome outcome(dir);
  EXPECT_GT(outcome.count("stopped"), 0);
  EXPECT_GT(outcome.count("completed"), 0);
  int ended_early = 0;
  for (const Value& trial : outcome.list) {
    const auto log = text_of(dir / "trials" / trial["trial"].dump() / "attempt-1.log");
    std::ostringstream printed;  // as the script prints the last value that counts
    printed.setf(std::ios::fixed);
    printed.precision(6);
    printed << trial["value"].get<double>();
    EXPECT_THAT(log, HasSubstr("val_loss: " + printed.str())) << trial;
    const bool to_its_end = log.find("done\n") != std::string::npos;
    EXPECT_EQ(trial["state"] == "completed", trial["step"] == 27) << trial;
    ended_early += to_its_end ? 0 : 1;  // one that is ended at its last step may or may not get to its last words
  }
  EXPECT_GT(ended_early, 0);
}

TEST_F(ProgramExamples, APromotedTrialGoesOnFromItsCheckpointAndTrainsNoEpochTwice) {
  const fs::path dir = run("promotion.yaml", {"--seed", "3"});
  const Outcome outcome(dir);
  EXPECT_EQ(outcome.count("paused") + outcome.count("completed"), 9);
  std::size_t promoted = 0;
  for (const Value& trial : outcome.list) {
    const auto home = dir / "trials" / trial["trial"].dump();
    int epoch = 0;
    for (int attempt = 1; attempt <= trial["attempt"]; ++attempt) {
      const auto lines = lines_of(text_of(home / ("attempt-" + std::to_string(attempt) + ".log")));
      ASSERT_FALSE(lines.empty());
      EXPECT_EQ(lines[0], "starts after epoch " + std::to_string(epoch));
      for (std::size_t i = 1; i < lines.size(); ++i) EXPECT_EQ(lines[i], "trained epoch " + std::to_string(++epoch));
    }
    EXPECT_EQ(epoch, trial["step"]) << trial;
    promoted += trial["attempt"] > 1 ? 1 : 0;
  }
  EXPECT_GT(promoted, 0U);
}

TEST_F(ProgramExamples, AWandbScriptRunsUnchangedAndStopsWhenTold) {
  const fs::path dir = run("wandb_script.yaml", {"--seed", "3"});
  const Outcome outcome(dir);
  EXPECT_GT(outcome.count("stopped"), 0);
  EXPECT_GT(outcome.count("completed"), 0);
  std::set<Step> ends;
  for (const Value& trial : outcome.list) {
    if (trial["state"] != "stopped") continue;
    const auto number = trial["trial"].get<TrialId>();
    ends.insert(trial["step"].get<Step>());
    const auto past = std::count_if(outcome.reports.begin(), outcome.reports.end(), [&](const auto& report) {
      return std::get<0>(report.first) == number && std::get<1>(report.first) > trial["step"].get<Step>();
    });
    EXPECT_EQ(past, 0) << "nothing is logged on the way out";
    EXPECT_THAT(text_of(dir / "trials" / std::to_string(number) / "attempt-1.log"), HasSubstr("stop"));
  }
  for (const Step end : ends) EXPECT_TRUE(end == 3 || end == 9) << end;
  const Value best = Value::parse(test::winnow({"best", dir.string(), "--json"}).out);
  EXPECT_TRUE(best["metrics"].contains("val/loss.min")) << best;
  EXPECT_EQ(best["metrics"]["trained"], 27);
}

TEST_F(ProgramExamples, DefineByRunHasItsParametersByBranchAndGoesOn) {
  const fs::path dir = temp_ / "run";
  const std::vector<std::string> command = {"python3", (folder_ / "define_by_run.py").string(), dir.string()};
  Process first(command);
  ASSERT_TRUE(test::wait_until(first, [&] { return fs::exists(dir / "metrics.h5") && events_of(dir).size() > 40; }));
  first.kill(SIGKILL);
  first.wait();
  // `winnow asktell` ends when its input does, which may be a moment later.
  Finished second = Process(command).wait();
  for (int i = 0; i < 200 && second.err.find("is run by") != std::string::npos; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    second = Process(command).wait();
  }
  ASSERT_EQ(second.code, 0) << second.err;
  const Value best = Value::parse(lines_of(second.out).back());
  const Value& params = best["params"];
  EXPECT_EQ(params.contains("momentum"), params["optimizer"] == "descent") << best;
  EXPECT_EQ(params.contains("decay"), params["optimizer"] == "rmsprop") << best;
  std::map<std::pair<TrialId, std::string>, int> draws;
  std::set<TrialId> ended;
  for (const Event& event : events_of(dir)) {
    if (const auto* drawn = event.as<event::Drawn>()) ++draws[{event.trial, drawn->params.entries().front().first}];
    if (event.trial >= 0 && has_ended(event.state)) ended.insert(event.trial);
  }
  for (const auto& [what, times] : draws) EXPECT_EQ(times, 1) << what.first << ' ' << what.second;
  EXPECT_EQ(ended.size(), 12U);
  expect_replays(dir);
}

TEST_F(ProgramExamples, DefineByRunInCppDrawsByBranch) {
  const fs::path dir = temp_ / "run";
  const std::string program = std::string(WINNOW_BINARY_DIR) + "/bin/example_define_by_run";
  const Finished run = Process({program, dir.string()}).wait();
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("best: trial"));
  std::map<TrialId, std::set<std::string>> names;
  std::map<TrialId, std::string> basis;
  for (const Event& event : events_of(dir)) {
    if (const auto* suggested = event.as<event::Suggested>())
      basis[event.trial] = suggested->params.find("basis")->get<std::string>();
    if (const auto* drawn = event.as<event::Drawn>()) names[event.trial].insert(drawn->params.entries().front().first);
  }
  EXPECT_EQ(basis.size(), 40U);
  for (const auto& [trial, drawn] : names) {
    const std::set<std::string> all = basis[trial] == "bells" ? std::set<std::string>{"count", "width", "rate"}
                                                              : std::set<std::string>{"degree", "rate"};
    EXPECT_EQ(drawn, all) << trial;
  }
  expect_replays(dir);
}

TEST_F(ProgramExamples, RaysSpaceInCppCrossesDrawsAndComputes) {
  const fs::path dir = temp_ / "run";
  const Finished run = Process({std::string(WINNOW_BINARY_DIR) + "/bin/example_ray_space", dir.string()}).wait();
  ASSERT_EQ(run.code, 0) << run.err;
  const Outcome outcome(dir);
  ASSERT_EQ(outcome.list.size(), 18U);
  std::map<int, int> batches;
  for (const Value& trial : outcome.list) {
    const Value& params = trial["params"];
    ++batches[params["batch"].get<int>()];
    EXPECT_EQ(params["optimizer"]["rate"].get<double>(),
              params["base_rate"].get<double>() * params["batch"].get<double>() / 64);
  }
  EXPECT_EQ(batches, (std::map<int, int>{{8, 6}, {16, 6}, {64, 6}}));
  expect_replays(dir);  // though the function is the program's own
}

TEST_F(ProgramExamples, EachCommandOfTheReadmeWorks) {
  // As they stand there, but for the number of trials.
  for (const auto& entry : fs::directory_iterator(folder_)) {
    if (entry.path().extension() != ".yaml") continue;
    write(entry.path(),
          std::regex_replace(text_of(entry.path()), std::regex("(run_cap|observation_budget): \\d+"), "$1: 2"));
  }
  const auto commands = commands_of(folder_ / "README.md");
  EXPECT_GT(commands.size(), 10U);
  for (const std::string& whole : commands) {
    const std::string command = std::regex_replace(whole, std::regex("--trials 12"), "--trials 2");
    const Finished done = Process({"bash", "-c", "cd '" + folder_.string() + "' && " + command}).wait();
    EXPECT_EQ(done.code, 0) << command << '\n' << done.out << done.err;
  }
}

/// PyTorch isn't needed to build or test, so this is mostly left out (scripts/nightly installs it).
TEST(TorchrunExample, StopsTheWeakWithAllTheirRanks) {
  const std::string has_it = "torchrun --help > /dev/null && python3 -c 'import h5py'";
  if (Process({"bash", "-c", has_it}).wait().code != 0) GTEST_SKIP() << "there is no torchrun, or no h5py";
  const TempDir temp;
  const fs::path examples = fs::path(WINNOW_SOURCE_DIR) / "examples";
  fs::copy(examples / "torchrun", temp / "torchrun");
  fs::copy(examples / "digits", temp / "digits");
  const auto dir = temp / "run";
  const Finished done =
      test::winnow({"run", (temp / "torchrun" / "sweep.yaml").string(), "--dir", dir.string(), "--quiet"});
  EXPECT_EQ(done.code, 0) << done.out << done.err;
  const Outcome outcome(dir);
  EXPECT_EQ(outcome.count("failed"), 0) << done.err;
  EXPECT_EQ(outcome.count("completed") + outcome.count("stopped"), 6);
  EXPECT_GT(outcome.count("stopped"), 0);
  expect_replays(dir);
}

TEST_F(ProgramExamples, TheReadmeNamesEachFile) {
  const std::string page = text_of(folder_ / "README.md");
  for (const auto& entry : fs::directory_iterator(fs::path(WINNOW_SOURCE_DIR) / "examples" / "programs")) {
    const std::string name = entry.path().filename();
    if (!entry.is_regular_file() || name == "README.md") continue;
    EXPECT_THAT(page, HasSubstr(name));
  }
}

}  // namespace
}  // namespace winnow::examples_test
