/// The fold: how each event changes the sweep. Nothing here decides.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <winnow/sweep/settings.hpp>
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

tl::unexpected<Error> unknown_kind(const Event& event) {
  return fail(errc::corrupt, fmt::format("event {}: unknown kind {}", event.seq, static_cast<int>(event.kind)));
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
  if (event.kind == EventKind::opened || event.kind == EventKind::interrupted) {
    // A session ends: by itself, or as the next one shows (kill -9, power cut). No trial pays with a retry for it.
    wall_before_ = wall_used(last_time_);
    session_open_ = event.kind == EventKind::opened;
    session_started_ = event.time;
    for (Trial& trial : trials_) {
      if (trial.state != TrialState::running) continue;
      if (const auto moved = move(trial, TrialState::queued, event); !moved) return moved;
    }
  }
  last_seq_ = std::max(last_seq_, event.seq);
  last_time_ = event.time;
  switch (event.kind) {
    case EventKind::sweep:
    case EventKind::interrupted: return {};
    case EventKind::opened:
      session_ended_well_ = session_failed_ = 0;
      finished_ = held_ = false;
      stop_ = Stop::none;
      return {};
    case EventKind::exhausted: exhausted_ = true; return {};
    case EventKind::expired: expired_ = event.text; return {};
    case EventKind::finished: finished_ = true; return {};
    case EventKind::command: return fold_command(event);
    case EventKind::changed: return fold_changed(event);
    case EventKind::suggested:
      if (event.trial != static_cast<TrialId>(trials_.size())) {
        return fail(errc::corrupt, fmt::format("event {}: trial {} suggested where {} was due", event.seq, event.trial,
                                               trials_.size()));
      }
      trials_.emplace_back();
      trials_.back().number = event.trial;
      trials_.back().params = event.params;
      queued_new_.insert(event.trial);
      ++counts_.queued;
      return {};
    case EventKind::started:
    case EventKind::reported:
    case EventKind::ended:
    case EventKind::lost:
    case EventKind::told:
    case EventKind::errored:
    case EventKind::paused:
    case EventKind::promoted:
    case EventKind::drawn: return fold_trial(event);
  }
  return unknown_kind(event);
}

/// What an old setting had decided for good is looked at again: a target that was reached, a budget that was used up.
Result<void> Sweep::fold_changed(const Event& event) {
  for (const auto& [name, value] : event.params.entries()) {
    if (const auto done = change(spec_, name, value); !done) {
      return fail(errc::corrupt, fmt::format("event {}: {}", event.seq, done.error().message));
    }
  }
  if (expired_ == "wall" && (!spec_.budget_wall || wall_used(event.time) < *spec_.budget_wall)) expired_.clear();
  target_reached_ =
      objective() != nullptr && std::any_of(trials_.begin(), trials_.end(), [&](const Trial& trial) {
        const auto best = trial.objective.value(Scope::best);
        return (best && reaches(*objective(), *best)) || (trial.told && reaches(*objective(), *trial.told));
      });
  return {};
}

Result<void> Sweep::fold_trial(const Event& event) {
  if (find(event.trial) == nullptr) {
    return fail(errc::corrupt, fmt::format("event {}: there is no trial {}", event.seq, event.trial));
  }
  Trial& trial = trials_[static_cast<std::size_t>(event.trial)];
  switch (event.kind) {
    case EventKind::started:
      if (trial.attempt == 0) trial.started_at = event.time;
      trial.attempt = event.attempt;
      trial.last_step = event.from_step.value_or(0);
      return move(trial, TrialState::running, event);
    case EventKind::reported:
      if (trial.state != TrialState::running) {
        return fail(errc::corrupt, fmt::format("event {}: a report of trial {}, which is {}", event.seq, event.trial,
                                               to_string(trial.state)));
      }
      fold_reported(trial, event);
      return event.state == TrialState::running ? Result<void>{} : move(trial, event.state, event);
    case EventKind::told:
      merge(trial.last_metrics, event.metrics);
      if (objective() != nullptr) {
        if (const double* value = find_metric(event.metrics, objective()->name)) {
          trial.told = *value;
          target_reached_ = target_reached_ || reaches(*objective(), *value);
        }
      }
      return {};
    case EventKind::lost: ++trial.lost_count; return move(trial, event.state, event);
    case EventKind::errored: ++trial.error_count; return move(trial, event.state, event);
    case EventKind::ended: return move(trial, event.state, event);
    case EventKind::drawn: return fold_drawn(trial, event);
    case EventKind::paused: return fold_paused(trial, event);
    case EventKind::promoted: return fold_promoted(trial, event);
    case EventKind::sweep:
    case EventKind::opened:
    case EventKind::suggested:
    case EventKind::exhausted:
    case EventKind::interrupted:
    case EventKind::expired:
    case EventKind::finished:
    case EventKind::command:
    case EventKind::changed: break;  // not of a trial that is there already: folded in apply
  }
  return unknown_kind(event);
}

void Sweep::fold_reported(Trial& trial, const Event& event) {
  ++counts_.reports;
  const auto resource = resource_of(trial, event.step, event.metrics);
  trial.seen.add(event.step, event.metrics);
  trial.last_step = std::max(trial.last_step, event.step);
  if (!trial.last_judged_step || event.step >= *trial.last_judged_step) merge(trial.last_metrics, event.metrics);
  trial.last_verdict = event.verdict;
  trial.pause_due = event.verdict == Verdict::pause;
  if (!event.judged || !resource) return;
  const double value = *find_metric(event.metrics, objective()->name);
  trial.objective.add(objective()->goal, value);
  trial.last_judged_step = event.step;
  ++trial.judged_reports;
  counts_.resource += std::max(0.0, *resource - trial.resource);
  trial.resource = std::max(trial.resource, *resource);
  trial.rung = std::max(trial.rung, event.rung);
  if (event.verdict == Verdict::stop && event.state == TrialState::stopped && event.text.empty())
    ++counts_.verdicts_stop;
  target_reached_ = target_reached_ || reaches(*objective(), value);
  const Verdict by_scheduler = event.commanded ? Verdict::go_on : event.verdict;
  trial.scheduler_paused = by_scheduler == Verdict::pause;
  scheduler_->record({trial.number, *resource, value}, {by_scheduler, event.rung, event.completed});
}

Result<void> Sweep::move(Trial& trial, TrialState to, const Event& event) {
  if (!legal(trial.state, to)) {
    return fail(errc::corrupt, fmt::format("event {} ({}): trial {} can't go from {} to {}", event.seq,
                                           to_string(event.kind), trial.number, to_string(trial.state), to_string(to)));
  }
  --counter(counts_, trial.state);
  ++counter(counts_, to);
  std::set<TrialId>& queued = trial.attempt > 0 ? queued_again_ : queued_new_;
  if (trial.state == TrialState::queued) {
    queued_new_.erase(trial.number);
    queued_again_.erase(trial.number);
  }
  if (to == TrialState::queued) queued.insert(trial.number);
  trial.state = to;
  if (!has_ended(to)) return {};
  trial.ended_at = event.time;
  trial.reason = event.text;
  trial.seen.clear();
  trial.pause_due = trial.held = trial.stop_due = false;
  ++(to == TrialState::failed ? session_failed_ : session_ended_well_);
  if (to == TrialState::failed) {
    scheduler_->trial_failed(trial.number);
  } else {
    scheduler_->trial_ended(trial.number);
  }
  return {};
}

}  // namespace winnow
