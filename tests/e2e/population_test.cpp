/// Sweeps whose schedulers pause, drop and clone trials, over LibTorch trials and programs: kill -9 ten times in the
/// middle, and nothing is lost.
#include <map>
#include <random>

#include "support.hpp"

namespace winnow::population_test {
namespace {

using test::events_of;
using test::expect_replays;
using test::Finished;
using test::lines_of;
using test::Process;
using test::TempDir;
using test::winnow_program;
using test::write;

std::string digits_sweep(const std::string& scheduler, int run_cap) {
  return "name: digits\nmethod: random\nseed: 3\nmetric: {name: eval/accuracy, goal: maximize}\nparameters:\n"
         "  learning_rate: {distribution: log_uniform_values, min: 0.0001, max: 0.3}\n"
         "  dropout: {distribution: uniform, min: 0.0, max: 0.5}\n"
         "  hidden: {values: [32, 64]}\n  optimizer: {values: [sgd, adam]}\n"
         "scheduler: " +
         scheduler + "\ntrainer: {type: classifier, data: " + WINNOW_SOURCE_DIR +
         "/examples/digits/digits.h5}\nslots: 2\nrun_cap: " + std::to_string(run_cap) + "\n";
}

const std::string kPopulation =
    "{type: pbt, perturbation_interval: 2, hyperparam_mutations: [learning_rate, dropout], max_t: 27}";

std::size_t events_so_far(const std::filesystem::path& dir) {
  return std::filesystem::exists(dir / "ledger.db") ? events_of(dir).size() : 0;
}

/// Kills the sweep `times` times, each some `step` events after the last time, and lets it end.
void kill_and_resume(const std::filesystem::path& file, const std::filesystem::path& dir, int times, unsigned step) {
  std::mt19937 rng(20261128);
  for (int kills = 0; kills < times; ++kills) {
    const std::size_t until = events_so_far(dir) + step / 2 + rng() % step;
    const std::vector<std::string> args =
        std::filesystem::exists(dir / "ledger.db")
            ? std::vector<std::string>{winnow_program(), "resume", dir.string(), "--quiet"}
            : std::vector<std::string>{winnow_program(), "run", file.string(), "--dir", dir.string(), "--quiet"};
    Process process(args);
    while (process.running() && events_so_far(dir) < until) std::this_thread::sleep_for(std::chrono::milliseconds(3));
    process.kill(SIGKILL);
    const Finished end = process.wait();
    ASSERT_EQ(end.signal, SIGKILL) << "the sweep ended after " << kills << " kills: " << end.out << end.err;
  }
  const Finished last = test::winnow({"resume", dir.string(), "--quiet"});
  EXPECT_EQ(last.code, 0) << last.out << last.err;
}

/// Who exploits takes over a state that was reported, of one that was better, and goes on right after its step.
/// Returns how many did. `sign`: -1 if the metric is minimised.
int check_exploits(const std::vector<Event>& events, const std::string& metric, double sign) {
  std::map<std::pair<TrialId, Step>, double> reported;
  std::map<TrialId, double> last;
  std::map<TrialId, Step> goes_on_after;
  int exploits = 0;
  for (const Event& event : events) {
    if (const auto* report = event.as<event::Reported>()) {
      const double value = sign * *find_metric(report->metrics, metric);
      if (const auto from = goes_on_after.find(event.trial); from != goes_on_after.end()) {
        EXPECT_EQ(report->step, from->second + 1) << "event " << event.seq;
        goes_on_after.erase(from);
      }
      reported[{event.trial, report->step}] = last[event.trial] = value;
    } else if (const auto* exploit = event.as<event::Exploited>()) {
      ++exploits;
      const auto state = reported.find({exploit->donor, *exploit->from_step});
      if (state == reported.end()) {
        ADD_FAILURE() << "event " << event.seq << ": no report of what it goes on from";
        continue;
      }
      EXPECT_GT(state->second, last[event.trial]) << "event " << event.seq;
      goes_on_after[event.trial] = *exploit->from_step;
    } else if (const auto* started = event.as<event::Started>()) {
      if (const auto from = goes_on_after.find(event.trial); from != goes_on_after.end()) {
        EXPECT_EQ(started->from_step, from->second) << "event " << event.seq;
      }
    }
  }
  return exploits;
}

struct Story {
  std::string name;
  std::string scheduler;
  int run_cap;
};

class TenKills : public ::testing::TestWithParam<Story> {};

TEST_P(TenKills, LoseNothingOfASweepOfDigits) {
  const TempDir temp;
  const auto& [name, scheduler, run_cap] = GetParam();
  const auto file = write(temp / "sweep.yaml", digits_sweep(scheduler, run_cap));
  kill_and_resume(file, temp / "run", 10, 24);
  expect_replays(temp / "run");
  const auto events = events_of(temp / "run");
  std::map<TrialId, TrialState> states;
  for (const Event& event : events) {
    if (event.trial >= 0) states[event.trial] = event.state;
  }
  EXPECT_EQ(static_cast<int>(states.size()), run_cap);
  for (const auto& [trial, state] : states) {
    EXPECT_NE(state, TrialState::failed) << trial;
    if (name == "pbt") {
      EXPECT_EQ(state, TrialState::completed) << trial;
    }
  }
  if (name == "pbt") {
    EXPECT_GT(check_exploits(events, "eval/accuracy", 1), 3);
  }
}

INSTANTIATE_TEST_SUITE_P(Schedulers, TenKills,
                         ::testing::Values(Story{"pbt", kPopulation, 8},
                                           Story{"pbt_synch",
                                                 "{type: pbt, perturbation_interval: 3, hyperparam_mutations: "
                                                 "[learning_rate], max_t: 27, synch: true}",
                                                 8},
                                           Story{"pb2",
                                                 "{type: pb2, perturbation_interval: 2, hyperparam_mutations: "
                                                 "[learning_rate, dropout], max_t: 27}",
                                                 8},
                                           Story{"hyperband", "{type: hyperband, max_t: 27}", 40},
                                           Story{"pasha", "{type: pasha, max_t: 27, reduction_factor: 3}", 40}),
                         [](const auto& story) { return story.param.name; });

/// Its state says what it was trained with, so that a report tells whose state it goes on from.
constexpr const char* kProgram = R"(
import json, os, subprocess, sys
params = json.loads(os.environ["WINNOW_PARAMS"])
file = os.path.join(os.environ["WINNOW_CHECKPOINT_DIR"], "state.json")
state = {"step": 0, "x": 5.0}
resume = os.environ.get("WINNOW_RESUME_STEP")
if resume is not None:
    state = json.load(open(file))
    if state["step"] != int(resume):
        sys.exit("the state is of step %d, not %s" % (state["step"], resume))
while state["step"] < 12:
    before = state["x"]
    state = {"step": state["step"] + 1, "x": before * (1 - params["rate"])}
    verdict = subprocess.run([WINNOW, "report", "--step", str(state["step"]), "loss=%r" % state["x"],
                              "before=%r" % before], capture_output=True, text=True).stdout.strip()
    if verdict != "continue":
        with open(file, "w") as out:
            json.dump(state, out)
        break
)";

TEST(PopulationOfPrograms, TenKillsLoseNothingAndStatesGoFromTrialToTrial) {
  const TempDir temp;
  write(temp / "train.py", "WINNOW = '" + winnow_program() + "'\n" + kProgram);
  const auto file =
      write(temp / "sweep.yaml",
            "name: programs\nprogram: train.py\ncommand: [python3, \"${program}\"]\nmethod: random\nseed: 5\n"
            "metric: {name: loss, goal: minimize}\nparameters: {rate: {min: 0.001, max: 0.5}}\n"
            "scheduler: {type: pbt, perturbation_interval: 2, hyperparam_mutations: [rate], max_t: 12}\n"
            "trial: {retries: {lost: 50}}\nslots: 3\nrun_cap: 6\n");
  kill_and_resume(file, temp / "run", 10, 14);
  expect_replays(temp / "run");
  const auto events = events_of(temp / "run");
  EXPECT_GT(check_exploits(events, "loss", -1), 3);
  std::map<std::pair<TrialId, Step>, double> loss;
  std::map<TrialId, std::pair<TrialId, Step>> stands;  // at the end of this report
  for (const Event& event : events) {
    if (const auto* exploit = event.as<event::Exploited>()) stands[event.trial] = {exploit->donor, *exploit->from_step};
    const auto* report = event.as<event::Reported>();
    if (report == nullptr) continue;
    const double* before = find_metric(report->metrics, "before");
    ASSERT_NE(before, nullptr);
    if (const auto from = stands.find(event.trial); from != stands.end() && from->second.second == report->step - 1) {
      EXPECT_EQ(*before, loss[from->second]) << "event " << event.seq;
    }
    loss[{event.trial, report->step}] = *find_metric(report->metrics, "loss");
    stands[event.trial] = {event.trial, report->step};
  }
}

TEST(Population, ItsLineageIsShownAndTrainedOnceMore) {
  const TempDir temp;
  const auto file = write(temp / "sweep.yaml", digits_sweep(kPopulation, 6));
  const auto dir = temp / "run";
  ASSERT_EQ(test::winnow({"run", file.string(), "--dir", dir.string(), "--quiet"}).code, 0);
  const Finished shown = test::winnow({"show", dir.string(), "--lineage", "--json"});
  ASSERT_EQ(shown.code, 0) << shown.err;
  const Value lineage = Value::parse(shown.out);
  const int exploits = check_exploits(events_of(dir), "eval/accuracy", 1);
  EXPECT_EQ(static_cast<int>(lineage["exploits"].size()), exploits);
  Step at = 0;
  for (const Value& stretch : lineage["stretches"]) {
    EXPECT_EQ(stretch["from"].get<Step>(), at);
    at = stretch["to"].get<Step>();
  }
  EXPECT_EQ(at, 27);
  const Finished rows = test::winnow({"export", dir.string(), "--lineage", "--csv"});
  EXPECT_EQ(static_cast<int>(lines_of(rows.out).size()), exploits + 1);
  EXPECT_EQ(test::winnow({"show", dir.string(), "--lineage", "--trial", "99"}).code, 2);

  const Finished text = test::winnow({"show", dir.string(), "--lineage", "--trial", "1"});
  const auto lines = lines_of(text.out);
  const auto begins =
      std::find_if(lines.begin(), lines.end(), [](const auto& l) { return l.starts_with("scheduler: "); });
  ASSERT_NE(begins, lines.end()) << text.out;
  std::string again = digits_sweep("{}", 1);
  again.replace(again.find("scheduler: {}"), 13, *begins + "\n" + *(begins + 1));
  const auto once_more = write(temp / "again.yaml", again);
  const Finished run = test::winnow({"run", once_more.string(), "--dir", (temp / "again").string(), "--json"});
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(Value::parse(lines_of(run.out).back())["trials"]["completed"], 1);
  expect_replays(temp / "again");
}

}  // namespace
}  // namespace winnow::population_test
