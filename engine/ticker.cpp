#include <winnow/engine/ticker.hpp>

#include <utility>

namespace winnow {

Ticker::Ticker(std::chrono::milliseconds period) : period_(period), thread_([this] { run(); }) {}

Ticker::~Ticker() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

Ticker::Id Ticker::add(std::function<void()> call) {
  const std::lock_guard lock(mutex_);
  customers_.emplace(++newest_, std::move(call));
  return newest_;
}

void Ticker::remove(Id id) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return called_ != id; });
  customers_.erase(id);
}

void Ticker::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    changed_.wait_for(lock, period_, [&] { return stopping_; });
    for (Id last = 0; !stopping_;) {
      const auto next = customers_.upper_bound(last);
      if (next == customers_.end()) break;
      last = called_ = next->first;
      const auto& call = next->second;  // stays: whoever takes it away waits
      lock.unlock();
      call();
      lock.lock();
      called_ = 0;
      changed_.notify_all();
    }
  }
}

}  // namespace winnow
