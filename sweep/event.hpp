/// Whatever can change a decision is an event, and so is every decision. State is the fold of events
/// (docs/semantics.md, "Events and replay").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <winnow/core/assignment.hpp>
#include <winnow/core/ids.hpp>
#include <winnow/core/report.hpp>
#include <winnow/core/trial_state.hpp>
#include <winnow/core/verdict.hpp>

namespace winnow {

/// Numbers are part of the ledger's format (docs/formats.md): never reuse one. What each says beside the fields of
/// every event is the struct of its name in `event`.
enum class EventKind : std::uint8_t {
  sweep = 1,
  opened = 2,
  suggested = 3,
  exhausted = 4,
  started = 5,
  reported = 6,
  ended = 7,
  lost = 8,
  interrupted = 9,
  expired = 10,
  told = 11,
  finished = 12,
  errored = 13,
  paused = 14,
  promoted = 15,
  command = 16,
  changed = 17,
  drawn = 18,
  dropped = 19,
  exploited = 20,
};

std::string_view to_string(EventKind kind);

/// The text of `changed` events: who asked for it.
inline constexpr std::string_view kFromFile = "file";
inline constexpr std::string_view kFromCommand = "command";

namespace event {

/// The sweep begins. Text: its file as given; params: where that stood, and the completed sweep.
struct Begun {
  std::uint64_t seed = 0;
  Assignment params{};
  bool operator==(const Begun&) const = default;
};
/// A process took the sweep up (start or resume): trials that were running are queued again.
struct Opened {
  bool operator==(const Opened&) const = default;
};
/// A slot's ask for a trial, and its answer. `seen`: the last event that the sampler knew.
struct Suggested {
  Assignment params{};
  std::int64_t seen = 0;
  bool operator==(const Suggested&) const = default;
};
/// A slot's ask for a trial, and the sampler has nothing left.
struct Exhausted {
  std::int64_t seen = 0;
  bool operator==(const Exhausted&) const = default;
};
/// An attempt starts, from the checkpoint of `from_step` if there is one.
struct Started {
  std::optional<Step> from_step{};
  bool operator==(const Started&) const = default;
};
/// A report and its verdict.
struct Reported {
  Step step = -1;
  Metrics metrics{};
  bool judged = false;
  Verdict verdict = Verdict::go_on;
  std::int32_t rung = -1;
  bool completed = false;
  bool commanded = false;  ///< the verdict is a command's; the scheduler said continue, or wasn't asked
  bool operator==(const Reported&) const = default;
};
/// A trial's end: completed, failed or stopped. Text: why.
struct Ended {
  bool operator==(const Ended&) const = default;
};
/// An attempt is lost: its trial is queued again or fails, by the retries left. Text: why.
struct Lost {
  bool operator==(const Lost&) const = default;
};
/// Winnow itself ends: running trials are queued again, no retry spent.
struct Interrupted {
  bool operator==(const Interrupted&) const = default;
};
/// A budget is used up. Text: which (wall | resource).
struct Expired {
  bool operator==(const Expired&) const = default;
};
/// Ask/tell: the trial's final value; then `ended` follows.
struct Told {
  Metrics metrics{};
  bool operator==(const Told&) const = default;
};
/// The sweep is done. Text: why.
struct Finished {
  bool operator==(const Finished&) const = default;
};
/// An attempt failed (an exception, a time limit…): its trial is queued again or fails, by the retries left. Text: why.
struct Errored {
  bool out_of_memory = false;  ///< of a device
  bool operator==(const Errored&) const = default;
};
/// A pause that a verdict had ordered is carried out. `from_step`: the checkpoint that was made; none: it will start
/// over.
struct Paused {
  Step step = -1;
  std::optional<Step> from_step{};
  bool operator==(const Paused&) const = default;
};
/// The scheduler takes a paused trial on; it is queued.
struct Promoted {
  std::int32_t rung = -1;
  bool operator==(const Promoted&) const = default;
};
/// From outside, about a trial or (trial -1) the sweep. Text: pause | resume | stop | stop_now; params: why, if said.
struct Command {
  Assignment params{};
  bool operator==(const Command&) const = default;
};
/// A setting. Params: its name and new value; text: kFromFile or kFromCommand.
struct Changed {
  Assignment params{};
  bool operator==(const Changed&) const = default;
};
/// A value that the trial asked for while it runs. Params: it alone; text: its domain. `seen`: as of a suggestion.
struct Drawn {
  Assignment params{};
  std::int64_t seen = 0;
  bool operator==(const Drawn&) const = default;
};

/// The scheduler has no more use for a paused trial: it is stopped. Text: why.
struct Dropped {
  std::int32_t rung = -1;
  bool operator==(const Dropped&) const = default;
};

/// Population-based training: a paused trial goes on from the donor's checkpoint of `from_step`, with the parameters
/// `params`, all of them; it is queued. Text: why.
struct Exploited {
  TrialId donor = -1;
  std::optional<Step> from_step{};
  Assignment params{};
  bool operator==(const Exploited&) const = default;
};

/// In the order of the kinds' numbers.
using What = std::variant<Begun, Opened, Suggested, Exhausted, Started, Reported, Ended, Lost, Interrupted, Expired,
                          Told, Finished, Errored, Paused, Promoted, Command, Changed, Drawn, Dropped, Exploited>;

}  // namespace event

/// One record: what happened, and what every kind says.
struct Event {
  std::int64_t seq = 0;  ///< position in the ledger, from 1; 0 until it is given one
  double time = 0;       ///< seconds since 1970
  TrialId trial = -1;    ///< -1: of the sweep
  Attempt attempt = 0;
  TrialState state = TrialState::queued;  ///< the trial's after the event, of every kind that is about a trial
  std::string text;
  event::What what = event::Opened{};

  [[nodiscard]] EventKind kind() const { return static_cast<EventKind>(what.index() + 1); }
  /// Null if it is of another kind.
  template <class T>
  [[nodiscard]] const T* as() const {
    return std::get_if<T>(&what);
  }
  template <class T>
  [[nodiscard]] T* as() {
    return std::get_if<T>(&what);
  }
  bool operator==(const Event&) const = default;
};

/// An event of the sweep; for one about a trial, its fields are to be set.
Event event_of(event::What what, double now, std::string text = {});
/// The parameters that an event carries; null if its kind carries none.
const Assignment* params_of(const Event& event);
/// The metrics of a report or a final value; null for any other kind.
const Metrics* metrics_of(const Event& event);

}  // namespace winnow
