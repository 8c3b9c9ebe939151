/// Parameter importance of 10,000 trials.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include <winnow/core/random.hpp>
#include <winnow/samplers/registry.hpp>
#include <winnow/space/unit_axis.hpp>
#include <winnow/sweep/fanova.hpp>
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

/// Trials drawn at random, of which the first parameters decide the most, and chance a little.
struct History {
  History(const Space& space, TrialId trials) {
    const auto random = *make_sampler("random", {.space = space, .seed = 7});
    params.reserve(static_cast<std::size_t>(trials));
    for (TrialId trial = 0; trial < trials; ++trial) {
      params.push_back(*random->propose(trial));
      Rng rng = keyed_rng(7, trial, "noise");
      double loss = 0.1 * uniform01(rng);
      double part = 1;
      for (const auto& [name, value] : params.back().entries()) {
        const double u = UnitAxis(space.find(name)->domain).position(value);
        loss += (u - 0.3) * (u - 0.3) / part;
        part += 1;
      }
      rated.push_back({.params = &params.back(), .loss = loss});
    }
  }
  std::vector<Assignment> params;
  std::vector<RatedTrial> rated;
};

/// Arguments: parameters, trials.
void ped_anova_of(benchmark::State& state) {
  const Space space = mixed_space(state.range(0));
  const History history(space, state.range(1));
  for (auto _ : state) benchmark::DoNotOptimize(ped_anova(space, history.rated, {}));
}
BENCHMARK(ped_anova_of)->Args({20, 1000})->Args({20, 10000})->Unit(benchmark::kMillisecond);

/// Arguments: parameters, trials.
void fanova_of(benchmark::State& state) {
  const Space space = mixed_space(state.range(0));
  const History history(space, state.range(1));
  for (auto _ : state) benchmark::DoNotOptimize(fanova(space, history.rated, {}));
}
BENCHMARK(fanova_of)->Args({20, 1000})->Args({20, 10000})->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace winnow
