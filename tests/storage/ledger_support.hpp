/// What the tests of the ledger share.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include <winnow/storage/ledger.hpp>

#include "support.hpp"

namespace winnow::test {

inline std::vector<Event> read_all(const Ledger& ledger, std::int64_t after = 0) {
  std::vector<Event> events;
  const auto done = ledger.read(after, [&](const Event& event) { events.push_back(event); });
  EXPECT_TRUE(done) << (done ? "" : done.error().message);
  return events;
}

inline Event report(TrialId trial, Step step, Metrics metrics) {
  Event event = event_of(event::Reported{.step = step, .metrics = std::move(metrics)}, 0);
  event.trial = trial;
  event.attempt = 1;
  return event;
}

inline bool same(const std::vector<Event>& a, const std::vector<Event>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!same(a[i], b[i])) return false;
  }
  return true;
}

/// What is read from a file, or the error on the way.
inline Result<std::vector<Event>> events_in(const std::filesystem::path& file) {
  const auto ledger = Ledger::open_read_only(file);
  if (!ledger) return fail(ledger.error());
  std::vector<Event> events;
  if (auto done = ledger->read(0, [&](const Event& event) { events.push_back(event); }); !done) {
    return fail(done.error());
  }
  return events;
}

/// A closed ledger of random events; returns them.
inline std::vector<Event> write_ledger(const std::filesystem::path& file, std::uint64_t seed, int count) {
  Ledger ledger = *Ledger::create(file, Durability::relaxed);
  RandomEvents random(seed);
  std::vector<Event> events;
  for (int i = 0; i < count; ++i) events.push_back(random.next());
  EXPECT_TRUE(ledger.append(events));
  return events;
}

}  // namespace winnow::test
