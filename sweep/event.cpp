#include <winnow/sweep/event.hpp>

namespace winnow {

static_assert(std::variant_size_v<event::What> == static_cast<std::size_t>(EventKind::exploited));

std::string_view to_string(EventKind kind) {
  switch (kind) {
    case EventKind::sweep: return "sweep";
    case EventKind::opened: return "opened";
    case EventKind::suggested: return "suggested";
    case EventKind::exhausted: return "exhausted";
    case EventKind::started: return "started";
    case EventKind::reported: return "reported";
    case EventKind::ended: return "ended";
    case EventKind::lost: return "lost";
    case EventKind::interrupted: return "interrupted";
    case EventKind::expired: return "expired";
    case EventKind::told: return "told";
    case EventKind::finished: return "finished";
    case EventKind::errored: return "errored";
    case EventKind::paused: return "paused";
    case EventKind::promoted: return "promoted";
    case EventKind::command: return "command";
    case EventKind::drawn: return "drawn";
    case EventKind::changed: return "changed";
    case EventKind::dropped: return "dropped";
    case EventKind::exploited: return "exploited";
  }
  return "?";
}

Event event_of(event::What what, double now, std::string text) {
  Event event;
  event.time = now;
  event.text = std::move(text);
  event.what = std::move(what);
  return event;
}

const Assignment* params_of(const Event& event) {
  return std::visit(
      [](const auto& what) -> const Assignment* {
        if constexpr (requires { what.params; }) return &what.params;
        return nullptr;
      },
      event.what);
}

const Metrics* metrics_of(const Event& event) {
  return std::visit(
      [](const auto& what) -> const Metrics* {
        if constexpr (requires { what.metrics; }) return &what.metrics;
        return nullptr;
      },
      event.what);
}

}  // namespace winnow
