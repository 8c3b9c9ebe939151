/// The warden of one slot: a process that runs one program at a time and answers for all that comes of it.
///
/// It is the parent of the program and a child subreaper. When the program has ended, every descendant that is left is
/// killed before the end is told; if that takes longer than some seconds it is told that they are left. When its socket
/// closes (Winnow has died, however, or left it to itself), it kills what runs, until nothing is left, and ends.
///
/// Frames to it: `S` (file, argv, env, directory; descriptors: output, channel) starts a program, `K` (number) sends it
/// a signal. Frames from it: `P` (pid) it runs, `F` (step, errno) it can't be started, `E` (wait status, 1 if some of
/// its descendants are left) it has ended.
#pragma once

#include <functional>

#include <winnow/trainers/process/launch.hpp>

namespace winnow::process {

/// What a warden does for an order `S`: `launch`, or a copy of itself in the program's place (launch_copy).
using Start = std::function<Launched(const Launch& what, int null, int output, int channel)>;

[[noreturn]] void run_warden(int socket, const Start& start);

}  // namespace winnow::process
