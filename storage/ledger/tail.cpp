#include <winnow/storage/ledger/tail.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace winnow {

void LedgerTail::keep(std::size_t most) {
  const std::lock_guard lock(mutex_);
  most_ = most;
  if (events_.size() > most_) events_.clear();
}

void LedgerTail::add(std::span<const Event> events) noexcept {
  const std::lock_guard lock(mutex_);
  if (events.empty() || most_ == 0) return;
  last_ = events.back().seq;
  if (events_.size() + events.size() > most_) return events_.clear();
  try {
    events_.insert(events_.end(), events.begin(), events.end());
  } catch (const std::exception&) {  // they are in the ledger all the same
    events_.clear();
  }
}

std::optional<std::vector<Event>> LedgerTail::take(std::int64_t after) {
  const std::lock_guard lock(mutex_);
  if (last_ != 0 && after >= last_) return std::vector<Event>();
  auto taken = std::exchange(events_, {});
  std::erase_if(taken, [after](const Event& event) { return event.seq <= after; });
  if (taken.empty() || taken.front().seq != after + 1) return std::nullopt;
  return taken;
}

}  // namespace winnow
