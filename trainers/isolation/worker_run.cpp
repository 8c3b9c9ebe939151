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

constexpr auto kKilledGoes = 2s;     ///< from SIGKILL to the end; else it is left to its warden
constexpr timeval kWholeFrame{10, 0};  ///< for the rest of a frame that has begun

}  // namespace

WorkerRun::WorkerRun(Worker worker, program::Log& log, std::chrono::milliseconds grace, Suggest suggest, int cancelled)
    : worker_(std::move(worker)), log_(log), grace_(grace), suggest_(std::move(suggest)), cancel_event_(cancelled) {
  ::setsockopt(worker_.channel.get(), SOL_SOCKET, SO_RCVTIMEO, &kWholeFrame, sizeof kWholeFrame);
}

WorkerRun::~WorkerRun() {
  tell({{"op", "leave"}});
  if (!patience_) patience_ = Clock::now() + grace_;
  while (!ending_ && !given_up_) wait();
  worker_.spawner->give_back(std::move(worker_.seat));
}

void WorkerRun::tell(const Value& message) {
  if (!ending_) send(worker_.channel.get(), message);  // one that is gone says so itself
}

Result<Value> WorkerRun::call(const Value& request) {
  tell(request);
  while (!ending_ && !given_up_) {
    auto answer = wait();
    if (!answer) continue;
    if (auto error = error_in(*answer)) return fail(std::move(*error));
    return std::move(*answer);
  }
  if (cancelled_) return fail(errc::cancelled, "the trial was cancelled");
  if (!ending_) return fail(errc::trial_lost, "its process is killed and doesn't go");
  auto judged = program::judge_ending(*ending_, {.file = "", .argv = {"worker"}, .env = {}, .directory = ""}, log_);
  if (!judged) return fail(std::move(judged.error()));
  return fail(errc::trial_failed, "ended its process (exit) in the middle of the trial");
}

std::optional<Value> WorkerRun::wait() {
  std::array<pollfd, 4> events{{{worker_.seat->socket(), POLLIN, 0},
                                {worker_.channel.get(), POLLIN, 0},
                                {worker_.output.get(), POLLIN, 0},
                                {cancelled_ ? -1 : cancel_event_, POLLIN, 0}}};
  int timeout = -1;
  if (patience_) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*patience_ - Clock::now());
    timeout = static_cast<int>(std::clamp<std::chrono::milliseconds::rep>(left.count(), 0, 1'000'000));
  }
  if (::poll(events.data(), events.size(), timeout) < 0) return std::nullopt;
  if (events[3].revents != 0) {
    cancelled_ = true;
    patience_ = Clock::now() + grace_;
    tell({{"op", "cancel"}});
  }
  if (events[2].revents != 0) read_output();
  std::optional<Value> answer;
  if (events[1].revents != 0) answer = hear_worker();
  if (events[0].revents != 0 && !answer) hear_warden();
  if (!answer) push_out();
  return answer;
}

std::optional<Value> WorkerRun::hear_worker() {
  auto heard = receive(worker_.channel.get());
  if (!heard) {  // gone, or out of its mind: its warden says which
    worker_.channel.reset();
    patience_ = std::min(patience_.value_or(Clock::now() + kKilledGoes), Clock::now() + kKilledGoes);
    return std::nullopt;
  }
  if (!heard->contains("suggest")) return heard;
  auto value = suggest_(heard->at("suggest"));
  Value answer = value ? Value{{"value", std::move(*value)}} : to_value(value.error());
  answer["op"] = "value";
  tell(answer);
  return std::nullopt;
}

void WorkerRun::hear_warden() {
  const process::News news = worker_.seat->news();
  if (news.what == process::News::What::running) {
    process_ = news.number;
    return;
  }
  ending_.emplace(news);
  if (news.left) log_.note("some of what it started doesn't go though it is killed; left to its warden");
  read_output();
  remove_shared_memory();
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
  if (ending_ || !patience_ || Clock::now() < *patience_) return;
  if (std::exchange(killed_, true)) {
    log_.note("is killed and doesn't go; left to its warden");
    given_up_ = true;
    return;
  }
  worker_.seat->signal(SIGKILL);
  patience_ = Clock::now() + kKilledGoes;
}

/// LibTorch names it after the process; nothing else removes what one that died hasn't.
void WorkerRun::remove_shared_memory() const {
  if (process_ == 0) return;
  const std::string prefix = "torch_" + std::to_string(process_) + "_";
  std::error_code error;
  for (std::filesystem::directory_iterator at("/dev/shm", error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    if (at->path().filename().string().starts_with(prefix)) std::filesystem::remove(at->path(), ignored);
  }
}

}  // namespace winnow::isolation
