/// Copies of a program's checkpoint folder. The program writes there as it likes, in place, so what another trial may
/// go on from has to be a copy; one that shares the disk's blocks where the file system can do that (reflinks).
#pragma once

#include <filesystem>

#include <winnow/core/result.hpp>

namespace winnow::program {

/// Copies the folder, with its folders, files and symbolic links, to `snapshot`, which isn't there yet; synced.
Result<void> take_snapshot(const std::filesystem::path& folder, const std::filesystem::path& snapshot);

/// The folder holds what the snapshot holds, and nothing else. After a crash in between it holds what it held before,
/// or nothing: it is to be put there again.
Result<void> put_snapshot(const std::filesystem::path& snapshot, const std::filesystem::path& folder);

}  // namespace winnow::program
