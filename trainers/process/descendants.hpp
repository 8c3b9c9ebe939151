/// The end of everything below a process.
///
/// In a child subreaper (prctl PR_SET_CHILD_SUBREAPER) every descendant whose parent dies becomes a child, whatever its
/// process group or session. So killing the children, and those that come up in their place, until there is none leaves
/// nobody behind. Their process groups are killed whole: that is one step for the kernel, which no fork outruns.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <vector>

namespace winnow::process {

/// Lets this process, but none that it starts, run before all others from here on, where that is allowed: processes by
/// the hundred that only start each other leave it next to no time otherwise. A nice value wouldn't do: it counts only
/// within a session where the kernel shares its time between sessions (sched_autogroup). The kernel keeps a twentieth
/// of each core for the others (sched_rt_runtime_us).
void run_first();

/// Kills and reaps all descendants of this process, which must have one thread, but the children in `keep`, and what
/// stands below those. False if some are left after `patience`: a killed process stays while it waits for a dead disk,
/// say, and one that only forks, each time in a group of its own, may be ahead for long.
bool kill_descendants(std::chrono::milliseconds patience, const std::vector<pid_t>& keep = {});

}  // namespace winnow::process
