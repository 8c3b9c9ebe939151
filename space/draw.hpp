/// Drawing from a domain, and what a domain can hold.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include <winnow/core/random.hpp>
#include <winnow/core/result.hpp>
#include <winnow/space/domain.hpp>

namespace winnow {

/// A grid of more points than this along one parameter is a mistake rather than a plan.
inline constexpr std::size_t kMaxGridPoints = 1'000'000;

/// Fails with `invalid_input`, saying which number is wrong and what would be right, e.g.
/// `min (0.1) must be less than max (0.01)`.
Result<void> validate(const Domain& domain);

/// One value, always finite; the domain must be valid, and not Computed (null is drawn from that). The laws are
/// documented in domain.hpp.
Value draw(const Domain& domain, Rng& rng);

/// True if `value` is one that the domain can yield (for points given by people: start_with). An integer counts as the
/// equal float and the other way round; multiples of a step or q are taken as people write them (0.3 for 3 · 0.1).
bool contains(const Domain& domain, const Value& value);

/// The grid points of a domain, in order; nullopt if it has no finite grid, or one of more than kMaxGridPoints.
/// Constant: one; categorical: its values; integer: low, low+step, …; uniform with q: min, min+q, … with max excluded
/// (W&B's rule); a step: both
/// ends.
std::optional<std::vector<Value>> grid_points(const Domain& domain);

}  // namespace winnow
