/// Command lines to be pasted into a shell.
#pragma once

#include <concepts>
#include <filesystem>
#include <string>
#include <utility>

#include <winnow/core/ids.hpp>

namespace winnow::cli {

/// A run that a command is about: where its files are, and what it is called.
struct RunPlace {
  /// A directory is one.
  template <std::convertible_to<std::filesystem::path> Path>
  RunPlace(const Path& directory)  // NOLINT(google-explicit-constructor)
      : root(directory), name(root.string()) {}
  /// A copy of what a daemon has.
  RunPlace(std::filesystem::path copy, std::string sweep, std::string which_daemon)
      : root(std::move(copy)), name(std::move(sweep)), option(std::move(which_daemon)), is_copy(true) {}

  std::filesystem::path root;
  std::string name;      ///< for people: the directory, or the name of a daemon's sweep
  std::string option{};  ///< that says on a command line which daemon has it: `--context box`; empty: none is needed
  bool is_copy = false;  ///< the directory holds a copy of the ledger and nothing else
};

/// Goes on with a run.
std::string resume_command(const RunPlace& run);
/// Trains a trial of a run again.
std::string lineage_command(const RunPlace& run);
std::string train_command(const RunPlace& run, TrialId trial);

}  // namespace winnow::cli
