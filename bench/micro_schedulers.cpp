/// What a verdict costs (judge and record together, as the sequencer does it), and what a trial costs in memory.
#include <benchmark/benchmark.h>
#if __has_include(<malloc.h>)
#include <malloc.h>
#endif

#include <optional>
#include <vector>
#include <winnow/core/random.hpp>
#include <winnow/schedulers/asha.hpp>
#include <winnow/schedulers/rung.hpp>

namespace winnow {
namespace {

constexpr Asha::Options kLadder{.max_t = 81, .grace_period = 1, .reduction_factor = 3};

Verdict decide(Scheduler& scheduler, const Judged& report) {
  const Decision decision = scheduler.judge(report);
  scheduler.record(report, decision);
  return decision.verdict;
}

/// Trials 0 … n−1 have reported at the lowest rung; those that it stopped have ended.
Asha with_rung_of(TrialId n, Asha::Compat compat) {
  Asha::Options options = kLadder;
  options.compat = compat;
  Asha asha = Asha::make(options, {.goal = Goal::minimize, .seed = 1}).value();
  Rng rng = keyed_rng(1, 0, "bench");
  for (TrialId trial = 0; trial < n; ++trial) {
    if (decide(asha, {trial, 1, uniform01(rng)}) == Verdict::stop) asha.ended(trial, TrialState::stopped);
  }
  return asha;
}

/// The verdict on a new trial's report at a rung of `n` values. Small rungs are copied, so that they stay small.
void verdict(benchmark::State& state, Asha::Compat compat) {
  const auto n = static_cast<TrialId>(state.range(0));
  const Asha prepared = with_rung_of(n, compat);
  const std::size_t copies = n < 1000 ? 1000 : 1;
  const std::size_t reports_a_copy = n < 1000 ? 1 : 1000;
  std::vector<double> values(4096);
  Rng rng = keyed_rng(2, 0, "bench");
  for (double& value : values) value = uniform01(rng);
  std::vector<Asha> pool(copies, prepared);
  std::size_t copy = 0;
  std::size_t reports = 0;
  TrialId trial = n;
  for (auto _ : state) {
    benchmark::DoNotOptimize(decide(pool[copy], {trial, 1, values[static_cast<std::size_t>(trial) % values.size()]}));
    ++trial;
    if (++reports < reports_a_copy || n > 10'000) continue;
    reports = 0;
    if (++copy < copies) continue;
    state.PauseTiming();
    pool.assign(copies, prepared);
    copy = 0;
    state.ResumeTiming();
  }
}
BENCHMARK_CAPTURE(verdict, asha, Asha::Compat::none)->Arg(10)->Arg(1000)->Arg(1'000'000);
BENCHMARK_CAPTURE(verdict, asha_as_ray, Asha::Compat::ray)->Arg(10)->Arg(1000)->Arg(1'000'000);

void rung_insert(benchmark::State& state) {
  Rng rng = keyed_rng(3, 0, "bench");
  Rung rung(1, 0.75);
  for (int64_t i = 0; i < state.range(0); ++i) rung.insert(uniform01(rng));
  for (auto _ : state) {
    rung.insert(uniform01(rng));
    benchmark::DoNotOptimize(rung.around_quantile());
  }
}
BENCHMARK(rung_insert)->Arg(1'000'000);

/// Trials one after the other, each to its end: reports at every step up to max_t.
void whole_sweep(benchmark::State& state) {
  std::int64_t reports = 0;
  for (auto _ : state) {
    Asha asha = Asha::make(kLadder, {.goal = Goal::minimize, .seed = 1}).value();
#ifdef __GLIBC__
    const std::size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
#endif
    Rng rng = keyed_rng(4, 0, "bench");
    for (TrialId trial = 0; trial < state.range(0); ++trial) {
      const double quality = uniform01(rng);
      Verdict verdict = Verdict::go_on;
      for (double step = 1; verdict != Verdict::stop; ++step, ++reports) {
        verdict = decide(asha, {trial, step, quality + 1 / step});
      }
      asha.ended(trial, TrialState::stopped);
    }
#ifdef __GLIBC__
    const std::size_t after = mallinfo2().uordblks + mallinfo2().hblkhd;
    state.counters["heap_bytes_per_trial"] = static_cast<double>(after - before) / static_cast<double>(state.range(0));
#endif
  }
  state.SetItemsProcessed(reports);
}
BENCHMARK(whole_sweep)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

/// A million trials at once, none of them ended: the most that the bookkeeping can take.
void open_trials(benchmark::State& state) {
  for (auto _ : state) {
    Asha asha = Asha::make(kLadder, {.goal = Goal::minimize, .seed = 1}).value();
#ifdef __GLIBC__
    const std::size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
#endif
    for (const double step : {1.0, 3.0, 9.0, 27.0}) {
      for (TrialId trial = 0; trial < state.range(0); ++trial)
        asha.record({trial, step, 0.5}, asha.judge({trial, step, 0.5}));
    }
#ifdef __GLIBC__
    const std::size_t after = mallinfo2().uordblks + mallinfo2().hblkhd;
    state.counters["heap_bytes_per_trial"] = static_cast<double>(after - before) / static_cast<double>(state.range(0));
#endif
  }
}
BENCHMARK(open_trials)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace winnow
