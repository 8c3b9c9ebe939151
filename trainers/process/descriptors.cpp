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

int count_threads() {
  DIR* tasks = ::opendir("/proc/self/task");
  if (tasks == nullptr) return 0;
  int count = 0;
  while (const dirent* entry = ::readdir(tasks)) count += entry->d_name[0] != '.' ? 1 : 0;
  ::closedir(tasks);
  return count;
}

}  // namespace winnow::process
