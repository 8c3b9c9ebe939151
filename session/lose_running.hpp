/// A run whose process has ended by a crash of its trial's.
#pragma once

#include <filesystem>
#include <string>

#include <winnow/core/result.hpp>

namespace winnow {

/// The attempts that ran there are lost, by `why`, and spend a retry: as the next session opens they would be begun
/// again, and one that ends the process each time for ever. Before `open_session`. Fails with `busy` if another process
/// runs it.
Result<void> lose_running(const std::filesystem::path& root, const std::string& why);

}  // namespace winnow
