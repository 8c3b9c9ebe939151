/// Which trials are good ("below") and which aren't, with the rules of Optuna 5.0's _split_trials.
///
/// gamma says how many are below, of those that have ended. They are taken from, in this order: completed trials, by
/// value, with several objectives by best_of (tpe/fronts.hpp); stopped ones, those that came further first, then by the
/// value there; trials that miss a constraint, by how much they miss in all. Of equal ones the lower number is first.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <vector>

#include <winnow/samplers/detail/history.hpp>

namespace winnow::tpe {

enum class Gamma {
  standard,  ///< ceil(n / 10), with a single objective at most 25
  capped,    ///< ceil(n / 10), at most 25
  hyperopt,  ///< ceil(sqrt(n) / 4), at most 25
};

std::size_t count_below(Gamma gamma, std::size_t ended, std::size_t objectives);

/// What a trial counts as.
struct Standing {
  enum class Group { unused, open, completed, stopped, infeasible };
  Group group = Group::unused;
  std::vector<double> losses{};  ///< of a completed one
  double first = 0;              ///< of the others: by which they are ordered
  double second = 0;
  bool operator==(const Standing&) const = default;
};

/// A failed trial is of no use, nor a completed one with a loss that is NaN or missing; one that runs, or waits, is
/// open. A constraint whose metric is missing isn't missed.
Standing standing_of(const Past& past, std::size_t objectives);

class Split {
public:
  Split(Gamma gamma, std::size_t objectives) : gamma_(gamma), objectives_(objectives) {}

  /// In place of what the trial counted as before.
  void set(TrialId trial, Standing standing);
  [[nodiscard]] const Standing& of(TrialId trial) const { return standings_.at(trial); }
  /// Completed or stopped, within the constraints or not.
  [[nodiscard]] std::size_t ended() const { return completed_.size() + stopped_.size() + infeasible_.size(); }
  /// In ascending order. O(n below); with several objectives O(n log n) and more.
  [[nodiscard]] std::vector<TrialId> below() const;

private:
  using Key = std::tuple<double, double, TrialId>;
  std::set<Key>* ordered(Standing::Group group);
  [[nodiscard]] std::vector<TrialId> best_completed(std::size_t n) const;

  Gamma gamma_;
  std::size_t objectives_;
  std::map<TrialId, Standing> standings_;
  std::set<Key> completed_;  ///< with several objectives by number alone
  std::set<Key> stopped_;
  std::set<Key> infeasible_;
};

}  // namespace winnow::tpe
