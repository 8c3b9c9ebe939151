#include <winnow/base/private_file.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <winnow/base/file.hpp>

namespace winnow {

Result<void> write_private_file(const std::filesystem::path& path, std::string_view content) {
  return posix::replace_file(path, content, S_IRUSR | S_IWUSR);
}

Result<std::optional<std::string>> read_private_file(const std::filesystem::path& path) {
  const Fd file = posix::open(path, O_RDONLY | O_NOFOLLOW);
  if (!file && errno == ENOENT) return std::optional<std::string>();
  if (!file) return posix::failed(path, "cannot open");
  struct stat is {};
  if (::fstat(file.get(), &is) != 0) return posix::failed(path, "cannot be looked at");
  if (is.st_uid != ::geteuid() || (is.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return fail(errc::illegal_state, path.string() + ": is to be this user's alone (chmod 600)");
  }
  std::string content;
  while (true) {
    char part[4096];
    const ssize_t got = ::read(file.get(), part, sizeof part);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return posix::failed(path, "cannot read");
    if (got == 0) return std::optional(std::move(content));
    content.append(part, static_cast<std::size_t>(got));
  }
}

}  // namespace winnow
