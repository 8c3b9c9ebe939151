#include <winnow/cli/deadline.hpp>

#include <sys/socket.h>

namespace winnow::cli {

Deadline::Deadline(int socket, std::chrono::milliseconds time)
    : time_(time), until_(Clock::now() + time), thread_([this, socket] { watch(socket); }) {}

void Deadline::watch(int socket) {
  std::unique_lock lock(mutex_);
  while (!over_ && Clock::now() < until_) {
    changed_.wait_until(lock, Clock::time_point(until_));  // a copy: it may be prolonged meanwhile
  }
  if (over_) return;
  passed_ = true;
  (void)::shutdown(socket, SHUT_RDWR);
}

Deadline::~Deadline() {
  lift();
  thread_.join();
}

void Deadline::prolong() {
  const std::lock_guard lock(mutex_);
  until_ = Clock::now() + time_;
}

void Deadline::lift() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  changed_.notify_all();
}

bool Deadline::passed() const {
  const std::lock_guard lock(mutex_);
  return passed_;
}

}  // namespace winnow::cli
