/// Hyperband (Li et al., "Hyperband: A Novel Bandit-Based Approach to Hyperparameter Optimization", JMLR 2018), the
/// synchronous form, with the brackets of Ray Tune's HyperBandScheduler (read from Ray 2.60).
///
/// With B = round(log(max_t) / log(η)) + 1, bracket s = 0, 1, …, B − 1 has ⌈B/(s + 1)·η^s⌉ trials, and milestones from
/// ⌊max_t·η^−s⌋ on, each ⌊·η⌋ of the one before, s of them; at each the best ⌈n/η⌋ of n go on, in the end to max_t. New
/// trials fill one bracket after the other; after the last one the first kind comes again. A trial waits, paused, at
/// the milestone until its bracket is full and all others have come there or ended; the rest is then dropped. The one
/// that comes last isn't paused: it goes on or stops. A trial that ended leaves its bracket; nobody comes in its place.
/// Where no new trial comes any more, a bracket is cut as it is: nothing waits for what doesn't come.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/schedulers/halving_bracket.hpp>
#include <winnow/schedulers/scheduler.hpp>

namespace winnow {

class Hyperband final : public Scheduler {
public:
  struct Options {
    double max_t = 81;            ///< the resource at which a trial is complete, >= 1
    double reduction_factor = 3;  ///< η > 1; at most 1000 brackets may come of it
  };

  /// Fails with `invalid_option`: the option's name, its range, and what was given.
  static Result<Hyperband> make(Options options, SchedulerContext context);

  [[nodiscard]] Decision judge(const Judged& report) const override;
  void record(const Judged& report, const Decision& decision) override;  ///< O(log n), a cut O(n log n), in the bracket
  void created(TrialId trial, const Assignment& params) override;
  void ended(TrialId trial, TrialState state) override;
  void set_promotable(TrialId trial, bool promotable) override;
  [[nodiscard]] Wish wish(const Room& room) const override;  ///< O(brackets that aren't over)
  void record_promotion(TrialId trial) override;
  [[nodiscard]] bool promotes() const override { return true; }
  [[nodiscard]] std::optional<double> max_t() const override { return options_.max_t; }
  [[nodiscard]] Value options() const override;
  [[nodiscard]] std::vector<std::string> describe() const override;
  [[nodiscard]] std::vector<double> rungs_of(TrialId trial) const override;

private:
  static constexpr std::int32_t kNone = -1;

  Hyperband(Options options, SchedulerContext context);
  [[nodiscard]] const HalvingBracket::Shape& shape(std::size_t bracket) const {
    return shapes_[bracket % shapes_.size()];
  }
  [[nodiscard]] std::int32_t number_of(TrialId trial) const;  ///< of its bracket
  HalvingBracket* bracket_of(TrialId trial);                  ///< nullptr: none, or it is over
  [[nodiscard]] const HalvingBracket* filling() const;        ///< nullptr: the next trial begins a bracket
  /// Applies `change` to the trial's bracket, if it has one that isn't over.
  template <class Change>
  void in_bracket_of(TrialId trial, Change change);

  Options options_;
  SchedulerContext context_;
  std::vector<HalvingBracket::Shape> shapes_;
  std::int32_t begun_ = 0;                       ///< brackets so far
  std::map<std::int32_t, HalvingBracket> open_;  ///< those that aren't over
  std::vector<std::int32_t> numbers_;            ///< of each trial's bracket; kNone
};

/// From the sweep file's keys; the registry's entries. The second is Ray Tune's name for it beside the sampler bohb,
/// which learns at its milestones.
Result<std::unique_ptr<Scheduler>> make_hyperband(const Value& options, SchedulerContext context);
Result<std::unique_ptr<Scheduler>> make_hyperband_bohb(const Value& options, SchedulerContext context);

}  // namespace winnow
