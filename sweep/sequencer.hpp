/// What whoever fills slots does next: the actors, ask/tell, a simulator, and replay, which compares. One ladder for
/// all of them (docs/semantics.md, "What starts next"). Pure: a front commits the events of a move, then does what it
/// says.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <variant>
#include <vector>

#include <winnow/sweep/sweep.hpp>

namespace winnow {

/// The step of the last checkpoint that the trial has at or below a step, as far as the front knows.
using CheckpointOf = std::function<std::optional<Step>(const Trial&, Step)>;

/// It needed no slot: ask for the next move.
struct AskAgain {};
/// The attempt runs from the checkpoint of `from_step`, its own or the donor's, or from the start.
struct StartAttemptOf {
  TrialId trial = 0;
  Attempt attempt = 0;
  std::optional<Step> from_step;
  std::optional<TrialId> donor;
  bool promoted = false;
  bool alone = false;  ///< on a device that slots share: the trial ran out of one's memory before, and runs again
};
/// A new trial of this number is wanted; the sampler's answer goes through `suggested`. `seen`: the last event that the
/// sampler will have seen.
struct AskSampler {
  TrialId trial = 0;
  std::int64_t seen = 0;
};

struct Move {
  std::vector<Event> events;  ///< to be committed at once
  std::variant<AskAgain, StartAttemptOf, AskSampler, Wait, Done> what;
};

/// `asked`: trials that the sampler has been asked for and that have no event yet. A Done has its event once: not where
/// the sweep has finished.
[[nodiscard]] Move next_move(const Sweep& sweep, std::int64_t asked, const CheckpointOf& checkpoint, double now);

/// The sampler's answer as an event: the trial's parameters, or none, if it has nothing left to suggest.
[[nodiscard]] Event suggested(const Sweep& sweep, const AskSampler& asked, std::optional<Assignment> params,
                              double now);

/// The same, with the trial's start, for a front that has a slot for it and lets no other move come between.
[[nodiscard]] Move suggested_and_started(const Sweep& sweep, const AskSampler& asked, Assignment params, double now);

}  // namespace winnow
