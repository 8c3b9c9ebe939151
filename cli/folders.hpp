/// A user's own folders, as the XDG Base Directory Specification names them.
#pragma once

#include <filesystem>

namespace winnow::cli {

/// `$XDG_STATE_HOME/winnow`, else `~/.local/state/winnow`.
std::filesystem::path state_folder();
/// `$XDG_CONFIG_HOME/winnow`, else `~/.config/winnow`.
std::filesystem::path config_folder();

/// What a command about a run is told: a directory; where there is none of that name, the id of a sweep of this
/// machine's daemon (that of a `unix:` WINNOW_URL, else the one with its state in `state_folder()`), whose directory
/// that is.
std::filesystem::path run_directory(const std::filesystem::path& named);

}  // namespace winnow::cli
