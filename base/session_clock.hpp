/// The times of a session's events. Its first moment is the wall clock's; from there on they go by the time since boot,
/// which nobody sets, and which goes on while the machine sleeps: so a clock that is set makes no trial seem longer or
/// shorter than it was, and uses up no budget.
#pragma once

namespace winnow {

class SessionClock {
public:
  SessionClock();
  /// Seconds since 1970.
  double operator()() const;

private:
  double began_;  ///< seconds since 1970 at boot, as far as the clock knew when the session began
};

}  // namespace winnow
