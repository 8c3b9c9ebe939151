/// The values of a numeric domain around a number, for who moves a value within it.
#pragma once

#include <optional>

#include <winnow/space/domain.hpp>

namespace winnow {

/// The value that the domain can yield that lies closest to `x` (not NaN). Null from a domain that isn't numeric:
/// constant, categorical, computed.
Value closest(const Domain& domain, double x);

/// How far the domain's values lie apart: an integer's step, a float's step or q. nullopt: they don't, or it isn't
/// numeric.
std::optional<double> spacing(const Domain& domain);

}  // namespace winnow
