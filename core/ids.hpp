/// Numbers that name things: trials from 0, attempts from 1, steps (epochs, iterations: the unit of resource) from 0.
#pragma once

#include <cstdint>

namespace winnow {

using TrialId = std::int64_t;
using Step = std::int64_t;
using Attempt = std::int32_t;

}  // namespace winnow
