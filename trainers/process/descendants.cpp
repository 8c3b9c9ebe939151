#include <winnow/trainers/process/descendants.hpp>

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
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

#include <winnow/base/fd.hpp>

namespace winnow::process {
namespace {

constexpr useconds_t kShortestNap = 100;  ///< microseconds
constexpr useconds_t kLongestNap = 20'000;
constexpr int kReapedAtOnce = 5000;

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

/// The newest first: in a storm the others are dead already. Each group once: the dead count for the kernel too.
void kill_all(const std::vector<pid_t>& pids) {
  for (auto pid = pids.rbegin(); pid != pids.rend(); ++pid) ::kill(*pid, SIGKILL);
  std::vector<pid_t> groups;
  for (const pid_t pid : pids) groups.push_back(::getpgid(pid));
  std::sort(groups.begin(), groups.end());
  groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
  for (const pid_t group : groups) {
    if (group > 1 && group != ::getpgrp()) ::kill(-group, SIGKILL);
  }
}

/// Reaps who is dead: all children, some thousand at a time (a storm of them has no end), or those in `pids` where
/// others are to be kept. Nothing if there are no children.
std::optional<bool> reap(const std::vector<pid_t>& pids, bool all) {
  bool any = false;
  if (!all) {
    for (const pid_t pid : pids) any = ::waitpid(pid, nullptr, WNOHANG) > 0 || any;
    return any;
  }
  for (int i = 0; i < kReapedAtOnce; ++i) {
    const pid_t pid = ::waitpid(-1, nullptr, WNOHANG);
    if (pid < 0) return std::nullopt;
    if (pid == 0) break;
    any = true;
  }
  return any;
}

}  // namespace

void run_first() {
  const sched_param first{.sched_priority = ::sched_get_priority_min(SCHED_FIFO)};
  ::sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &first);
}

bool kill_descendants(std::chrono::milliseconds patience, const std::vector<pid_t>& keep) {
  // The usual case, without a look into /proc: there is nobody.
  if (keep.empty() && !reap({}, true)) return true;
  const auto end = std::chrono::steady_clock::now() + patience;
  for (useconds_t nap = kShortestNap;;) {
    auto found = children();
    std::erase_if(found, [&](pid_t pid) { return std::find(keep.begin(), keep.end(), pid) != keep.end(); });
    if (found.empty() && !keep.empty()) return true;
    kill_all(found);
    const auto reaped = reap(found, keep.empty());
    if (!reaped) return true;
    if (std::chrono::steady_clock::now() >= end) return false;
    if (*reaped) {
      nap = kShortestNap;  // those that came up meanwhile get no time
    } else {
      ::usleep(nap);
      nap = std::min(2 * nap, kLongestNap);
    }
  }
}

}  // namespace winnow::process
