#include <winnow/cli/interrupts.hpp>

#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>

#include <winnow/cli/exit.hpp>

namespace winnow::cli {
namespace {

std::atomic<int> interrupts{0};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler counts it");

/// Two signals closer than this are one: `timeout` and some terminals send to the process and to its group.
constexpr std::int64_t kSameSignalMs = 300;
std::atomic<std::int64_t> first_signal_ms{0};

/// The first asks for an orderly end, the second leaves at once: nothing that was acknowledged is lost by it.
void on_signal(int) {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const std::int64_t ms = now.tv_sec * 1000 + now.tv_nsec / 1'000'000;
  if (interrupts == 0) {
    first_signal_ms = ms;
    interrupts = 1;
  } else if (ms - first_signal_ms > kSameSignalMs) {
    ::_exit(kInterrupted);
  }
}

}  // namespace

const std::atomic<int>& catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  for (const int number : {SIGINT, SIGTERM, SIGUSR1, SIGUSR2}) ::sigaction(number, &action, nullptr);
  struct sigaction hangup {};
  const bool ignored = ::sigaction(SIGHUP, nullptr, &hangup) == 0 && hangup.sa_handler == SIG_IGN;
  if (!ignored) ::sigaction(SIGHUP, &action, nullptr);  // `nohup` means it
  ::signal(SIGPIPE, SIG_IGN);
  return interrupts;
}

}  // namespace winnow::cli
