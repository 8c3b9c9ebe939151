/// Several schedulers side by side: `any_of` and `all_of` (docs/algorithms/any_of.md).
///
/// Every one of them sees every report. Of their verdicts, continue < pause < stop, any_of gives the strongest and
/// all_of the mildest. At most one of them may pause trials, and whom it wishes to go on goes on. A trial is complete
/// at the smallest max_t that any_of's have, at the largest that all_of's have.
///
/// Where all_of lets a trial go on that the one which pauses would have paused or stopped, no rung has judged it: that
/// one is asked again at the trial's next report, and doesn't wait for it meanwhile.
///
/// The ledger has the verdict of all together. So each one's own is judged once more just before it records the report:
/// it depends on what was recorded before, live as in recovery. The one that pauses records the verdict that stands,
/// and the one whose rungs are shown the rung that stands.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/schedulers/make_scheduler.hpp>
#include <winnow/schedulers/scheduler.hpp>

namespace winnow {

class Combined final : public Scheduler {
public:
  enum class Mode { any_of, all_of };
  struct Member {
    std::string type;
    std::unique_ptr<Scheduler> scheduler;  ///< not null
  };

  /// Fails with `invalid_option` of `of`: no member, or two that pause.
  static Result<std::unique_ptr<Scheduler>> make(Mode mode, std::vector<Member> members);

  /// What all of them take.
  [[nodiscard]] Decision judge(const Judged& report) const override;
  void record(const Judged& report, const Decision& decision) override;
  void created(TrialId trial, const Assignment& params) override;
  void ended(TrialId trial, TrialState state) override;
  void set_promotable(TrialId trial, bool promotable) override;
  [[nodiscard]] Wish wish(const Room& room) const override;
  void record_promotion(TrialId trial) override;
  void record_exploit(TrialId trial, TrialId donor, Step step, const Assignment& params) override;
  [[nodiscard]] std::optional<Step> lends(TrialId trial) const override;
  [[nodiscard]] bool promotes() const override { return pausing_.has_value(); }
  [[nodiscard]] bool needs_all() const override { return pausing_ && members_[*pausing_].scheduler->needs_all(); }
  [[nodiscard]] std::optional<double> max_t() const override { return max_t_; }
  [[nodiscard]] Value options() const override;
  [[nodiscard]] std::vector<std::string> describe() const override;
  /// Those of the one that pauses, else of the first that has any.
  [[nodiscard]] std::vector<double> rungs_of(TrialId trial) const override;

private:
  Combined(Mode mode, std::vector<Member> members);
  /// Whose rungs are shown; the number of members: nobody's.
  [[nodiscard]] std::size_t with_rungs(TrialId trial) const;
  [[nodiscard]] std::string why(const std::vector<Decision>& each, Verdict verdict) const;

  Mode mode_;
  std::vector<Member> members_;
  std::optional<std::size_t> pausing_;
  std::optional<double> max_t_;
};

/// The only resource that some of `of` take; empty if they take any.
std::string_view resource_of_any(const Value& options, OwnResource own_resource);

/// From the sweep file's keys: `of`, a list of schedulers with their types. The registry's entries. Fails also where
/// two of them count different resources.
Result<std::unique_ptr<Scheduler>> make_combined(Combined::Mode mode, const Value& options,
                                                 const SchedulerContext& context, MakeScheduler make,
                                                 OwnResource own_resource);

}  // namespace winnow
