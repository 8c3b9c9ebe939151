/// Whatever can change a decision is an event, and so is every decision. State is the fold of events
/// (docs/semantics.md, "Events and replay").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/core/assignment.hpp>
#include <winnow/core/ids.hpp>
#include <winnow/core/report.hpp>
#include <winnow/core/verdict.hpp>
#include <winnow/sweep/trial_state.hpp>

namespace winnow {

/// Numbers are part of the ledger's format (docs/formats.md): never reuse one.
enum class EventKind : std::uint8_t {
  sweep = 1,        ///< text: the sweep file as given; seed; params: where it stood, and the completed sweep
  opened = 2,       ///< a process took the sweep up (start or resume): trials that were running are queued again
  suggested = 3,    ///< a slot's ask and its answer: trial, params; seen: last event that the sampler knew
  exhausted = 4,    ///< a slot's ask for trial, and the sampler has nothing left; seen
  started = 5,      ///< trial, attempt, from_step: the checkpoint it was restored from, if any
  reported = 6,     ///< trial, attempt, step, metrics, judged, verdict, rung, completed, state: the trial's after it
  ended = 7,        ///< trial, attempt, state (completed | failed | stopped), text: why
  lost = 8,         ///< trial, attempt, text: why; it is queued again or fails, by the retries left (state)
  interrupted = 9,  ///< Winnow itself ends: running trials are queued again, no retry spent
  expired = 10,     ///< a budget is used up; text: which (wall | resource)
  told = 11,        ///< ask/tell: metrics are the trial's final value; then `ended` follows
  finished = 12,    ///< the sweep is done; text: why
  errored = 13,  ///< trial, attempt, text: exception, time limit…; queued again or failed, by the retries left (state)
  paused = 14,   ///< trial, attempt, step, from_step: the checkpoint that was made (none: it will start over), state
  promoted = 15,  ///< trial, rung: the scheduler takes the paused trial on; it is queued
  /// From outside; text: pause | resume | stop | stop_now; params: why, if said; trial (-1: the sweep), state: its
  /// after it
  command = 16,
  drawn = 18,    ///< trial, attempt, params: a value that the trial asked for while it runs; text: its domain
  changed = 17,  ///< a setting: params: its name and new value; text: `file` (the directory's sweep file) or `command`
};

std::string_view to_string(EventKind kind);

/// The text of `changed` events: who asked for it.
inline constexpr std::string_view kFromFile = "file";
inline constexpr std::string_view kFromCommand = "command";

/// One record. Which fields a kind uses is said above; the others keep their defaults.
struct Event {
  std::int64_t seq = 0;  ///< position in the ledger, from 1; 0 until it is given one
  EventKind kind = EventKind::opened;
  double time = 0;  ///< seconds since 1970
  TrialId trial = -1;
  Attempt attempt = 0;
  Step step = -1;
  Metrics metrics;
  bool judged = false;
  Verdict verdict = Verdict::go_on;
  std::int32_t rung = -1;
  bool completed = false;
  bool commanded = false;  ///< reported: the verdict is a command's; the scheduler said continue, or wasn't asked
  TrialState state = TrialState::queued;  ///< the trial's after the event, of every kind that is about a trial
  Assignment params;
  std::uint64_t seed = 0;
  std::int64_t seen = 0;
  std::optional<Step> from_step;
  std::string text;

  bool operator==(const Event&) const = default;
};

}  // namespace winnow
