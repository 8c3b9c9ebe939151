#include <winnow/trainers/isolation/workers.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <winnow/trainers/isolation/wire.hpp>
#include <winnow/trainers/process/frame.hpp>
#include <winnow/trainers/program/ending.hpp>
#include <winnow/trainers/program/log.hpp>

namespace winnow::isolation {

/// It lives as long as one of its copies does.
struct Template {
  std::unique_ptr<process::Seat> seat;
  std::shared_ptr<Spawner> copies;
};

namespace {

constexpr std::uint64_t kGrowth = 2;  ///< a process that has grown by this factor serves no more
constexpr int kTries = 3;             ///< for a copy, whose warden may have been killed

Error no_more(const std::string& what) {
  return {errc::trial_lost, "no " + what + " for a worker: " + std::generic_category().message(errno)};
}

/// Starts in a seat what `launch` says.
Result<Worker> start_in(std::shared_ptr<Spawner> spawner, const process::Launch& launch) {
  auto seat = spawner->take();
  if (!seat) return fail(errc::trial_lost, seat.error().message);
  auto channel = process::socket_pair();
  if (!channel[0]) return fail(no_more("socket"));
  std::array<int, 2> pipe{-1, -1};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return fail(no_more("pipe"));
  Worker worker{std::move(spawner), std::move(*seat), std::move(channel[0]), Fd(pipe[0])};
  const Fd output(pipe[1]);
  ::fcntl(worker.output.get(), F_SETFL, O_NONBLOCK);
  if (!worker.seat->start(launch, output.get(), channel[1].get())) {
    return fail(errc::trial_lost, "its warden process is gone (killed?)");
  }
  return worker;
}

}  // namespace

Result<std::shared_ptr<Workers>> Workers::start(std::shared_ptr<Spawner> spawner, Options options) {
  std::shared_ptr<Workers> workers(new Workers(std::move(spawner), std::move(options)));
  if (auto begun = workers->begin(); !begun) return fail(std::move(begun.error()));
  return workers;
}

/// A template, or, where the program can't be one, the first that wait.
Result<void> Workers::begin() {
  auto worker = start_program();
  if (!worker) return fail(std::move(worker.error()));
  auto about = ready(*worker);
  if (!about) return fail(std::move(about.error()));
  about_ = std::move(*about);
  if (about_.at("copies").get<bool>()) {
    template_ =
        std::make_shared<const Template>(Template{std::move(worker->seat), Spawner::over(std::move(worker->channel))});
    return {};
  }
  ahead_.push_back(std::move(*worker));
  while (ahead_.size() < options_.ahead) {
    auto more = start_program();
    if (!more) break;  // the attempt that misses it says so
    ahead_.push_back(std::move(*more));
  }
  return {};
}

Result<Worker> Workers::start_program() {
  auto worker = start_in(spawner_, options_.program);
  if (worker && !send(worker->channel.get(), options_.job)) return fail(no_more("program"));
  return worker;
}

Result<Value> Workers::ready(Worker& worker) const {
  program::Log log;
  const Fd memory(::memfd_create("winnow-output", MFD_CLOEXEC));  // a file that no kill leaves behind
  const std::string file = "/proc/self/fd/" + std::to_string(memory.get());
  if (auto opened = log.open(file, std::nullopt); !opened) return fail(std::move(opened.error()));
  std::array<char, 4096> buffer{};
  for (;;) {
    std::array<pollfd, 3> events{
        {{worker.channel.get(), POLLIN, 0}, {worker.seat->socket(), POLLIN, 0}, {worker.output.get(), POLLIN, 0}}};
    if (::poll(events.data(), events.size(), -1) < 0) continue;
    for (ssize_t got = 0; (got = ::read(worker.output.get(), buffer.data(), buffer.size())) > 0;) {
      log.write({buffer.data(), static_cast<std::size_t>(got)});
    }
    if (events[0].revents & POLLIN) {
      if (auto said = receive(worker.channel.get())) {
        if (auto error = error_in(*said)) return fail(std::move(*error));
        worker.ready = true;
        return std::move(*said);
      }
    }
    if (events[1].revents == 0 && !(events[0].revents & POLLHUP)) continue;
    const process::News news = worker.seat->news();
    if (news.what == process::News::What::running) continue;
    if (auto judged = program::judge_ending(news, options_.program, log); !judged) {
      return fail(judged.error().code, "the worker process " + judged.error().message);
    }
    const std::string printed = log.last_lines();
    return fail(errc::trial_failed,
                "the worker process ended before it came to the search: what a program does before its search must be "
                "the same in each worker (isolation: thread needs no workers)" +
                    (printed.empty() ? "" : "; its last lines: " + printed));
  }
}

Result<Worker> Workers::take(const std::string& devices) {
  const std::lock_guard lock(mutex_);
  if (auto worker = rested(devices)) return std::move(*worker);
  auto worker = template_ ? copy() : next_ahead();
  if (worker) worker->devices = devices;
  return worker;
}

/// One of another slot's devices has its memory there, and its limits. One that has died meanwhile serves nobody.
std::optional<Worker> Workers::rested(const std::string& devices) {
  std::erase_if(resting_, [](const Worker& worker) {
    pollfd news{worker.seat->socket(), POLLIN, 0};
    return ::poll(&news, 1, 0) != 0;
  });
  const auto found =
      std::find_if(resting_.begin(), resting_.end(), [&](const Worker& worker) { return worker.devices == devices; });
  if (found == resting_.end()) return std::nullopt;
  Worker worker = std::move(*found);
  resting_.erase(found);
  return worker;
}

bool Workers::may_serve_again(const Worker& worker, std::uint64_t memory) const {
  return worker.attempts < options_.attempts && (worker.memory == 0 || memory < kGrowth * worker.memory);
}

void Workers::give_back(Worker worker) {
  const std::lock_guard lock(mutex_);
  resting_.push_back(std::move(worker));
}

Result<Worker> Workers::copy() {
  for (int tries = 0; tries < kTries; ++tries) {
    auto worker = start_in(template_->copies, {});
    if (worker) {
      worker->from = template_;
      return worker;
    }
  }
  template_.reset();  // those of its copies that train have it until they end
  if (auto begun = begin(); !begun) return fail(errc::trial_lost, begun.error().message);
  if (!template_) return next_ahead();
  auto worker = start_in(template_->copies, {});
  if (worker) worker->from = template_;
  return worker;
}

Result<Worker> Workers::next_ahead() {
  Error last{errc::trial_lost, "no worker could be started"};
  for (int tries = 0; tries < kTries; ++tries) {
    if (ahead_.empty()) {
      auto started = start_program();
      if (!started) return fail(std::move(started.error()));
      ahead_.push_back(std::move(*started));
    }
    Worker worker = std::move(ahead_.front());
    ahead_.pop_front();
    if (options_.attempts == 1) {  // else those that have served come back
      if (auto more = start_program()) ahead_.push_back(std::move(*more));
    }
    if (worker.ready) return worker;
    auto said = ready(worker);
    if (said) return worker;
    last = {errc::trial_lost, std::move(said.error().message)};  // killed while it waited, say: the next one
  }
  return fail(std::move(last));
}

}  // namespace winnow::isolation
