/// Population-based training with a function of the program's.
#include <gtest/gtest.h>

#include <fstream>

#include <winnow/engine/run.hpp>
#include <winnow/session/recovered.hpp>
#include <winnow/session/replay.hpp>
#include <winnow/trainers/function.hpp>

#include "../temp_dir.hpp"

namespace winnow::explore_test {
namespace {

using test::TempDir;

SweepSpec population() {
  SweepSpec spec;
  spec.name = "population";
  spec.seed = 3;
  spec.metrics = {{.name = "loss", .goal = Goal::minimize, .target = {}}};
  spec.run_cap = 4;
  spec.space = *Space::make({{.path = {"rate"}, .domain = Float{.law = Law::uniform, .a = 0, .b = 1}}});
  spec.scheduler.type = "pbt";
  spec.scheduler.options = {
      {"perturbation_interval", 2}, {"hyperparam_mutations", {"rate"}}, {"max_t", 12}, {"custom_explore_fn", "third"}};
  return spec;
}

/// Its loss is its rate, so that the largest ones lose.
std::shared_ptr<TrainableFactory> trainer() {
  return slice_trainer({.advance = [](SliceState& state) -> Result<Progress> {
                          const Step step = std::any_cast<Step>(state.memory.has_value() ? state.memory : Step{0}) + 1;
                          state.memory = step;
                          return Progress(StepReport{step, {{"loss", state.trial.params.find("rate")->get<double>()}}});
                        },
                        .save = [](const SliceState& state, const std::filesystem::path& file) -> Result<void> {
                          std::ofstream(file) << std::any_cast<Step>(state.memory);
                          return {};
                        },
                        .restore = [](SliceState& state, const std::filesystem::path& file) -> Result<void> {
                          Step step = 0;
                          std::ifstream(file) >> step;
                          state.memory = step;
                          return {};
                        }});
}

TEST(CustomExplore, IsTheProgramsAndTheRecordsFromThereOn) {
  const TempDir folder;
  const auto refused = run(population(), trainer(), {.slots = 2, .dir = folder / "without"});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("scheduler.custom_explore_fn: 'third'"), std::string::npos)
      << refused.error().message;

  const SpaceFunctions functions{{"third", [](const Assignment& changed, Rng&) {
                                    return Value{{"rate", changed.find("rate")->get<double>() / 3}};
                                  }}};
  const auto dir = folder / "with";
  const auto outcome = run(population(), trainer(), {.slots = 2, .dir = dir, .functions = functions});
  ASSERT_TRUE(outcome) << outcome.error().message;
  const auto recovered = recover(dir);
  ASSERT_TRUE(recovered) << recovered.error().message << " (people may look at it without the function)";
  int exploits = 0;
  for (const Trial& trial : recovered->sweep.trials()) {
    exploits += static_cast<int>(trial.inherited.size());
    if (!trial.inherited.empty()) {
      EXPECT_LT(trial.params.find("rate")->get<double>(), 0.4);
    }
  }
  EXPECT_GT(exploits, 0);
  const auto replayed = replay(dir);
  ASSERT_TRUE(replayed) << replayed.error().message;
  EXPECT_FALSE(replayed->difference) << replayed->difference->what << ": " << replayed->difference->recorded << " / "
                                     << replayed->difference->replayed;
}

}  // namespace
}  // namespace winnow::explore_test
