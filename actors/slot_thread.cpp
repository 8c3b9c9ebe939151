#include <winnow/actors/slot_thread.hpp>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace winnow {

struct SlotThread::Shared {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::function<void()>> jobs;
  bool closing = false;
  std::thread thread;

  void run() {
    std::unique_lock lock(mutex);
    while (true) {
      changed.wait(lock, [&] { return closing || !jobs.empty(); });
      if (jobs.empty()) return;
      {
        const auto job = std::move(jobs.front());
        jobs.pop_front();
        lock.unlock();
        job();
      }  // what the job held goes before the lock is taken again
      lock.lock();
    }
  }
};

SlotThread::SlotThread() = default;

SlotThread::~SlotThread() {
  if (!shared_) return;
  {
    const std::lock_guard lock(shared_->mutex);
    shared_->closing = true;
  }
  shared_->changed.notify_one();
  shared_->thread.join();
}

void SlotThread::post(std::function<void()> job) {
  if (!shared_) {
    shared_ = std::make_shared<Shared>();
    shared_->thread = std::thread([shared = shared_] { shared->run(); });
  }
  {
    const std::lock_guard lock(shared_->mutex);
    shared_->jobs.push_back(std::move(job));
  }
  shared_->changed.notify_one();
}

void SlotThread::abandon() {
  if (!shared_) return;
  {
    const std::lock_guard lock(shared_->mutex);
    shared_->closing = true;
    shared_->jobs.clear();
  }
  shared_->changed.notify_one();
  shared_->thread.detach();
  shared_.reset();
}

}  // namespace winnow
