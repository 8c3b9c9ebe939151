/// Pauses, promotions and commands: what they decide, and how they are folded (docs/semantics.md, "Pauses and
/// promotions" and "Commands").
#include <fmt/format.h>

#include <winnow/schedulers/registry.hpp>
#include <winnow/sweep/detail/event_about.hpp>
#include <winnow/sweep/sweep.hpp>

namespace winnow {
namespace {

tl::unexpected<Error> nothing_to_do(const std::string& what) {
  return fail(errc::illegal_state, what);
}

}  // namespace

Result<std::vector<Event>> Sweep::on_paused(TrialId number, Attempt attempt, std::optional<Step> checkpoint,
                                            double now) const {
  const auto trial = open_trial(number, attempt);
  if (!trial) return fail(trial.error());
  if ((*trial)->state != TrialState::running) return std::vector<Event>{};
  if (!(*trial)->pause_due) return nothing_to_do(fmt::format("trial {} was not told to pause", number));
  return std::vector<Event>{paused(number, checkpoint, now)};
}

std::vector<Event> Sweep::paused_without_running(TrialId number, Step checkpoint, double now) const {
  std::vector<Event> events = {started(number, checkpoint, now), paused(number, checkpoint, now)};
  events.back().attempt = events.front().attempt;
  return events;
}

Event Sweep::paused(TrialId number, std::optional<Step> checkpoint, double now) const {
  const Trial& trial = *find(number);
  const bool resumed = !trial.held && !trial.scheduler_paused;  // by a command, before the pause was carried out
  Event event = event_about(event::Paused{trial.last_step, checkpoint}, trial,
                            resumed ? TrialState::queued : TrialState::paused, "", now);
  if (!checkpoint) {
    event.text = clones(spec_.scheduler.type, spec_.scheduler.options) ? "without a checkpoint of its own"
                                                                       : "without a checkpoint: it will start over";
  }
  return event;
}

Event Sweep::promoted(TrialId number, double now) const {
  const Trial& trial = *find(number);
  return event_about(event::Promoted{trial.rung}, trial, TrialState::queued, "", now);
}

Event Sweep::dropped(TrialId number, std::string why, double now) const {
  const Trial& trial = *find(number);
  return event_about(event::Dropped{trial.rung}, trial, TrialState::stopped, std::move(why), now);
}

Event Sweep::exploited(Exploit exploit, double now) const {
  // Values that the donor drew while it ran are its state's as well; no policy knows them.
  for (const auto& [name, domain] : find(exploit.donor)->drawn) {
    const Value* value = find(exploit.donor)->params.find(name);
    if (value != nullptr && exploit.params.find(name) == nullptr) exploit.params.set(name, *value);
  }
  event::Exploited what{exploit.donor, exploit.step, std::move(exploit.params)};
  return event_about(std::move(what), *find(exploit.trial), TrialState::queued, std::move(exploit.why), now);
}

Result<std::vector<Event>> Sweep::on_command(CommandVerb verb, std::optional<TrialId> number, std::string why,
                                             double now) const {
  event::Command command;
  if (!why.empty()) command.params.set(kWhy, std::move(why));
  Event event = event_of(std::move(command), now, std::string(to_string(verb)));
  if (number) {
    const Trial* trial = find(*number);
    if (trial == nullptr) {
      return fail(errc::unknown_trial,
                  fmt::format("there is no trial {}; {} trials were created", *number, trials_.size()));
    }
    const auto blocked = verb == CommandVerb::retry ? why_not_again() : std::nullopt;
    if (blocked) return nothing_to_do(*blocked);
    auto about = trial_command(verb, *trial, std::move(event));
    if (!about) return fail(about.error());
    return std::vector<Event>{std::move(*about)};
  }
  if (verb == CommandVerb::retry) {
    if (const auto blocked = why_not_again()) return nothing_to_do(*blocked);
    return retried(event);
  }
  if (finished_) return nothing_to_do("the sweep has finished");
  switch (verb) {
    case CommandVerb::retry: break;
    case CommandVerb::pause:
      if (held_) return nothing_to_do("the sweep is paused already");
      break;
    case CommandVerb::resume:
      if (stop_ == Stop::now) return nothing_to_do("the sweep is being stopped");
      if (!held_ && stop_ == Stop::none) return nothing_to_do("the sweep is not paused");
      break;
    case CommandVerb::stop:
      if (stop_ != Stop::none) return nothing_to_do("the sweep is being stopped already");
      break;
    case CommandVerb::stop_now:
      if (stop_ == Stop::now) return nothing_to_do("the sweep is being stopped already");
      break;
  }
  return std::vector<Event>{std::move(event)};
}

std::optional<std::string> Sweep::why_not_again() const {
  if (budget_used_up()) {
    const bool wall = !expired_.empty();
    return fmt::format(
        "nothing starts any more: the {0} budget is used up; `winnow resume DIR --set budget.{0}=…` "
        "gives it more",
        wall ? expired_ : "resource");
  }
  const bool runs = session_open_ && !finished_;
  if (runs && stop_ != Stop::none) return "nothing starts any more: the sweep is being stopped";
  return std::nullopt;
}

Result<std::vector<Event>> Sweep::retried(const Event& event) const {
  std::vector<Event> events;
  for (const Trial& trial : trials_) {
    if (trial.state != TrialState::failed) continue;
    auto about = trial_command(CommandVerb::retry, trial, event);
    if (!about) return fail(about.error());
    events.push_back(std::move(*about));
  }
  if (events.empty()) return nothing_to_do("no trial has failed");
  return events;
}

Result<Event> Sweep::trial_command(CommandVerb verb, const Trial& trial, Event event) const {
  const auto refuse = [&](std::string_view what) {
    return nothing_to_do(fmt::format("trial {} {}", trial.number, what));
  };
  if (verb != CommandVerb::retry && has_ended(trial.state))
    return refuse(fmt::format("has ended ({})", to_string(trial.state)));
  event.trial = trial.number;
  event.attempt = trial.attempt;
  event.state = trial.state;
  switch (verb) {
    case CommandVerb::pause:
      if (trial.held) return refuse("is paused by command already");
      break;
    case CommandVerb::resume:
      if (!trial.held && trial.state == TrialState::paused) {
        return refuse("is paused by the scheduler; it goes on when it is promoted");
      }
      if (!trial.held) return refuse(fmt::format("is not paused by command; it is {}", to_string(trial.state)));
      if (trial.state == TrialState::paused && !trial.scheduler_paused) event.state = TrialState::queued;
      break;
    case CommandVerb::stop:
      if (trial.stop_due) return refuse("is being stopped already");
      if (trial.state != TrialState::running) event.state = TrialState::stopped;
      break;
    case CommandVerb::stop_now: return refuse("can be stopped at its next report only; leave --now out");
    case CommandVerb::retry:
      if (trial.state != TrialState::failed) {
        return refuse(
            fmt::format("is {}; only a failed trial can be run again in the same sweep (`winnow train` trains "
                        "any one anew)",
                        to_string(trial.state)));
      }
      event.state = TrialState::queued;
      break;
  }
  return event;
}

void Sweep::fold_command(const Event& event) {
  if (event.trial >= 0) return fold_trial(event);
  switch (*command_verb(event.text)) {
    case CommandVerb::pause: {
      const Value* why = event.as<event::Command>()->params.find(kWhy);
      hold_reason_ = why != nullptr && why->is_string() ? why->get<std::string>() : "";
      held_ = true;
      break;
    }
    case CommandVerb::resume:
      held_ = false;
      stop_ = Stop::none;
      quick_failures_ = 0;
      break;
    case CommandVerb::retry: break;  // of trials only
    case CommandVerb::stop: stop_ = Stop::soon; break;
    case CommandVerb::stop_now: stop_ = Stop::now; break;
  }
}

/// With all its retries; what it has been judged by stays, what failed says nothing of its value any more.
void Sweep::run_again(Trial& trial) {
  trial.lost_count = trial.error_count = trial.oom_count = 0;
  trial.objective = {};
  trial.course = {};
  trial.told.reset();
  trial.last_metrics.clear();
  trial.last_verdict = Verdict::go_on;
  trial.repeats = 0;
  trial.furthest = 0;
  trial.ended_at = 0;
  trial.reason.clear();
  quick_failures_ = 0;
}

void Sweep::fold_trial_command(Trial& trial, const Event& event) {
  const CommandVerb verb = *command_verb(event.text);
  if (verb == CommandVerb::stop) trial.stop_due = true;
  if (verb == CommandVerb::retry) return run_again(trial);
  const bool waits = trial.state == TrialState::paused && trial.scheduler_paused;
  if (!waits) return;
  if (verb == CommandVerb::pause) scheduler_->set_promotable(trial.number, false);
  if (verb == CommandVerb::resume) scheduler_->set_promotable(trial.number, true);
}

}  // namespace winnow
