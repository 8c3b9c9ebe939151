/// Starts the ranks of a program on this machine, as torchrun does, and sees to them until the program is done.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/trainers/spawner.hpp>

namespace winnow {

struct LaunchOptions {
  std::vector<std::string> command;  ///< the program and its words
  int ranks = 1;
  int restarts = 3;                                     ///< after ranks were killed or failed, in all
  std::chrono::milliseconds grace{10'000};              ///< for the ranks to end once rank 0 has, or after an interrupt
  int rank_timeout = 600;                               ///< seconds that a rank waits for the others
  const std::atomic<int>* interrupts = nullptr;         ///< becomes > 0: each gets a SIGINT, and the end is near
  std::function<void(const std::string&)> on_notice{};  ///< what became of a rank
};

/// Each rank finds RANK, LOCAL_RANK, WORLD_SIZE, LOCAL_WORLD_SIZE, MASTER_ADDR and MASTER_PORT in its environment.
/// Rank 0 prints to standard output, the others to standard error. When rank 0 ends by itself all end; when it is
/// killed or crashes all are started again, when another one is, it alone; ranks that end together count as one
/// restart. Where rank 0 has crashed it then finds the words for that in WINNOW_RANK_CRASHED. After an interrupt none
/// is, and the call ends when all have. Nothing that they start outlives the call. Returns rank 0's exit code, 130
/// where an interrupt left it none. Fails with `invalid_input` where the command starts nothing, with `trial_failed`
/// when there are no restarts left.
Result<int> launch_ranks(const LaunchOptions& options, Spawner& spawner);

}  // namespace winnow
