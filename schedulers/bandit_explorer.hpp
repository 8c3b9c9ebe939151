/// The explorer of `pb2` (population-based bandits): parameters under which, by what the population has seen so far,
/// the donor's score should rise most in the next interval, or of which too little is known (detail/ucb_choice.hpp).
///
/// So are chosen the numbers that may change. What else may, moves as in `pbt` (explore.hpp), and conditions hold
/// afterwards. While no change of the donor's own score is known, or no point keeps the space's linear constraints, its
/// parameters are taken as they are.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/schedulers/explore.hpp>
#include <winnow/schedulers/explorer.hpp>
#include <winnow/schedulers/score_changes.hpp>
#include <winnow/schedulers/unit_scale.hpp>

namespace winnow {

class BanditExplorer final : public Explorer {
public:
  /// Fails with `invalid_option` for names that the space doesn't have. Null: nothing is known of it, and nothing
  /// changes.
  static Result<std::unique_ptr<Explorer>> make(std::vector<std::string> names, const Space* space);

  void scored(TrialId trial, const Assignment& params, double time, double merit) override;
  void exploited(TrialId trial, const Assignment& params, double time, std::optional<double> merit) override;
  void ended(TrialId trial) override;
  /// O(n³) in the changes that are known, once for the same state.
  [[nodiscard]] Assignment explore(TrialId donor, const Assignment& params, Rng& rng) const override;
  [[nodiscard]] std::string_view name() const override { return "pb2"; }
  [[nodiscard]] Value options() const override;
  [[nodiscard]] std::string describe() const override;

private:
  struct Axis {
    Parameter parameter;
    UnitScale scale;
  };
  /// A wish is asked for as often as there is a slot, and isn't always taken.
  struct Answer {
    std::uint64_t version = 0;
    TrialId donor = 0;
    Rng rng;
    Assignment params;
  };

  BanditExplorer(std::vector<std::string> names, Space space);
  [[nodiscard]] ScoreChanges::Point point_of(const Assignment& params) const;
  [[nodiscard]] Assignment at_point(const Assignment& params, const ScoreChanges::Point& point, Rng& rng) const;
  [[nodiscard]] Assignment explored(TrialId donor, const Assignment& from, Rng& rng) const;

  std::vector<std::string> names_;
  Space space_;
  std::vector<Axis> axes_;  ///< the numbers among the names
  ExploreOptions others_;   ///< the other names
  ScoreChanges changes_;
  std::uint64_t version_ = 0;  ///< of the changes
  mutable std::optional<Answer> last_;
};

}  // namespace winnow
