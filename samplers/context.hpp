/// What a sampler is made from besides its own options.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <winnow/core/assignment.hpp>
#include <winnow/core/goal.hpp>
#include <winnow/core/halving_plan.hpp>
#include <winnow/space/space.hpp>

namespace winnow {

struct SamplerContext {
  Space space{};
  std::uint64_t seed = 0;
  std::vector<Goal> goals{Goal::minimize};  ///< of the objectives, in the sweep's order
  std::size_t judged = 0;                   ///< which of them reports are of
  SpaceFunctions functions{};               ///< of computed parameters
  std::vector<Assignment> start_with{};     ///< trials 0, 1, … take these points elsewhere: the sampler begins behind
  std::vector<Assignment> tried{};          ///< what trials of earlier sweeps were given
  std::optional<HalvingPlan> plan{};        ///< by which the scheduler gives each trial its budget, if it does
};

}  // namespace winnow
