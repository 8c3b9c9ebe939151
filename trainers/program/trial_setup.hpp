/// From a sweep's command and a trial to a program that can be started: its words, its environment, its folder.
///
/// A trial's folder (`TrialContext::home`) holds `attempt-<k>.log`, `checkpoint/` (the program's own, kept from attempt
/// to attempt), and the files of parameters that the command or W&B's clients ask for.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <winnow/trainers/command_options.hpp>
#include <winnow/trainers/process/launch.hpp>
#include <winnow/trainers/program/environment.hpp>
#include <winnow/trainers/program/stdout_patterns.hpp>
#include <winnow/trainers/trainable.hpp>

namespace winnow::program {

/// What is the same for all trials. Used by several threads.
class CommandPlan {
public:
  static Result<CommandPlan> make(CommandOptions options);

  [[nodiscard]] const CommandOptions& options() const { return options_; }
  [[nodiscard]] const std::optional<StdoutPatterns>& patterns() const { return patterns_; }
  /// Makes the trial's folder and what belongs into it. `master_port`: for the ranks of a distributed program; 0: there
  /// is none.
  [[nodiscard]] Result<process::Launch> prepare(const TrialContext& context, std::optional<Step> resume_step,
                                                const std::string& report_socket, int master_port) const;
  /// The words alone; `json_file` is what ${args_json_file} stands for, `trial` the environment of a trial: without it
  /// the variables that only a trial has stay as they are written.
  [[nodiscard]] Result<std::vector<std::string>> words(const OrderedJson& params,
                                                       std::function<Result<std::string>()> json_file,
                                                       const Environment* trial = nullptr) const;

  /// The file that a first word means, as it is looked for when a trial starts.
  [[nodiscard]] std::optional<std::string> file_of(const std::string& word) const;

private:
  explicit CommandPlan(CommandOptions options);

  CommandOptions options_;
  Environment base_;
  std::string interpreter_;
  std::optional<StdoutPatterns> patterns_;
};

/// What ${interpreter} stands for: `python` where PATH has it, else `python3`.
std::string interpreter_in(const Environment& environment);
std::filesystem::path log_file(const TrialContext& context);
std::filesystem::path checkpoint_folder(const std::filesystem::path& home);
bool has_checkpoint(const std::filesystem::path& home);

/// A pause's checkpoint is a note of where the program's own one is; with `snapshot` a copy of that stands beside it.
/// Fails with `unsupported` if there is none.
Result<void> write_manifest(const std::filesystem::path& home, const std::filesystem::path& file, bool snapshot);
/// The program finds what the note speaks of: a snapshot is put into its checkpoint folder. Fails if it is gone.
Result<void> restore_manifest(const std::filesystem::path& home, const std::filesystem::path& file);

}  // namespace winnow::program
