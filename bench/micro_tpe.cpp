/// What a suggestion of tpe costs, and to hear how its trial ended: with so many ended trials of ten parameters, drawn
/// at random or suggested by tpe itself (they crowd together then).
#include <benchmark/benchmark.h>

#include <cmath>
#include <string>
#include <vector>

#include <winnow/samplers/registry.hpp>

namespace winnow {
namespace {

constexpr std::int64_t kParameters = 10;

Space ten_of(bool mixed) {
  const std::vector<Domain> domains =
      mixed ? std::vector<Domain>{Float{}, Float{.law = Law::log_uniform, .a = 1e-5, .b = 1},
                                  Integer{.low = 0, .high = 20}, Integer{.low = 1, .high = 1000, .log = true},
                                  Categorical{{"a", "b", "c"}, {}}}
            : std::vector<Domain>{Float{}};
  std::vector<Parameter> all;
  for (std::size_t i = 0; i < kParameters; ++i) {
    all.push_back({.path = {"x" + std::to_string(i)}, .domain = domains[i % domains.size()]});
  }
  return *Space::make(std::move(all));
}

double loss_of(const Assignment& trial) {
  double loss = 0;
  for (const auto& [name, value] : trial.entries()) {
    loss += value.is_number() ? std::pow(value.get<double>() - 0.3, 2) : value == "a" ? 0 : 1;
  }
  return loss;
}

void tpe_suggestion(benchmark::State& state, const char* history, bool mixed, const Value& options) {
  const SamplerOptions sweep{.space = ten_of(mixed), .seed = 7, .options = options};
  const auto tpe = *make_sampler("tpe", sweep);
  const auto random = *make_sampler("random", {.space = ten_of(mixed), .seed = 7});
  TrialId trial = 0;
  for (; trial < state.range(0); ++trial) {
    const Assignment params = *(std::string_view(history) == "random" ? random : tpe)->propose(trial);
    tpe->observe(TrialSuggested{trial, params});
    tpe->observe(TrialEnded{.trial = trial, .values = {loss_of(params)}});
  }
  tpe->propose(trial);  // it takes in, at once, all that it has heard
  for (auto _ : state) {
    const Assignment params = *tpe->propose(trial);
    tpe->observe(TrialEnded{.trial = trial, .values = {loss_of(params)}});
    ++trial;
  }
}

void sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->Arg(100)->Arg(1000)->Arg(10000)->Unit(benchmark::kMicrosecond)->Iterations(100);
}
BENCHMARK_CAPTURE(tpe_suggestion, floats_random, "random", false, {})->Apply(sizes);
BENCHMARK_CAPTURE(tpe_suggestion, floats_own, "own", false, {})->Apply(sizes);
BENCHMARK_CAPTURE(tpe_suggestion, mixed_random, "random", true, {})->Apply(sizes);
BENCHMARK_CAPTURE(tpe_suggestion, mixed_own, "own", true, {})->Apply(sizes);
BENCHMARK_CAPTURE(tpe_suggestion, floats_random_independent, "random", false, {{"multivariate", false}})->Apply(sizes);

}  // namespace
}  // namespace winnow
