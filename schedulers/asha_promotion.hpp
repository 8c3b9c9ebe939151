/// ASHA, the promotion form: the paper's own (Li et al., "A System for Massively Parallel Hyperparameter Tuning", MLSys
/// 2020, Algorithm 2): docs/semantics.md, "ASHA" and "Pauses and promotions".
///
/// A trial pauses at each rung (those of asha_ladder.hpp): at its first report there or beyond; rungs that it skipped
/// are never judged later. A free slot takes the trial that is promotable in the highest rung (among the top ⌊n/η⌋ of
/// the n recorded there, paused, not promoted yet; best first), else a new one. Rungs of several brackets are ordered
/// by their resource; of equal ones the lower bracket's comes first. A non-finite value ranks worst and stops the
/// trial. A report at or beyond max_t completes it.
///
/// A trial that was promoted and then fails keeps its place in the rung: nobody is promoted in its stead.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/schedulers/asha_ladder.hpp>
#include <winnow/schedulers/promotion_rung.hpp>
#include <winnow/schedulers/scheduler.hpp>

namespace winnow {

class AshaPromotion final : public Scheduler {
public:
  using Options = AshaOptions;

  /// Fails with `invalid_option`: the option's name, its range, and what was given.
  static Result<AshaPromotion> make(Options options, SchedulerContext context);

  [[nodiscard]] Decision judge(const Judged& report) const override;     ///< O(rungs)
  void record(const Judged& report, const Decision& decision) override;  ///< O(log n) in the rung's trials
  void ended(TrialId trial, TrialState state) override;
  void set_promotable(TrialId trial, bool promotable) override;  ///< O(log n)
  [[nodiscard]] Wish wish(const Room& room) const override;      ///< O(rungs of all brackets)
  void record_promotion(TrialId trial) override { set_promotable(trial, false); }
  [[nodiscard]] bool promotes() const override { return true; }
  [[nodiscard]] std::optional<double> max_t() const override { return options_.max_t; }
  [[nodiscard]] Value options() const override { return options_json(options_, "promotion"); }
  [[nodiscard]] std::vector<std::string> describe() const override;
  [[nodiscard]] std::vector<double> rungs_of(TrialId trial) const override;
  /// Who is to go on from a rung below this resource; O(rungs of all brackets).
  [[nodiscard]] std::optional<TrialId> promotable_below(double resource) const;

private:
  using Bracket = std::vector<PromotionRung>;  ///< lowest first

  /// The highest rung that has recorded the trial, and what as.
  struct Track {
    std::int32_t rung;
    PromotionRung::Entry entry;
  };

  AshaPromotion(Options options, SchedulerContext context);
  [[nodiscard]] const Bracket& bracket_of(TrialId trial) const { return brackets_[draw_.of(trial)]; }

  Options options_;
  SchedulerContext context_;
  std::vector<Bracket> brackets_;
  BracketDraw draw_;
  std::vector<std::pair<std::size_t, std::size_t>> highest_first_;  ///< bracket and rung, in the order of promotion
  std::unordered_map<TrialId, Track> tracks_;
};

}  // namespace winnow
