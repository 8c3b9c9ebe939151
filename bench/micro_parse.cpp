/// Reading and checking a sweep file with so many parameters, in each dialect: the time from text to a checked spec.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <string>

#include <winnow/spec/spec.hpp>

namespace {

using namespace winnow;

std::string joined(std::int64_t count, const std::string& separator, std::string (*one)(std::int64_t)) {
  std::string text;
  for (std::int64_t i = 0; i < count; ++i) text += (i == 0 ? "" : separator) + one(i);
  return text;
}

std::string wandb_yaml(std::int64_t count) {
  return "method: random\nmetric: {name: loss}\nparameters:\n" + joined(count, "", [](std::int64_t i) {
           return i % 3 == 0   ? fmt::format("  p{}: {{distribution: log_uniform_values, min: 1e-5, max: 0.1}}\n", i)
                  : i % 3 == 1 ? fmt::format("  p{}:\n    values: [1, 2, 3, adam]\n", i)
                               : fmt::format("  p{}: {{min: 1, max: {}}}\n", i, i + 2);
         });
}

std::string wandb_json(std::int64_t count) {
  return R"({"method": "random", "metric": {"name": "loss"}, "parameters": {)" +
         joined(count, ",\n", [](std::int64_t i) { return fmt::format(R"("p{}": {{"min": 0.0, "max": 1.0}})", i); }) +
         "}}";
}

std::string in_space(const std::string& dialect, const std::string& content) {
  return "method: random\nscheduler: {type: fifo}\nmetric: {name: loss}\nspace:\n  " + dialect + ":\n" + content;
}

std::string optuna(std::int64_t count) {
  return in_space("optuna", joined(count, "", [](std::int64_t i) {
                    return fmt::format("    p{0}: trial.suggest_float(\"p{0}\", 1e-5, 1e-1, log=True)\n", i);
                  }));
}

std::string ray(std::int64_t count) {
  return in_space("ray", joined(count, "", [](std::int64_t i) {
                    return fmt::format("    p{}: tune.qrandint(2, {}, 2)\n", i, 2 * i + 4);
                  }));
}

std::string sigopt(std::int64_t count) {
  return in_space("sigopt", joined(count, "", [](std::int64_t i) {
                    return fmt::format("    - {{name: p{}, type: double, bounds: {{min: 0, max: 1}}}}\n", i);
                  }));
}

void parse(benchmark::State& state, std::string (*make)(std::int64_t)) {
  const std::string text = make(state.range(0));
  for (auto _ : state) {
    const auto parsed = parse_spec(text, "sweep.yaml");
    if (!parsed) return state.SkipWithError(parsed.error().message.c_str());
    benchmark::DoNotOptimize(parsed->spec.space.parameters().size());
  }
}

BENCHMARK_CAPTURE(parse, wandb_yaml, wandb_yaml)->Arg(1000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(parse, wandb_json, wandb_json)->Arg(1000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(parse, optuna, optuna)->Arg(1000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(parse, ray, ray)->Arg(1000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(parse, sigopt, sigopt)->Arg(1000)->Unit(benchmark::kMillisecond);

}  // namespace
