/// The part of an event that every event about a trial has; not part of the interface.
#pragma once

#include <string>
#include <utility>

#include <winnow/sweep/event.hpp>
#include <winnow/sweep/trial.hpp>

namespace winnow {

/// Under which a command's event keeps its reason.
inline constexpr const char* kWhy = "why";

inline Event event_about(event::What what, const Trial& trial, TrialState state, std::string why, double now) {
  Event event = event_of(std::move(what), now, std::move(why));
  event.trial = trial.number;
  event.attempt = trial.attempt;
  event.state = state;
  return event;
}

}  // namespace winnow
