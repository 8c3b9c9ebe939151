#include <winnow/sweep/sequencer.hpp>

#include <utility>

namespace winnow {
namespace {

/// `before`: what makes the start right, committed with it.
Move start(const Sweep& sweep, TrialId trial, std::optional<Step> from_step, std::vector<Event> before, double now,
           std::optional<TrialId> donor = std::nullopt) {
  const bool promoted = !before.empty() && before.front().kind() == EventKind::promoted;
  const Trial* known = sweep.find(trial);  // a new one isn't yet
  const bool alone = known != nullptr && known->oom_count > 0;
  before.push_back(sweep.started(trial, from_step, now));
  const Attempt attempt = before.back().attempt;
  return {std::move(before), StartAttemptOf{trial, attempt, from_step, donor, promoted, alone}};
}

std::optional<Step> own_checkpoint(const Trial& trial, const CheckpointOf& checkpoint) {
  return trial.attempt > 0 ? checkpoint(trial, trial.last_step) : std::nullopt;
}

Move promote(const Sweep& sweep, TrialId trial, const CheckpointOf& checkpoint, double now) {
  return start(sweep, trial, own_checkpoint(*sweep.find(trial), checkpoint), {sweep.promoted(trial, now)}, now);
}

/// The donor's checkpoint is there, whole as far as is known, or the trial goes on from its own.
Move exploit(const Sweep& sweep, const Exploit& wish, const CheckpointOf& checkpoint, double now) {
  if (checkpoint(*sweep.find(wish.donor), wish.step) != wish.step) return promote(sweep, wish.trial, checkpoint, now);
  return start(sweep, wish.trial, wish.step, {sweep.exploited(wish, now)}, now, wish.donor);
}

Move start_queued(const Sweep& sweep, TrialId number, const CheckpointOf& checkpoint, double now) {
  const Trial& trial = *sweep.find(number);
  if (trial.inherits) {  // lost before it reported: it goes on from the donor's again
    const Inherited& from = trial.inherited.back();
    return start(sweep, number, from.from_step, {}, now, from.donor);
  }
  const auto from_step = own_checkpoint(trial, checkpoint);
  // It was told to pause and lost before it did: with a checkpoint it is where it should be, and needs no slot.
  if (trial.pause_due && from_step) return {sweep.paused_without_running(number, *from_step, now), AskAgain{}};
  return start(sweep, number, from_step, {}, now);
}

}  // namespace

Move next_move(const Sweep& sweep, std::int64_t asked, const CheckpointOf& checkpoint, double now) {
  const Next next = sweep.next(asked);
  if (const auto* queued = std::get_if<StartTrial>(&next)) return start_queued(sweep, queued->trial, checkpoint, now);
  if (const auto* paused = std::get_if<PromoteTrial>(&next)) {
    return promote(sweep, paused->trial, checkpoint, now);
  }
  if (const auto* paused = std::get_if<ExploitTrial>(&next)) return exploit(sweep, paused->exploit, checkpoint, now);
  if (const auto* dropped = std::get_if<DropTrial>(&next)) {
    return {{sweep.dropped(dropped->trial, dropped->why, now)}, AskAgain{}};
  }
  if (const auto* wanted = std::get_if<NewTrial>(&next)) return {{}, AskSampler{wanted->trial, sweep.last_seq()}};
  if (const auto* wait = std::get_if<Wait>(&next)) return {{}, *wait};
  const auto& done = std::get<Done>(next);
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
