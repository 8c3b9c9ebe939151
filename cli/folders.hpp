/// A user's own folders, as the XDG Base Directory Specification names them.
#pragma once

#include <filesystem>

namespace winnow::cli {

/// `$XDG_STATE_HOME/winnow`, else `~/.local/state/winnow`.
std::filesystem::path state_folder();
/// `$XDG_CONFIG_HOME/winnow`, else `~/.config/winnow`.
std::filesystem::path config_folder();

}  // namespace winnow::cli
