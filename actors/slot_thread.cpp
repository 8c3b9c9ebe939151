#include <winnow/actors/slot_thread.hpp>

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

namespace winnow {
namespace {

/// What the thread and its owner share; either may outlive the other.
struct Shared {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::function<void()>> jobs;
  bool closing = false;

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
  void close() {
    {
      const std::lock_guard lock(mutex);
      closing = true;
    }
    changed.notify_one();
  }
};

class OwnThread final : public SlotThread {
public:
  OwnThread() : thread_([shared = shared_] { shared->run(); }) {}
  ~OwnThread() override {
    if (!thread_.joinable()) return;
    shared_->close();
    thread_.join();
  }
  OwnThread(const OwnThread&) = delete;
  OwnThread& operator=(const OwnThread&) = delete;

  void post(std::function<void()> job) override {
    {
      const std::lock_guard lock(shared_->mutex);
      shared_->jobs.push_back(std::move(job));
    }
    shared_->changed.notify_one();
  }
  void abandon() override {
    shared_->close();
    thread_.detach();
  }

private:
  std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<SlotThread>> make_slot_thread() {
  try {
    return std::make_unique<OwnThread>();
  } catch (const std::exception& error) {  // system_error, or bad_alloc
    return fail(errc::io, std::string("the system has no thread left: ") + error.what() +
                              "; take fewer slots, or allow more threads (ulimit -u) or memory (ulimit -v)");
  }
}

}  // namespace winnow
