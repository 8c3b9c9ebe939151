/// The trainer `hf` from the sweep files that the repository ships: a BERT as TorchScript, on the digits as tokens.
#include <gmock/gmock.h>

#include "support.hpp"

namespace winnow::hf_sweep_digits_test {
namespace {

using test::Finished;
using test::TempDir;
using testing::HasSubstr;

const std::string kExamples = std::string(WINNOW_SOURCE_DIR) + "/examples/hf_sweep/";

TEST(HfSweep, TheExamplesAreReadInTheirDialects) {
  for (const char* dialect : {"optuna", "ray", "sigopt", "wandb"}) {
    const Finished checked = test::winnow({"check", kExamples + dialect + ".yaml"});
    EXPECT_EQ(checked.code, 0) << checked.err;
    EXPECT_THAT(checked.out, HasSubstr("learning_rate"));
  }
}

TEST(HfSweep, KilledWithAshaItGoesOnAndTrainsTheBestAgainBitForBit) {
  const TempDir temp;
  const auto dir = temp / "run";
  test::Process first({test::winnow_program(), "run", kExamples + "ray.yaml", "--trials", "3", "--dir", dir.string()});
  while (first.running() && (!std::filesystem::exists(dir / "ledger.db") || test::events_of(dir).size() < 9)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  first.kill(SIGKILL);
  ASSERT_EQ(first.wait().signal, SIGKILL);
  const Finished resumed = test::winnow({"resume", dir.string(), "--json"});
  ASSERT_EQ(resumed.code, 0) << resumed.err;
  test::expect_replays(dir);
  const Value summary = Value::parse(test::lines_of(resumed.out).back());
  EXPECT_EQ(summary["trials"]["created"], 3);
  EXPECT_EQ(summary["trials"]["failed"], 0);
  for (const char* name : {"objective", "eval_loss", "eval_accuracy"}) {
    EXPECT_TRUE(summary["best"]["metrics"].contains(name)) << summary.dump(2);
  }
  const Finished trained = test::winnow({"train", dir.string(), "--dir", (temp / "again").string()});
  ASSERT_EQ(trained.code, 0) << trained.err;
  EXPECT_THAT(trained.out, HasSubstr("bit for bit (6 reports)"));
}

TEST(HfSweep, APopulationGoesOnFromTheBest) {
  const TempDir temp;
  const auto dir = temp / "run";
  const Finished run =
      test::winnow({"run", kExamples + "wandb.yaml", "--trials", "4", "--dir", dir.string(), "--json"});
  ASSERT_EQ(run.code, 0) << run.err;
  test::expect_replays(dir);
  EXPECT_EQ(Value::parse(test::lines_of(run.out).back())["trials"]["failed"], 0);
}

TEST(HfSweep, WhatIsWrongIsSaidByItsKeyBeforeAnyTrial) {
  const TempDir temp;
  const auto sweep = test::write(temp / "sweep.yaml",
                                 "metric: {name: eval_loss}\nmethod: random\nrun_cap: 1\n"
                                 "parameters: {learning_rate: {min: 0.1, max: 0.2}}\n"
                                 "trainer: {type: hf, model: \"" +
                                     kExamples + "encoder.pt\", data: nothing.jsonl}\n");
  const Finished run = test::winnow({"run", sweep.string(), "--dir", (temp / "run").string()});
  EXPECT_NE(run.code, 0);
  EXPECT_THAT(run.err, HasSubstr("trainer.data: " + (temp / "nothing.jsonl").string() + ": no such file"));
}

}  // namespace
}  // namespace winnow::hf_sweep_digits_test
