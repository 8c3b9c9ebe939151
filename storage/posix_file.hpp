/// The few system calls that durability rests on, as Results: a name survives a power cut only when its directory is
/// synced, a content only when its file is.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <winnow/core/result.hpp>

namespace winnow::posix {

/// `path: what: reason of errno`.
inline tl::unexpected<Error> failed(const std::filesystem::path& path, std::string_view what, int error = errno) {
  return fail(errc::io, path.string() + ": " + std::string(what) + ": " + std::generic_category().message(error));
}

/// Owns a file descriptor.
class File {
public:
  File() = default;
  explicit File(int fd) : fd_(fd) {}
  File(File&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  File& operator=(File&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }

  [[nodiscard]] int fd() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

private:
  int fd_ = -1;
};

inline File open(const std::filesystem::path& path, int flags, int mode = 0666) {
  return File(::open(path.c_str(), flags | O_CLOEXEC, mode));
}

/// Waits until a file's content, or a directory's names, are on the disk.
inline Result<void> sync(const std::filesystem::path& path) {
  const File file = open(path, O_RDONLY);
  if (!file) return failed(path, "cannot open it to sync");
  if (::fsync(file.fd()) != 0) return failed(path, "cannot sync");
  return {};
}

/// Syncs the directory in which `path` stands.
inline Result<void> sync_parent(const std::filesystem::path& path) {
  const std::filesystem::path parent = path.parent_path();
  return sync(parent.empty() ? std::filesystem::path(".") : parent);
}

/// Makes a directory and what is missing above it, and syncs each directory that got a new name: a name that isn't
/// synced may be gone after a power cut, and with it all that stands below. Throws std::filesystem::filesystem_error
/// where one can't be made, as std::filesystem::create_directories does.
inline Result<void> make_directories(const std::filesystem::path& path) {
  std::error_code ignored;
  if (path.empty() || std::filesystem::is_directory(path, ignored)) return {};
  if (auto above = make_directories(path.parent_path()); !above) return above;
  if (::mkdir(path.c_str(), 0777) != 0) {
    const int error = errno == EEXIST ? ENOTDIR : errno;
    if (!std::filesystem::is_directory(path, ignored)) {
      throw std::filesystem::filesystem_error("mkdir", path, std::error_code(error, std::generic_category()));
    }
  }
  return sync_parent(path);
}

/// Renames, replacing a file of that name, and syncs the directory.
inline Result<void> rename(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return failed(to, "cannot rename " + from.string() + " to it");
  return sync_parent(to);
}

/// Writes a new or emptied file, synced.
inline Result<void> write_file(const std::filesystem::path& path, std::string_view content) {
  const File file = open(path, O_WRONLY | O_CREAT | O_TRUNC);
  if (!file) return failed(path, "cannot create");
  while (!content.empty()) {
    const ssize_t written = ::write(file.fd(), content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed(path, "cannot write");
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(file.fd()) != 0) return failed(path, "cannot sync");
  return {};
}

}  // namespace winnow::posix
