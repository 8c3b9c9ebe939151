#include <winnow/trainers/isolation/worker_run.hpp>

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include <winnow/trainers/isolation/wire.hpp>
#include <winnow/trainers/program/ending.hpp>

namespace winnow::isolation {
namespace {

using namespace std::chrono_literals;

constexpr auto kKilledGoes = 2s;       ///< from SIGKILL to the end; else it is left to its warden
constexpr timeval kWholeFrame{10, 0};  ///< for the rest of a frame that has begun

}  // namespace

WorkerRun::WorkerRun(Worker worker, Suggest suggest) : worker_(std::move(worker)), suggest_(std::move(suggest)) {
  ::setsockopt(worker_.channel.get(), SOL_SOCKET, SO_RCVTIMEO, &kWholeFrame, sizeof kWholeFrame);
}

WorkerRun::~WorkerRun() {
  if (worker_.seat) worker_.spawner->give_back(std::move(worker_.seat));
}

Worker WorkerRun::release() {
  read_output();
  return std::move(worker_);
}

Result<void> WorkerRun::open_log(const std::filesystem::path& file, std::optional<std::uint64_t> limit) {
  return log_.open(file, limit);
}

void WorkerRun::tell(const Value& message) {
  if (worker_.channel) send(worker_.channel.get(), message);  // one that is gone says so itself
}

void WorkerRun::call(const Value& request) {
  answer_.reset();
  if (is_over()) answer_ = fail(end());
  tell(request);
}

void WorkerRun::hurry(Clock::time_point until) {
  hurried_ = std::min(hurried_.value_or(until), until);
}

Error WorkerRun::end() const {
  if (!ending_) return {errc::trial_lost, "its process is killed and doesn't go"};
  auto judged = program::judge_ending(*ending_, {.file = "", .argv = {"worker"}, .env = {}, .directory = ""}, log_);
  if (!judged) return std::move(judged.error());
  const std::string printed = log_.last_lines();
  return {errc::trial_failed, "ended its process (exit) in the middle of the trial" +
                                  (printed.empty() ? "" : "; its last lines: " + printed)};
}

void WorkerRun::wait_for(std::vector<pollfd>& events) const {
  events.push_back({is_over() ? -1 : worker_.seat->socket(), POLLIN, 0});
  events.push_back({worker_.channel.get(), POLLIN, 0});
  events.push_back({worker_.output.get(), POLLIN, 0});
}

void WorkerRun::take_in(std::span<const pollfd> events) {
  if (is_over()) return;
  if (events[2].revents != 0) read_output();
  if (events[1].revents != 0) {
    hear_worker();
  } else if (events[0].revents != 0) {
    hear_warden();
  }
  push_out();
}

void WorkerRun::hear_worker() {
  auto heard = receive(worker_.channel.get());
  if (!heard) {  // gone, or out of its mind: its warden says which
    worker_.channel.reset();
    return hurry(Clock::now() + kKilledGoes);
  }
  if (!heard->contains("suggest")) {
    auto error = error_in(*heard);
    answer_ = error ? Result<Value>(fail(std::move(*error))) : std::move(*heard);
    return;
  }
  auto value = suggest_(heard->at("suggest"));
  Value answer = value ? Value{{"value", std::move(*value)}} : to_value(value.error());
  answer["op"] = "value";
  tell(answer);
}

void WorkerRun::hear_warden() {
  const process::News news = worker_.seat->news();
  if (news.what == process::News::What::running) {
    worker_.process = news.number;
    return;
  }
  ending_.emplace(news);
  if (news.left) log_.note("some of what it started doesn't go though it is killed; left to its warden");
  read_output();
  remove_shared_memory();
  if (!answer_) answer_ = fail(end());
}

void WorkerRun::read_output() {
  std::array<char, std::size_t{64} << 10> buffer;  // NOLINT: filled by read
  while (worker_.output) {
    const ssize_t got = ::read(worker_.output.get(), buffer.data(), buffer.size());
    if (got > 0) log_.write({buffer.data(), static_cast<std::size_t>(got)});
    if (got < 0 && errno == EINTR) continue;
    if (got == 0) worker_.output.reset();
    if (got <= 0) return;
  }
}

void WorkerRun::push_out() {
  if (is_over() || !hurried_ || Clock::now() < *hurried_) return;
  if (std::exchange(killed_, true)) {
    log_.note("is killed and doesn't go; left to its warden");
    given_up_ = true;
    if (!answer_) answer_ = fail(end());
    return;
  }
  worker_.seat->signal(SIGKILL);
  hurried_ = Clock::now() + kKilledGoes;
}

/// LibTorch names it after the process; nothing else removes what one that died hasn't.
void WorkerRun::remove_shared_memory() const {
  if (worker_.process == 0) return;
  const std::string prefix = "torch_" + std::to_string(worker_.process) + "_";
  std::error_code error;
  for (std::filesystem::directory_iterator at("/dev/shm", error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    if (at->path().filename().string().starts_with(prefix)) std::filesystem::remove(at->path(), ignored);
  }
}

}  // namespace winnow::isolation
