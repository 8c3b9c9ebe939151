/// Every message that travels between Winnow's actors. They are local to the process: remote workers speak another
/// protocol.
#pragma once

#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include <caf/actor.hpp>

#include <winnow/actors/caf_compat.hpp>
#include <winnow/actors/fair_share.hpp>
#include <winnow/core/report.hpp>
#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>
#include <winnow/core/verdict.hpp>
#include <winnow/samplers/sampler.hpp>
#include <winnow/sweep/best.hpp>
#include <winnow/sweep/event.hpp>
#include <winnow/sweep/snapshot.hpp>
#include <winnow/trainers/trainable.hpp>

namespace winnow {

// --- to a trainer

struct StartAttempt;  ///< in handles.hpp, as those below: they hold handles
/// From the slot's thread: job number `job`, a slice, is over.
struct SliceDone {
  std::int64_t job = 0;
  Result<Progress> progress;
};
/// From the slot's thread: the state is saved, at which step (none: it can't be saved).
struct PauseSaved {
  std::int64_t job = 0;
  Result<std::optional<Step>> checkpoint;
};
/// From the slot's thread: the trainable is gone.
struct AttemptLeft {
  std::int64_t job = 0;
};
/// A value for a parameter that turned up while the trial runs.
struct DrawValue {
  TrialId trial = 0;
  Attempt attempt = 0;
  std::string name;
  Domain domain;
};
/// From an attempt that wants a value while it runs: the promise is kept, or broken where the slot has left it.
struct WantValue {
  DrawValue wanted;
  std::int64_t run = 0;  ///< the slot's number for the attempt
  std::shared_ptr<std::promise<Result<Value>>> promise;
};
/// Let the running slice report, then leave the attempt. After `grace` seconds it is given up. To a slot that runs one
/// of the sender's.
struct Drain {
  double grace = 10;
};

// --- to the scheduler

struct Grant;
struct SlotFree;
struct SlotLost;
/// No slot is left in the house, and none will come.
struct NoSlots {
  std::string why;
};

/// The answer to a report or to an attempt's end; sent when the record is durable.
struct Answer {
  Verdict verdict = Verdict::go_on;
  std::optional<Error> error;
  std::int64_t question = 0;  ///< the asker's number for what is answered
  std::size_t taken = 1;      ///< of several reports: how many; the verdict is on the last of them
};
/// Several reports of a trial, each with a step, in their order. Those after another verdict than `continue` are
/// dropped.
struct Reports {
  TrialId trial = 0;
  Attempt attempt = 0;
  Burst reports;
  std::int64_t question = 0;
};
struct Drawn {
  Result<Value> value;
};
enum class Ending : std::uint8_t {
  completed,      ///< the trainable ended by itself
  error,          ///< exception, non-zero exit
  out_of_memory,  ///< of a device
  time_limit,     ///< ran for too long
  lost,           ///< no report in time, slot gone
};
struct AttemptEnded {
  TrialId trial = 0;
  Attempt attempt = 0;
  Ending ending = Ending::completed;
  std::string why;
  std::int64_t question = 0;
};
/// An attempt carried its pause out; `checkpoint` is on disk to stay, if there is one.
struct AttemptPaused {
  TrialId trial = 0;
  Attempt attempt = 0;
  std::optional<Step> checkpoint;
  std::int64_t question = 0;
};
/// Pause, resume or stop the sweep, or one of its trials.
struct Command {
  CommandVerb verb = CommandVerb::pause;
  std::optional<TrialId> trial;
  std::string why;
};
/// The sampler's answer; no params: nothing left to suggest.
struct Suggestion {
  TrialId trial = 0;
  std::optional<Assignment> params;
  std::int64_t seen = 0;
};
/// Everything up to event `seq` is in the ledger and synced.
struct Durable {
  std::int64_t seq = 0;
};
/// The ledger could not be written; nothing after the last Durable is acknowledged.
struct StorageFailed {
  std::string message;
};
/// The sampler was asked long ago, when so many suggestions had come.
struct SamplerTimeout {
  std::int64_t suggestions = 0;
};
/// Look at the clock: a limit may have passed.
struct ClockTick {};
/// End soon: no new trials, and those that run are drained. Answered by SweepEnded to the listener.
struct Interrupt {};
struct GetSnapshot {};
/// Another part of the house for the sweep from now on.
struct ChangeWants {
  Wants wants;
};
struct Subscribe {
  caf::actor subscriber;
};

// --- to the sampler

struct Suggest {
  TrialId trial = 0;
  std::int64_t seen = 0;
};
/// One value (Sampler::draw).
struct Draw {
  TrialId trial = 0;
  std::string name;
  Domain domain;
};
struct Observe {
  Observation observation;
};
/// From the sampler's own thread: what the oldest open question of its kind is answered with (nothing: it has taken an
/// observation in), or why the sampler is at an end.
struct SamplerComputed {
  std::variant<std::monostate, Suggestion, Drawn, Error> what;
};

/// Another sweep, of higher priority, has waited long: give a slot back at a report, if a trial can go on from there.
struct Yield {};

// --- to the fleet, and to desks

/// Whether trials may start: not while the disk is low, say. What runs goes on.
struct LetStart {
  bool on = true;
};

// --- to the fleet

struct Demand;
struct Release;
struct LeaveFleet;
struct AdoptTrainer;

// --- to storage

/// Writes events in one transaction and returns the last one's number (a ledger; a faulty one in tests).
using AppendFn = std::function<Result<std::int64_t>(std::span<Event>)>;

/// `into`: the sender's ledger.
struct Append {
  std::vector<Event> events;
  std::shared_ptr<const AppendFn> into;
};
/// Nothing more comes for that ledger.
struct CloseLedger {
  std::shared_ptr<const AppendFn> ledger;
};
/// From storage to itself: commit what has come in meanwhile (group commit).
struct Commit {};

// --- to a desk

/// What clients that train trials ask, report and tell (session/asktell.hpp). `answered` is called once, from any
/// thread, when what the answers say is durable; it must not block. Fails with `cancelled` where the sweep is closed by
/// now: ask whoever opens it.
struct AskTellRequests {
  std::vector<Value> requests;
  std::function<void(std::vector<Result<OrderedJson>>)> answered;
};

// --- to the listener (the program that runs the sweep)

/// To subscribers: these events are durable. None is left out from the subscription on.
struct SweepNews {
  std::vector<Event> events;
};
struct SweepEnded {
  std::string why;
  bool interrupted = false;
  std::optional<Error> error;  ///< the ledger, the sampler or the last slot is gone
};

}  // namespace winnow

CAF_BEGIN_TYPE_ID_BLOCK(winnow, first_custom_type_id)
CAF_ADD_TYPE_ID(winnow, (winnow::StartAttempt))
CAF_ADD_TYPE_ID(winnow, (winnow::SliceDone))
CAF_ADD_TYPE_ID(winnow, (winnow::PauseSaved))
CAF_ADD_TYPE_ID(winnow, (winnow::AttemptLeft))
CAF_ADD_TYPE_ID(winnow, (winnow::Drain))
CAF_ADD_TYPE_ID(winnow, (winnow::SlotFree))
CAF_ADD_TYPE_ID(winnow, (winnow::SlotLost))
CAF_ADD_TYPE_ID(winnow, (winnow::NoSlots))
CAF_ADD_TYPE_ID(winnow, (winnow::Grant))
CAF_ADD_TYPE_ID(winnow, (winnow::Demand))
CAF_ADD_TYPE_ID(winnow, (winnow::Release))
CAF_ADD_TYPE_ID(winnow, (winnow::LeaveFleet))
CAF_ADD_TYPE_ID(winnow, (winnow::Report))
CAF_ADD_TYPE_ID(winnow, (winnow::Answer))
CAF_ADD_TYPE_ID(winnow, (winnow::Reports))
CAF_ADD_TYPE_ID(winnow, (winnow::WantValue))
CAF_ADD_TYPE_ID(winnow, (winnow::DrawValue))
CAF_ADD_TYPE_ID(winnow, (winnow::Drawn))
CAF_ADD_TYPE_ID(winnow, (winnow::Draw))
CAF_ADD_TYPE_ID(winnow, (winnow::AttemptEnded))
CAF_ADD_TYPE_ID(winnow, (winnow::AttemptPaused))
CAF_ADD_TYPE_ID(winnow, (winnow::Command))
CAF_ADD_TYPE_ID(winnow, (winnow::Suggestion))
CAF_ADD_TYPE_ID(winnow, (winnow::Durable))
CAF_ADD_TYPE_ID(winnow, (winnow::StorageFailed))
CAF_ADD_TYPE_ID(winnow, (winnow::SamplerTimeout))
CAF_ADD_TYPE_ID(winnow, (winnow::ClockTick))
CAF_ADD_TYPE_ID(winnow, (winnow::Interrupt))
CAF_ADD_TYPE_ID(winnow, (winnow::GetSnapshot))
CAF_ADD_TYPE_ID(winnow, (winnow::ChangeWants))
CAF_ADD_TYPE_ID(winnow, (winnow::Subscribe))
CAF_ADD_TYPE_ID(winnow, (winnow::SweepNews))
CAF_ADD_TYPE_ID(winnow, (winnow::AdoptTrainer))
CAF_ADD_TYPE_ID(winnow, (winnow::Suggest))
CAF_ADD_TYPE_ID(winnow, (winnow::Observe))
CAF_ADD_TYPE_ID(winnow, (winnow::SamplerComputed))
CAF_ADD_TYPE_ID(winnow, (winnow::Append))
CAF_ADD_TYPE_ID(winnow, (winnow::CloseLedger))
CAF_ADD_TYPE_ID(winnow, (winnow::Commit))
CAF_ADD_TYPE_ID(winnow, (winnow::Yield))
CAF_ADD_TYPE_ID(winnow, (winnow::LetStart))
CAF_ADD_TYPE_ID(winnow, (winnow::AskTellRequests))
CAF_ADD_TYPE_ID(winnow, (winnow::SweepEnded))
CAF_ADD_TYPE_ID(winnow, (winnow::Snapshot))
CAF_END_TYPE_ID_BLOCK(winnow)

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::NoSlots)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::SliceDone)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::PauseSaved)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::AttemptLeft)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::Drain)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::Report)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::Answer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::Reports)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::WantValue)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::DrawValue)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::Drawn)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::Draw)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::AttemptEnded)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::AttemptPaused)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::Command)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::Suggestion)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::Durable)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::StorageFailed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::SamplerTimeout)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::ClockTick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::Interrupt)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::GetSnapshot)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::ChangeWants)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::Subscribe)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::SweepNews)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::Suggest)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::Observe)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::SamplerComputed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::Append)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::CloseLedger)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::Commit)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::Yield)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::LetStart)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::AskTellRequests)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::SweepEnded)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(winnow::Snapshot)
