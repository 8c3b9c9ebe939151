#include <winnow/trainers/process/warden.hpp>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <winnow/trainers/process/descendants.hpp>
#include <winnow/trainers/process/frame.hpp>
#include <winnow/trainers/process/launch.hpp>

namespace winnow::process {
namespace {

using namespace std::chrono_literals;

/// For the end of all that a program has left, before its slot goes on without waiting for it.
constexpr auto kEndPatience = 5s;
constexpr useconds_t kAgain = 100'000;  ///< microseconds
constexpr int kOrphansAtOnce = 100;     ///< orphans, of which there may be a storm, before orders are looked at again

/// Above the descriptors that the program gets.
Fd lifted(Fd fd) {
  return Fd(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 10));
}

class Warden {
public:
  Warden(int socket, const Start& start)
      : socket_(socket), start_(start), null_(lifted(Fd(::open("/dev/null", O_RDONLY | O_CLOEXEC)))) {
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    children_ = lifted(Fd(::signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK)));
  }

  void serve() {
    while (true) {
      pollfd events[2] = {{socket_, POLLIN, 0}, {children_.get(), POLLIN, 0}};
      if (::poll(events, 2, more_to_reap_ ? 0 : -1) < 0) continue;
      if (events[1].revents != 0 || more_to_reap_) reap();
      if (events[0].revents == 0) continue;
      auto frame = read_frame(socket_);
      if (!frame) return;
      obey(*frame);
    }
  }

private:
  void obey(Frame& frame) {
    Reader order(frame.body);
    if (order.kind() == 'S' && frame.fds.size() == 2) start(order, frame.fds);
    if (order.kind() == 'K' && program_ > 0) signal(order.number());
  }

  void start(Reader& order, std::vector<Fd>& fds) {
    Launch what;
    what.file = order.text();
    what.argv = order.texts();
    what.env = order.texts();
    what.directory = order.text();
    const Fd output = lifted(std::move(fds[0]));
    const Fd channel = lifted(std::move(fds[1]));
    const Launched launched = start_(what, null_.get(), output.get(), channel.get());
    Writer answer(launched.pid > 0 ? 'P' : 'F');
    if (launched.pid > 0) {
      program_ = launched.pid;
      answer.put(launched.pid);
    } else {
      answer.put(static_cast<std::int32_t>(launched.failed));
      answer.put(launched.error);
    }
    send_frame(socket_, answer.body());
  }

  void signal(int number) const {
    ::kill(-program_, number);
    if (::getpgid(program_) != program_) ::kill(program_, number);
    if (number != SIGKILL) ::kill(-program_, SIGCONT);  // one that was halted would never see it
  }

  void reap() {
    signalfd_siginfo ignored{};
    while (::read(children_.get(), &ignored, sizeof ignored) > 0) {
    }
    for (int reaped = 0; reaped < kOrphansAtOnce; ++reaped) {
      int status = 0;
      const pid_t pid = ::waitpid(-1, &status, WNOHANG);
      more_to_reap_ = pid > 0;
      if (pid == program_ && pid > 0) return tell_end(status);
      if (pid <= 0) return;  // else it was an orphan of the program's
    }
  }

  void tell_end(int status) {
    program_ = -1;
    const bool left = !kill_descendants(kEndPatience);
    Writer news('E');
    news.put(status);
    news.put(left ? 1 : 0);
    send_frame(socket_, news.body());
  }

  int socket_;
  const Start& start_;
  Fd null_;
  Fd children_;
  pid_t program_ = -1;
  bool more_to_reap_ = false;
};

}  // namespace

void run_warden(int socket, const Start& start) {
  ::prctl(PR_SET_NAME, "wnw-warden");
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  ::prctl(PR_SET_PDEATHSIG, SIGCONT);  // a halted one goes on when the helper dies, to see that Winnow has
  run_first();
  Warden(socket, start).serve();
  // Nobody waits for this: what doesn't go at once is tried again at leisure.
  for (auto patience = kEndPatience; !kill_descendants(patience); patience = 0s) ::usleep(kAgain);
  ::_exit(0);
}

}  // namespace winnow::process
