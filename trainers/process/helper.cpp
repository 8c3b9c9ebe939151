#include <winnow/trainers/process/helper.hpp>

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>
#include <vector>

#include <winnow/trainers/process/descendants.hpp>
#include <winnow/trainers/process/descriptors.hpp>
#include <winnow/trainers/process/frame.hpp>
#include <winnow/trainers/process/warden.hpp>

namespace winnow::process {
namespace {

using namespace std::chrono_literals;

constexpr auto kWardensEnd = 6000ms;  ///< for them to end by themselves: more than they take for what is left
constexpr auto kWardensEndStep = 10ms;
constexpr auto kOrphansEnd = 1000ms;  ///< for what a dead warden has left, before this process looks at orders again
constexpr int kOrphansAgain = 100;    ///< ms

void block_signals() {
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  sigset_t all;
  sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, nullptr);
}

/// Nothing of the program's: no terminal, no descriptors, no handlers. All signals are blocked, so that one that is
/// meant for Winnow and sent to all of its processes leaves the programs their time to end; programs get an empty mask.
void cut_loose(int socket) {
  ::setsid();
  block_signals();
  ::dup2(socket, kChannel);
  ::fcntl(kChannel, F_SETFD, FD_CLOEXEC);
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(null, fd);
  close_from(kChannel + 1);
}

class Helper {
public:
  explicit Helper(Start start) : start_(std::move(start)) {
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    children_ = Fd(::signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK));
  }

  void serve() {
    while (true) {
      pollfd events[2] = {{kChannel, POLLIN, 0}, {children_.get(), POLLIN, 0}};
      if (::poll(events, 2, orphans_ ? kOrphansAgain : -1) < 0) continue;
      if (events[1].revents != 0 || orphans_) reap();
      if (events[0].revents == 0) continue;
      auto frame = read_frame(kChannel);
      if (!frame) return;
      if (frame->body == "W" && frame->fds.size() == 1) make_warden(std::move(frame->fds.front()));
    }
  }

  /// They see that Winnow is gone as this process does, once they run.
  void end_wardens() {
    for (const pid_t warden : wardens_) ::kill(warden, SIGCONT);
    const auto end = std::chrono::steady_clock::now() + kWardensEnd;
    while (!wardens_.empty() && std::chrono::steady_clock::now() < end) {
      reap();
      if (!wardens_.empty()) ::usleep(std::chrono::microseconds(kWardensEndStep).count());
    }
    (void)kill_descendants(kOrphansEnd, wardens_);
  }

private:
  void make_warden(Fd socket) {
    const pid_t pid = ::fork();
    if (pid > 0) wardens_.push_back(pid);
    if (pid != 0) return;  // where there can be no process, the socket closes, which says it
    children_.reset();
    ::close(kChannel);
    run_warden(socket.get(), start_);
  }

  void reap() {
    signalfd_siginfo ignored{};
    while (::read(children_.get(), &ignored, sizeof ignored) > 0) {
    }
    // A storm of orphans has no end: those that are dead go with those that are killed.
    pid_t pid = 0;
    while (!orphans_ && (pid = ::waitpid(-1, nullptr, WNOHANG)) > 0) orphans_ = std::erase(wardens_, pid) > 0;
    if (orphans_) orphans_ = !kill_descendants(kOrphansEnd, wardens_);
  }

  Start start_;
  Fd children_;
  std::vector<pid_t> wardens_;
  bool orphans_ = false;  ///< a warden has died, and what it left isn't all gone
};

void serve_to_the_end(Start start) {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  run_first();
  Helper helper(std::move(start));
  helper.serve();
  helper.end_wardens();
}

}  // namespace

void remove_scratch(const std::string& folder) {
  if (DIR* open = ::opendir(folder.c_str())) {
    while (const dirent* entry = ::readdir(open)) ::unlinkat(::dirfd(open), entry->d_name, 0);
    ::closedir(open);
  }
  ::rmdir(folder.c_str());
}

void run_helper(int socket, const std::string& scratch) {
  cut_loose(socket);
  ::prctl(PR_SET_NAME, "wnw-helper");
  ::prctl(PR_SET_PDEATHSIG, SIGCONT);  // a halted one goes on when Winnow dies, to see that
  serve_to_the_end(launch);
  remove_scratch(scratch);
  ::_exit(0);
}

void run_template(const std::function<void()>& body) {
  block_signals();
  std::fflush(nullptr);  // else each copy would print it
  ::prctl(PR_SET_NAME, "wnw-template");
  const auto own = open_descriptors();
  serve_to_the_end(
      [&](const Launch&, int null, int output, int channel) { return launch_copy(body, own, null, output, channel); });
  ::_exit(0);
}

}  // namespace winnow::process
