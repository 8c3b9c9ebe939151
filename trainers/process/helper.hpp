/// The helper: a process forked off before there is any thread, from which all programs descend.
///
/// Forking a process that has threads, or LibTorch in it, is slow and unsafe; this one has neither. A frame `W` with a
/// socket makes a warden that listens there. When a warden dies, what it leaves is killed. When the helper's own socket
/// closes, everything below it is killed, `scratch` is removed, and it ends, within seconds: a warden that has what
/// can't be killed stays.
#pragma once

#include <functional>
#include <string>

namespace winnow::process {

/// In the forked child. `scratch`: a folder that goes when Winnow goes.
[[noreturn]] void run_helper(int socket, const std::string& scratch);

/// In a program that was started by a warden, with its channel as descriptor 3, and has one thread: it becomes a helper
/// itself, whose wardens start copies of it that run `body` (with a channel of their own) instead of programs. What the
/// program has loaded and made so far each of them has at once, and for itself.
[[noreturn]] void run_template(const std::function<void()>& body);

/// Removes a folder of sockets, if it is there.
void remove_scratch(const std::string& folder);

}  // namespace winnow::process
