/// Calls its customers a few times a second, one after the other, from a thread of its own: what every sweep of a house
/// needs now and then, without a thread for each.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace winnow {

class Ticker {
public:
  /// Throws std::system_error where the system has no thread for it.
  explicit Ticker(std::chrono::milliseconds period = std::chrono::milliseconds(250));
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;
  ~Ticker();

  using Id = std::int64_t;
  /// `call` must not throw, and must not take a customer away.
  Id add(std::function<void()> call);
  /// It isn't called any more when this returns.
  void remove(Id id);

private:
  void run();

  const std::chrono::milliseconds period_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<Id, std::function<void()>> customers_;
  Id newest_ = 0;
  Id called_ = 0;  ///< who is called just now; 0: nobody
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace winnow
