/// Every registered scheduler, by each of its examples: what a verdict costs where 100,000 trials are known (judge and
/// record, and hearing of the trial's pause or end where that follows), and what a known trial costs in memory.
///
/// Sixteen trials run side by side and report at every step up to 27; who is stopped or is at the end ends, who is
/// paused waits to be promoted or dropped. Time is taken around these calls only, the clock itself included (`clock_ns`
/// each time that it is read). Memory is what mallinfo2 says is in use, before the scheduler was made and with all
/// trials known; no more than sixteen of them run.
#include <benchmark/benchmark.h>
#if __has_include(<malloc.h>)
#include <malloc.h>
#endif

#include <algorithm>
#include <chrono>
#include <memory>
#include <vector>
#include <winnow/core/random.hpp>
#include <winnow/schedulers/registry.hpp>

namespace winnow {
namespace {

constexpr TrialId kKnown = 100'000;
constexpr std::size_t kSlots = 16;
constexpr Step kLastStep = 27;
constexpr int kMeasured = 100'000;

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::size_t heap_in_use() {
#ifdef __GLIBC__
  return mallinfo2().uordblks + mallinfo2().hblkhd;
#else
  return 0;
#endif
}

struct Trial {
  double level = 0;
  Step step = 0;
};

/// Trials without end, on a few slots.
class Traffic {
public:
  /// `trials` is room for what is known of each.
  Traffic(Scheduler& scheduler, std::vector<Trial>& trials)
      : scheduler_(scheduler), trials_(trials), rng_(keyed_rng(6, 0, "bench")) {
    running_.reserve(kSlots);
  }

  [[nodiscard]] TrialId created() const { return created_; }

  /// One report, its verdict, and the trial's end if that is it; returns what the scheduler took for it, in seconds.
  double step() {
    while (running_.size() < kSlots && fill()) {
    }
    const auto place = static_cast<std::size_t>(uniform01(rng_) * static_cast<double>(running_.size()));
    const TrialId id = running_[place];
    Trial& trial = trials_[static_cast<std::size_t>(id)];
    ++trial.step;
    const double value = trial.level + uniform01(rng_) / static_cast<double>(trial.step);
    const Judged judged{id, static_cast<double>(trial.step), value, trial.step};
    const auto start = Clock::now();
    const Decision decision = scheduler_.judge(judged);
    scheduler_.record(judged, decision);
    const double took = seconds_since(start);
    return took + follow(place, decision);
  }

private:
  /// Takes a trial into a free slot, unless the scheduler wants none.
  bool fill() {
    for (;;) {
      const Wish wish = scheduler_.wish({.more = true, .idle = running_.empty()});
      if (const auto* drop = std::get_if<Drop>(&wish)) {
        scheduler_.ended(drop->trial, TrialState::stopped);
      } else if (const auto* exploit = std::get_if<Exploit>(&wish)) {
        scheduler_.record_exploit(exploit->trial, exploit->donor, exploit->step, exploit->params);
        trials_[static_cast<std::size_t>(exploit->trial)].step = exploit->step;
        running_.push_back(exploit->trial);
        return true;
      } else if (const auto promoted = to_promote(wish)) {
        scheduler_.record_promotion(*promoted);
        running_.push_back(*promoted);
        return true;
      } else if (std::holds_alternative<Hold>(wish) && !running_.empty()) {
        return false;
      } else {
        scheduler_.created(created_, {});
        trials_[static_cast<std::size_t>(created_)].level = uniform01(rng_);
        running_.push_back(created_++);
        return true;
      }
    }
  }

  double follow(std::size_t place, const Decision& decision) {
    const TrialId trial = running_[place];
    const bool last = trials_[static_cast<std::size_t>(trial)].step >= kLastStep;
    if (decision.verdict == Verdict::go_on && !last) return 0;
    running_[place] = running_.back();
    running_.pop_back();
    const auto start = Clock::now();
    if (decision.verdict == Verdict::pause && !last) {
      scheduler_.set_promotable(trial, true);
    } else {
      scheduler_.ended(trial, last ? TrialState::completed : TrialState::stopped);
    }
    return seconds_since(start);
  }

  Scheduler& scheduler_;
  std::vector<Trial>& trials_;
  Rng rng_;
  std::vector<TrialId> running_;
  TrialId created_ = 0;
};

double clock_seconds() {
  const auto start = Clock::now();
  double sum = 0;
  for (int i = 0; i < 1000; ++i) sum += seconds_since(Clock::now());
  benchmark::DoNotOptimize(sum);
  return seconds_since(start) / 2000;
}

void every_scheduler(benchmark::State& state, const std::string& type, const Value& options) {
  std::vector<Trial> trials(static_cast<std::size_t>(kKnown) + kMeasured + kSlots);
  const std::size_t before = heap_in_use();
  const auto scheduler = make_scheduler(type, options, {.goal = Goal::minimize, .seed = 1, .sweep = "bench"}).value();
  Traffic traffic(*scheduler, trials);
  while (traffic.created() < kKnown) traffic.step();
  const std::size_t after = heap_in_use();
  std::vector<double> took;
  took.reserve(kMeasured);
  for (auto _ : state) {
    took.push_back(traffic.step());
    state.SetIterationTime(took.back());
  }
  std::sort(took.begin(), took.end());
  state.counters["p99_ns"] = took[took.size() * 99 / 100] * 1e9;
  state.counters["clock_ns"] = clock_seconds() * 1e9;
  state.counters["heap_bytes_per_trial"] = static_cast<double>(after - before) / static_cast<double>(kKnown);
}

const bool kRegistered = [] {
  for (const std::string& name : scheduler_names()) {
    int example = 0;
    for (const Value& options : scheduler_examples(name)) {
      benchmark::RegisterBenchmark(("every_scheduler/" + name + "/" + std::to_string(example++)).c_str(),
                                   [name, options](benchmark::State& state) { every_scheduler(state, name, options); })
          ->UseManualTime()
          ->Iterations(kMeasured);
    }
  }
  return true;
}();

}  // namespace
}  // namespace winnow
