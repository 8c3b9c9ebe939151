/// How far steps go.
#pragma once

#include <winnow/core/ids.hpp>

namespace winnow {

/// The highest step that may be reported. Steps are compared with rungs and budgets as doubles, which hold every whole
/// number up to it.
inline constexpr Step kHighestStep = 9'000'000'000'000'000;

}  // namespace winnow
