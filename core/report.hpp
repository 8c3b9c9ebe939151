/// What a trial says of itself: metrics at a step.
#pragma once

#include <optional>
#include <stdexcept>
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

/// The metric's value. Throws std::out_of_range, which names those that there are.
inline double metric_at(const Metrics& metrics, std::string_view name) {
  if (const double* value = find_metric(metrics, name)) return *value;
  std::string there;
  for (const auto& [key, value] : metrics) there += (there.empty() ? "" : ", ") + key;
  throw std::out_of_range("there is no metric " + std::string(name) + "; there are: " + there);
}

}  // namespace winnow
