/// Property tests over seeded random histories: the trial table stays legal, and fold-and-continue equals continue.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

#include "histories.hpp"

namespace winnow::fold_test {
namespace {

using test::Desk;
using test::happen;
using test::random_spec;

void expect_same(const Sweep& a, const Sweep& b) {
  ASSERT_EQ(a.trials().size(), b.trials().size());
  EXPECT_EQ(a.counts().resource, b.counts().resource);
  EXPECT_EQ(a.counts().running, b.counts().running);
  EXPECT_EQ(a.next().index(), b.next().index());
  EXPECT_EQ(to_promote(a.scheduler().wish({})), to_promote(b.scheduler().wish({})));
  for (std::size_t i = 0; i < a.trials().size(); ++i) {
    EXPECT_EQ(a.trials()[i].state, b.trials()[i].state);
    EXPECT_EQ(a.trials()[i].attempt, b.trials()[i].attempt);
    EXPECT_EQ(a.trials()[i].last_judged_step, b.trials()[i].last_judged_step);
    EXPECT_EQ(a.trials()[i].rung, b.trials()[i].rung);
    EXPECT_EQ(a.trials()[i].pause_due, b.trials()[i].pause_due);
    EXPECT_EQ(a.trials()[i].held, b.trials()[i].held);
    EXPECT_EQ(a.trials()[i].stop_due, b.trials()[i].stop_due);
  }
}

TEST(SweepFold, FoldAndContinueEqualsContinue) {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    std::mt19937_64 rng(seed);
    const SweepSpec spec = random_spec(rng);
    Desk live(spec, seed);
    for (int i = 0; i < 150; ++i) happen(live, rng);

    Sweep folded = *Sweep::make(spec, seed);
    for (const Event& event : live.log) ASSERT_TRUE(folded.apply(event).has_value());
    expect_same(live.sweep, folded);

    // From here on both must decide alike.
    for (int i = 0; i < 40; ++i) {
      const std::size_t before = live.log.size();
      happen(live, rng);
      for (std::size_t k = before; k < live.log.size(); ++k) {
        const Event& event = live.log[k];
        if (const auto* reported = event.as<event::Reported>()) {
          const auto judged =
              folded.on_report({event.trial, event.attempt, reported->step, reported->metrics}, event.time);
          ASSERT_TRUE(judged.has_value());
          EXPECT_EQ(judged->verdict, reported->verdict);
        }
        ASSERT_TRUE(folded.apply(event).has_value());
      }
    }
    expect_same(live.sweep, folded);
    if (HasFailure()) FAIL() << "seed " << seed;
  }
}

TEST(SweepFold, IsTriedOnEveryKindOfEvent) {
  std::array<int, 256> seen{};
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    std::mt19937_64 rng(seed);
    Desk desk(random_spec(rng), seed);
    for (int i = 0; i < 150; ++i) happen(desk, rng);
    for (const Event& event : desk.log) ++seen.at(static_cast<std::size_t>(event.kind()));
  }
  for (std::size_t kind = 0; kind < seen.size(); ++kind) {
    const auto name = to_string(static_cast<EventKind>(kind));
    EXPECT_TRUE(name == "?" || seen.at(kind) > 0) << name;
  }
}

/// Any record of a history, with one field of it set to something else: it is taken in, or refused without a change;
/// and a batch is checked as it would be taken in, one record after the other.
TEST(SweepFold, WhatIsRefusedChangesNothingAndACheckSaysWhatTheFoldWould) {
  int taken_in = 0;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    std::mt19937_64 rng(seed);
    const SweepSpec spec = random_spec(rng);
    Desk desk(spec, seed);
    desk.create();
    for (int i = 0; i < 100; ++i) happen(desk, rng);
    std::vector<Event> batch;
    for (auto more = 1 + rng() % 3; more > 0; --more) {
      batch.push_back(desk.log[rng() % desk.log.size()]);
      if (rng() % 4 == 0) batch.back().state = static_cast<TrialState>(rng() % 6);
      if (rng() % 4 != 0) batch.back().trial = static_cast<TrialId>(rng() % desk.sweep.trials().size());
      batch.back().seq = rng() % 20 == 0 ? 7 : 0;
    }
    const bool legal = desk.sweep.check(batch).has_value();
    Sweep one = *Sweep::make(spec, seed);
    for (const Event& event : desk.log) ASSERT_TRUE(one.apply(event).has_value());
    bool taken = true;
    for (const Event& event : batch) {
      const std::int64_t before = one.last_seq();
      const SweepCounts counts = one.counts();
      taken = one.apply(event).has_value();
      if (taken) continue;
      EXPECT_EQ(one.last_seq(), before);
      EXPECT_EQ(one.counts().queued, counts.queued);
      EXPECT_EQ(one.counts().running, counts.running);
      EXPECT_EQ(one.counts().reports, counts.reports);
      break;
    }
    EXPECT_EQ(legal, taken);
    taken_in += taken ? 1 : 0;
    if (HasFailure()) FAIL() << "seed " << seed;
  }
  EXPECT_GT(taken_in, 10);
  EXPECT_LT(taken_in, 990);
}

TEST(SweepFold, CountsAlwaysAddUp) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    std::mt19937_64 rng(seed);
    Desk desk(random_spec(rng), seed);
    for (int i = 0; i < 200; ++i) {
      happen(desk, rng);
      const SweepCounts& n = desk.sweep.counts();
      EXPECT_EQ(n.queued + n.running + n.paused + n.stopped + n.completed + n.failed,
                static_cast<std::int64_t>(desk.sweep.trials().size()));
    }
    if (HasFailure()) FAIL() << "seed " << seed;
  }
}

}  // namespace
}  // namespace winnow::fold_test
