#include <winnow/trainers/launcher.hpp>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include <winnow/base/fd.hpp>
#include <winnow/trainers/process/seat.hpp>
#include <winnow/trainers/program/ending.hpp>
#include <winnow/trainers/program/environment.hpp>
#include <winnow/trainers/program/port_lease.hpp>

namespace winnow {
namespace {

using Clock = std::chrono::steady_clock;
using process::News;

constexpr int kLook = 100;  ///< ms between two looks at `interrupts`

struct Rank {
  std::unique_ptr<process::Seat> seat{};
  std::optional<News> ending{};
};

class Launcher {
public:
  Launcher(const LaunchOptions& options, Spawner& spawner, process::Launch program, program::Environment environment)
      : options_(options),
        spawner_(spawner),
        program_(std::move(program)),
        environment_(std::move(environment)),
        ranks_(static_cast<std::size_t>(options.ranks)),
        null_(::open("/dev/null", O_RDWR | O_CLOEXEC)) {}

  ~Launcher() { end_all(); }
  Launcher(const Launcher&) = delete;
  Launcher& operator=(const Launcher&) = delete;

  Result<int> run() {
    if (auto started = start_all(); !started) return fail(std::move(started.error()));
    for (;;) {
      look();
      if (options_.interrupts != nullptr && *options_.interrupts > 0 && !ends_at_) {
        signal_all(SIGINT);
        ends_at_ = Clock::now() + options_.grace;
      }
      if (const auto& first = ranks_.front().ending; first && ended_by_itself(*first)) {
        wait_for_others();
        return WEXITSTATUS(first->number);
      }
      if (ends_at_ && (Clock::now() >= *ends_at_ || !any_runs())) return kInterrupted;
      for (std::size_t rank = 0; rank < ranks_.size(); ++rank) {
        if (auto seen = see_to(rank); !seen) return fail(std::move(seen.error()));
      }
    }
  }

private:
  static constexpr int kInterrupted = 130;

  static bool ended_by_itself(const News& news) { return news.what == News::What::ended && WIFEXITED(news.number); }

  Result<void> start_all() {
    auto port = program::PortLease::take();
    if (!port) return fail(std::move(port.error()));
    port_ = std::move(*port);
    for (std::size_t rank = 0; rank < ranks_.size(); ++rank) {
      if (auto started = start(rank); !started) return started;
    }
    return {};
  }

  Result<void> start(std::size_t rank) {
    auto seat = spawner_.take();
    if (!seat) return fail(std::move(seat.error()));
    program::Environment environment = environment_;
    for (const char* name : {"RANK", "LOCAL_RANK"}) environment.set(name, std::to_string(rank));
    environment.set("MASTER_PORT", std::to_string(port_.port()));
    process::Launch launch = program_;
    launch.env = environment.entries();
    const int output = rank == 0 ? STDOUT_FILENO : STDERR_FILENO;
    ranks_[rank] = {std::move(*seat), std::nullopt};
    if (ranks_[rank].seat->start(launch, output, null_.get())) return {};
    return fail(errc::io, "rank " + std::to_string(rank) + ": its warden process is gone (killed?)");
  }

  /// Takes in what has become of the ranks.
  void look() {
    std::vector<pollfd> events;
    for (const Rank& rank : ranks_) events.push_back({rank.ending ? -1 : rank.seat->socket(), POLLIN, 0});
    if (::poll(events.data(), events.size(), kLook) <= 0) return;
    for (std::size_t i = 0; i < ranks_.size(); ++i) {
      if (events[i].revents == 0) continue;
      const News news = ranks_[i].seat->news();
      if (news.what != News::What::running) ranks_[i].ending = news;
    }
  }

  /// One that has ended with 0 has done what it had to; any other is started again.
  Result<void> see_to(std::size_t rank) {
    const auto& ending = ranks_[rank].ending;
    if (!ending || ends_at_ || (ended_by_itself(*ending) && WEXITSTATUS(ending->number) == 0)) return {};
    auto why = program::judge_ending(*ending, program_, nothing_printed_);
    std::string what = why ? "ended" : why.error().message;
    if (const auto more = what.find("; it printed nothing"); more != std::string::npos) what.erase(more);
    if (ending->what == News::What::not_started) return fail(errc::invalid_input, std::move(what));
    what = "rank " + std::to_string(rank) + " " + what;
    if (restarts_++ == options_.restarts) {
      return fail(errc::trial_failed, what + ", after " + std::to_string(options_.restarts) + " restarts");
    }
    if (options_.on_notice) options_.on_notice(what + (rank == 0 ? ": all start again" : ": it starts again"));
    if (rank != 0) return start(rank);
    end_all();
    return start_all();
  }

  void wait_for_others() {
    const auto end = Clock::now() + options_.grace;
    while (Clock::now() < end && any_runs()) look();
  }

  [[nodiscard]] bool any_runs() const {
    return std::any_of(ranks_.begin(), ranks_.end(), [](const Rank& rank) { return !rank.ending; });
  }

  void signal_all(int number) {
    for (Rank& rank : ranks_) {
      if (rank.seat && !rank.ending) rank.seat->signal(number);
    }
  }

  void end_all() {
    signal_all(SIGKILL);
    for (Rank& rank : ranks_) {
      while (rank.seat && !rank.ending) {
        const News news = rank.seat->news();
        if (news.what != News::What::running) rank.ending = news;
      }
      if (rank.seat) spawner_.give_back(std::move(rank.seat));
    }
  }

  const LaunchOptions& options_;
  Spawner& spawner_;
  process::Launch program_;
  program::Environment environment_;
  std::vector<Rank> ranks_;
  Fd null_;
  program::Log nothing_printed_;  ///< by Winnow's leave: it goes where Winnow's own goes
  program::PortLease port_{};
  int restarts_ = 0;
  std::optional<Clock::time_point> ends_at_;
};

}  // namespace

Result<int> launch_ranks(const LaunchOptions& options, Spawner& spawner) {
  auto environment = program::Environment::of_this_process();
  for (const char* name : {"WORLD_SIZE", "LOCAL_WORLD_SIZE"}) environment.set(name, std::to_string(options.ranks));
  environment.set("MASTER_ADDR", "127.0.0.1");
  environment.set("WINNOW_RANK_TIMEOUT", std::to_string(options.rank_timeout));
  for (const char* stale : {"TORCHELASTIC_USE_AGENT_STORE", "TORCHELASTIC_RESTART_COUNT"}) environment.unset(stale);
  const int threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()) / options.ranks);
  environment.set_default("OMP_NUM_THREADS", std::to_string(threads));
  environment.set_default("OPENBLAS_NUM_THREADS", environment.find("OMP_NUM_THREADS").value_or("1"));
  std::error_code ignored;
  const std::string here = std::filesystem::current_path(ignored).string();
  const auto file = program::find_program(options.command.front(), environment, here);
  if (!file)
    return fail(errc::invalid_input, "no program '" + options.command.front() + "' is in PATH or is that file");
  return Launcher(options, spawner, {.file = *file, .argv = options.command, .env = {}, .directory = here},
                  std::move(environment))
      .run();
}

}  // namespace winnow
