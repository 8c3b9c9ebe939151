#include <winnow/cli/deadline.hpp>

#include <sys/socket.h>

namespace winnow::cli {

Deadline::Deadline(int socket, std::chrono::milliseconds time)
    : thread_([this, socket, time] {
        std::unique_lock lock(mutex_);
        if (changed_.wait_for(lock, time, [this] { return over_; })) return;
        passed_ = true;
        (void)::shutdown(socket, SHUT_RDWR);
      }) {}

Deadline::~Deadline() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

bool Deadline::passed() const {
  const std::lock_guard lock(mutex_);
  return passed_;
}

}  // namespace winnow::cli
