/// What a trial says of itself: metrics at a step.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <winnow/core/ids.hpp>

namespace winnow {

using Metric = std::pair<std::string, double>;
using Metrics = std::vector<Metric>;

struct Report {
  TrialId trial = 0;
  Attempt attempt = 0;       ///< 0: the current one is meant
  std::optional<Step> step;  ///< absent: the trial's last step + 1
  Metrics metrics;           ///< values may be NaN or infinite
  /// Between actors: the sender's number for it, which the answer repeats.
  std::int64_t question = 0;
};

/// The metric's value, or null.
inline const double* find_metric(const Metrics& metrics, std::string_view name) {
  for (const auto& [key, value] : metrics) {
    if (key == name) return &value;
  }
  return nullptr;
}

}  // namespace winnow
