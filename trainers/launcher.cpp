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
/// Ranks that end within this time end by the same; and where rank 0 is one of them, by what happened to it.
constexpr std::chrono::milliseconds kTogether{1000};

struct Rank {
  std::unique_ptr<process::Seat> seat{};
  std::optional<News> ending{};
  Clock::time_point ended{};
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
      if (auto seen = see_to_ended(); !seen) return fail(std::move(seen.error()));
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
    if (!crash_.empty()) environment.set("WINNOW_RANK_CRASHED", crash_);
    process::Launch launch = program_;
    launch.env = environment.entries();
    const int output = rank == 0 ? STDOUT_FILENO : STDERR_FILENO;
    ranks_[rank] = {std::move(*seat)};
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
      if (news.what == News::What::running) continue;
      ranks_[i].ending = news;
      ranks_[i].ended = Clock::now();
    }
  }

  /// One that has ended with 0 has done what it had to.
  [[nodiscard]] bool is_missed(const Rank& rank) const {
    return rank.ending && !(ended_by_itself(*rank.ending) && WEXITSTATUS(rank.ending->number) == 0);
  }

  /// Starts those again that are missed: all with rank 0, the others after a moment, in which rank 0 may end, too.
  Result<void> see_to_ended() {
    if (ends_at_) return {};
    std::vector<std::size_t> missed;
    for (std::size_t i = 0; i < ranks_.size(); ++i) {
      if (is_missed(ranks_[i])) missed.push_back(i);
    }
    const auto is_long_ago = [&](std::size_t i) { return Clock::now() - ranks_[i].ended >= kTogether; };
    if (missed.empty() || (missed.front() != 0 && std::none_of(missed.begin(), missed.end(), is_long_ago))) return {};
    for (const std::size_t rank : missed) {
      const News& ending = *ranks_[rank].ending;
      const std::string what = "rank " + std::to_string(rank) + " " + what_became(ending);
      if (ending.what == News::What::not_started) return fail(errc::invalid_input, what);
      if (restarts_ == options_.restarts) {
        return fail(errc::trial_failed, what + ", after " + std::to_string(options_.restarts) +
                                            " restarts; the next start goes on with a search that has a directory");
      }
      if (options_.on_notice)
        options_.on_notice(what + (missed.front() == 0 ? ": all start again" : ": it starts again"));
      if (rank == 0) break;
    }
    ++restarts_;
    if (missed.front() == 0) return start_all_again();
    for (const std::size_t rank : missed) {
      if (auto started = start(rank); !started) return started;
    }
    return {};
  }

  [[nodiscard]] std::string what_became(const News& ending) const {
    const auto why = program::judge_ending(ending, program_, nothing_printed_);
    std::string what = why ? "ended" : why.error().message;
    if (const auto more = what.find("; it printed nothing"); more != std::string::npos) what.erase(more);
    return what;
  }

  Result<void> start_all_again() {
    const News& first = *ranks_.front().ending;
    const auto why = program::judge_ending(first, program_, nothing_printed_);
    const bool crashed = !why && why.error().code == errc::trial_failed;
    crash_ = crashed ? "rank 0 " + what_became(first) : std::string();
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
  std::string crash_{};  ///< by which rank 0's last start ended; none: it hasn't crashed
  std::optional<Clock::time_point> ends_at_;
};

}  // namespace

Result<int> launch_ranks(const LaunchOptions& options, Spawner& spawner) {
  auto environment = program::Environment::of_this_process();
  for (const char* name : {"WORLD_SIZE", "LOCAL_WORLD_SIZE"}) environment.set(name, std::to_string(options.ranks));
  environment.set("MASTER_ADDR", "127.0.0.1");
  environment.set("WINNOW_RANK_TIMEOUT", std::to_string(options.rank_timeout));
  for (const char* stale : {"TORCHELASTIC_USE_AGENT_STORE", "TORCHELASTIC_RESTART_COUNT", "WINNOW_RANK_CRASHED"})
    environment.unset(stale);
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
