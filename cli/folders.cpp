#include <winnow/cli/folders.hpp>

#include <cstdlib>
#include <string_view>

namespace winnow::cli {
namespace {

/// A relative path in the variable counts as none (the specification, "Basics").
std::filesystem::path folder(const char* variable, const char* below_home) {
  if (const char* said = std::getenv(variable); said != nullptr && said[0] == '/') {
    return std::filesystem::path(said) / "winnow";
  }
  const char* home = std::getenv("HOME");
  return std::filesystem::path(home == nullptr || *home == '\0' ? "/" : home) / below_home / "winnow";
}

}  // namespace

std::filesystem::path state_folder() {
  return folder("XDG_STATE_HOME", ".local/state");
}

std::filesystem::path config_folder() {
  return folder("XDG_CONFIG_HOME", ".config");
}

}  // namespace winnow::cli
