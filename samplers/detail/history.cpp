#include <algorithm>
#include <winnow/samplers/detail/history.hpp>

namespace winnow {
namespace {

double loss(Goal goal, double value) {
  return goal == Goal::maximize ? -value : value;
}

TrialId trial_of(const Observation& observation) {
  return std::visit([](const auto& what) { return what.trial; }, observation);
}

}  // namespace

Past& History::at(TrialId trial) {
  const auto [it, is_new] = places_.try_emplace(trial, trials_.size());
  if (is_new) trials_.push_back({.trial = trial});
  return trials_[it->second];
}

Past& History::suggested(TrialId trial, const Assignment& params) {
  Past& past = at(trial);
  past.params = params;
  return past;
}

const Past& History::observe(const Observation& observation) {
  Past& past = at(trial_of(observation));
  if (const auto* news = std::get_if<TrialSuggested>(&observation)) {
    past.params = news->params;
  } else if (const auto* drawn = std::get_if<ParameterDrawn>(&observation)) {
    past.params.set(drawn->name, drawn->value);
    past.drawn.emplace_back(drawn->name, drawn->domain);
  } else if (const auto* report = std::get_if<TrialReported>(&observation)) {
    past.last_step = report->step;
    past.resource = report->resource;
    past.rung = std::max(past.rung, report->rung);
    past.last_loss = judged_ < goals_.size() ? loss(goals_[judged_], report->value) : report->value;
  } else if (std::holds_alternative<TrialPaused>(observation)) {
    past.state = TrialState::paused;
  } else if (std::holds_alternative<TrialResumed>(observation)) {
    past.state = TrialState::running;
  } else if (const auto* changed = std::get_if<TrialChanged>(&observation)) {
    past.state = TrialState::running;
    past.params = changed->params;
  } else if (const auto* ended = std::get_if<TrialEnded>(&observation)) {
    past.state = ended->state;
    past.losses = ended->values;
    for (std::size_t i = 0; i < past.losses.size() && i < goals_.size(); ++i) {
      past.losses[i] = loss(goals_[i], past.losses[i]);
    }
    past.violations = ended->violations;
  }
  return past;
}

const Past* History::find(TrialId trial) const {
  const auto it = places_.find(trial);
  return it == places_.end() ? nullptr : &trials_[it->second];
}

}  // namespace winnow
