/// The end of everything below a process.
///
/// In a child subreaper (prctl PR_SET_CHILD_SUBREAPER) every descendant whose parent dies becomes a child, whatever its
/// process group or session. So killing the children, and those that come up in their place, until there is none leaves
/// nobody behind.
#pragma once

#include <sys/types.h>

#include <vector>

namespace winnow::process {

/// Kills and reaps all descendants of this process, which must have one thread, but the children in `keep`, and what
/// stands below those.
void kill_descendants(const std::vector<pid_t>& keep = {});

}  // namespace winnow::process
