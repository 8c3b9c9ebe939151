#include <winnow/storage/metrics/tables.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace winnow {
namespace {

constexpr double kNever = std::numeric_limits<double>::quiet_NaN();

}  // namespace

void MetricsTables::apply(const Event& event) {
  applied = event.seq;
  switch (event.kind()) {
    case EventKind::sweep:
    case EventKind::exhausted:
    case EventKind::expired:
    case EventKind::finished:
    case EventKind::changed: return;
    case EventKind::opened:
    case EventKind::interrupted: return requeue_running();
    case EventKind::suggested: return add_trial(event.trial, event.as<event::Suggested>()->params);
    case EventKind::started:
    case EventKind::reported:
    case EventKind::ended:
    case EventKind::lost:
    case EventKind::told:
    case EventKind::errored:
    case EventKind::paused:
    case EventKind::promoted:
    case EventKind::command:
    case EventKind::drawn:
    case EventKind::dropped:
    case EventKind::exploited: break;
  }
  // Of the sweep: a command without a trial. Whatever is said of a trial says its state.
  if (event.trial < 0 || event.trial >= static_cast<TrialId>(trials.size())) return;
  TrialTableRow& trial = touch(event.trial);
  trial.state = static_cast<std::int32_t>(event.state);
  trial.ended = has_ended(event.state) ? event.time : kNever;
  if (const auto* started = event.as<event::Started>()) {
    trial.attempt = event.attempt;
    trial.last_step = started->from_step.value_or(0);
    if (std::isnan(trial.started)) trial.started = event.time;
  }
  if (const auto* exploited = event.as<event::Exploited>()) {
    trial.last_step = exploited->from_step.value_or(0);
    add_params(event.trial, exploited->params);
    for (LatestValue& value : latest[static_cast<std::size_t>(event.trial)]) value.step = kTold;  // any step is later
  }
  if (const auto* drawn = event.as<event::Drawn>()) add_params(event.trial, drawn->params);
  if (const auto* told = event.as<event::Told>()) add_metrics(event, kTold, told->metrics);
  if (const auto* reported = event.as<event::Reported>()) {
    trial.last_step = std::max(trial.last_step, reported->step);
    add_metrics(event, reported->step, reported->metrics);
    if (reported->judged) add_verdict(event, *reported);
  }
}

void MetricsTables::clear_pending() {
  stored_names = names.size();
  dirty_begin = dirty_end = 0;
  stored_params = params.size();
  stored_texts = texts.size();
  stored_reports += reports.size();
  stored_verdicts += verdicts.size();
  reports.clear();
  verdicts.clear();
}

std::string MetricsTables::param_text(const ParamRow& row) const {
  if (row.kind == ParamKind::number) return format_double(row.number);
  if (row.kind == ParamKind::boolean) return row.number != 0 ? "true" : "false";
  return texts.substr(static_cast<std::size_t>(row.text_offset), static_cast<std::size_t>(row.text_length));
}

TrialTableRow& MetricsTables::touch(TrialId trial) {
  const auto index = static_cast<std::size_t>(trial);
  dirty_begin = dirty_begin == dirty_end ? index : std::min(dirty_begin, index);
  dirty_end = std::max(dirty_end, index + 1);
  return trials[index];
}

void MetricsTables::requeue_running() {
  for (TrialTableRow& trial : trials) {
    if (trial.state != static_cast<std::int32_t>(TrialState::running)) continue;
    touch(trial.trial).state = static_cast<std::int32_t>(TrialState::queued);
  }
}

void MetricsTables::add_trial(TrialId trial, const Assignment& given) {
  for (auto number = static_cast<TrialId>(trials.size()); number <= trial; ++number) {
    trials.push_back({number, static_cast<std::int32_t>(TrialState::queued), 0, 0, kNever, kNever});
    touch(number);
  }
  latest.resize(trials.size());
  add_params(trial, given);
}

void MetricsTables::add_params(TrialId trial, const Assignment& given) {
  for (const auto& [name, value] : given.entries()) add_param(trial, name, value);
}

void MetricsTables::add_param(TrialId trial, const std::string& name, const Value& value) {
  ParamRow row{trial,
               static_cast<std::int32_t>(names.intern(name)),
               ParamKind::json,
               std::numeric_limits<double>::quiet_NaN(),
               static_cast<std::int64_t>(texts.size()),
               0};
  if (value.is_number()) {
    row.kind = ParamKind::number;
    row.number = value.get<double>();
  } else if (value.is_boolean()) {
    row.kind = ParamKind::boolean;
    row.number = value.get<bool>() ? 1 : 0;
  } else {
    row.kind = value.is_string() ? ParamKind::text : ParamKind::json;
    const std::string text =
        value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, Value::error_handler_t::replace);
    row.text_length = static_cast<std::int64_t>(text.size());
    texts += text;
  }
  params.push_back(row);
}

void MetricsTables::add_metrics(const Event& event, Step step, const Metrics& metrics) {
  auto& held = latest[static_cast<std::size_t>(event.trial)];
  for (const auto& [name, value] : metrics) {
    const auto id = static_cast<std::int32_t>(names.intern(name));
    reports.push_back({event.trial, event.attempt, id, step, event.time, value});
    const auto it = std::find_if(held.begin(), held.end(), [id](const LatestValue& v) { return v.name_id == id; });
    if (it == held.end()) {
      held.push_back({id, step, value});
    } else if (step == kTold || step >= it->step) {
      *it = {id, std::max(step, it->step), value};
    }
  }
}

void MetricsTables::add_verdict(const Event& event, const event::Reported& reported) {
  verdicts.push_back({event.trial, event.attempt, static_cast<std::int32_t>(reported.verdict), reported.step,
                      reported.rung, static_cast<std::int32_t>(event.state), event.time});
}

}  // namespace winnow
