/// Parameter importance of 10,000 trials.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include <winnow/samplers/registry.hpp>
#include <winnow/sweep/ped_anova.hpp>

namespace winnow {
namespace {

Space mixed_space(std::int64_t parameters) {
  const std::vector<Domain> domains = {Float{}, Float{.law = Law::log_uniform, .a = 1e-5, .b = 1},
                                       Integer{.low = 0, .high = 20}, Integer{.low = 1, .high = 1000, .log = true},
                                       Categorical{{"a", "b", "c"}, {}}};
  std::vector<Parameter> all;
  for (std::int64_t i = 0; i < parameters; ++i) {
    all.push_back({.path = {"x" + std::to_string(i)}, .domain = domains[static_cast<std::size_t>(i) % domains.size()]});
  }
  return *Space::make(std::move(all));
}

/// Arguments: parameters, trials.
void ped_anova_of(benchmark::State& state) {
  const Space space = mixed_space(state.range(0));
  const auto random = *make_sampler("random", {.space = space, .seed = 7});
  std::vector<Assignment> params;
  for (TrialId trial = 0; trial < state.range(1); ++trial) params.push_back(*random->propose(trial));
  std::vector<RatedTrial> trials;
  for (const Assignment& one : params) {
    trials.push_back({.params = &one, .loss = one.entries().front().second.get<double>()});
  }
  for (auto _ : state) benchmark::DoNotOptimize(ped_anova(space, trials, {}));
}
BENCHMARK(ped_anova_of)->Args({20, 1000})->Args({20, 10000})->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace winnow
