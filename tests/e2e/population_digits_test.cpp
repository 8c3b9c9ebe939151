/// Sweeps whose schedulers pause, drop and clone trials, over LibTorch trials: kill -9 ten times in the middle, and
/// nothing is lost.
#include "population.hpp"

namespace winnow::population_test {
namespace {

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
