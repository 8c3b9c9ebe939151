/// How a trial goes through its steps, as far as it says which values count (docs/semantics.md, "The best trial").
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include <winnow/core/ids.hpp>

namespace winnow {

class Course {
public:
  /// An attempt begins: at the start, or after the step of its checkpoint.
  void begin(std::optional<Step> from_step) {
    // What it may repeat: from the start all values that count so far, from a checkpoint the way to the newest report.
    values_to_repeat_ = from_step ? 0 : values_;
    repeats_until_ = from_step ? newest_ : highest_;
    restored_ = from_step.has_value();
    reached_ = from_step.value_or(0);
    reported_ = false;
  }
  /// The attempt has been further, or as far: folds whose steps start again, a last step logged again.
  [[nodiscard]] bool goes_back_to(Step step) const { return reported_ && step <= reached_; }
  /// The attempt goes over what earlier ones have done, which counts already.
  [[nodiscard]] bool is_old_ground(Step step) const {
    if (!repeats_until_ || step > *repeats_until_) return false;
    return restored_ ? !goes_back_to(step) : values_to_repeat_ > 0;
  }
  /// The attempt has reported, with or without a value.
  void take(Step step, bool has_value) {
    if (has_value && is_old_ground(step)) {
      if (values_to_repeat_ > 0) --values_to_repeat_;
    } else if (has_value) {
      ++values_;
      highest_ = std::max(highest_.value_or(0), step);
    }
    reached_ = std::max(reached_, step);
    newest_ = step;
    reported_ = true;
  }
  /// The highest step of this attempt.
  [[nodiscard]] Step reached() const { return reached_; }
  [[nodiscard]] bool has_reported() const { return reported_; }

private:
  std::int64_t values_ = 0;      ///< that count
  std::optional<Step> highest_;  ///< of them, of any attempt
  std::optional<Step> newest_;   ///< step of the newest report
  Step reached_ = 0;
  bool reported_ = false;
  bool restored_ = false;
  std::int64_t values_to_repeat_ = 0;
  std::optional<Step> repeats_until_;
};

}  // namespace winnow
