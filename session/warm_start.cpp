#include <winnow/session/warm_start.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <winnow/session/recovered.hpp>
#include <winnow/space/draw.hpp>
#include <winnow/sweep/best.hpp>

namespace winnow {
namespace {

/// The trial's parameters in the new space; or why they don't fit.
Result<Assignment> in_space(const Space& space, const Assignment& params) {
  if (space.parameters().empty()) return params;
  Assignment fitting;
  for (const Parameter& parameter : space.parameters()) {
    if (!space.present(parameter, fitting)) continue;
    const std::string name = parameter.name();
    const auto* constant = std::get_if<Constant>(&parameter.domain);
    const Value* value = params.find(name);
    if (value == nullptr && constant != nullptr) value = &constant->value;
    if (value == nullptr) return fail(errc::invalid_input, name + " is missing");
    if (!contains(parameter.domain, *value)) {
      return fail(errc::invalid_input, fmt::format("{}: {} is outside", name, value->dump()));
    }
    fitting.set(name, *value);
  }
  return fitting;
}

/// By the one metric's own value if both sweeps optimise it alone, else by the last reports.
double value_of(const Sweep& sweep, const Trial& trial, const std::string& metric) {
  const auto& metrics = sweep.spec().metrics;
  if (metrics.size() == 1 && metrics.front().name == metric) return objective_values(sweep, trial).front();
  const double* last = find_metric(trial.last_metrics, metric);
  return last != nullptr ? *last : std::numeric_limits<double>::quiet_NaN();
}

/// How far the constraints are missed; one without a value as far as can be.
std::vector<double> missed(const SweepSpec& spec, const Trial& trial) {
  std::vector<double> missed = violations(spec, trial);
  for (double& by : missed) {
    if (!std::isfinite(by)) by = by < 0 ? std::numeric_limits<double>::lowest() : std::numeric_limits<double>::max();
  }
  return missed;
}

PriorTrial known(const Sweep& sweep, const Trial& trial, const SweepSpec& spec, Assignment params) {
  PriorTrial prior{.params = std::move(params), .state = trial.state};
  for (const MetricSpec& metric : spec.metrics) prior.values.push_back(value_of(sweep, trial, metric.name));
  const bool usable = std::all_of(prior.values.begin(), prior.values.end(), [](double x) { return std::isfinite(x); });
  if (trial.state == TrialState::failed || !usable) return {std::move(prior.params), TrialState::failed, {}, {}};
  prior.violations = missed(spec, trial);
  return prior;
}

/// None of the trials has reported it.
bool lacks(const Sweep& sweep, const std::string& metric) {
  return std::none_of(sweep.trials().begin(), sweep.trials().end(),
                      [&](const Trial& trial) { return !std::isnan(value_of(sweep, trial, metric)); });
}

}  // namespace

Result<PriorRun> prior_run(const std::filesystem::path& root, const SweepSpec& spec) {
  const auto recovered = recover(root);
  if (!recovered) return fail(recovered.error());
  const Sweep& sweep = recovered->sweep;
  PriorRun run{.root = root};
  for (const MetricSpec& metric : spec.metrics) {
    if (lacks(sweep, metric.name)) run.without.push_back(metric.name);
  }
  for (const Trial& trial : sweep.trials()) {
    if (!has_ended(trial.state)) {
      ++run.unended;
      continue;
    }
    auto params = in_space(spec.space, trial.params);
    if (!params) {
      ++run.outside;
      if (run.example.empty()) run.example = params.error().message;
    } else if (run.without.empty()) {
      run.trials.push_back(known(sweep, trial, spec, std::move(*params)));
    }
  }
  return run;
}

std::string to_string(const PriorRun& run) {
  const auto all = static_cast<std::int64_t>(run.trials.size()) + run.unended + run.outside;
  if (!run.without.empty()) {
    return fmt::format("{}: none of its trials: it has no value of {}", run.root.string(),
                       fmt::join(run.without, ", "));
  }
  std::vector<std::string> left;
  if (run.unended > 0) left.push_back(fmt::format("{} ha{}n't ended", run.unended, run.unended == 1 ? "s" : "ve"));
  if (run.outside > 0)
    left.push_back(fmt::format("{} do{}n't fit: {}", run.outside, run.outside == 1 ? "es" : "", run.example));
  const std::string why = left.empty() ? "" : fmt::format(" ({})", fmt::join(left, ", "));
  return fmt::format("{}: {} of {} trial{}{}", run.root.string(), run.trials.size(), all, all == 1 ? "" : "s", why);
}

}  // namespace winnow
