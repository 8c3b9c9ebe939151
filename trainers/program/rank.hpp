/// Which of the processes of a distributed program speaks: torchrun, accelerate, deepspeed and mpirun give each a
/// number.
#pragma once

namespace winnow::program {

/// Of the process at the other end of a Unix socket: RANK, or what Open MPI, PMIx and PMI call it, in the environment
/// that it was started with. 0 where it has none, where Winnow's own environment has one (all of it are the trial's
/// then), and where it can't be found out: a process in a container, one whose rank was set later.
int peer_rank(int socket);

}  // namespace winnow::program
