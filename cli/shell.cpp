#include <winnow/cli/shell.hpp>

#include <winnow/core/shell.hpp>

namespace winnow::cli {

std::string resume_command(const std::filesystem::path& root) {
  return "winnow resume " + shell_word(root.string());
}

std::string train_command(const std::filesystem::path& root, TrialId trial) {
  return "winnow train " + shell_word(root.string()) + " --trial " + std::to_string(trial);
}

std::string lineage_command(const std::filesystem::path& root) {
  return "winnow show " + shell_word(root.string()) + " --lineage";
}

}  // namespace winnow::cli
