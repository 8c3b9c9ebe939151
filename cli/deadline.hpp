/// Ends the waiting for a peer that says nothing.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace winnow::cli {

/// When its time has passed it shuts the socket down, so that whoever reads from it, or writes, goes on with an error.
/// The socket must stay open until this is gone.
class Deadline {
public:
  Deadline(int socket, std::chrono::milliseconds time);
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;
  ~Deadline();

  [[nodiscard]] bool passed() const;

private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool over_ = false;
  bool passed_ = false;
  std::thread thread_;
};

}  // namespace winnow::cli
