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

std::filesystem::path run_directory(const std::filesystem::path& named) {
  std::error_code ignored;
  if (named.has_parent_path() || std::filesystem::exists(named, ignored)) return named;
  constexpr std::string_view kUnix = "unix:";
  const char* url = std::getenv("WINNOW_URL");
  const bool elsewhere = url != nullptr && std::string_view(url).starts_with(kUnix);
  const auto state = elsewhere ? std::filesystem::path(url + kUnix.size()).parent_path() : state_folder();
  const auto sweep = state / "sweeps" / named;
  return std::filesystem::is_directory(sweep, ignored) ? sweep : named;
}

}  // namespace winnow::cli
