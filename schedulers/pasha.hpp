/// PASHA (Bohdal, Balles, Wistuba, Ermis, Archambeau, Zappella, "PASHA: Efficient HPO and NAS with Progressive Resource
/// Allocation", ICLR 2023), compared with Syne Tune 0.13: docs/algorithms/pasha.md.
///
/// ASHA's promotion form on one ladder, of which only the lower part is in use: nobody is promoted from its highest
/// rung, at first the second. After each report the ranks of the trials in that rung are compared with their ranks one
/// rung below. Where the trial at a place there and the one at the same place here were further apart, one rung below,
/// than epsilon, the part in use grows by a rung; after the last rung, to max_t. Epsilon is a number, or the noise in
/// the learning curves (curve_noise.hpp).
///
/// Equal values rank by who came first. A trial whose value at either rung isn't finite isn't compared.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/schedulers/asha_promotion.hpp>
#include <winnow/schedulers/curve_noise.hpp>
#include <winnow/schedulers/scheduler.hpp>

namespace winnow {

class Pasha final : public Scheduler {
public:
  struct Options {
    double max_t = 0;                 ///< required: the resource at which a trial is complete, >= 1
    double grace_period = 1;          ///< the resource of the lowest rung, >= 1 and < max_t
    double reduction_factor = 4;      ///< η > 1: one trial in η passes a rung; at most 1000 rungs may come of it
    std::optional<double> epsilon{};  ///< values no further apart rank the same, >= 0; nullopt: as the noise is
  };

  /// Fails with `invalid_option`: the option's name, its range, and what was given.
  static Result<Pasha> make(Options options, SchedulerContext context);

  [[nodiscard]] Decision judge(const Judged& report) const override;  ///< O(rungs)
  /// O(trials of the two highest rungs in use), and what the noise takes.
  void record(const Judged& report, const Decision& decision) override;
  void ended(TrialId trial, TrialState state) override { climb_.ended(trial, state); }
  void set_promotable(TrialId trial, bool promotable) override { climb_.set_promotable(trial, promotable); }
  [[nodiscard]] Wish wish(const Room& room) const override;  ///< O(rungs)
  void record_promotion(TrialId trial) override { climb_.record_promotion(trial); }
  [[nodiscard]] bool promotes() const override { return true; }
  [[nodiscard]] std::optional<double> max_t() const override { return options_.max_t; }
  [[nodiscard]] Value options() const override;
  [[nodiscard]] std::vector<std::string> describe() const override;
  [[nodiscard]] std::vector<double> rungs_of(TrialId trial) const override { return climb_.rungs_of(trial); }

  /// The resource that a trial may get for now.
  [[nodiscard]] double current_max_t() const { return top_ < levels_.size() ? levels_[top_] : options_.max_t; }
  /// What values are the same within.
  [[nodiscard]] double epsilon() const { return options_.epsilon ? *options_.epsilon : noise_.estimate(); }

private:
  /// Those of one rung whose values there are finite.
  struct Ranking {
    std::vector<TrialId> best_first;
    std::unordered_map<TrialId, double> merits;
  };

  Pasha(Options options, Goal goal, AshaPromotion climb);
  void rank(Ranking& rung, TrialId trial, double merit) const;
  /// Of the trials in both rungs: is each, by its merit in the lower one, within `epsilon` of who has its place there?
  [[nodiscard]] bool ranks_agree(double epsilon) const;
  void grow();

  Options options_;
  Goal goal_;
  AshaPromotion climb_;
  std::vector<double> levels_;
  std::vector<Ranking> rankings_;  ///< of each rung
  std::size_t top_;                ///< the highest rung in use, >= 1; the number of rungs: all, and max_t
  CurveNoise noise_;
};

/// From the sweep file's keys; the registry's entry.
Result<std::unique_ptr<Scheduler>> make_pasha(const Value& options, SchedulerContext context);

}  // namespace winnow
