/// Any program as a trial: docs/programs.md.
///
/// Each attempt runs a command (W&B's macros expanded) as a process of its own. It reports by JSON lines on descriptor
/// 3, by connections to a Unix socket (`winnow report`), or by what it prints (patterns), and is told the verdicts on
/// the first two. When the trial is to end, a program that listens is told and has the grace time, any other one gets
/// SIGTERM; SIGKILL follows. Nothing that it started outlives it.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/trainers/command_options.hpp>
#include <winnow/trainers/spawner.hpp>
#include <winnow/trainers/trainable.hpp>

namespace winnow {

/// Fails with `invalid_input` for a command that can't be: nothing to run, an unknown macro, a pattern that is none.
Result<std::unique_ptr<TrainableFactory>> command_trainer(CommandOptions options, std::shared_ptr<Spawner> spawner);

/// The words of a trial's command line, for people; files are not written.
Result<std::vector<std::string>> command_line(const CommandOptions& options, const Assignment& params);

/// Why these words of a command line would start nothing on this machine, if that is plain to see; a word behind
/// /usr/bin/env counts as the first.
std::optional<std::string> missing_program(const CommandOptions& options, std::span<const std::string> words);

/// What the patterns find in a line that a program prints (docs/programs.md, "Patterns").
struct PrintedLine {
  Metrics metrics;
  std::optional<Step> step;
  std::vector<std::string> odd;  ///< what was found and is no number
};
Result<PrintedLine> read_printed(const CommandOptions& options, std::string_view line);

/// What ${interpreter} stands for: `python` where PATH has it, else `python3`.
std::string python_interpreter();

/// The folder in a trial's own (`TrialContext::home`) that the program keeps its checkpoint in; empty if it has left
/// nothing there.
std::filesystem::path program_checkpoint(const std::filesystem::path& home);

}  // namespace winnow
