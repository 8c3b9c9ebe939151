/// Which metric is judged, and which the sampler is told of.
#pragma once

#include <winnow/spec/spec.hpp>

namespace winnow {

/// The one that `scheduler.metric` names, else the sweep's first; null if there is none.
const MetricSpec* objective_of(const SweepSpec& spec);

}  // namespace winnow
