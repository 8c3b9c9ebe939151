/// The states of a trial, and which follows which (docs/semantics.md, "Trials and attempts").
#pragma once

#include <cstdint>
#include <string_view>

namespace winnow {

/// Numbers are part of the ledger's format (docs/formats.md).
enum class TrialState : std::uint8_t { queued = 0, running = 1, paused = 2, stopped = 3, completed = 4, failed = 5 };

std::string_view to_string(TrialState state);

/// queued→running|stopped; running→paused|stopped|completed|failed|queued; paused→queued|stopped.
bool legal(TrialState from, TrialState to);

constexpr bool has_ended(TrialState state) {
  return state == TrialState::stopped || state == TrialState::completed || state == TrialState::failed;
}

}  // namespace winnow
