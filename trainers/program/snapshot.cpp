#include <winnow/trainers/program/snapshot.hpp>

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>

#include <winnow/base/fd.hpp>
#include <winnow/base/file.hpp>

namespace winnow::program {
namespace {

namespace fs = std::filesystem;

/// Sharing the blocks; false where the file system doesn't.
bool reflink(const fs::path& from, const fs::path& to) {
  const Fd source(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
  const Fd target(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!source || !target) return false;
  if (::ioctl(target.get(), FICLONE, source.get()) == 0) return true;
  fs::remove(to);
  return false;
}

Result<void> copy_one(const fs::path& from, const fs::path& to) {
  if (!reflink(from, to)) fs::copy_file(from, to);
  fs::permissions(to, fs::status(from).permissions());
  return posix::sync(to);
}

Result<void> copy_tree(const fs::path& from, const fs::path& to) {
  fs::create_directory(to);
  for (const auto& entry : fs::directory_iterator(from)) {
    const fs::path target = to / entry.path().filename();
    if (entry.is_symlink()) {
      fs::copy_symlink(entry.path(), target);
    } else if (entry.is_directory()) {
      if (auto copied = copy_tree(entry.path(), target); !copied) return copied;
    } else if (entry.is_regular_file()) {
      if (auto copied = copy_one(entry.path(), target); !copied) return copied;
    }  // sockets and pipes are no state
  }
  return posix::sync(to);
}

Result<void> guarded_copy(const fs::path& from, const fs::path& to) {
  try {
    return copy_tree(from, to);
  } catch (const fs::filesystem_error& error) {
    return fail(errc::io, error.path1().string() + ": " + error.code().message());
  }
}

}  // namespace

Result<void> take_snapshot(const fs::path& folder, const fs::path& snapshot) {
  return guarded_copy(folder, snapshot);
}

Result<void> put_snapshot(const fs::path& snapshot, const fs::path& folder) {
  std::error_code error;
  fs::path fresh = folder;
  fresh += ".new";
  fs::remove_all(fresh, error);
  fs::create_directories(folder.parent_path(), error);
  if (auto copied = guarded_copy(snapshot, fresh); !copied) return copied;
  fs::remove_all(folder, error);
  return posix::rename(fresh, folder);
}

}  // namespace winnow::program
