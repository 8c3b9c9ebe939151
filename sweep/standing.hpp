/// Where a trial stands, as far as it says what may happen to it next, and the one table of what follows what
/// (docs/semantics.md, "Trials and attempts" and "Committing and answering"): the check before a record is written and
/// the fold after it both go by it.
#pragma once

#include <winnow/core/ids.hpp>
#include <winnow/core/result.hpp>
#include <winnow/core/trial_state.hpp>

namespace winnow {

struct Event;

struct Standing {
  TrialState state = TrialState::queued;
  Attempt attempt = 0;            ///< 0: never started
  bool pause_due = false;         ///< told to pause, and hasn't yet
  bool scheduler_paused = false;  ///< the scheduler's doing: it goes on when promoted
  bool held = false;              ///< by `pause --trial N`: pauses at its next report, isn't promoted until resumed
};

/// The process that ran the sweep has left: a trial that was running is queued again.
constexpr Standing left_alone(Standing standing) {
  if (standing.state == TrialState::running) standing.state = TrialState::queued;
  return standing;
}

/// Where a trial stands after an event about it. Fails with `corrupt` if the event can't follow.
Result<Standing> follow(Standing standing, const Event& event);

}  // namespace winnow
