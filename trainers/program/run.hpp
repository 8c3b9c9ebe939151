/// One program that runs: started, listened to, told, ended.
///
/// Whatever the program does, its end is bounded: it is told or sent SIGTERM, and SIGKILL at the end of the grace time.
/// Used by one thread, but for `cancel`.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <winnow/trainers/process/seat.hpp>
#include <winnow/trainers/program/conversation.hpp>
#include <winnow/trainers/program/log.hpp>
#include <winnow/trainers/program/stdout_patterns.hpp>
#include <winnow/trainers/program/termination.hpp>
#include <winnow/trainers/spawner.hpp>

namespace winnow::program {

struct RunSetup {
  process::Launch launch;
  std::optional<StdoutPatterns> patterns;  ///< of reports in what it prints
  std::vector<std::string> metrics;        ///< that the sweep file names
  std::chrono::milliseconds grace{};
  Conversation::Suggest suggest;
};

class ProgramRun {
public:
  /// `cancelled`: an eventfd that is written to when the run is to end; stays the caller's. `log` is open.
  ProgramRun(std::shared_ptr<Spawner> spawner, std::unique_ptr<process::Seat> seat, Log& log, RunSetup setup,
             int cancelled);
  /// Ends the program and waits for it.
  ~ProgramRun();
  ProgramRun(const ProgramRun&) = delete;
  ProgramRun& operator=(const ProgramRun&) = delete;

  Result<void> start();
  /// Blocks until there are reports, or the program has ended: then there are none. When the run is cancelled the
  /// program gets its signals meanwhile, and what it still reports is given.
  Burst next_reports(std::size_t most);
  void answer(std::size_t taken, Verdict verdict);
  /// Sees to it that the program ends: by itself if the last answer told it to and it listens, else by SIGTERM. Reports
  /// that have no answer are not recorded, and it is told so.
  void end();

  [[nodiscard]] bool cancelled() const { return cancelled_; }
  [[nodiscard]] const std::map<std::string, std::string>& left_out() const { return conversation_.left_out(); }
  /// Null while it runs.
  [[nodiscard]] const process::News* ending() const { return ending_ ? &*ending_ : nullptr; }

private:
  using Clock = std::chrono::steady_clock;

  /// Waits for news from anywhere and takes it in.
  void wait(std::optional<Clock::time_point> until);
  void hear_warden();
  void read_output(bool to_the_end);
  void take_output(std::string_view bytes);
  void take_line(const LineBuffer::Line& line);
  void say_overwritten();
  /// One step towards the program's end: the signal that is due, and a wait for news. False: it is killed, and doesn't
  /// go.
  bool push_out();

  std::shared_ptr<Spawner> spawner_;
  std::unique_ptr<process::Seat> seat_;
  Log& log_;
  RunSetup setup_;
  int cancel_event_;
  Termination termination_;
  Conversation conversation_;
  Fd output_;  ///< what the program prints
  LineBuffer output_lines_{"\n\r"};
  std::optional<Step> output_step_;
  std::optional<StepReport> overwritten_;  ///< read from a line that may be printed over again
  std::vector<pollfd> events_;
  std::optional<process::News> ending_;
  bool cancelled_ = false;
  bool given_up_ = false;  ///< and its log says so
};

}  // namespace winnow::program
