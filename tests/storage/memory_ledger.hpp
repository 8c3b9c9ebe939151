/// A ledger in memory, for tests of what writes one. It is held to the suite of the ledger itself
/// (ledger_conformance_test.cpp), so that nobody relies on what only one of them does.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/sweep/event.hpp>

namespace winnow::test {

struct MemoryLedger {
  std::vector<Event> events;
  bool broken = false;  ///< appends fail, as on a full disk

  Result<std::int64_t> append(std::span<Event> batch) {
    std::int64_t seq = last_seq();
    for (const Event& event : batch) {
      if (++seq != event.seq && event.seq != 0) return fail(errc::illegal_state, "not the turn of this event");
    }
    if (broken) {
      for (Event& event : batch) event.seq = 0;
      return fail(errc::io, "disk full");
    }
    for (Event& event : batch) {
      event.seq = last_seq() + 1;
      events.push_back(event);
    }
    return last_seq();
  }
  [[nodiscard]] std::int64_t last_seq() const { return static_cast<std::int64_t>(events.size()); }
  [[nodiscard]] std::size_t count(EventKind kind) const {
    return static_cast<std::size_t>(
        std::count_if(events.begin(), events.end(), [&](const Event& e) { return e.kind() == kind; }));
  }
};

}  // namespace winnow::test
