/// Runs each trial to the budget that its number has in Hyperband's brackets (core/halving_plan.hpp), for the sampler
/// dehb, which takes what they come to there (Awad, Mallik and Hutter, IJCAI 2021; docs/algorithms/dehb.md).
///
/// A trial at the largest budget is complete, others are stopped there. None waits, and none goes on later: who does
/// well is tried again with more, as a new trial.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <winnow/core/halving_plan.hpp>
#include <winnow/core/result.hpp>
#include <winnow/schedulers/scheduler.hpp>

namespace winnow {

class DehbScheduler final : public Scheduler {
public:
  explicit DehbScheduler(HalvingPlan plan) : plan_(std::move(plan)) {}

  [[nodiscard]] Decision judge(const Judged& report) const override;
  void record(const Judged&, const Decision&) override {}
  [[nodiscard]] std::optional<double> max_t() const override { return plan_.options().max_t; }
  [[nodiscard]] Value options() const override;
  [[nodiscard]] std::vector<std::string> describe() const override;
  [[nodiscard]] std::vector<double> rungs_of(TrialId trial) const override { return {plan_.budget(trial)}; }

private:
  HalvingPlan plan_;
};

/// From the scheduler's keys max_t, grace_period and reduction_factor.
Result<HalvingPlan> halving_plan(const Value& options);

/// From the sweep file's keys; the registry's entry.
Result<std::unique_ptr<Scheduler>> make_dehb_scheduler(const Value& options, SchedulerContext context);

}  // namespace winnow
