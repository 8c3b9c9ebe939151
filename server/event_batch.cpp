#include <winnow/server/event_batch.hpp>

#include <fmt/format.h>

#include <iterator>
#include <utility>

#include <winnow/server/feed_frame.hpp>
#include <winnow/session/sweep_json.hpp>

namespace winnow::server {

void EventBatch::add(const Event& event) {
  ends_finished_ = event.as<event::Finished>() != nullptr;
  OrderedJson json = event_json(event);
  // The sweep file, with what its programs are told in their environment: who may look need not know that.
  if (event.as<event::Begun>() != nullptr) {
    for (const char* field : {"text", "params"}) json.erase(field);
  }
  events_.emplace_back(event.seq, json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace));
}

std::string EventBatch::text(EventFormat format, std::string_view id, std::int64_t after) const {
  std::string text;
  if (events_.empty() || after >= last()) return text;
  if (format == EventFormat::frame) text = feed_frame(FrameKind::events, id, last(), "");
  char before = '[';
  const auto into = std::back_inserter(text);
  for (const auto& [seq, json] : events_) {
    if (seq <= after) continue;
    switch (format) {
      case EventFormat::sse: fmt::format_to(into, "id: {}\ndata: {}\n\n", seq, json); break;
      case EventFormat::ndjson: fmt::format_to(into, "{}\n", json); break;
      case EventFormat::array:
      case EventFormat::frame: fmt::format_to(into, "{}{}", std::exchange(before, ','), json); break;
    }
  }
  if (format == EventFormat::array || format == EventFormat::frame) text += ']';
  return text;
}

}  // namespace winnow::server
