/// The warden of one slot: a process that runs one program at a time and answers for all that comes of it.
///
/// It is the parent of the program and a child subreaper. When the program has ended, every descendant that is left is
/// killed before the end is told. When its socket closes (Winnow has died, however), it kills what runs and ends.
///
/// Frames to it: `S` (file, argv, env, directory; descriptors: output, channel) starts a program, `K` (number) sends it
/// a signal. Frames from it: `P` (pid) it runs, `F` (step, errno) it can't be started, `E` (wait status) it has ended.
#pragma once

namespace winnow::process {

[[noreturn]] void run_warden(int socket);

}  // namespace winnow::process
