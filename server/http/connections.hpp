/// The connections that are open, as the server sees them from outside. May be used by several threads.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace winnow::server {

/// Its functions may be called by any thread.
class OpenConnection {
public:
  using Clock = std::chrono::steady_clock;

  OpenConnection() = default;
  OpenConnection(const OpenConnection&) = delete;
  OpenConnection& operator=(const OpenConnection&) = delete;
  virtual ~OpenConnection() = default;

  /// Whether what it waits for has taken too long.
  [[nodiscard]] virtual bool is_late(Clock::time_point now) const = 0;
  /// Ends it at once.
  virtual void drop() = 0;
  /// Ends it when the response that is under way is sent; cancels a stream.
  virtual void drain() = 0;
};

class Connections {
public:
  void add(const std::shared_ptr<OpenConnection>& connection);
  /// Of one that is about to go.
  void remove(const OpenConnection* connection);
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] std::vector<std::shared_ptr<OpenConnection>> all() const;
  [[nodiscard]] std::vector<std::shared_ptr<OpenConnection>> late(OpenConnection::Clock::time_point now) const;
  /// Whether there is none any more, within that time.
  bool wait_empty(std::chrono::milliseconds limit);

private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::unordered_map<const OpenConnection*, std::weak_ptr<OpenConnection>> open_;
};

}  // namespace winnow::server
