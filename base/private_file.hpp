/// Files that hold secrets: their owner's alone (mode 0600) from the moment they have a name.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include <winnow/core/result.hpp>

namespace winnow {

/// Writes a file whole or not at all, synced: a new one beside it takes its name. Fails with `io`.
Result<void> write_private_file(const std::filesystem::path& path, std::string_view content);

/// Nothing if there is none. Fails with `illegal_state` if it belongs to another user, or others may read or write it.
Result<std::optional<std::string>> read_private_file(const std::filesystem::path& path);

}  // namespace winnow
