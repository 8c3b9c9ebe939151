/// The list of sweeps for all who follow it: looked at a few times a second while somebody does, each sweep that has
/// changed written down once.
///
/// A follower says the number of the change up to which it knows the list, and is given each sweep that has changed
/// since, as it is now: who is slow is given less, and nothing is kept for it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <winnow/engine/managed.hpp>
#include <winnow/server/outbox.hpp>

namespace winnow::server {

/// Any thread may call it.
class ListFeed {
public:
  /// All sweeps, in the order of their ids.
  using List = std::function<std::vector<SweepInfo>()>;
  /// `list` empty: there is nothing to follow.
  explicit ListFeed(List list) : list_(std::move(list)) {}

  struct Portion {
    Chunks frames{};           ///< FrameKind::sweep and removed; empty: there is nothing new
    std::int64_t version = 0;  ///< the change up to which it goes
  };

  /// From now on the outbox is given an empty text when the list has changed, for as long as it is there and open.
  /// Fails with `unsupported` where there is no list.
  Result<void> join(const std::shared_ptr<Outbox>& outbox);
  void leave(const std::shared_ptr<Outbox>& outbox);
  /// Some of what has changed after that change; 0: the whole list.
  [[nodiscard]] Portion since(std::int64_t version) const;
  /// The number of the last change.
  [[nodiscard]] std::int64_t version() const { return version_; }
  /// To be called by one thread, many times a second.
  void poll();

private:
  using Clock = std::chrono::steady_clock;
  struct Entry {
    SweepInfo info{};
    std::int64_t version = 0;
    Chunk frame{};
    bool removed = false;
  };
  using Entries = std::map<std::string, Entry, std::less<>>;

  /// Under the lock.
  void look();
  void note(const std::string& id, const SweepInfo& info);
  void note_removed(Entry& entry, const std::string& id);
  void renumber(Entry& entry, const std::string& id);

  const List list_;
  mutable std::mutex mutex_;
  std::vector<std::weak_ptr<Outbox>> followers_{};
  Entries entries_{};
  std::map<std::int64_t, std::string> by_version_{};
  std::atomic<std::int64_t> version_ = 0;
  Clock::time_point looked_{};
};

}  // namespace winnow::server
