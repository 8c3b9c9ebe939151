/// Hyperband's brackets with a place for each trial by its number alone: what a sampler and a scheduler agree on
/// without a word (docs/algorithms/dehb.md). The sizes are those of DEHB (Awad, Mallik and Hutter, "DEHB: Evolutionary
/// Hyperband for Scalable, Robust and Efficient Hyperparameter Optimization", IJCAI 2021) as its package has them
/// (0.1.2).
///
/// With K = ⌊log(max_t / min_t) / log(η)⌋ + 1 there are K budgets, ⌊max_t·η^(k + 1 − K)⌋ for level k = 0 … K − 1, and K
/// kinds of brackets, which come in turn. Bracket b with s = K − 1 − (b mod K) has ⌊K / (s + 1)⌋·η^s trials at level
/// K − 1 − s, then ⌊·η^−1⌋ at the next, and so on, at least one at each. Each level has a population of as many members
/// as its largest rung has trials; the trials at a level are those members' rivals in turn.
#pragma once

#include <cstddef>
#include <vector>

#include <winnow/core/ids.hpp>
#include <winnow/core/result.hpp>

namespace winnow {

class HalvingPlan {
public:
  struct Options {
    double max_t = 81;            ///< the largest budget, >= 1
    double min_t = 1;             ///< the smallest, 1 to max_t
    double reduction_factor = 3;  ///< η > 1
  };
  struct Place {
    std::size_t bracket = 0;  ///< counted on: b
    std::size_t rung = 0;     ///< of its bracket
    std::size_t level = 0;    ///< of its budget, 0 is the smallest
    std::size_t size = 0;     ///< trials of its rung
    std::size_t index = 0;    ///< among these
    std::size_t member = 0;   ///< of the level's population, whose rival it is
  };

  /// Fails with `invalid_option`: an option out of its range, or more than 100 budgets or 100,000 trials in a rung.
  static Result<HalvingPlan> make(Options options);

  [[nodiscard]] const Options& options() const { return options_; }
  [[nodiscard]] const std::vector<double>& budgets() const { return budgets_; }  ///< by level
  [[nodiscard]] std::size_t kinds() const { return budgets_.size(); }            ///< of brackets
  /// Trials of each rung of bracket b, the lowest first; its last one is at the largest budget.
  [[nodiscard]] const std::vector<std::size_t>& rungs(std::size_t bracket) const { return kinds_[bracket % kinds()]; }
  [[nodiscard]] std::size_t population(std::size_t level) const { return populations_[level]; }
  /// Of a trial's number, >= 0; O(K²).
  [[nodiscard]] Place place(TrialId trial) const;
  [[nodiscard]] double budget(TrialId trial) const { return budgets_[place(trial).level]; }

private:
  explicit HalvingPlan(Options options) : options_(options) {}

  Options options_;
  std::vector<double> budgets_;
  std::vector<std::vector<std::size_t>> kinds_;  ///< rungs of each kind of bracket
  std::vector<std::size_t> populations_;         ///< members of each level
  std::vector<std::size_t> round_;               ///< trials at each level, in one bracket of each kind
};

}  // namespace winnow
