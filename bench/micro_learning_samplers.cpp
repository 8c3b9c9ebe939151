/// What a suggestion of a sampler that learns costs, and to hear how its trial ended, with so many ended trials: ten
/// numbers in [0, 1] unless it says otherwise. They are drawn at random, or are its own suggestions ("own"; those of
/// tpe crowd together). bench/sampler_peers sets some of these beside the peers' own.
#include <benchmark/benchmark.h>

#include <cmath>
#include <string>
#include <vector>

#include <winnow/samplers/registry.hpp>

namespace winnow {
namespace {

struct Setting {
  const char* method;
  Value options{};
  bool own = false;
  bool mixed = false;  ///< logarithms, integers and choices too
  std::size_t parameters = 10;
  std::size_t objectives = 1;
};

Space space_of(const Setting& setting) {
  const std::vector<Domain> domains =
      setting.mixed ? std::vector<Domain>{Float{}, Float{.law = Law::log_uniform, .a = 1e-5, .b = 1},
                                          Integer{.low = 0, .high = 20}, Integer{.low = 1, .high = 1000, .log = true},
                                          Categorical{{"a", "b", "c"}, {}}}
                    : std::vector<Domain>{Float{}};
  std::vector<Parameter> all;
  for (std::size_t i = 0; i < setting.parameters; ++i) {
    all.push_back({.path = {"x" + std::to_string(i)}, .domain = domains[i % domains.size()]});
  }
  return *Space::make(std::move(all));
}

double loss_of(const Assignment& trial, double best) {
  double loss = 0;
  for (const auto& [name, value] : trial.entries()) {
    loss += value.is_number() ? std::pow(value.get<double>() - best, 2) : value == "a" ? 0 : 1;
  }
  return loss;
}

TrialEnded ended(TrialId trial, const Assignment& params, std::size_t objectives) {
  TrialEnded end{.trial = trial, .values = {loss_of(params, 0.3)}};
  if (objectives > 1) end.values.push_back(loss_of(params, 0.7));
  return end;
}

void learned_suggestion(benchmark::State& state, const Setting& setting) {
  const Space space = space_of(setting);
  const auto sampler = *make_sampler(setting.method, {.space = space,
                                                      .seed = 7,
                                                      .goals = std::vector<Goal>(setting.objectives, Goal::minimize),
                                                      .options = setting.options});
  const auto random = *make_sampler("random", {.space = space, .seed = 7});
  TrialId trial = 0;
  for (; trial < state.range(0); ++trial) {
    const Assignment params = *(setting.own ? sampler : random)->propose(trial);
    sampler->observe(TrialSuggested{trial, params});
    sampler->observe(ended(trial, params, setting.objectives));
  }
  sampler->propose(trial);  // it takes in, at once, all that it has heard
  for (auto _ : state) {
    const Assignment params = *sampler->propose(trial);
    sampler->observe(ended(trial, params, setting.objectives));
    ++trial;
  }
}

void with(benchmark::internal::Benchmark* benchmark, std::vector<std::int64_t> trials, std::int64_t suggestions) {
  for (const std::int64_t n : trials) benchmark->Arg(n);
  benchmark->Unit(benchmark::kMicrosecond)->Iterations(suggestions);
}
void tpe_sizes(benchmark::internal::Benchmark* benchmark) {
  with(benchmark, {100, 1000, 10000}, 100);
}
/// Whole generations: of 8, 12 and 50 trials.
void generations(benchmark::internal::Benchmark* benchmark) {
  with(benchmark, {1000}, 600);
}
const Value kIndependent{{"multivariate", false}};
BENCHMARK_CAPTURE(learned_suggestion, tpe, {"tpe"})->Apply(tpe_sizes);
BENCHMARK_CAPTURE(learned_suggestion, tpe_own, {.method = "tpe", .own = true})->Apply(tpe_sizes);
BENCHMARK_CAPTURE(learned_suggestion, tpe_mixed, {.method = "tpe", .mixed = true})->Apply(tpe_sizes);
BENCHMARK_CAPTURE(learned_suggestion, tpe_mixed_own, {.method = "tpe", .own = true, .mixed = true})->Apply(tpe_sizes);
BENCHMARK_CAPTURE(learned_suggestion, tpe_independent, {"tpe", kIndependent})->Apply(tpe_sizes);
BENCHMARK_CAPTURE(learned_suggestion, cmaes_5, {.method = "cmaes", .own = true, .parameters = 5})->Apply(generations);
BENCHMARK_CAPTURE(learned_suggestion, cmaes_20, {.method = "cmaes", .own = true, .parameters = 20})->Apply(generations);
BENCHMARK_CAPTURE(learned_suggestion, nsga2, {.method = "nsga2", .own = true, .objectives = 2})->Apply(generations);
BENCHMARK_CAPTURE(learned_suggestion, gp, {"gp"})->Apply([](auto* b) { with(b, {200}, 20); });
BENCHMARK_CAPTURE(learned_suggestion, bohb, {"bohb", {{"random_fraction", 0}}})->Apply([](auto* b) {
  with(b, {1000}, 50);
});

}  // namespace
}  // namespace winnow
