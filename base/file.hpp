/// The few system calls that durability rests on, as Results: a name survives a power cut only when its directory is
/// synced, a content only when its file is.
#pragma once

#include <fcntl.h>

#include <cerrno>
#include <filesystem>
#include <string_view>

#include <winnow/base/fd.hpp>
#include <winnow/core/result.hpp>

namespace winnow::posix {

/// `path: what: reason of errno`.
tl::unexpected<Error> failed(const std::filesystem::path& path, std::string_view what, int error = errno);

Fd open(const std::filesystem::path& path, int flags, int mode = 0666);

/// Waits until a file's content, or a directory's names, are on the disk.
Result<void> sync(const std::filesystem::path& path);

/// Syncs the directory in which `path` stands.
Result<void> sync_parent(const std::filesystem::path& path);

/// Makes a directory and what is missing above it, and syncs each directory that got a new name: a name that isn't
/// synced may be gone after a power cut, and with it all that stands below. Throws std::filesystem::filesystem_error
/// where one can't be made, as std::filesystem::create_directories does.
Result<void> make_directories(const std::filesystem::path& path);

/// Renames, replacing a file of that name, and syncs the directory.
Result<void> rename(const std::filesystem::path& from, const std::filesystem::path& to);

/// Writes a new or emptied file, synced.
Result<void> write_file(const std::filesystem::path& path, std::string_view content);

/// Puts a file in the place of what has its name, whole or not at all, synced. `mode`: who may read it, from its first
/// moment on. What stands at PATH.new goes.
Result<void> replace_file(const std::filesystem::path& path, std::string_view content, int mode = 0666);

}  // namespace winnow::posix

namespace winnow {

/// As it is where there is no working directory any more.
std::filesystem::path absolute_path(const std::filesystem::path& path);

}  // namespace winnow
