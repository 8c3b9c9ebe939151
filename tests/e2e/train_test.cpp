/// `winnow train`, and the command that `winnow best` prints: the same trial again, with the same numbers.
#include "support.hpp"

namespace winnow::train_test {
namespace {

using test::events_of;
using test::expect_replays;
using test::Finished;
using test::Process;
using test::TempDir;
using test::winnow_program;
using test::write;

/// Learning curves with noise from each trial's own generator; conditional and nested parameters besides.
std::string noisy_sweep(int run_cap) {
  return "name: noisy\nmethod: random\nseed: 12\nmetric: {name: loss, goal: minimize, target: -100}\n"
         "parameters:\n  asymptote: {min: 0.0, max: 1.0}\n  rate: {min: 0.1, max: 2.0}\n  noise: {value: 0.05}\n"
         "  scale: {values: [1, 2.0, 0.5]}\n"
         "scheduler: {type: asha, max_t: 9, grace_period: 1, reduction_factor: 3}\n"
         "trainer: {type: landscape, function: learning_curve, steps: 50}\nbudget: {wall: 1h}\nslots: 2\nrun_cap: " +
         std::to_string(run_cap) + "\n";
}

std::vector<std::pair<Step, Metrics>> curve(const std::filesystem::path& dir, TrialId trial) {
  std::vector<std::pair<Step, Metrics>> rows;
  for (const Event& event : events_of(dir)) {
    const auto* reported = event.as<event::Reported>();
    if (reported != nullptr && event.trial == trial) rows.emplace_back(reported->step, reported->metrics);
  }
  return rows;
}

TEST(Train, TheCommandThatBestPrintsGivesTheSameNumbers) {
  const TempDir temp;
  const auto dir = temp / "it's a run";
  const auto file = write(temp / "s.yaml", noisy_sweep(15)).string();
  ASSERT_EQ(test::winnow({"run", file, "--dir", dir.string(), "--slots", "1"}).code, 0);
  const Value best = Value::parse(test::winnow({"best", dir.string(), "--json"}).out);
  const std::string text = test::winnow({"best", dir.string()}).out;
  const std::string command = best["train_again"];
  EXPECT_NE(text.find("train it again: " + command + "\n"), std::string::npos) << text;
  ASSERT_EQ(best["state"], "completed");
  ASSERT_NE(best["trial"], 0) << "trained again it is trial 0, which must not matter";

  // As a person would: in a shell, from the folder of the run.
  const auto again = temp / "again";
  const std::string path = std::filesystem::path(winnow_program()).parent_path().string();
  const Finished trained =
      Process({"bash", "-c", "PATH='" + path + "':$PATH; " + command + " --dir '" + again.string() + "'"}).wait();
  ASSERT_EQ(trained.code, 0) << trained.out << trained.err;
  EXPECT_NE(trained.out.find("bit for bit (9 reports)"), std::string::npos) << trained.out;
  EXPECT_EQ(curve(again, 0), curve(dir, best["trial"]));
  const Value result = Value::parse(test::winnow({"best", again.string(), "--json"}).out);
  EXPECT_EQ(result["metrics"], best["metrics"]);
  EXPECT_EQ(result["params"], best["params"]);
  EXPECT_TRUE(std::filesystem::exists(result["checkpoint"].get<std::string>()));
  expect_replays(again);
}

TEST(Train, AStoppedTrialTrainsToTheEndAndBeginsAsItDid) {
  const TempDir temp;
  const auto dir = temp / "run";
  ASSERT_EQ(test::winnow({"run", write(temp / "s.yaml", noisy_sweep(15)).string(), "--dir", dir.string()}).code, 0);
  const Value stopped = Value::parse(test::winnow({"show", dir.string(), "--state", "stopped", "--json"}).out)["list"];
  ASSERT_FALSE(stopped.empty());
  const TrialId trial = stopped[0]["trial"];
  const auto again = temp / "again";
  const Finished trained = test::winnow(
      {"train", dir.string(), "--trial", std::to_string(trial), "--dir", again.string(), "--json", "--quiet"});
  ASSERT_EQ(trained.code, 0) << trained.err;
  EXPECT_EQ(Value::parse(test::lines_of(trained.out).back())["equal"], true) << trained.out;
  const auto before = curve(dir, trial);
  auto now = curve(again, 0);
  ASSERT_EQ(now.size(), 9U);
  now.resize(before.size());
  EXPECT_EQ(now, before);
  // A trial that was trained again can be trained again.
  const auto third = temp / "third";
  ASSERT_EQ(test::winnow({"train", again.string(), "--dir", third.string()}).code, 0);
  EXPECT_EQ(curve(third, 0), curve(again, 0));
}

TEST(Train, SeveralMetricsHaveACommandForEachTrialOfTheFront) {
  const TempDir temp;
  const auto dir = temp / "run";
  const auto file = write(temp / "s.yaml",
                          "seed: 2\nmetrics: [{name: loss}, {name: size}]\nrun_cap: 2\n"
                          "parameters: {asymptote: {min: 0.0, max: 1.0}, rate: {value: 1}}\n"
                          "trainer: {type: landscape, function: learning_curve, steps: 2}\n");
  ASSERT_EQ(test::winnow({"run", file.string(), "--dir", dir.string()}).code, 0);
  const Finished best = test::winnow({"train", dir.string()});
  EXPECT_EQ(best.code, 2);
  EXPECT_NE(best.err.find("--trial"), std::string::npos) << best.err;
  EXPECT_EQ(test::winnow({"train", dir.string(), "--trial", "1", "--dir", (temp / "again").string()}).code, 0);
  EXPECT_EQ(curve(temp / "again", 0), curve(dir, 1));
}

TEST(Train, RefusesWhatItCantTrain) {
  const TempDir temp;
  const auto dir = temp / "run";
  const auto file = write(temp / "s.yaml", "metric: {name: loss}\nparameters: {x: {value: 1}}\n");
  const std::string requests =
      "{\"op\":\"ask\"}\n{\"op\":\"tell\",\"trial\":0,\"state\":\"complete\",\"metrics\":"
      "{\"loss\":1}}\n";
  ASSERT_EQ(test::winnow({"asktell", file.string(), "--dir", dir.string()}, requests).code, 0);
  const Finished no_trainer = test::winnow({"train", dir.string()});
  EXPECT_EQ(no_trainer.code, 2);
  EXPECT_NE(no_trainer.err.find("has no trainer"), std::string::npos) << no_trainer.err;
  EXPECT_EQ(test::winnow({"best", dir.string()}).out.find("winnow train"), std::string::npos);
  EXPECT_EQ(test::winnow({"train", dir.string(), "--trial", "5"}).code, 2);
  EXPECT_EQ(test::winnow({"train", "/nonexistent"}).code, 2);
}

}  // namespace
}  // namespace winnow::train_test
