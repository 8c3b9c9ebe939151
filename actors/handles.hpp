/// The table of contents of the running system: every actor, and what it can be told.
#pragma once

#include <caf/typed_actor.hpp>

#include <winnow/actors/messages.hpp>

namespace winnow {

/// What takes trials on: ours (below), or one of a program's own type. It is the fleet's. It gets a StartAttempt; it
/// sends a Report for each step to whom the attempt is of, and heeds the Answer; it ends an attempt with AttemptEnded
/// (also after an error, unless that was stale_attempt), or after a pause verdict with AttemptPaused, and when that is
/// answered, or the verdict was stop, it says SlotFree to the fleet. So an attempt ends by exactly one event before its
/// slot is free.
using trainer_actor = typed_actor<
    // Runs an attempt, from a checkpoint if one is named.
    caf::result<void>(StartAttempt),
    // The scheduler's answer to a report, an end or a pause: it is durable.
    caf::result<void>(Answer),
    // Leaves the sender's attempt after the running slice.
    caf::result<void>(Drain)>;

/// One of our own, one per slot: drives a trainable, slice by slice.
using slot_actor = typed_actor<
    // The three above.
    caf::result<void>(StartAttempt), caf::result<void>(Answer), caf::result<void>(Drain),
    // Takes a slice's outcome from the slot's thread.
    caf::result<void>(SliceDone),
    // Takes the outcome of a pause's save from the slot's thread.
    caf::result<void>(PauseSaved),
    // Hears from the slot's thread that it has let go of the trainable.
    caf::result<void>(AttemptLeft),
    // Has a value drawn for the trial that asks from the slot's thread.
    caf::result<void>(WantValue),
    // Looks whether a limit has passed, a grace time is over, or an answer is late.
    caf::result<void>(ClockTick)>;

/// The sequencer of one sweep: every decision passes through it, in one order.
using scheduler_actor = typed_actor<
    // Takes a slot for a trial.
    caf::result<void>(Grant),
    // Hears that the attempt in a slot has left it: the slot is the fleet's again.
    caf::result<void>(SlotFree),
    // A slot is gone.
    caf::result<void>(SlotLost),
    // Ends the sweep: nothing can run any more.
    caf::result<void>(NoSlots),
    // Gives a slot back that a higher priority waits for, when a trial in one has reported and can go on later.
    caf::result<void>(Yield),
    // Judges a report; answered when report and verdict are durable.
    caf::result<Answer>(Report),
    // Judges several reports of a trial; answered when all that it took are durable.
    caf::result<Answer>(Reports),
    // Draws a value for a running trial; answered when it is durable.
    caf::result<Drawn>(DrawValue),
    // An attempt ended by itself or failed; answered when that is durable.
    caf::result<Answer>(AttemptEnded),
    // A trial is paused; answered when that is durable.
    caf::result<Answer>(AttemptPaused),
    // Pauses, resumes or stops the sweep or a trial; answered when that is durable, or with what is the matter.
    caf::result<Answer>(Command),
    // Takes the sampler's suggestion.
    caf::result<void>(Suggestion),
    // Releases the answers that waited for the ledger.
    caf::result<void>(Durable),
    // Ends the sweep: the ledger can't be written.
    caf::result<void>(StorageFailed),
    // Ends the sweep if the sampler has said nothing since.
    caf::result<void>(SamplerTimeout),
    // Checks the wall budget, and comes again if it isn't over.
    caf::result<void>(ClockTick),
    // Starts nothing more and ends when the running attempts have left.
    caf::result<void>(Interrupt),
    // Wants another part of the house from now on.
    caf::result<void>(ChangeWants),
    // From now on, sends the subscriber what becomes durable, in order (SweepNews).
    caf::result<void>(Subscribe),
    // What people see.
    caf::result<Snapshot>(GetSnapshot)>;

/// The front of a sweep whose trials its clients train.
using desk_actor = typed_actor<
    // Answers what clients ask, report and tell; when it is durable.
    caf::result<void>(AskTellRequests),
    // As the scheduler's.
    caf::result<Answer>(Command), caf::result<void>(Interrupt), caf::result<void>(ChangeWants),
    caf::result<Snapshot>(GetSnapshot),
    // Hands out no further trial, or does again.
    caf::result<void>(LetStart),
    // Writes what was decided since the last time, and lets the answers go.
    caf::result<void>(Commit),
    // Looks whether a budget is used up, a client silent, or nobody has asked for long.
    caf::result<void>(ClockTick)>;

/// A sweep that is open, whoever trains its trials: what both fronts take.
using sweep_actor = typed_actor<caf::result<Answer>(Command), caf::result<void>(Interrupt),
                                caf::result<void>(ChangeWants), caf::result<Snapshot>(GetSnapshot)>;

/// Owns the slots of the house and divides them among its sweeps: spawns a trainer for each, and a new one for each
/// that dies.
using fleet_actor = typed_actor<
    // Hears what a sweep wants.
    caf::result<void>(Demand),
    // Takes a slot back in which nothing has started.
    caf::result<void>(Release),
    // Hears from a trainer that it has nothing to run.
    caf::result<void>(SlotFree),
    // Answered when nothing of a sweep that has ended runs any more.
    caf::result<void>(LeaveFleet),
    // Gives out no further slot, or does again.
    caf::result<void>(LetStart),
    // Looks whether somebody has waited for so long that a lower priority is to give a slot back.
    caf::result<void>(ClockTick),
    // Takes a trainer of another type in, one that has nothing to run: it is watched, and given to whoever wants a
    // slot.
    caf::result<void>(AdoptTrainer)>;

struct Job;

/// Run this attempt; its start is durable.
struct StartAttempt {
  TrialId trial = 0;
  Attempt attempt = 1;
  Assignment params{};
  std::uint64_t seed = 0;
  std::optional<Step> from_step{};  ///< restore the checkpoint of this step first; an older one if it isn't whole
  std::optional<TrialId> donor{};   ///< whose checkpoint that is, if not the trial's own: it becomes that first
  DeviceShare devices{};            ///< that it may use
  std::shared_ptr<const Job> job{};
  scheduler_actor answer_to{};  ///< what is reported to
};
/// The slot is the sweep's until its attempt has left, or until it is given back by Release.
struct Grant {
  trainer_actor trainer;
  DeviceShare devices{};
};
struct Release {
  trainer_actor trainer;
};
/// From a trainer: it wants an attempt, and has let go of the one before. The fleet tells whoever had the slot.
struct SlotFree {
  trainer_actor trainer;
};
/// The fleet saw a trainer die; what it ran is lost.
struct SlotLost {
  caf::actor_addr trainer;
  std::string why;
};
/// What a sweep wants from now on (actors/fair_share.hpp).
struct Demand {
  scheduler_actor sweep;
  Wants wants;
};
struct LeaveFleet {
  scheduler_actor sweep;
};
/// A trainer that the fleet did not spawn.
struct AdoptTrainer {
  trainer_actor trainer;
};

/// Suggests trials for one sweep, in its own time.
using sampler_actor = typed_actor<
    // Suggests trial n.
    caf::result<Suggestion>(Suggest),
    // Draws one value.
    caf::result<Drawn>(Draw),
    // Hears of reports and ends (learning samplers).
    caf::result<void>(Observe)>;

/// Ours: one that learns computes on a thread of its own.
using computing_sampler_actor = typed_actor<
    // The three above.
    caf::result<Suggestion>(Suggest), caf::result<Drawn>(Draw), caf::result<void>(Observe),
    // Takes what was computed from its thread.
    caf::result<void>(SamplerComputed)>;

/// Writes the ledgers of some sweeps; for each of them one transaction for all that came in while the last one was
/// synced.
using storage_actor = typed_actor<
    // Puts events into their ledger's next transaction.
    caf::result<void>(Append),
    // Writes the transactions.
    caf::result<void>(Commit),
    // Lets go of a ledger; answered when it isn't used any more.
    caf::result<void>(CloseLedger)>;

}  // namespace winnow

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::StartAttempt)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::Grant)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::Release)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::Demand)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::LeaveFleet)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::SlotFree)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::SlotLost)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::AdoptTrainer)
