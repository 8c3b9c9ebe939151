#include <winnow/sweep/best.hpp>

#include <algorithm>
#include <cmath>

namespace winnow {
namespace {

bool eligible(const Sweep& sweep, const Trial& trial) {
  if (trial.state == TrialState::failed) return false;
  return sweep.spec().stopped_are_eligible || trial.state != TrialState::stopped;
}

std::vector<double> merits(const Sweep& sweep, const Trial& trial) {
  std::vector<double> merits;
  for (const MetricSpec& metric : sweep.spec().metrics) {
    const double* value = find_metric(trial.last_metrics, metric.name);
    if (value == nullptr || !std::isfinite(*value)) return {};
    merits.push_back(merit(metric.goal, *value));
  }
  return merits;
}

bool dominates(const std::vector<double>& a, const std::vector<double>& b) {
  bool somewhere = false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] < b[i]) return false;
    somewhere = somewhere || a[i] > b[i];
  }
  return somewhere;
}

}  // namespace

std::optional<double> trial_value(const Sweep& sweep, const Trial& trial) {
  return trial.told ? trial.told : trial.objective.value(sweep.spec().scope);
}

std::optional<BestTrial> best_trial(const Sweep& sweep) {
  if (sweep.objective() == nullptr) return std::nullopt;
  const Goal goal = sweep.objective()->goal;
  const Trial* best = nullptr;
  const Trial* furthest = nullptr;
  const auto value = [&](const Trial& trial) { return *trial_value(sweep, trial); };
  for (const Trial& trial : sweep.trials()) {
    if (!trial_value(sweep, trial)) continue;
    if (eligible(sweep, trial) && (best == nullptr || better(goal, value(trial), value(*best)))) best = &trial;
    if (furthest == nullptr || trial.resource > furthest->resource ||
        (trial.resource == furthest->resource && better(goal, value(trial), value(*furthest)))) {
      furthest = &trial;
    }
  }
  if (best != nullptr) return BestTrial{best->number, value(*best), false};
  if (furthest != nullptr) return BestTrial{furthest->number, value(*furthest), true};
  return std::nullopt;
}

std::vector<TrialId> pareto_front(const Sweep& sweep) {
  std::vector<std::pair<TrialId, std::vector<double>>> points;
  for (const Trial& trial : sweep.trials()) {
    if (!eligible(sweep, trial)) continue;
    if (auto point = merits(sweep, trial); !point.empty()) points.emplace_back(trial.number, std::move(point));
  }
  std::vector<TrialId> front;
  for (const auto& [trial, point] : points) {
    const bool dominated =
        std::any_of(points.begin(), points.end(), [&](const auto& p) { return dominates(p.second, point); });
    if (!dominated) front.push_back(trial);
  }
  return front;
}

}  // namespace winnow
