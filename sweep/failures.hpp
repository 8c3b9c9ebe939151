#pragma once

#include <winnow/sweep/sweep.hpp>

namespace winnow {

/// The first thing to look at when trials fail: the one that failed last. Null: none has.
const Trial* last_failure(const Sweep& sweep);

}  // namespace winnow
