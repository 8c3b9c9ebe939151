/// What a learning sampler hears of an event. Live, at recovery and in replay the same function decides.
#pragma once

#include <vector>

#include <winnow/samplers/sampler.hpp>
#include <winnow/sweep/sweep.hpp>

namespace winnow {

/// None, one, or (a report whose verdict ends the trial) two. `sweep` has the event applied already.
std::vector<Observation> observations_of(const Sweep& sweep, const Event& event);

}  // namespace winnow
