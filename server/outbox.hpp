/// A bounded queue between what happens, on any thread, and one follower's stream.
///
/// Whoever publishes never waits. A follower that is too slow overflows its outbox, which then closes and lets go of
/// all it holds: the stream ends, and the follower comes again with the number of the last event it saw.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>

#include <winnow/server/awaitable.hpp>
#include <winnow/server/http.hpp>

namespace winnow::server {

class Outbox : public std::enable_shared_from_this<Outbox> {
public:
  struct Limits {
    std::size_t chunks = 4096;
    std::size_t bytes = std::size_t{1} << 20;
  };

  static std::shared_ptr<Outbox> make(Limits limits);

  /// From any thread. False: it is closed, also by this chunk, which was one too many.
  bool push(Chunk chunk);
  /// From any thread. What is queued is still given out.
  void close();
  [[nodiscard]] bool overflowed() const;

  /// All that is queued, when there is any; empty when it is closed. For one coroutine at a time.
  boost::asio::awaitable<Chunks> next();

  /// The response body whose chunks are pushed here.
  Stream stream();

private:
  class Waiter;
  explicit Outbox(Limits limits) : limits_(limits) {}
  Chunks take();
  void wake();

  const Limits limits_;
  mutable std::mutex mutex_;
  std::deque<Chunk> queued_;
  std::size_t bytes_ = 0;
  bool closed_ = false;
  bool overflowed_ = false;
  Waiter* waiter_ = nullptr;  ///< in `next`, while it waits
};

}  // namespace winnow::server
