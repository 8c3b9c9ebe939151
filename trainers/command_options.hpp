/// What is the same for all trials of a program (docs/programs.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/space/space.hpp>

namespace winnow {

struct CommandOptions {
  using Pairs = std::vector<std::pair<std::string, std::string>>;

  std::string program;                      ///< what ${program} stands for
  std::vector<std::string> command;         ///< words, macros in them; empty: ${env} ${interpreter} ${program} ${args}
  std::filesystem::path directory;          ///< where programs start; absolute
  Pairs environment;                        ///< beside that of this process
  Pairs stdout_patterns;                    ///< metric (or `step`) to RE2 pattern with one group
  Space space;                              ///< says which parameters are nested
  std::string metric;                       ///< which every trial must report; empty: none
  std::vector<std::string> metrics;         ///< all that the sweep file names
  double grace = 10;                        ///< seconds from the request to end to SIGKILL
  int threads = 0;                          ///< for OMP_NUM_THREADS and the like; 0: they aren't set
  std::optional<std::uint64_t> log_limit;   ///< bytes of an attempt's log; none: no limit
  bool snapshots = false;                   ///< a pause keeps a copy of the checkpoint folder, for other trials
  bool wandb = false;                       ///< sets what W&B's agent sets
  std::string wandb_project, wandb_entity;  ///< where known
  std::filesystem::path tools;              ///< folder of `winnow`, behind all others in PATH; empty: none
  std::filesystem::path standin;            ///< folder of the package that stands in for wandb; empty: none
  /// Reads a distribution that a program asks a value of. Empty: define-by-run is refused.
  std::function<Result<Domain>(const Value& distribution)> distribution;
};

}  // namespace winnow
