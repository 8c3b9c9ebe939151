/// What starts next, and whether anything may (docs/semantics.md, "What starts next").
#include <fmt/format.h>

#include <winnow/sweep/detail/event_about.hpp>
#include <winnow/sweep/sweep.hpp>

namespace winnow {

bool Sweep::fuse_blown() const {
  if (spec_.failures_max && counts_.failed > *spec_.failures_max) return true;
  return spec_.failures_first > 0 && session_ended_well_ == 0 && session_failed_ >= spec_.failures_first;
}

bool Sweep::failed_quickly(const Trial& trial, double now) const {
  return now - trial.attempt_at <= spec_.failures_quick;
}

std::vector<Event> Sweep::failing(Event event) const {
  const bool one_more = event.state == TrialState::failed && failed_quickly(*find(event.trial), event.time);
  const bool other_fuse = session_ended_well_ == 0;  // the first of all: they end the sweep
  std::vector<Event> events = {std::move(event)};
  if (!one_more || other_fuse || held_ || halted() || stop_ != Stop::none) return events;
  if (spec_.failures_first == 0 || quick_failures_ + 1 < spec_.failures_first) return events;
  event::Command pause;
  pause.params.set(kWhy, fmt::format("{} trials in a row failed within {:g} s of their start: {}", quick_failures_ + 1,
                                     spec_.failures_quick, events.front().text));
  events.push_back(event_of(std::move(pause), events.front().time, std::string(to_string(CommandVerb::pause))));
  return events;
}

bool Sweep::budget_used_up() const {
  return !expired_.empty() || (spec_.budget_resource && counts_.resource >= *spec_.budget_resource);
}

bool Sweep::came_as_far_as_others(Step step) const {
  return spec_.rules >= 2 && shortest_course_ && step >= *shortest_course_;
}

/// Why no trial, not even a queued one, may start any more; running ones are stopped at their next report.
std::optional<std::string> Sweep::halted() const {
  if (fuse_blown()) return fmt::format("too many trials failed ({} in all)", counts_.failed);
  if (!expired_.empty()) return expired_ + " budget used up";
  if (spec_.budget_resource && counts_.resource >= *spec_.budget_resource) return "resource budget used up";
  if (stop_ == Stop::now) return "stopped by command";
  return std::nullopt;
}

bool Sweep::may_create(std::int64_t asked) const {
  if (exhausted_ || target_reached_ || out_of_patience()) return false;
  return !spec_.run_cap || static_cast<std::int64_t>(trials_.size()) + asked < *spec_.run_cap;
}

/// Promotions after the target was reached would spend budget on nothing.
bool Sweep::may_promote() const {
  return scheduler_->promotes() && !target_reached_ && !out_of_patience() && stop_ == Stop::none && !halted();
}

bool Sweep::others_wait() const {
  return counts_.queued > 0 || counts_.paused > 0 || may_create(0);
}

std::string Sweep::why_done() const {
  if (const auto why = halted()) return *why;
  if (stop_ != Stop::none) return "stopped by command";
  if (target_reached_) return "target reached";
  if (out_of_patience()) {
    const auto trials = *spec_.budget_no_improvement;
    return fmt::format("no new best value in {} trial{}", trials, trials == 1 ? "" : "s");
  }
  if (exhausted_) return "every point of the grid was tried";
  return fmt::format("run_cap of {} trials reached", spec_.run_cap.value_or(0));
}

Next Sweep::next(std::int64_t asked) const {
  Next next = next_unheld(asked);
  if (held_ && !std::holds_alternative<Done>(next)) return Wait{true};
  return next;
}

Next Sweep::next_unheld(std::int64_t asked) const {
  const bool goes_on = !halted() && stop_ == Stop::none;
  if (goes_on) {
    if (!queued_again_.empty()) return StartTrial{*queued_again_.begin()};
    const bool creates = may_create(asked);
    const Room room{.more = creates || asked > 0 || !queued_new_.empty(), .idle = counts_.running == 0 && asked == 0};
    Wish wish = may_promote() ? scheduler_->wish(room) : Wish(Create{});
    if (const auto* paused = std::get_if<Promote>(&wish)) return PromoteTrial{paused->trial};
    if (const auto* paused = std::get_if<Drop>(&wish)) return DropTrial{paused->trial, paused->why};
    if (auto* exploit = std::get_if<Exploit>(&wish)) return ExploitTrial{std::move(*exploit)};
    if (!queued_new_.empty()) return StartTrial{*queued_new_.begin()};
    const bool holds = std::holds_alternative<Hold>(wish) && !room.idle;
    if (creates && !holds) return NewTrial{static_cast<TrialId>(trials_.size()) + asked};
  }
  if (counts_.running > 0 || (goes_on && asked > 0)) return Wait{may_promote()};
  return Done{why_done()};
}

}  // namespace winnow
