#include <winnow/base/session_clock.hpp>

#include <ctime>

#include <winnow/base/clock.hpp>

namespace winnow {
namespace {

double since_boot() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace

SessionClock::SessionClock() : began_(wall_clock() - since_boot()) {}

double SessionClock::operator()() const {
  return began_ + since_boot();
}

}  // namespace winnow
