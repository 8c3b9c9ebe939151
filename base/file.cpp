#include <winnow/base/file.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <system_error>

namespace winnow::posix {

tl::unexpected<Error> failed(const std::filesystem::path& path, std::string_view what, int error) {
  return fail(errc::io, path.string() + ": " + std::string(what) + ": " + std::generic_category().message(error));
}

Fd open(const std::filesystem::path& path, int flags, int mode) {
  return Fd(::open(path.c_str(), flags | O_CLOEXEC, mode));
}

Result<void> sync(const std::filesystem::path& path) {
  const Fd file = open(path, O_RDONLY);
  if (!file) return failed(path, "cannot open it to sync");
  if (::fsync(file.get()) != 0) return failed(path, "cannot sync");
  return {};
}

Result<void> sync_parent(const std::filesystem::path& path) {
  const std::filesystem::path parent = path.parent_path();
  return sync(parent.empty() ? std::filesystem::path(".") : parent);
}

Result<void> make_directories(const std::filesystem::path& path) {
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

Result<void> rename(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return failed(to, "cannot rename " + from.string() + " to it");
  return sync_parent(to);
}

namespace {

Result<void> write_all(const Fd& file, const std::filesystem::path& path, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(file.get(), content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed(path, "cannot write");
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(file.get()) != 0) return failed(path, "cannot sync");
  return {};
}

}  // namespace

Result<void> write_file(const std::filesystem::path& path, std::string_view content) {
  const Fd file = open(path, O_WRONLY | O_CREAT | O_TRUNC);
  if (!file) return failed(path, "cannot create");
  return write_all(file, path, content);
}

Result<void> replace_file(const std::filesystem::path& path, std::string_view content, int mode) {
  std::filesystem::path fresh = path;
  fresh += ".new";
  ::unlink(fresh.c_str());  // of one who died here
  const Fd file = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
  if (!file) return failed(fresh, "cannot create");
  auto written = write_all(file, fresh, content);
  if (written) written = posix::rename(fresh, path);
  if (!written) ::unlink(fresh.c_str());
  return written;
}

}  // namespace winnow::posix

namespace winnow {

std::filesystem::path absolute_path(const std::filesystem::path& path) {
  std::error_code unknown;
  auto absolute = std::filesystem::absolute(path, unknown);
  return unknown ? path : absolute;
}

}  // namespace winnow
