#include <winnow/trainers/process/descriptors.hpp>

#include <dirent.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>

namespace winnow::process {

std::vector<int> open_descriptors() {
  std::vector<int> open;
  if (DIR* folder = ::opendir("/proc/self/fd")) {
    while (const dirent* entry = ::readdir(folder)) {
      if (entry->d_name[0] != '.') open.push_back(std::atoi(entry->d_name));
    }
    std::erase(open, ::dirfd(folder));
    ::closedir(folder);
  }
  return open;
}

void close_from(int first) {
#ifdef SYS_close_range
  if (::syscall(SYS_close_range, static_cast<unsigned>(first), ~0U, 0U) == 0) return;
#endif
  for (const int fd : open_descriptors()) {
    if (fd >= first) ::close(fd);
  }
}

}  // namespace winnow::process
