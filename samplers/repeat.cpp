#include <winnow/samplers/repeat.hpp>

#include <cmath>
#include <limits>

#include <winnow/space/draw.hpp>

namespace winnow {
namespace {

/// Of each column, over the rows that have a finite value there; NaN where none has.
std::vector<double> column_means(const std::vector<const std::vector<double>*>& rows) {
  std::vector<double> means;
  for (std::size_t column = 0; !rows.empty() && column < rows.front()->size(); ++column) {
    double sum = 0;
    int count = 0;
    for (const auto* row : rows) {
      if (column >= row->size() || !std::isfinite((*row)[column])) continue;
      sum += (*row)[column];
      ++count;
    }
    means.push_back(count > 0 ? sum / count : std::numeric_limits<double>::quiet_NaN());
  }
  return means;
}

}  // namespace

std::optional<Assignment> Repeat::propose(TrialId trial) {
  const TrialId group = group_of(trial);
  if (const auto it = groups_.find(group); it != groups_.end()) return it->second.params;
  auto proposed = SamplerWrapper::propose(group);
  if (proposed) groups_[group].params = *proposed;
  return proposed;
}

Value Repeat::draw(TrialId trial, std::string_view name, const Domain& domain) {
  const TrialId group = group_of(trial);
  if (const auto it = groups_.find(group); it != groups_.end()) {
    const Value* value = it->second.drawn.find(name);
    if (value != nullptr && contains(domain, *value)) return *value;
  }
  return SamplerWrapper::draw(group, name, domain);
}

void Repeat::observe(const Observation& observation) {
  if (const auto* suggested = std::get_if<TrialSuggested>(&observation)) {
    const TrialId group = group_of(suggested->trial);
    const bool is_first = group < 0 || suggested->trial == group * times_;
    groups_[group].params = suggested->params;
    if (is_first) SamplerWrapper::observe(TrialSuggested{group, suggested->params});
  } else if (const auto* drawn = std::get_if<ParameterDrawn>(&observation)) {
    Group& trials = groups_[group_of(drawn->trial)];
    if (trials.drawn.find(drawn->name) != nullptr) return;
    trials.drawn.set(drawn->name, drawn->value);
    SamplerWrapper::observe(ParameterDrawn{group_of(drawn->trial), drawn->name, drawn->domain, drawn->value});
  } else if (const auto* ended = std::get_if<TrialEnded>(&observation)) {
    end(*ended);
  } else if (const auto* resumed = std::get_if<TrialResumed>(&observation)) {
    groups_[group_of(resumed->trial)].ended.erase(resumed->trial);
  }
}

void Repeat::end(const TrialEnded& ended) {
  const TrialId group = group_of(ended.trial);
  Group& trials = groups_[group];
  trials.ended[ended.trial] = ended;
  const bool all = group < 0 || std::ssize(trials.ended) == times_;
  if (all) SamplerWrapper::observe(mean(group, trials));
}

/// It completed if any did, else it was stopped if any was.
TrialEnded Repeat::mean(TrialId group, const Group& trials) const {
  TrialEnded all{.trial = group, .state = TrialState::failed};
  std::vector<const std::vector<double>*> values;
  std::vector<const std::vector<double>*> violations;
  for (const auto& [trial, one] : trials.ended) {
    if (one.state == TrialState::completed) all.state = one.state;
    if (one.state == TrialState::stopped && all.state == TrialState::failed) all.state = one.state;
    if (one.state == TrialState::failed) continue;
    values.push_back(&one.values);
    violations.push_back(&one.violations);
  }
  all.values = column_means(values);
  all.violations = column_means(violations);
  return all;
}

}  // namespace winnow
