/// Sweeps over LibTorch trials whose samplers learn: kill -9 in the middle, and what they suggest is what the record
/// leads to.
#include <set>

#include "kills.hpp"

namespace winnow::sampler_digits_test {
namespace {

using test::TempDir;

std::string digits_sweep(const std::string& sampler, const std::string& scheduler) {
  return "name: digits\nseed: 3\nsampler: " + sampler +
         "\nmetric: {name: eval/accuracy, goal: maximize}\nparameters:\n"
         "  learning_rate: {distribution: log_uniform_values, min: 0.0001, max: 0.3}\n"
         "  dropout: {distribution: uniform, min: 0.0, max: 0.5}\n"
         "  hidden: {values: [32, 64]}\n  optimizer: {values: [sgd, adam]}\n"
         "scheduler: " +
         scheduler + "\ntrainer: {type: classifier, data: " + WINNOW_SOURCE_DIR +
         "/examples/digits/digits.h5}\nslots: 2\nrun_cap: 24\n";
}

struct Story {
  std::string name;
  std::string sampler;
  std::string scheduler = "{type: asha, max_t: 9, grace_period: 3}";
};

class Killed : public ::testing::TestWithParam<Story> {};

TEST_P(Killed, ASweepLosesNothingAndReplays) {
  const TempDir temp;
  const auto file = test::write(temp / "sweep.yaml", digits_sweep(GetParam().sampler, GetParam().scheduler));
  test::kill_and_resume(file, temp / "run", 5, 24);
  test::expect_replays(temp / "run");
  std::set<TrialId> ended;
  for (const Event& event : test::events_of(temp / "run")) {
    if (event.trial >= 0 && has_ended(event.state)) ended.insert(event.trial);
  }
  EXPECT_EQ(ended.size(), 24U);
}

INSTANTIATE_TEST_SUITE_P(Samplers, Killed,
                         ::testing::Values(Story{"tpe", "{type: tpe, n_startup_trials: 6}"},
                                           Story{"gp", "{type: gp, n_startup_trials: 6}"},
                                           Story{"cmaes", "{type: cmaes, n_startup_trials: 2, popsize: 4}"},
                                           Story{"nsga2", "{type: nsga2, population_size: 6}"},
                                           Story{"nsga3", "{type: nsga3, population_size: 6}"},
                                           Story{"bohb", "{type: bohb, min_points_in_model: 6}"},
                                           Story{"regularized_evolution",
                                                 "{type: regularized_evolution, population_size: 6, sample_size: 3}"},
                                           Story{"dehb", "{type: dehb}", "{type: dehb, max_t: 9}"},
                                           Story{"sobol", "{type: sobol}"}),
                         [](const auto& story) { return story.param.name; });

}  // namespace
}  // namespace winnow::sampler_digits_test
