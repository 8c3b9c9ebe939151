/// How a trial goes through its steps, as far as it says which values count (docs/semantics.md, "The best trial").
#pragma once

#include <algorithm>
#include <optional>

#include <winnow/core/ids.hpp>

namespace winnow {

class Course {
public:
  /// An attempt begins: from the start (0), or after the step of its checkpoint.
  void begin(Step from_step) {
    reached_ = from_step;
    reported_ = false;
  }
  /// The attempt has been further, or as far: folds whose steps start again, a last step logged again.
  [[nodiscard]] bool goes_back_to(Step step) const { return reported_ && step <= reached_; }
  /// The attempt goes over what earlier ones have done.
  [[nodiscard]] bool is_old_ground(Step step) const { return !goes_back_to(step) && valued_ && step <= *valued_; }
  /// The attempt has reported; `counts`: a value that counts.
  void take(Step step, bool counts) {
    reached_ = std::max(reached_, step);
    reported_ = true;
    if (counts) valued_ = std::max(valued_.value_or(0), step);
  }
  /// The highest step of this attempt.
  [[nodiscard]] Step reached() const { return reached_; }
  [[nodiscard]] bool has_reported() const { return reported_; }

private:
  Step reached_ = 0;
  bool reported_ = false;
  std::optional<Step> valued_;  ///< the highest step whose value counts, of any attempt
};

}  // namespace winnow
