/// Curves of a metric, of one trial or of a sample of them, in as many points as are wanted.
#pragma once

#include <string>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>
#include <winnow/server/http.hpp>
#include <winnow/session/curve.hpp>
#include <winnow/session/sweep_views.hpp>

namespace winnow::server {

/// One array a field: `step` and `value`; `whole`: `seq`, `attempt` and `time`, too.
OrderedJson points_json(const std::vector<CurvePoint>& points, bool whole);

/// So many trials, always the same ones of those there are: one that comes takes the place of one of them at most. With
/// the best one. In order of number.
std::vector<TrialId> sample_of(const Sweep& sweep, std::size_t most);

/// The answer to getCurves: of the sample, or of the trials that are named.
Result<Response> get_curves(SweepViews& views, const Request& request);

}  // namespace winnow::server
