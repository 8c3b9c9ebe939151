#include <winnow/sweep/failures.hpp>

namespace winnow {

const Trial* last_failure(const Sweep& sweep) {
  const Trial* last = nullptr;
  for (const Trial& trial : sweep.trials()) {
    if (trial.state == TrialState::failed && (last == nullptr || trial.ended_at >= last->ended_at)) last = &trial;
  }
  return last;
}

}  // namespace winnow
