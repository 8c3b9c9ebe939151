#include <winnow/core/trial_state.hpp>

namespace winnow {

std::string_view to_string(TrialState state) {
  switch (state) {
    case TrialState::queued: return "queued";
    case TrialState::running: return "running";
    case TrialState::paused: return "paused";
    case TrialState::stopped: return "stopped";
    case TrialState::completed: return "completed";
    case TrialState::failed: return "failed";
  }
  return "?";
}

bool legal(TrialState from, TrialState to) {
  using enum TrialState;
  switch (from) {
    case queued: return to == running || to == stopped;
    case running: return to != running;
    case paused: return to == queued || to == stopped;
    case stopped:
    case completed:
    case failed: return false;
  }
  return false;
}

}  // namespace winnow
