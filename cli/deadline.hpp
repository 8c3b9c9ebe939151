/// Ends the waiting for a peer that says nothing.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace winnow::cli {

/// When its time has passed since it was made, or prolonged, it shuts the socket down, so that whoever reads from it,
/// or writes, goes on with an error. The socket must stay open until this is gone.
class Deadline {
public:
  Deadline(int socket, std::chrono::milliseconds time);
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;
  ~Deadline();

  /// Its time begins anew.
  void prolong();
  /// From now on the peer may be silent for as long as it likes.
  void lift();
  [[nodiscard]] bool passed() const;

private:
  using Clock = std::chrono::steady_clock;
  void watch(int socket);

  const std::chrono::milliseconds time_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Clock::time_point until_;
  bool over_ = false;  ///< or lifted
  bool passed_ = false;
  std::thread thread_;
};

}  // namespace winnow::cli
