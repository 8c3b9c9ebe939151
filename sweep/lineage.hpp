/// How a model came about under population-based training: whose state it went on from, and with which parameters.
#pragma once

#include <vector>

#include <winnow/sweep/sweep.hpp>

namespace winnow {

/// The model was trained as `trial`, after step `from` up to step `to`, with `params`.
struct Stretch {
  TrialId trial = 0;
  Step from = 0;
  Step to = 0;
  Assignment params;
  bool operator==(const Stretch&) const = default;
};

/// Of the state that the trial has now: from step 0 on, without gaps. One stretch where it never exploited another.
std::vector<Stretch> lineage_of(const Sweep& sweep, TrialId trial);

}  // namespace winnow
