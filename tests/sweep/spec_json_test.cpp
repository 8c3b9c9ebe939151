#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include <winnow/sweep/spec_json.hpp>

namespace winnow {
namespace {

void expect_the_same_when_read(const SweepSpec& spec, const std::string& what) {
  const std::string text = sweep_file(spec).dump(2);
  const auto read = parse_spec(text, "printed.json");
  ASSERT_TRUE(read.has_value()) << what << ": " << read.error().message << "\n" << text;
  SweepSpec expected = spec;
  if (spec.metrics.size() != 1) expected.stopped_are_eligible = read->spec.stopped_are_eligible;
  if (spec.metrics.empty()) expected.scope = read->spec.scope;  // of nothing
  EXPECT_TRUE(read->spec == expected) << what << "\n" << text << "\n" << sweep_file(read->spec).dump(2);
}

TEST(SpecJson, EverySweepFileOfTheTestsReadsBackTheSame) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(WINNOW_SOURCE_DIR) + "/tests/data/sweeps")) {
    std::ifstream in(entry.path());
    std::stringstream text;
    text << in.rdbuf();
    const auto spec = parse_spec(text.str(), entry.path().filename().string());
    if (!spec) continue;
    ++files;
    expect_the_same_when_read(spec->spec, entry.path().filename().string());
  }
  EXPECT_GT(files, 3);
}

TEST(SpecJson, AProgramReadsBackTheSame) {
  SweepSpec spec;
  spec.space = *Space::make({{{"layers"}, Integer{.low = 1, .high = 4}, {}, false}});
  spec.metrics = {{.name = "loss", .goal = Goal::minimize, .target = std::nullopt}};
  spec.program = "train.py";
  spec.command = {"${env}", "python3", "${program}", "${args_no_boolean_flags}", "--data=${envvar:HOME}"};
  spec.project = "digits";
  spec.process = {.directory = "../src",
                  .env = {{"CUBLAS_WORKSPACE_CONFIG", ":4096:8"}, {"EMPTY", ""}, {"NO", "no"}},
                  .metrics = {{"loss", "loss[=:] *(\\S+)"}, {"step", "epoch (\\d+)"}},
                  .wandb = true};
  expect_the_same_when_read(spec, "a program");
  EXPECT_TRUE(sweep_file(spec).contains("process"));
}

TEST(SpecJson, ASpecOfAProgramReadsBackTheSame) {
  SweepSpec spec;
  spec.name = "made in C++";
  spec.seed = 7;
  spec.trial_seed = 8;
  spec.metrics = {{.name = "loss", .goal = Goal::minimize, .target = 0.1},
                  {.name = "time", .goal = Goal::maximize, .target = std::nullopt}};
  Float rate;
  rate.law = Law::log_uniform;
  rate.a = 1e-4;
  rate.b = 0.1;
  spec.space = *Space::make({{{"lr"}, rate, {}, false}, {{"layers"}, Integer{.low = 1, .high = 4}, {}, false}});
  spec.scheduler = {.type = "asha", .resource = "reports", .metric = "time", .options = {{"max_t", 9}}};
  spec.run_cap = 10;
  spec.budget_wall = 3600;
  spec.gpus = 0.5;
  spec.trial.retries_error = 2;
  spec.trial.on_nan = OnNan::fail;
  spec.failures_max = 3;
  spec.checkpoints_best = 0;
  spec.durability = Durability::relaxed;
  expect_the_same_when_read(spec, "two metrics");
  spec.metrics.pop_back();
  spec.scheduler.metric.reset();
  spec.scope = Scope::last_5_avg;
  expect_the_same_when_read(spec, "one metric");
}

}  // namespace
}  // namespace winnow
