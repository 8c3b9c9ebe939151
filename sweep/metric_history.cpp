#include <winnow/sweep/metric_history.hpp>

#include <winnow/sweep/command.hpp>

namespace winnow {

void MetricHistory::take(const Event& event) {
  if (const auto* started = event.as<event::Started>()) {
    courses_[event.trial].begin(started->from_step);
  } else if (const auto* reported = event.as<event::Reported>()) {
    report(event, *reported);
  } else if (const auto* told = event.as<event::Told>()) {
    if (const double* value = find_metric(told->metrics, metric_)) values_[event.trial].told = *value;
  } else if (event.kind() == EventKind::command && command_verb(event.text) == CommandVerb::retry) {
    courses_.erase(event.trial);
    values_.erase(event.trial);
  }
}

void MetricHistory::report(const Event& event, const event::Reported& reported) {
  Course& course = courses_[event.trial];
  const double* value = find_metric(reported.metrics, metric_);
  if (value != nullptr && !course.is_old_ground(reported.step)) values_[event.trial].history.add(goal_, *value);
  course.take(reported.step, value != nullptr);
}

std::optional<double> MetricHistory::value(TrialId trial, Scope scope) const {
  const auto it = values_.find(trial);
  if (it == values_.end()) return std::nullopt;
  return it->second.told ? it->second.told : it->second.history.value(scope);
}

}  // namespace winnow
