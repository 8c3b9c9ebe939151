#include <winnow/trainers/process/warden.hpp>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include <winnow/trainers/process/descendants.hpp>
#include <winnow/trainers/process/frame.hpp>
#include <winnow/trainers/process/launch.hpp>

namespace winnow::process {
namespace {

/// Above the descriptors that the program gets.
Fd lifted(Fd fd) {
  return Fd(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 10));
}

class Warden {
public:
  explicit Warden(int socket) : socket_(socket), null_(lifted(Fd(::open("/dev/null", O_RDONLY | O_CLOEXEC)))) {
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    children_ = lifted(Fd(::signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK)));
  }

  void serve() {
    while (true) {
      pollfd events[2] = {{socket_, POLLIN, 0}, {children_.get(), POLLIN, 0}};
      if (::poll(events, 2, -1) < 0) continue;
      if (events[1].revents != 0) reap();
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
    const Launched launched = launch(what, null_.get(), output.get(), channel.get());
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
    int status = 0;
    int program_status = 0;
    bool ended = false;
    for (pid_t pid = 0; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
      if (pid != program_) continue;  // an orphan of the program's
      ended = true;
      program_status = status;
    }
    if (!ended) return;
    program_ = -1;
    kill_descendants();
    Writer news('E');
    news.put(program_status);
    send_frame(socket_, news.body());
  }

  int socket_;
  Fd null_;
  Fd children_;
  pid_t program_ = -1;
};

}  // namespace

void run_warden(int socket) {
  ::prctl(PR_SET_NAME, "wnw-warden");
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  Warden(socket).serve();
  kill_descendants();
  ::_exit(0);
}

}  // namespace winnow::process
