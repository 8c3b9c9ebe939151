#include <map>
#include <string>
#include <system_error>

#include <winnow/trainers/torch/detail/checkpoint_folders.hpp>

namespace winnow::hf {

void rotate_checkpoints(const std::filesystem::path& root, std::size_t limit, const std::filesystem::path& best) {
  const std::string prefix = "checkpoint-";
  std::map<std::int64_t, std::filesystem::path> by_step;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(root, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(prefix) || name.size() == prefix.size()) continue;
    if (name.find_first_not_of("0123456789", prefix.size()) != std::string::npos) continue;
    by_step.emplace(std::stoll(name.substr(prefix.size())), entry.path());
  }
  if (limit == 1 && !best.empty() && !by_step.empty() && by_step.rbegin()->second != best) limit = 2;
  std::size_t left = by_step.size();
  for (const auto& [step, path] : by_step) {
    if (left <= limit) return;
    if (path == best) continue;
    std::filesystem::remove_all(path, error);
    --left;
  }
}

}  // namespace winnow::hf
