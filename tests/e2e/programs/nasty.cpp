/// A program that misbehaves as its first argument, `mode=…`, says. Its name is short, so that the kernel keeps all of
/// it.
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

void send(const std::string& line) {
  std::size_t done = 0;
  while (done < line.size()) {
    const ssize_t n = ::write(3, line.data() + done, line.size() - done);
    if (n <= 0) std::exit(9);
    done += static_cast<std::size_t>(n);
  }
}

void report(int step, double loss = 0.5) {
  send("{\"loss\":" + std::to_string(loss) + ",\"step\":" + std::to_string(step) + "}\n");
}

/// Reads one answer: `{"verdict":"stop"}`.
std::string answer() {
  std::string line;
  for (char c = 0; ::read(3, &c, 1) == 1 && c != '\n';) line += c;
  return line;
}

[[noreturn]] void sleep_on() {
  while (true) ::pause();
}

/// Leaves children behind in every way there is.
void leave_children() {
  for (int way = 0; way < 4; ++way) {
    if (::fork() != 0) continue;
    if (way == 0) sleep_on();
    if (way == 1) {
      ::setsid();
      sleep_on();
    }
    if (way == 2) {  // a daemon: its parent is gone
      ::setsid();
      if (::fork() != 0) ::_exit(0);
      sleep_on();
    }
    for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_IGN);
    ::setpgid(0, 0);
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    if (::fork() == 0) sleep_on();
    sleep_on();
  }
}

/// Chains of processes of which each starts the next and ends, as fast as they can, for twenty seconds.
void storm(int chains) {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const auto end = now.tv_sec + 20;
  for (int chain = 0; chain < chains; ++chain) {
    if (::fork() != 0) continue;
    ::setsid();
    while (now.tv_sec < end) {
      if (::fork() != 0) ::_exit(0);
      ::clock_gettime(CLOCK_MONOTONIC, &now);
    }
    ::_exit(0);
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::string_view mode = argc > 1 ? argv[1] : "";
  mode.remove_prefix(std::min(mode.size(), mode.find('=') + 1));
  if (mode == "children") {
    leave_children();
    ::usleep(50'000);
    report(1);
    return 0;
  }
  if (mode == "stubborn") {  // ignores SIGTERM and what it is told
    ::signal(SIGTERM, SIG_IGN);
    leave_children();
    for (int step = 1;; ++step) {
      report(step);
      if (answer().empty()) sleep_on();
    }
  }
  if (mode == "flood") {
    const std::string line(1 << 20, 'x');
    for (int i = 0; i < 100; ++i) std::fwrite(line.data(), 1, line.size(), stdout);
    report(1);
    return 0;
  }
  if (mode == "closes") {
    report(1);
    ::close(3);
    ::usleep(100'000);
    return 0;
  }
  if (mode == "garbage") {
    send("hello\n{\"loss\":\"low\"}\n[1,2]\n\n\x01\xff\xfe\n{\"loss\":");
    send("{}}\n" + std::string(3 << 20, 'y') + "\n");
    report(1);
    return 0;
  }
  if (mode == "late") {  // goes on reporting whatever it is told
    for (int step = 1; step <= 200; ++step) {
      report(step);
      if (answer().empty()) return 5;
    }
    return 0;
  }
  if (mode == "storm") {
    storm(25);  // more fill a small container where the warden may not run first
    report(1);
    return 0;
  }
  if (mode == "silent") return 0;
  if (mode == "sleeps") sleep_on();
  if (mode == "crashes") {
    std::fputs("about to crash\n", stderr);
    std::abort();
  }
  if (mode == "reports") {  // until it is told
    for (int step = 1;; ++step) {
      report(step);
      if (answer() != "{\"verdict\":\"continue\"}") return 0;
      ::usleep(20'000);
    }
  }
  return 64;
}
