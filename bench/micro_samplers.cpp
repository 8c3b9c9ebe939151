/// What a draw and a suggestion cost.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>
#include <winnow/samplers/detail/keyed.hpp>
#include <winnow/samplers/registry.hpp>

namespace winnow {
namespace {

Domain domain_of(std::int64_t kind) {
  switch (kind) {
    case 0: return Float{};
    case 1: return Float{.law = Law::log_uniform, .a = 1e-5, .b = 1e-1, .q = {}, .step = {}, .integral = false};
    case 2: return Float{.law = Law::normal, .a = 0, .b = 1, .q = {}, .step = {}, .integral = false};
    case 3: return Integer{.low = 1, .high = 1000, .step = 1, .log = false};
    default: return Categorical{{"a", "b", "c", "d"}, {}};
  }
}

constexpr const char* kKinds[] = {"uniform", "log_uniform", "normal", "integer", "categorical"};

void one_draw(benchmark::State& state) {
  const Domain domain = domain_of(state.range(0));
  TrialId trial = 0;
  for (auto _ : state) benchmark::DoNotOptimize(keyed_draw(7, trial++, "learning_rate", domain));
  state.SetLabel(kKinds[state.range(0)]);
}
BENCHMARK(one_draw)->DenseRange(0, 4);

Space space_of(std::int64_t parameters, bool choices) {
  std::vector<Parameter> all;
  for (std::int64_t i = 0; i < parameters; ++i) {
    all.push_back({.path = {std::string("parameter_").append(std::to_string(i))},
                   .domain = choices ? domain_of(4) : domain_of(i % 5),
                   .conditions = {},
                   .grid = false});
  }
  return Space::make(std::move(all)).value();
}

void suggestion(benchmark::State& state, const char* method) {
  const SamplerOptions options{.space = space_of(state.range(0), std::string_view(method) == "grid"), .seed = 7};
  const auto sampler = make_sampler(method, options).value();
  TrialId trial = 0;
  for (auto _ : state) benchmark::DoNotOptimize(sampler->propose(trial++ % 64));
}
BENCHMARK_CAPTURE(suggestion, random, "random")->Arg(3)->Arg(10)->Arg(100);
BENCHMARK_CAPTURE(suggestion, grid, "grid")->Arg(3)->Arg(10)->Arg(100);

}  // namespace
}  // namespace winnow
