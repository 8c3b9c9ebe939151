#include <winnow/sweep/observation.hpp>

namespace winnow {

std::vector<Observation> observations_of(const Sweep& sweep, const Event& event) {
  std::vector<Observation> news;
  const auto report = [&](Step step, const Metrics& metrics) {
    const double* value = sweep.objective() != nullptr ? find_metric(metrics, sweep.objective()->name) : nullptr;
    if (value != nullptr) news.emplace_back(TrialReported{event.trial, step, *value});
  };
  if (const auto* suggested = event.as<event::Suggested>()) {
    news.emplace_back(TrialSuggested{event.trial, suggested->params});
  }
  if (const auto* told = event.as<event::Told>()) report(sweep.find(event.trial)->last_step, told->metrics);
  if (const auto* reported = event.as<event::Reported>(); reported != nullptr && reported->judged) {
    report(reported->step, reported->metrics);
  }
  if (event.trial >= 0 && has_ended(event.state)) {
    news.emplace_back(TrialEnded{event.trial, event.state == TrialState::failed});
  }
  return news;
}

}  // namespace winnow
