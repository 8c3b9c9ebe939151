#include <winnow/sweep/sequencer.hpp>

#include <utility>

namespace winnow {
namespace {

/// `before`: what makes the start right, committed with it.
Move start(const Sweep& sweep, TrialId trial, std::optional<Step> from_step, std::vector<Event> before, double now) {
  const bool promoted = !before.empty() && before.front().kind() == EventKind::promoted;
  before.push_back(sweep.started(trial, from_step, now));
  const Attempt attempt = before.back().attempt;
  return {std::move(before), StartAttemptOf{trial, attempt, from_step, promoted}};
}

Move start_queued(const Sweep& sweep, TrialId number, const CheckpointOf& checkpoint, double now) {
  const Trial& trial = *sweep.find(number);
  const auto from_step = trial.attempt > 0 ? checkpoint(trial) : std::nullopt;
  // It was told to pause and lost before it did: with a checkpoint it is where it should be, and needs no slot.
  if (trial.pause_due && from_step) return {sweep.paused_without_running(number, *from_step, now), AskAgain{}};
  return start(sweep, number, from_step, {}, now);
}

}  // namespace

Move next_move(const Sweep& sweep, std::int64_t asked, const CheckpointOf& checkpoint, double now) {
  const Next next = sweep.next(asked);
  if (const auto* queued = std::get_if<StartTrial>(&next)) return start_queued(sweep, queued->trial, checkpoint, now);
  if (const auto* paused = std::get_if<PromoteTrial>(&next)) {
    return start(sweep, paused->trial, checkpoint(*sweep.find(paused->trial)), {sweep.promoted(paused->trial, now)},
                 now);
  }
  if (const auto* dropped = std::get_if<DropTrial>(&next)) {
    return {{sweep.dropped(dropped->trial, dropped->why, now)}, AskAgain{}};
  }
  if (const auto* wanted = std::get_if<NewTrial>(&next)) return {{}, AskSampler{wanted->trial, sweep.last_seq()}};
  if (const auto* wait = std::get_if<Wait>(&next)) return {{}, *wait};
  const Done done = sweep.reason_given(std::get<Done>(next));
  if (sweep.finished()) return {{}, done};
  return {{event_of(event::Finished{}, now, done.why)}, done};
}

Event suggested(const Sweep& sweep, const AskSampler& asked, std::optional<Assignment> params, double now) {
  if (params) return sweep.suggested(asked.trial, std::move(*params), asked.seen, now);
  Event exhausted = event_of(event::Exhausted{asked.seen}, now);
  exhausted.trial = asked.trial;
  return exhausted;
}

Move suggested_and_started(const Sweep& sweep, const AskSampler& asked, Assignment params, double now) {
  return start(sweep, asked.trial, std::nullopt, {suggested(sweep, asked, std::move(params), now)}, now);
}

}  // namespace winnow
