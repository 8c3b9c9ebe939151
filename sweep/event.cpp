#include <winnow/sweep/event.hpp>

namespace winnow {

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
  }
  return "?";
}

}  // namespace winnow
