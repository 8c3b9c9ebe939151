#include <winnow/sweep/best.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

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

bool is_within(Goal goal, double threshold, std::optional<double> value) {
  return value && std::isfinite(*value) && (goal == Goal::maximize ? *value >= threshold : *value <= threshold);
}

std::optional<double> last_value(const Trial& trial, std::string_view metric) {
  const double* value = find_metric(trial.last_metrics, metric);
  return value != nullptr ? std::optional(*value) : std::nullopt;
}

bool within_thresholds(const Sweep& sweep, const Trial& trial) {
  const SweepSpec& spec = sweep.spec();
  const bool one = spec.metrics.size() == 1;
  const auto optimised = [&](const MetricSpec& metric) {
    const auto value = one ? trial_value(sweep, trial) : last_value(trial, metric.name);
    return !metric.threshold || is_within(metric.goal, *metric.threshold, value);
  };
  const auto other = [&](const OtherMetric& metric) {
    return !metric.threshold || is_within(metric.goal, *metric.threshold, last_value(trial, metric.name));
  };
  return std::all_of(spec.metrics.begin(), spec.metrics.end(), optimised) &&
         std::all_of(spec.other_metrics.begin(), spec.other_metrics.end(), other);
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

std::vector<double> objective_values(const Sweep& sweep, const Trial& trial) {
  const auto& metrics = sweep.spec().metrics;
  std::vector<double> values;
  for (const MetricSpec& metric : metrics) {
    const auto value = metrics.size() == 1 ? trial_value(sweep, trial) : last_value(trial, metric.name);
    values.push_back(value.value_or(std::numeric_limits<double>::quiet_NaN()));
  }
  return values;
}

std::vector<double> violations(const SweepSpec& spec, const Trial& trial) {
  std::vector<double> missed;
  for (const OtherMetric& metric : spec.other_metrics) {
    if (metric.strategy != OtherMetric::Strategy::constraint || !metric.threshold) continue;
    const double value = last_value(trial, metric.name).value_or(std::numeric_limits<double>::quiet_NaN());
    missed.push_back(metric.goal == Goal::maximize ? *metric.threshold - value : value - *metric.threshold);
  }
  return missed;
}

std::optional<Choice> choice_of(const Sweep& sweep, std::optional<Scope> other) {
  if (sweep.objective() == nullptr) return std::nullopt;
  const Scope scope = other.value_or(sweep.spec().scope);
  return Choice{sweep.objective()->name, sweep.objective()->goal, to_string(scope),
                [scope](const Trial& trial) { return trial.told ? trial.told : trial.objective.value(scope); }};
}

std::optional<BestTrial> best_trial(const Sweep& sweep) {
  const auto choice = choice_of(sweep);
  return choice ? best_trial(sweep, *choice) : std::nullopt;
}

std::optional<BestTrial> best_trial(const Sweep& sweep, const Choice& choice) {
  const Goal goal = choice.goal;
  const Trial* best = nullptr;
  const Trial* furthest = nullptr;
  bool beyond_threshold = false;
  const auto value = [&](const Trial& trial) { return *choice.value(trial); };
  for (const Trial& trial : sweep.trials()) {
    if (!choice.value(trial)) continue;
    const bool ended_well = eligible(sweep, trial);
    const bool within = within_thresholds(sweep, trial);
    beyond_threshold = beyond_threshold || (ended_well && !within);
    if (ended_well && within && (best == nullptr || better(goal, value(trial), value(*best)))) best = &trial;
    if (furthest == nullptr || trial.resource > furthest->resource ||
        (trial.resource == furthest->resource && better(goal, value(trial), value(*furthest)))) {
      furthest = &trial;
    }
  }
  if (best != nullptr) return BestTrial{best->number, value(*best), false, false};
  if (furthest != nullptr) return BestTrial{furthest->number, value(*furthest), true, beyond_threshold};
  return std::nullopt;
}

std::string_view reason(const BestTrial& best) {
  return best.beyond_threshold ? "no trial that ended well is within the thresholds"
                               : "every trial with a value was stopped or failed";
}

bool fell_short(const Sweep& sweep) {
  if (!sweep.finished()) return false;
  return sweep.fuse_blown() || (sweep.objective() != nullptr && !best_trial(sweep));
}

std::vector<TrialId> pareto_front(const Sweep& sweep) {
  std::vector<std::pair<TrialId, std::vector<double>>> points;
  for (const Trial& trial : sweep.trials()) {
    if (!eligible(sweep, trial) || !within_thresholds(sweep, trial)) continue;
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

std::int64_t beyond_thresholds(const Sweep& sweep) {
  return std::count_if(sweep.trials().begin(), sweep.trials().end(), [&](const Trial& trial) {
    return eligible(sweep, trial) && !merits(sweep, trial).empty() && !within_thresholds(sweep, trial);
  });
}

}  // namespace winnow
