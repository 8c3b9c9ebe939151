#include <winnow/session/absent_metric.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include <winnow/core/nearest.hpp>
#include <winnow/core/reported.hpp>

namespace winnow {
namespace {

/// Reports without the metric, but with one that is spelled alike, after which that is said. Without such a name only
/// the trial's end tells: a program may report what it trains by long before what it is judged by.
constexpr int kEnough = 3;
constexpr std::size_t kMostNames = 20;

}  // namespace

AbsentMetric::AbsentMetric(std::string metric) : metric_(std::move(metric)), done_(metric_.empty()) {}

std::optional<std::string> AbsentMetric::look_at(const Event& event) {
  if (done_ || event.trial < 0 || (trial_ && event.trial != *trial_)) return std::nullopt;
  if (const auto* reported = event.as<event::Reported>()) note(event.trial, reported->metrics);
  if (const auto* told = event.as<event::Told>()) note(event.trial, told->metrics);
  if (done_ || !trial_) return std::nullopt;
  const std::vector<std::string> names(names_.begin(), names_.end());
  const bool misspelled =
      std::any_of(names.begin(), names.end(), [&](const std::string& name) { return alike(name, metric_); });
  if (!has_ended(event.state) && (!misspelled || reports_ < kEnough)) return std::nullopt;
  done_ = true;
  return fmt::format("trial {} has not reported {}, which is judged, so far ({})", *trial_, visible(metric_),
                     reported_instead(metric_, names));
}

void AbsentMetric::note(TrialId trial, const Metrics& metrics) {
  trial_ = trial;
  ++reports_;
  for (const auto& [name, value] : metrics) {
    if (name == metric_) done_ = true;
    if (names_.size() < kMostNames) names_.insert(name);
  }
}

}  // namespace winnow
