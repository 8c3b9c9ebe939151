/// Command lines to be pasted into a shell.
#pragma once

#include <filesystem>
#include <string>

#include <winnow/core/ids.hpp>

namespace winnow::cli {

/// Goes on with a run.
std::string resume_command(const std::filesystem::path& root);
/// Trains a trial of a run again.
std::string lineage_command(const std::filesystem::path& root);
std::string train_command(const std::filesystem::path& root, TrialId trial);

}  // namespace winnow::cli
