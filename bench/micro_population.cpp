/// What a decision of population-based training costs: a report at its interval, and where the trial loses, the donor
/// and the changed parameters.
#include <benchmark/benchmark.h>

#include <vector>

#include <winnow/core/random.hpp>
#include <winnow/schedulers/registry.hpp>

namespace winnow {
namespace {

constexpr Room kFull{.more = false};

/// One that all take part in, each with a score.
void pbt_decision(benchmark::State& state, const char* type) {
  const auto population = static_cast<TrialId>(state.range(0));
  const Space space = *Space::make({{.path = {"lr"}, .domain = Float{.law = Law::log_uniform, .a = 1e-5, .b = 1}},
                                    {.path = {"momentum"}, .domain = Float{.a = 0, .b = 1}},
                                    {.path = {"batch"}, .domain = Integer{.low = 16, .high = 512, .step = 16}}});
  const Value options{{"perturbation_interval", 1}, {"hyperparam_mutations", {"lr", "momentum", "batch"}}};
  const auto scheduler =
      *make_scheduler(type, options, {.goal = Goal::minimize, .seed = 1, .sweep = "", .space = &space});
  Rng rng = keyed_rng(3, 0, "bench");
  for (TrialId trial = 0; trial < population; ++trial) {
    scheduler->created(trial, Assignment({{"lr", 0.01}, {"momentum", 0.9}, {"batch", 64}}));
  }
  std::vector<Step> at(static_cast<std::size_t>(population), 0);
  TrialId trial = 0;
  for (auto _ : state) {
    Step& step = at[static_cast<std::size_t>(trial)];
    ++step;
    const Judged report{trial, static_cast<double>(step), uniform01(rng), step};
    const Decision decision = scheduler->judge(report);
    scheduler->record(report, decision);
    if (decision.verdict == Verdict::pause) {
      scheduler->set_promotable(trial, true);
      const Wish wish = scheduler->wish(kFull);
      if (const auto* exploit = std::get_if<Exploit>(&wish)) {
        scheduler->record_exploit(exploit->trial, exploit->donor, exploit->step, exploit->params);
        step = exploit->step;
      } else {
        scheduler->record_promotion(trial);
      }
    }
    trial = (trial + 1) % population;
  }
}

BENCHMARK_CAPTURE(pbt_decision, pbt, "pbt")->Arg(16)->Arg(100)->Arg(1000)->Unit(benchmark::kMicrosecond);
/// All of them, of which one in four or so exploits: with as many changes known as there come to be, 1000 at most.
BENCHMARK_CAPTURE(pbt_decision, pb2, "pb2")->Arg(16)->Unit(benchmark::kMicrosecond)->Iterations(800);

}  // namespace
}  // namespace winnow
