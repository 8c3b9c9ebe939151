/// The end of a sweep that finds nothing better: budget.no_improvement (docs/semantics.md, "Settings and budgets").
#include <algorithm>
#include <cmath>
#include <winnow/core/goal.hpp>
#include <winnow/sweep/best.hpp>
#include <winnow/sweep/sweep.hpp>

namespace winnow {

/// The longest row counts: what was decided once stays so until the setting is another one.
bool Sweep::out_of_patience() const {
  return spec_.budget_no_improvement && longest_without_best_ >= *spec_.budget_no_improvement;
}

void Sweep::fold_patience(const Trial& ended) {
  if (objective() == nullptr || ended.state == TrialState::failed) return;
  const auto value = trial_value(*this, ended);
  const bool finite = value && std::isfinite(*value);
  if (finite && (!best_ended_ || better(objective()->goal, *value, *best_ended_))) {
    best_ended_ = *value;
    without_best_ = 0;
    return;
  }
  longest_without_best_ = std::max(longest_without_best_, ++without_best_);
}

}  // namespace winnow
