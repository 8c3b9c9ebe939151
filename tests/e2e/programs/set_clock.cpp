/// For LD_PRELOAD: the wall clock of one process goes by as many seconds more as the file that WNW_SET_CLOCK names
/// says, a binary 64-bit integer that may change at any time.
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <ctime>

extern "C" int clock_gettime(clockid_t clock, timespec* time) noexcept {
  const auto failed = ::syscall(SYS_clock_gettime, clock, time);
  if (failed != 0 || clock != CLOCK_REALTIME) return static_cast<int>(failed);
  static const int file = ::open(std::getenv("WNW_SET_CLOCK"), O_RDONLY | O_CLOEXEC);
  std::int64_t more = 0;
  if (::pread(file, &more, sizeof(more), 0) == sizeof(more)) time->tv_sec += more;
  return 0;
}
