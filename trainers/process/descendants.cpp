#include <winnow/trainers/process/descendants.hpp>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <string>

#include <winnow/trainers/process/fd.hpp>

namespace winnow::process {
namespace {

std::optional<std::string> read_whole(const std::string& path) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return std::nullopt;
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t got = 0; (got = ::read(file.get(), buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return text;
}

/// `123 456 `
std::vector<pid_t> numbers_in(const std::string& text) {
  std::vector<pid_t> numbers;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at < end) {
    pid_t number = 0;
    const auto [next, error] = std::from_chars(at, end, number);
    if (error == std::errc{}) numbers.push_back(number);
    at = next + 1;
  }
  return numbers;
}

/// The parent in `PID (NAME) STATE PARENT …`; the name may hold anything.
pid_t parent_in(const std::string& stat) {
  const auto close = stat.rfind(')');
  if (close == std::string::npos || close + 4 >= stat.size()) return 0;
  return static_cast<pid_t>(std::strtol(stat.c_str() + close + 4, nullptr, 10));
}

/// For kernels without /proc/…/children (CONFIG_PROC_CHILDREN).
std::vector<pid_t> children_by_search() {
  std::vector<pid_t> children;
  DIR* proc = ::opendir("/proc");
  if (proc == nullptr) return children;
  while (const dirent* entry = ::readdir(proc)) {
    const pid_t pid = static_cast<pid_t>(std::strtol(entry->d_name, nullptr, 10));
    if (pid <= 0) continue;
    const auto stat = read_whole("/proc/" + std::to_string(pid) + "/stat");
    if (stat && parent_in(*stat) == ::getpid()) children.push_back(pid);
  }
  ::closedir(proc);
  return children;
}

std::vector<pid_t> children() {
  const auto listed = read_whole("/proc/thread-self/children");
  return listed ? numbers_in(*listed) : children_by_search();
}

}  // namespace

void kill_descendants(const std::vector<pid_t>& keep) {
  while (true) {
    if (keep.empty()) {  // the usual case, without a look into /proc: there is nobody
      const pid_t reaped = ::waitpid(-1, nullptr, WNOHANG);
      if (reaped > 0 || (reaped < 0 && errno == EINTR)) continue;
      if (reaped < 0) return;
    }
    auto found = children();
    std::erase_if(found, [&](pid_t pid) { return std::find(keep.begin(), keep.end(), pid) != keep.end(); });
    if (found.empty() && !keep.empty()) return;
    if (found.empty()) ::usleep(1000);  // one between two parents
    for (const pid_t pid : found) ::kill(pid, SIGKILL);
    for (const pid_t pid : found) {
      while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
      }
    }
  }
}

}  // namespace winnow::process
