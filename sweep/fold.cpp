/// The fold: how each event changes the sweep. Nothing here decides.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <winnow/spec/settings.hpp>
#include <winnow/sweep/sweep.hpp>

namespace winnow {
namespace {

std::int64_t& counter(SweepCounts& counts, TrialState state) {
  switch (state) {
    case TrialState::queued: return counts.queued;
    case TrialState::running: return counts.running;
    case TrialState::paused: return counts.paused;
    case TrialState::stopped: return counts.stopped;
    case TrialState::completed: return counts.completed;
    case TrialState::failed: return counts.failed;
  }
  return counts.failed;
}

bool reaches(const MetricSpec& metric, double value) {
  return metric.target && !better(metric.goal, *metric.target, value) && std::isfinite(value);
}

void merge(Metrics& into, const Metrics& metrics) {
  for (const Metric& metric : metrics) {
    const auto it = std::find_if(into.begin(), into.end(), [&](const Metric& m) { return m.first == metric.first; });
    if (it == into.end()) {
      into.push_back(metric);
    } else {
      it->second = metric.second;
    }
  }
}

}  // namespace

Result<void> Sweep::apply(const Event& event) {
  if (auto legal = check({&event, 1}); !legal) return legal;
  fold(event);
  return {};
}

void Sweep::fold(const Event& event) {
  if (session_open_ && event.kind() != EventKind::opened) wall_ += std::max(0.0, event.time - last_time_);
  ++last_seq_;
  last_time_ = event.time;
  switch (event.kind()) {
    case EventKind::sweep: break;
    case EventKind::opened:
    case EventKind::interrupted: fold_session(event); break;
    case EventKind::exhausted: exhausted_ = true; break;
    case EventKind::expired: expired_ = event.text; break;
    case EventKind::finished: finished_ = true; break;
    case EventKind::suggested: fold_suggested(event.trial, event.as<event::Suggested>()->params); break;
    case EventKind::changed: fold_changed(event.as<event::Changed>()->params); break;
    case EventKind::command: fold_command(event); break;
    case EventKind::started:
    case EventKind::reported:
    case EventKind::ended:
    case EventKind::lost:
    case EventKind::told:
    case EventKind::errored:
    case EventKind::paused:
    case EventKind::promoted:
    case EventKind::drawn:
    case EventKind::dropped:
    case EventKind::exploited: fold_trial(event); break;
  }
}

/// A session ends: by itself, or as the next one shows (kill -9, power cut). No trial pays with a retry for it.
void Sweep::fold_session(const Event& event) {
  wall_before_ = wall_;
  session_open_ = event.kind() == EventKind::opened;
  for (Trial& trial : trials_) {
    if (trial.state != TrialState::running) continue;
    Standing& standing = trial;
    standing = left_alone(standing);
    moved(trial, TrialState::running, event);
  }
  if (!session_open_) return;
  session_ended_well_ = session_failed_ = quick_failures_ = 0;
  finished_ = held_ = false;
  stop_ = Stop::none;
}

void Sweep::fold_suggested(TrialId trial, const Assignment& params) {
  trials_.emplace_back();
  trials_.back().number = trial;
  trials_.back().params = params;
  scheduler_->created(trial, params);
  queued_new_.insert(trial);
  ++counts_.queued;
}

/// What an old setting had decided for good is looked at again: a target that was reached, a budget that was used up.
void Sweep::fold_changed(const Assignment& settings) {
  for (const auto& [name, value] : settings.entries()) (void)restore(spec_, name, value);
  if (expired_ == "wall" && (!spec_.budget_wall || wall_ < *spec_.budget_wall)) expired_.clear();
  look_at_target();
}

/// Again: the target is another one, or who had reached it has failed.
void Sweep::look_at_target() {
  target_reached_ =
      objective() != nullptr && std::any_of(trials_.begin(), trials_.end(), [&](const Trial& trial) {
        if (spec_.rules >= 2 && trial.state == TrialState::failed) return false;
        const auto best = trial.objective.value(Scope::best);
        return (best && reaches(*objective(), *best)) || (trial.told && reaches(*objective(), *trial.told));
      });
}

void Sweep::fold_trial(const Event& event) {
  Trial& trial = trials_[static_cast<std::size_t>(event.trial)];
  Standing& standing = trial;
  const Standing before = standing;
  standing = *follow(before, event);
  switch (event.kind()) {
    case EventKind::started:
      if (before.attempt == 0) trial.started_at = event.time;
      trial.last_step = event.as<event::Started>()->from_step.value_or(0);
      trial.attempt_at = event.time;
      trial.course.begin(event.as<event::Started>()->from_step);
      break;
    case EventKind::reported: fold_reported(trial, event, *event.as<event::Reported>()); break;
    case EventKind::told: fold_told(trial, event.as<event::Told>()->metrics); break;
    case EventKind::lost: ++trial.lost_count; break;
    case EventKind::errored:
      ++(is_oom_retry(trial, event.as<event::Errored>()->out_of_memory) ? trial.oom_count : trial.error_count);
      break;
    case EventKind::drawn: {
      const auto& [name, value] = event.as<event::Drawn>()->params.entries().front();
      trial.params.set(name, value);
      trial.drawn.emplace_back(name, event.text);
      break;
    }
    case EventKind::paused:
      if (trial.state == TrialState::paused && trial.scheduler_paused && !trial.held) {
        scheduler_->set_promotable(trial.number, true);
      }
      break;
    case EventKind::promoted: scheduler_->record_promotion(trial.number); break;
    case EventKind::exploited: fold_exploited(trial, event); break;
    case EventKind::command: fold_trial_command(trial, event); break;
    case EventKind::ended:  // their state says all
    case EventKind::dropped:
    case EventKind::sweep:  // this and the following: not of a trial that is there already, folded above
    case EventKind::opened:
    case EventKind::suggested:
    case EventKind::exhausted:
    case EventKind::interrupted:
    case EventKind::expired:
    case EventKind::finished:
    case EventKind::changed: break;
  }
  if (trial.state != before.state) moved(trial, before.state, event);
}

/// What counts as the trial's value (docs/semantics.md, "The best trial").
void Sweep::fold_values(Trial& trial, const event::Reported& reported) {
  const bool new_rules = spec_.rules >= 2;
  const bool back = trial.course.goes_back_to(reported.step);
  const bool judged_before = trial.last_judged_step && reported.step <= *trial.last_judged_step;
  const bool old_ground = new_rules ? trial.course.is_old_ground(reported.step)
                                    : trial.last_judged_step && reported.step < *trial.last_judged_step;
  if (!old_ground) merge(trial.last_metrics, reported.metrics);
  const double* value = objective() != nullptr ? find_metric(reported.metrics, objective()->name) : nullptr;
  if (value != nullptr && back && judged_before) ++trial.repeats;
  const bool counts = value != nullptr && (new_rules ? !old_ground : reported.judged);
  trial.course.take(reported.step, value != nullptr);
  trial.last_step = trial.course.reached();
  if (!counts) return;
  trial.objective.add(objective()->goal, *value);
  target_reached_ = target_reached_ || reaches(*objective(), *value);
}

void Sweep::fold_reported(Trial& trial, const Event& event, const event::Reported& reported) {
  const bool scheduler_rules = !reported.commanded && !halted() && !trial.stop_due;
  fold_values(trial, reported);
  trial.inherits = false;
  ++counts_.reports;
  if (reported.step != trial.newest_step) trial.newest_metrics.clear();
  trial.newest_step = reported.step;
  merge(trial.newest_metrics, reported.metrics);
  trial.furthest = std::max(trial.furthest, reported.step);
  trial.last_verdict = reported.verdict;
  if (!reported.judged) return;
  const double resource = *resource_of(trial.judged_reports, reported.step, reported.metrics);
  const double value = *find_metric(reported.metrics, objective()->name);
  trial.last_judged_step = reported.step;
  ++trial.judged_reports;
  counts_.resource += std::max(0.0, resource - trial.resource);
  trial.resource = std::max(trial.resource, resource);
  trial.rung = std::max(trial.rung, reported.rung);
  if (reported.verdict == Verdict::stop && event.state == TrialState::stopped && scheduler_rules)
    ++counts_.verdicts_stop;
  const Verdict by_scheduler = reported.commanded ? Verdict::go_on : reported.verdict;
  scheduler_->record({trial.number, resource, value, reported.step, reported.metrics},
                     {by_scheduler, reported.rung, reported.completed});
}

/// Its own way so far is given up: what it reports now is new, whatever steps it has been at.
void Sweep::fold_exploited(Trial& trial, const Event& event) {
  const auto& [donor, from_step, params] = *event.as<event::Exploited>();
  trial.inherited.push_back({trial.last_step, donor, *from_step, last_seq_, std::move(trial.params)});
  trial.inherits = true;
  trial.params = params;
  trial.drawn = trials_[static_cast<std::size_t>(donor)].drawn;
  trial.last_step = *from_step;
  trial.last_judged_step = *from_step;
  trial.resource = resource_of(trial.judged_reports, *from_step, {}).value_or(trial.resource);
  trial.newest_step = -1;
  trial.newest_metrics.clear();
  trial.course = {};
  scheduler_->record_exploit(trial.number, donor, *from_step, params);
}

void Sweep::fold_told(Trial& trial, const Metrics& metrics) {
  merge(trial.last_metrics, metrics);
  if (objective() == nullptr) return;
  if (const double* value = find_metric(metrics, objective()->name)) {
    trial.told = *value;
    target_reached_ = target_reached_ || reaches(*objective(), *value);
  }
}

void Sweep::moved(Trial& trial, TrialState from, const Event& event) {
  --counter(counts_, from);
  ++counter(counts_, trial.state);
  if (from == TrialState::queued) {
    queued_new_.erase(trial.number);
    queued_again_.erase(trial.number);
  }
  if (trial.state == TrialState::queued) (trial.attempt > 0 ? queued_again_ : queued_new_).insert(trial.number);
  if (!has_ended(trial.state)) return;
  trial.ended_at = event.time;
  trial.reason = event.kind() == EventKind::command ? "stopped by command" : event.text;
  trial.newest_metrics = {};
  trial.stop_due = false;
  if (trial.state == TrialState::stopped) trial.last_verdict = Verdict::stop;  // for whoever still reports
  const bool cut_short = spec_.trial.time_limit && event.time - trial.attempt_at >= *spec_.trial.time_limit;
  const bool by_itself = event.kind() == EventKind::ended && trial.state == TrialState::completed && !cut_short;
  if (by_itself && trial.course.has_reported()) {
    shortest_course_ = std::min(shortest_course_.value_or(trial.last_step), trial.last_step);
  }
  const bool quick = trial.state == TrialState::failed && failed_quickly(trial, event.time);
  quick_failures_ = quick ? quick_failures_ + 1 : 0;
  if (trial.state == TrialState::failed) {
    ++session_failed_;
    if (target_reached_ && spec_.rules >= 2) look_at_target();
  } else if (!fuse_blown()) {
    ++session_ended_well_;  // those that the fuse itself stops don't mend it
  }
  fold_patience(trial);
  scheduler_->ended(trial.number, trial.state);
}

}  // namespace winnow
