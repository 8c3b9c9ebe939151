#include <winnow/cli/shell.hpp>

namespace winnow::cli {

std::string shell_word(const std::string& text) {
  constexpr const char* kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+=:,@%";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

std::string shell_line(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : " ") + shell_word(word);
  return line;
}

std::string resume_command(const std::filesystem::path& root) {
  return "winnow resume " + shell_word(root.string());
}

std::string train_command(const std::filesystem::path& root, TrialId trial) {
  return "winnow train " + shell_word(root.string()) + " --trial " + std::to_string(trial);
}

}  // namespace winnow::cli
