#include <winnow/session/event_range.hpp>

#include <algorithm>

namespace winnow {

namespace {
constexpr std::int64_t kAtOnce = 4096;  ///< events: nobody else reads the ledger meanwhile
}

Result<void> read_ranges(const Ledger& ledger, std::span<const EventRange> ranges, std::int64_t after,
                         const std::function<bool(const Event&)>& visit) {
  for (const EventRange& range : ranges) {
    std::int64_t seen = std::max(after, range.first - 1);
    while (seen < range.last) {
      bool goes_on = true;
      const std::int64_t portion = std::min(kAtOnce, range.last - seen);
      const auto read = ledger.read(
          seen, [&](const Event& event) { goes_on = goes_on && visit(event); }, portion);
      if (!read || !goes_on) return read;
      seen += portion;
    }
  }
  return {};
}

std::vector<EventRange> merged(std::vector<EventRange> ranges) {
  std::sort(ranges.begin(), ranges.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<EventRange> apart;
  for (const EventRange& range : ranges) {
    if (apart.empty() || range.first > apart.back().last + 1) {
      apart.push_back(range);
    } else {
      apart.back().last = std::max(apart.back().last, range.last);
    }
  }
  return apart;
}

}  // namespace winnow
