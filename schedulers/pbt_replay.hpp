/// One model along the schedule that population-based training has found (Ray Tune's PopulationBasedTrainingReplay):
/// at each of the schedule's steps a trial pauses and goes on from its own state with the parameters from there on.
/// `winnow show DIR --lineage` prints the schedule of a trial.
///
/// A change is made at the trial's first report at its step or beyond; of several that one report has passed the last
/// one counts.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/schedulers/scheduler.hpp>

namespace winnow {

class PbtReplay final : public Scheduler {
public:
  struct Change {
    double at = 0;      ///< step, > 0
    Assignment params;  ///< those that change
  };
  struct Options {
    std::vector<Change> schedule;   ///< at least one, by ascending steps
    std::optional<double> max_t{};  ///< the step at which a trial is complete, >= 1; nullopt: the trainer's end
  };

  /// Fails with `invalid_option`: the option's name, its range, and what was given.
  static Result<PbtReplay> make(Options options, SchedulerContext context);

  [[nodiscard]] Decision judge(const Judged& report) const override;  ///< O(log changes)
  void record(const Judged& report, const Decision& decision) override;
  void created(TrialId trial, const Assignment& params) override { members_[trial].params = params; }
  void ended(TrialId trial, TrialState state) override;
  void set_promotable(TrialId trial, bool promotable) override;
  [[nodiscard]] Wish wish(const Room& room) const override;
  void record_promotion(TrialId trial) override;
  void record_exploit(TrialId trial, TrialId donor, Step step, const Assignment& params) override;
  [[nodiscard]] std::optional<Step> lends(TrialId trial) const override;
  [[nodiscard]] bool promotes() const override { return true; }
  [[nodiscard]] std::optional<double> max_t() const override { return options_.max_t; }
  [[nodiscard]] Value options() const override;
  [[nodiscard]] std::vector<std::string> describe() const override;

private:
  struct Member {
    Assignment params;
    std::size_t made = 0;         ///< changes
    std::optional<Step> waits{};  ///< at this step, for the change
  };

  explicit PbtReplay(Options options) : options_(std::move(options)) {}
  /// How many changes a trial at this resource has behind it, or due.
  [[nodiscard]] std::size_t due_at(double resource) const;

  Options options_;
  std::unordered_map<TrialId, Member> members_;
  std::set<TrialId> promotable_;
};

/// From the sweep file's keys; the registry's entry.
Result<std::unique_ptr<Scheduler>> make_pbt_replay(const Value& options, SchedulerContext context);

}  // namespace winnow
