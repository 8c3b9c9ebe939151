/// Says early that the first trial reports other metrics than the one that is judged.
#pragma once

#include <optional>
#include <set>
#include <string>

#include <winnow/sweep/event.hpp>

namespace winnow {

class AbsentMetric {
public:
  /// `metric`: empty: none is judged.
  explicit AbsentMetric(std::string metric);

  /// Once: what should be said, when the first trial that reports has done so a few times, or has ended.
  std::optional<std::string> look_at(const Event& event);

private:
  void note(TrialId trial, const Metrics& metrics);

  std::string metric_;
  std::set<std::string> names_;  ///< that the trial has reported
  std::optional<TrialId> trial_;
  int reports_ = 0;
  bool done_ = false;
};

}  // namespace winnow
