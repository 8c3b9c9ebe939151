#include <winnow/trainers/process/launch.hpp>

#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include <winnow/trainers/process/descriptors.hpp>

namespace winnow::process {
namespace {

constexpr std::size_t kStack = std::size_t{256} * 1024;

/// Shared with the child, which runs in this process's memory until it executes the program.
struct Child {
  const char* file;
  char* const* argv;
  char* const* env;
  const char* directory;
  int null, output, channel;
  LaunchStep failed = LaunchStep::none;
  int error = 0;
};

int give_up(Child& child, LaunchStep step) {
  child.failed = step;
  child.error = errno;
  ::_exit(127);
}

void take_place(int null, int output, int channel) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::dup2(null, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  ::dup2(channel, kChannel);
}

void block_no_signal() {
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

int run_child(void* shared) {
  Child& child = *static_cast<Child*>(shared);
  take_place(child.null, child.output, child.channel);
  if (::chdir(child.directory) != 0) return give_up(child, LaunchStep::directory);
  block_no_signal();
  ::execve(child.file, child.argv, child.env);
  return give_up(child, LaunchStep::execute);
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> all;
  all.reserve(texts.size() + 1);
  for (const std::string& text : texts) all.push_back(const_cast<char*>(text.c_str()));
  all.push_back(nullptr);
  return all;
}

/// A stack for the child, kept for the next one: there is one child at a time, and this thread sleeps until it
/// executes.
char* child_stack() {
  static char* const stack = [] {
    void* memory = ::mmap(nullptr, kStack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    return memory == MAP_FAILED ? nullptr : static_cast<char*>(memory);
  }();
  return stack;
}

}  // namespace

Launched launch(const Launch& what, int null, int output, int channel) {
  const auto argv = pointers(what.argv);
  const auto env = pointers(what.env);
  Child child{what.file.c_str(), argv.data(), env.data(), what.directory.c_str(), null, output, channel};
  char* const stack = child_stack();
  if (stack == nullptr) return {-1, LaunchStep::fork, ENOMEM};
  // As vfork: no copy of this process's memory, and this thread goes on when the child has executed or is gone.
  const pid_t pid = ::clone(run_child, stack + kStack, CLONE_VM | CLONE_VFORK | SIGCHLD, &child);
  if (pid < 0) return {-1, LaunchStep::fork, errno};
  if (child.failed == LaunchStep::none) return {pid, LaunchStep::none, 0};
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
  return {-1, child.failed, child.error};
}

Launched launch_copy(const std::function<void()>& body, const std::vector<int>& keep, int null, int output,
                     int channel) {
  const pid_t pid = ::fork();
  if (pid < 0) return {-1, LaunchStep::fork, errno};
  if (pid > 0) return {pid, LaunchStep::none, 0};
  take_place(null, output, channel);
  ::prctl(PR_SET_NAME, "wnw-trial");
  for (const int fd : open_descriptors()) {
    if (fd > kChannel && std::find(keep.begin(), keep.end(), fd) == keep.end()) ::close(fd);
  }
  block_no_signal();
  body();
  std::fflush(nullptr);
  ::_exit(0);
}

}  // namespace winnow::process
