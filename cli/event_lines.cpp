#include <winnow/cli/event_lines.hpp>

#include <fmt/format.h>

#include <winnow/cli/output.hpp>
#include <winnow/cli/summary.hpp>
#include <winnow/cli/text_table.hpp>

namespace winnow::cli {
namespace {

OrderedJson line_json(const Event& event) {
  OrderedJson json{
      {"event", to_string(event.kind())}, {"seq", event.seq}, {"trial", event.trial}, {"attempt", event.attempt}};
  if (const auto* reported = event.as<event::Reported>()) {
    json["step"] = reported->step;
    if (!reported->metrics.empty()) json["metrics"] = metrics_json(reported->metrics);
    json["verdict"] = to_string(reported->verdict);
  }
  if (const auto* exploited = event.as<event::Exploited>()) {
    json["donor"] = exploited->donor;
    json["step"] = *exploited->from_step;
    json["params"] = exploited->params.to_json();
  }
  if (has_ended(event.state)) json["state"] = to_string(event.state);
  if (!event.text.empty()) json["why"] = event.text;
  return json;
}

std::string reason_text(const Event& event) {
  if (event.kind() == EventKind::command) return " (by command)";
  return event.text.empty() ? "" : " (" + event.text + ")";
}

}  // namespace

EventLines::EventLines(bool json, const Sweep& sweep) : json_(json) {
  if (sweep.objective() != nullptr) metric_ = sweep.objective()->name;
  for (const Trial& trial : sweep.trials()) {
    if (has_ended(trial.state) && trial.state != TrialState::failed) continue;
    params_[trial.number] = trial.params;
    const double* value = find_metric(trial.last_metrics, metric_);
    if (value != nullptr && !has_ended(trial.state)) values_[trial.number] = {trial.last_step, *value};
  }
}

void EventLines::operator()(const Event& event) {
  if (const auto* suggested = event.as<event::Suggested>()) params_[event.trial] = suggested->params;
  if (const auto* drawn = event.as<event::Drawn>()) {
    for (const auto& [name, value] : drawn->params.entries()) params_[event.trial].set(name, value);
  }
  const auto* exploited = event.as<event::Exploited>();
  if (exploited != nullptr) params_[event.trial] = exploited->params;
  const auto* reported = event.as<event::Reported>();
  if (reported != nullptr) {
    const double* value = find_metric(reported->metrics, metric_);
    if (value != nullptr) values_[event.trial] = {reported->step, *value};
  }
  const bool ends = event.trial >= 0 && has_ended(event.state);
  if (json_) {
    const bool tells = event.kind() == EventKind::started || reported != nullptr || exploited != nullptr || ends;
    if (tells) print_json(line_json(event));
  } else if (exploited != nullptr) {
    put(one_line(fmt::format("trial {} goes on from trial {} at step {} ({})  {}", event.trial, exploited->donor,
                             *exploited->from_step, event.text, params_text(exploited->params))) +
        "\n");
  } else if (ends) {
    put(ended(event));
  }
  if (ends) {
    if (event.state != TrialState::failed) params_.erase(event.trial);  // which may run again
    values_.erase(event.trial);
  }
  flush_output();
}

std::string EventLines::ended(const Event& event) const {
  const auto value = values_.find(event.trial);
  const bool known = value != values_.end();
  const auto params = params_.find(event.trial);
  return one_line(fmt::format("trial {} {} at step {}{}{}  {}", event.trial, to_string(event.state),
                              known ? value->second.step : 0,
                              known ? fmt::format(", {} = {:.6g}", metric_, value->second.value) : "",
                              reason_text(event), params == params_.end() ? "" : params_text(params->second))) +
         "\n";
}

}  // namespace winnow::cli
