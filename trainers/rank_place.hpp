/// Which one of the processes that train a trial together this is, and where they meet.
#pragma once

#include <chrono>
#include <string>

namespace winnow {

struct RankPlace {
  int rank = 0;
  int size = 1;  ///< processes; 1: it trains alone, and the rest of this says nothing
  /// As PyTorch's init_method has it: `file:///path` of a file that all ranks can write and whoever chose it removes,
  /// or `tcp://host:port`. May be the same for many attempts: each meets under a name of its own.
  std::string init_method{};
  /// What they do together there; attempts meet under their own names within it.
  std::string name{};
  /// With tcp: somebody else keeps the store there (torchrun's agent). Otherwise rank 0 does.
  bool store_is_kept = false;
  /// For how long a rank waits for the others: at the start, and at each step. More than the longest step may differ
  /// between them, an evaluation's compute_metrics and a checkpoint included.
  std::chrono::milliseconds time_limit = std::chrono::minutes(10);

  bool operator==(const RankPlace&) const = default;
};

}  // namespace winnow
