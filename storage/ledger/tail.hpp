/// What was appended lately, kept for one reader who takes it now and then.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <span>
#include <vector>

#include <winnow/sweep/event.hpp>

namespace winnow {

/// Any thread may call it.
class LedgerTail {
public:
  /// Up to so many events from now on; 0: none.
  void keep(std::size_t most);
  /// In order, without gaps. Where they would be too many, or there is no memory, what was kept is forgotten.
  void add(std::span<const Event> events) noexcept;
  /// Visits all after `after`, which are forgotten here; false if some of them weren't kept: then it visits none.
  bool take(std::int64_t after, const std::function<void(const Event&)>& visit);

private:
  void forget();

  std::mutex mutex_;
  std::size_t most_ = 0;
  std::vector<std::vector<Event>> appended_{};
  std::size_t size_ = 0;
  std::int64_t last_ = 0;  ///< the number of the event that was added last, kept or not
};

}  // namespace winnow
