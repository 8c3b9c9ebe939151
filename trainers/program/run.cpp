#include <winnow/trainers/program/run.hpp>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <winnow/trainers/process/frame.hpp>

namespace winnow::program {
namespace {

constexpr int kPipe = 1 << 20;  ///< bytes

std::string reason() {
  return std::generic_category().message(errno);
}

}  // namespace

ProgramRun::ProgramRun(std::shared_ptr<Spawner> spawner, std::unique_ptr<process::Seat> seat, Log& log, RunSetup setup,
                       int cancelled)
    : spawner_(std::move(spawner)),
      seat_(std::move(seat)),
      log_(log),
      setup_(std::move(setup)),
      cancel_event_(cancelled),
      termination_(setup_.grace),
      conversation_(seat_->listener(), setup_.metrics, setup_.suggest,
                    [this](const std::string& text) { log_.note(text); }) {}

ProgramRun::~ProgramRun() {
  end();
  spawner_->give_back(std::move(seat_));
}

Result<void> ProgramRun::start() {
  auto channel = process::socket_pair();
  if (!channel[0]) return fail(errc::trial_lost, "no report channel: " + reason());
  std::array<int, 2> pipe{-1, -1};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return fail(errc::trial_lost, "no pipe: " + reason());
  output_ = Fd(pipe[0]);
  const Fd pipe_end(pipe[1]);
  ::fcntl(pipe[0], F_SETFL, O_NONBLOCK);
  ::fcntl(pipe[0], F_SETPIPE_SZ, kPipe);
  if (!seat_->start(setup_.launch, pipe_end.get(), channel[1].get())) ending_.emplace();
  conversation_.add(std::move(channel[0]));
  return {};
}

Burst ProgramRun::next_reports(std::size_t most) {
  while (true) {
    if (Burst burst = conversation_.next_reports(most); !burst.empty()) return burst;
    if (ending_) return {};
    if (!cancelled_) {
      wait(std::nullopt);
    } else if (!push_out()) {
      return {};
    }
  }
}

void ProgramRun::answer(std::size_t taken, Verdict verdict) {
  if (verdict != Verdict::go_on) termination_.told(Clock::now());
  conversation_.answer(taken, verdict);
  if (verdict != Verdict::go_on) conversation_.close(verdict);
}

void ProgramRun::wait(std::optional<Clock::time_point> until) {
  events_.clear();
  events_.push_back({seat_->socket(), POLLIN, 0});
  events_.push_back({cancelled_ ? -1 : cancel_event_, POLLIN, 0});
  events_.push_back({output_.get(), POLLIN, 0});
  const auto own = static_cast<std::ptrdiff_t>(events_.size());
  conversation_.wait_for(events_);
  int milliseconds = -1;
  if (until) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*until - Clock::now());
    milliseconds = static_cast<int>(std::clamp<std::chrono::milliseconds::rep>(left.count(), 0, 1'000'000));
  }
  if (::poll(events_.data(), events_.size(), milliseconds) < 0) return;
  if (events_[1].revents != 0) cancelled_ = true;
  if (events_[2].revents != 0) read_output(false);
  conversation_.take_in(std::span(events_).subspan(static_cast<std::size_t>(own)));
  if (events_[0].revents != 0) hear_warden();
}

void ProgramRun::hear_warden() {
  const process::News news = seat_->news();
  if (news.what == process::News::What::running) return;
  ending_.emplace(news);
  if (news.left) log_.note("some of what it started doesn't go though it is killed; left to its warden");
  // All its writers are gone: what is there now is all.
  conversation_.take_rest();
  read_output(true);
}

void ProgramRun::read_output(bool to_the_end) {
  if (!output_) return;
  std::array<char, std::size_t{64} << 10> buffer;  // NOLINT: filled by read
  while (true) {
    const ssize_t got = ::read(output_.get(), buffer.data(), buffer.size());
    if (got > 0) take_output({buffer.data(), static_cast<std::size_t>(got)});
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0 && (got == 0 || to_the_end)) {
      if (const auto line = output_lines_.rest()) take_line(*line);
      say_overwritten();
      return output_.reset();
    }
    if (!to_the_end || got <= 0) return;
  }
}

void ProgramRun::take_output(std::string_view bytes) {
  log_.write(bytes);
  if (!setup_.patterns) return;
  output_lines_.add(bytes);
  while (const auto line = output_lines_.next()) take_line(*line);
}

/// Of a line that is printed over and over (a progress bar) the last state of each step is the report.
void ProgramRun::take_line(const LineBuffer::Line& line) {
  if (line.too_long) return log_.note("a printed line is longer than 1 MiB, and not looked at");
  const bool overwritten = line.end == '\r' && setup_.patterns->has_step();
  std::optional<StepReport> report;
  if (!line.text.empty()) {
    report = setup_.patterns->read(line.text, output_step_, [this](const std::string& text) { log_.note(text); });
  }
  if (overwritten_ && report && report->step == overwritten_->step) overwritten_.reset();
  if (!overwritten || report) say_overwritten();
  if (!report) return;
  if (overwritten) {
    overwritten_ = std::move(report);
  } else {
    conversation_.add_report(std::move(*report));
  }
}

void ProgramRun::say_overwritten() {
  if (overwritten_) conversation_.add_report(std::move(*std::exchange(overwritten_, std::nullopt)));
}

void ProgramRun::end() {
  if (!seat_ || !seat_->busy()) return;
  // One that waits for an answer hears that there is none, and may leave by itself.
  if (!termination_.was_told() && conversation_.waits_for_answer()) termination_.told(Clock::now());
  conversation_.close(Verdict::pause);
  while (!ending_ && push_out()) {
  }
}

bool ProgramRun::push_out() {
  using Step = Termination::Step;
  const auto hearing = conversation_.hearing();
  const auto next = termination_.next(Clock::now(), {.listens = hearing == Conversation::Hearing::listens,
                                                     .deaf = hearing == Conversation::Hearing::deaf,
                                                     .all_read = conversation_.all_read()});
  switch (next.step) {
    case Step::wait: wait(next.until); return true;
    case Step::terminate: seat_->signal(SIGTERM); return true;
    case Step::kill: seat_->signal(SIGKILL); return true;
    case Step::give_up: break;
  }
  if (!std::exchange(given_up_, true)) log_.note("is killed and doesn't go; left to its warden");
  return false;
}

}  // namespace winnow::program
