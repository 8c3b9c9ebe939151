/// What a program's own stopper orders (RunOptions::stop_when).
#pragma once

#include <functional>

#include <winnow/sweep/event.hpp>

namespace winnow {

/// `trial`: this one stops at its next report; `sweep`: nothing more starts.
enum class StopOrder { none, trial, sweep };

/// Asked about a report of a trial that runs on.
using StopWhen = std::function<StopOrder(const Event& report)>;

}  // namespace winnow
