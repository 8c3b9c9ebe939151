/// The helper: a process forked off before there is any thread, from which all programs descend.
///
/// Forking a process that has threads, or LibTorch in it, is slow and unsafe; this one has neither. A frame `W` with a
/// socket makes a warden that listens there. When a warden dies, what it leaves is killed. When the helper's own socket
/// closes, everything below it is killed, `scratch` is removed, and it ends, within seconds: a warden that has what
/// can't be killed stays.
#pragma once

#include <string>

namespace winnow::process {

/// In the forked child. `scratch`: a folder that goes when Winnow goes.
[[noreturn]] void run_helper(int socket, const std::string& scratch);

/// Removes a folder of sockets, if it is there.
void remove_scratch(const std::string& folder);

}  // namespace winnow::process
