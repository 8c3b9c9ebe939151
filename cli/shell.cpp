#include <winnow/cli/shell.hpp>

#include <winnow/core/shell.hpp>

namespace winnow::cli {
namespace {

std::string word_of(const RunPlace& run) {
  return shell_word(run.name) + (run.option.empty() ? "" : " " + run.option);
}

}  // namespace

std::string resume_command(const RunPlace& run) {
  return "winnow resume " + word_of(run);
}

std::string train_command(const RunPlace& run, TrialId trial) {
  return "winnow train " + word_of(run) + " --trial " + std::to_string(trial);
}

std::string lineage_command(const RunPlace& run) {
  return "winnow show " + word_of(run) + " --lineage";
}

}  // namespace winnow::cli
