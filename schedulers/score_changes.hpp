/// What a population's scores say of its parameters: how much a score changed in an interval, under which parameters.
/// The data of `pb2`, folded from what happens.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include <winnow/core/ids.hpp>

namespace winnow {

class ScoreChanges {
public:
  static constexpr std::size_t kKept = 1000;  ///< the latest

  using Point = std::vector<double>;  ///< parameters, each in [0, 1]
  struct Change {
    TrialId trial = 0;
    double time = 0;    ///< steps, at its end
    double before = 0;  ///< the score at its start; greater is better
    double rate = 0;    ///< of the score, per step
    Point at;
  };

  /// A change, if the trial's score of an earlier time is known, under the same parameters. A merit that isn't finite
  /// is none, and what it changes to isn't either.
  void scored(TrialId trial, const Point& at, double time, double merit);
  /// The trial's next change is one from here.
  void exploited(TrialId trial, Point at, double time, std::optional<double> merit);
  /// The trial's next change starts at its next score, should it come back.
  void ended(TrialId trial) { starts_.erase(trial); }

  [[nodiscard]] const std::deque<Change>& changes() const { return changes_; }  ///< as they came
  [[nodiscard]] const Change* last_of(TrialId trial) const;                     ///< null: none is known. O(n)
  /// What trials were given since the population has come to its latest time: nothing is known of these yet.
  [[nodiscard]] const std::vector<Point>& pending() const;

private:
  struct Start {
    double time = 0;
    double merit = 0;
  };
  void start(TrialId trial, double time, double merit);

  std::deque<Change> changes_;
  std::unordered_map<TrialId, Start> starts_;
  double latest_ = 0;    ///< time that any trial has come to
  double explored_ = 0;  ///< the latest one when parameters were given last
  std::vector<Point> given_;
};

}  // namespace winnow
