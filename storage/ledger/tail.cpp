#include <winnow/storage/ledger/tail.hpp>

#include <exception>
#include <utility>

namespace winnow {

void LedgerTail::keep(std::size_t most) {
  const std::lock_guard lock(mutex_);
  most_ = most;
  if (size_ > most_) forget();
}

void LedgerTail::forget() {
  appended_.clear();
  size_ = 0;
}

void LedgerTail::add(std::span<const Event> events) noexcept {
  const std::lock_guard lock(mutex_);
  if (events.empty() || most_ == 0) return;
  last_ = events.back().seq;
  if (size_ + events.size() > most_) return forget();
  try {
    appended_.emplace_back(events.begin(), events.end());
    size_ += events.size();
  } catch (const std::exception&) {  // they are in the ledger all the same
    forget();
  }
}

bool LedgerTail::take(std::int64_t after, const std::function<void(const Event&)>& visit) {
  std::vector<std::vector<Event>> taken;
  {
    const std::lock_guard lock(mutex_);
    if (last_ != 0 && after >= last_) return true;
    if (appended_.empty() || appended_.front().front().seq > after + 1) return false;
    taken = std::exchange(appended_, {});
    size_ = 0;
  }
  for (const auto& events : taken) {
    for (const Event& event : events) {
      if (event.seq > after) visit(event);
    }
  }
  return true;
}

}  // namespace winnow
