/// Kills a process of which only the number is known.
#pragma once

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include <winnow/base/fd.hpp>

namespace winnow {

/// If `is_meant()` says that it is the one. The descriptor comes first: what is looked at is what is killed, whoever
/// gets the number next. False: it isn't there, isn't meant, or can't be killed.
template <class IsMeant>
bool kill_if(const std::string& number, IsMeant is_meant) {
  const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, std::atoi(number.c_str()), 0)));
  return process && is_meant() && ::syscall(SYS_pidfd_send_signal, process.get(), SIGKILL, nullptr, 0) == 0;
}

}  // namespace winnow
