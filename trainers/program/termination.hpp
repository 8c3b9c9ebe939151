/// When a program whose trial is over gets SIGTERM, and when SIGKILL (docs/semantics.md, "Programs").
#pragma once

#include <chrono>
#include <optional>

namespace winnow::program {

/// A program that was told by an answer and listens has the grace time to leave by itself. One that has not read what
/// it was told has a second for that, one that can't be told anything gets SIGTERM at once. SIGKILL comes when the
/// grace time is over, and at least a second after SIGTERM for one that was told. Pure: the time comes in.
class Termination {
public:
  using Clock = std::chrono::steady_clock;

  /// What is known of whether the program reads its answers.
  struct Hearing {
    bool listens = false;   ///< it has read one
    bool deaf = false;      ///< it was sent some, and has read none
    bool all_read = false;  ///< none is unread
  };
  enum class Step { wait, terminate, kill, give_up };
  struct Next {
    Step step = Step::wait;
    Clock::time_point until;  ///< of `wait`
  };

  explicit Termination(Clock::duration grace) : grace_(grace) {}

  /// The program was told that its trial ends: it may leave by itself.
  void told(Clock::time_point now) { told_ = now; }
  [[nodiscard]] bool was_told() const { return told_.has_value(); }
  /// What is to be done now that it is to end; each signal is given once, `give_up` from then on.
  [[nodiscard]] Next next(Clock::time_point now, Hearing hearing);

private:
  [[nodiscard]] Clock::time_point term_time(Clock::time_point now, Hearing hearing) const;

  Clock::duration grace_;
  std::optional<Clock::time_point> told_;
  std::optional<Clock::time_point> began_;  ///< when its end did
  std::optional<Clock::time_point> terminated_;
  std::optional<Clock::time_point> killed_;
};

}  // namespace winnow::program
