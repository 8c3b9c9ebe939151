/// Command lines to be pasted into a shell.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <winnow/core/ids.hpp>

namespace winnow::cli {

/// As a shell takes it, quoted where it must be.
std::string shell_word(const std::string& text);
std::string shell_line(const std::vector<std::string>& words);

/// Goes on with a run.
std::string resume_command(const std::filesystem::path& root);
/// Trains a trial of a run again.
std::string train_command(const std::filesystem::path& root, TrialId trial);

}  // namespace winnow::cli
