/// Events as the texts that their followers get: server-sent events, lines of JSON, or JSON arrays for a WebSocket's
/// messages, alone or as frames that say of which sweep. Each event's JSON is made once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <winnow/sweep/event.hpp>

namespace winnow::server {

enum class EventFormat {
  sse,     ///< `id:` is the event's seq, `data:` its JSON (HTML Living Standard §9.2.5)
  ndjson,  ///< one a line
  array,   ///< one array
  frame,   ///< one array behind a head (server/feed_frame.hpp)
};
inline constexpr std::size_t kEventFormats = 4;

class EventBatch {
public:
  /// In order of seq.
  void add(const Event& event);
  [[nodiscard]] bool empty() const { return events_.empty(); }
  [[nodiscard]] std::size_t size() const { return events_.size(); }
  [[nodiscard]] std::int64_t first() const { return events_.front().first; }
  [[nodiscard]] std::int64_t last() const { return events_.back().first; }
  /// Whether the last one says that the sweep has finished.
  [[nodiscard]] bool ends_finished() const { return ends_finished_; }
  /// Those after `after`; empty if there are none. `id`: of the sweep.
  [[nodiscard]] std::string text(EventFormat format, std::string_view id, std::int64_t after = 0) const;

private:
  std::vector<std::pair<std::int64_t, std::string>> events_;
  bool ends_finished_ = false;
};

}  // namespace winnow::server
