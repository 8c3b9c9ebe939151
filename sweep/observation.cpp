#include <winnow/sweep/observation.hpp>

namespace winnow {

std::vector<Observation> observations_of(const Sweep& sweep, const Event& event) {
  std::vector<Observation> news;
  if (event.kind == EventKind::suggested) news.emplace_back(TrialSuggested{event.trial, event.params});
  const bool told = event.kind == EventKind::told && sweep.objective() != nullptr;
  if (told || (event.kind == EventKind::reported && event.judged)) {
    const double* value = find_metric(event.metrics, sweep.objective()->name);
    const Step step = told ? sweep.find(event.trial)->last_step : event.step;
    if (value != nullptr) news.emplace_back(TrialReported{event.trial, step, *value});
  }
  if (event.trial >= 0 && has_ended(event.state)) {
    news.emplace_back(TrialEnded{event.trial, event.state == TrialState::failed});
  }
  return news;
}

}  // namespace winnow
