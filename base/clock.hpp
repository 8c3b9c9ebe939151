/// The time. Only who starts something asks for it; rules get it as an argument.
#pragma once

namespace winnow {

/// Seconds since 1970; somebody may set it.
double wall_clock();
/// Seconds on a clock that nobody sets: what durations are measured by.
double steady_clock();

}  // namespace winnow
