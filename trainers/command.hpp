/// Any program as a trial: docs/programs.md.
///
/// Each attempt runs a command (W&B's macros expanded) as a process of its own. It reports by JSON lines on descriptor
/// 3, by connections to a Unix socket (`winnow report`), or by what it prints (patterns), and is told the verdicts on
/// the first two. When the trial is to end, a program that listens is told and has the grace time, any other one gets
/// SIGTERM; SIGKILL follows. Nothing that it started outlives it.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <winnow/space/space.hpp>
#include <winnow/trainers/process/spawner.hpp>
#include <winnow/trainers/trainable.hpp>

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
  double grace = 10;                        ///< seconds from the request to end to SIGKILL
  double cpus = 1;                          ///< per trial, for OMP_NUM_THREADS
  bool wandb = false;                       ///< sets what W&B's agent sets
  std::string wandb_project, wandb_entity;  ///< where known
  std::filesystem::path tools;              ///< folder of `winnow`, behind all others in PATH; empty: none
  std::filesystem::path standin;            ///< folder of the package that stands in for wandb; empty: none
  /// Reads a distribution that a program asks a value of. Empty: define-by-run is refused.
  std::function<Result<Domain>(const Value& distribution)> distribution;
};

/// Fails with `invalid_input` for a command that can't be: nothing to run, an unknown macro, a pattern that is none.
Result<std::unique_ptr<TrainableFactory>> command_trainer(CommandOptions options, std::shared_ptr<Spawner> spawner);

/// The words of a trial's command line, for people; files are not written.
Result<std::vector<std::string>> command_line(const CommandOptions& options, const Assignment& params);

/// Why these words of a command line would start nothing on this machine, if that is plain to see; a word behind
/// /usr/bin/env counts as the first.
std::optional<std::string> missing_program(const CommandOptions& options, std::span<const std::string> words);

/// What ${interpreter} stands for: `python` where PATH has it, else `python3`.
std::string python_interpreter();

}  // namespace winnow
