#include <winnow/trainers/program/environment.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <sstream>

namespace winnow::program {

Environment Environment::of_this_process() {
  Environment environment;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    environment.entries_.emplace_back(*entry);
  }
  return environment;
}

std::size_t Environment::place(std::string_view name) const {
  std::size_t at = 0;
  for (; at < entries_.size(); ++at) {
    const std::string& entry = entries_[at];
    if (entry.size() > name.size() && entry[name.size()] == '=' && entry.starts_with(name)) break;
  }
  return at;
}

void Environment::set(std::string_view name, std::string_view value) {
  std::string entry;
  entry.reserve(name.size() + value.size() + 1);
  entry.append(name).append("=").append(value);
  const std::size_t at = place(name);
  if (at < entries_.size()) {
    entries_[at] = std::move(entry);
  } else {
    entries_.push_back(std::move(entry));
  }
}

void Environment::set_default(std::string_view name, std::string_view value) {
  if (place(name) == entries_.size()) set(name, value);
}

void Environment::unset(std::string_view name) {
  if (const std::size_t at = place(name); at < entries_.size()) {
    entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(at));
  }
}

std::optional<std::string> Environment::find(std::string_view name) const {
  const std::size_t at = place(name);
  if (at == entries_.size()) return std::nullopt;
  return entries_[at].substr(name.size() + 1);
}

bool is_of_a_trial(std::string_view name) {
  return name.starts_with("WINNOW_") || name.starts_with("WANDB_");
}

std::optional<std::string> find_program(const std::string& word, const Environment& environment,
                                        const std::string& directory) {
  if (word.find('/') != std::string::npos) return word;
  std::stringstream folders(environment.find("PATH").value_or("/usr/local/bin:/usr/bin:/bin"));
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string file = (std::filesystem::path(directory) / (folder.empty() ? "." : folder) / word).string();
    struct stat about {};
    if (::stat(file.c_str(), &about) == 0 && S_ISREG(about.st_mode) && ::access(file.c_str(), X_OK) == 0) return file;
  }
  return std::nullopt;
}

}  // namespace winnow::program
