/// One bracket of Optuna's successive halving (read from Optuna 5.0.0): its rungs, and the values that trials had
/// there.
///
/// Rung k is reached at step first·η^k. Of the n values there, the judged one among them, the best ⌊n/η⌋ go on, but at
/// least one; ties with the last of them go on too. With n at most `bootstrap` the trial stops whatever it has. A value
/// stays there however the trial goes on. A step that reaches several rungs is judged at one after the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <winnow/core/goal.hpp>
#include <winnow/core/ids.hpp>
#include <winnow/schedulers/scheduler.hpp>
#include <winnow/schedulers/two_heaps.hpp>

namespace winnow {

class OptunaBracket {
public:
  /// `first`: the step of the lowest rung, >= 1; `eta` >= 2; `bootstrap` >= 0. Rungs end below step 2^53.
  OptunaBracket(double first, int eta, int bootstrap, Goal goal);

  /// `passed`: how many rungs the trial has been recorded in. O(rungs reached).
  [[nodiscard]] Decision judge(std::size_t passed, const Judged& report) const;
  /// Takes the value into the rungs up to the decision's; returns how many the trial has been recorded in now.
  std::size_t record(std::size_t passed, const Judged& report, const Decision& decision);

  [[nodiscard]] const std::vector<double>& steps() const { return steps_; }
  /// For `winnow check`: `rungs 1, 4, 16, …`.
  [[nodiscard]] std::string describe() const;

private:
  /// How many of `n` values go on.
  [[nodiscard]] std::size_t kept(std::size_t n) const;
  [[nodiscard]] double score(double value) const { return goal_ == Goal::maximize ? -value : value; }

  std::size_t eta_;
  std::size_t bootstrap_;
  Goal goal_;
  std::vector<double> steps_;
  std::vector<TwoHeaps> rungs_;  ///< scores, smaller is better, parted after those that one more value is compared to
};

}  // namespace winnow
