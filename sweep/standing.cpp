#include <winnow/sweep/standing.hpp>

#include <fmt/format.h>

#include <winnow/sweep/command.hpp>
#include <winnow/sweep/event.hpp>

namespace winnow {
namespace {

tl::unexpected<Error> refuse(const Event& event, std::string_view what) {
  return fail(errc::corrupt,
              fmt::format("event {} ({}): trial {} {}", event.seq, to_string(event.kind()), event.trial, what));
}

Result<Standing> move(Standing standing, TrialState to, const Event& event) {
  if (!legal(standing.state, to)) {
    return refuse(event, fmt::format("can't go from {} to {}", to_string(standing.state), to_string(to)));
  }
  standing.state = to;
  if (has_ended(to)) standing.pause_due = standing.held = false;
  return standing;
}

Result<Standing> reported(Standing standing, const Event& event) {
  if (standing.state != TrialState::running) {
    return refuse(event, fmt::format("is {}, not running", to_string(standing.state)));
  }
  const auto& report = *event.as<event::Reported>();
  standing.pause_due = report.verdict == Verdict::pause;
  if (report.judged) standing.scheduler_paused = report.verdict == Verdict::pause && !report.commanded;
  return event.state == TrialState::running ? standing : move(standing, event.state, event);
}

Result<Standing> commanded(Standing standing, const Event& event) {
  const auto verb = command_verb(event.text);
  if (!verb) return refuse(event, fmt::format("can't be told '{}'", event.text));
  if (*verb == CommandVerb::retry) {  // the one way out of a final state
    if (standing.state != TrialState::failed) return refuse(event, "hasn't failed");
    standing.state = TrialState::queued;
    standing.scheduler_paused = false;
    return standing;
  }
  if (*verb == CommandVerb::pause) standing.held = true;
  if (*verb == CommandVerb::resume) standing.held = false;
  return event.state == standing.state ? standing : move(standing, event.state, event);
}

}  // namespace

Result<Standing> follow(Standing standing, const Event& event) {
  switch (event.kind()) {
    case EventKind::started: {
      auto next = move(standing, TrialState::running, event);
      if (next) next->attempt = event.attempt;
      return next;
    }
    case EventKind::reported: return reported(standing, event);
    case EventKind::told: return standing;
    case EventKind::ended:
    case EventKind::lost:
    case EventKind::errored: return move(standing, event.state, event);
    case EventKind::drawn:
      if (standing.state != TrialState::running || event.as<event::Drawn>()->params.entries().size() != 1) {
        return refuse(event, fmt::format("is {}, or it isn't one value", to_string(standing.state)));
      }
      return standing;
    case EventKind::paused:
      if (!standing.pause_due) return refuse(event, "was not told to pause");
      standing.pause_due = false;
      return move(standing, event.state, event);
    case EventKind::promoted:
    case EventKind::exploited:
      if (!standing.scheduler_paused || standing.held) return refuse(event, "can't be promoted");
      standing.scheduler_paused = false;
      return move(standing, TrialState::queued, event);
    case EventKind::dropped:
      if (!standing.scheduler_paused || standing.held) return refuse(event, "can't be dropped");
      return move(standing, TrialState::stopped, event);
    case EventKind::command: return commanded(standing, event);
    case EventKind::sweep:
    case EventKind::opened:
    case EventKind::suggested:
    case EventKind::exhausted:
    case EventKind::interrupted:
    case EventKind::expired:
    case EventKind::finished:
    case EventKind::changed: break;
  }
  return refuse(event, fmt::format("can't have an event of kind {}", static_cast<int>(event.kind())));
}

}  // namespace winnow
