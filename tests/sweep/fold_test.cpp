/// Property tests over seeded random histories: the trial table stays legal, and fold-and-continue equals continue.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

#include "histories.hpp"

namespace winnow {
namespace {

using test::Desk;
using test::happen;
using test::random_spec;

void expect_same(const Sweep& a, const Sweep& b) {
  ASSERT_EQ(a.trials().size(), b.trials().size());
  EXPECT_EQ(a.counts().resource, b.counts().resource);
  EXPECT_EQ(a.counts().running, b.counts().running);
  EXPECT_EQ(a.next().index(), b.next().index());
  EXPECT_EQ(a.scheduler().next_paused(), b.scheduler().next_paused());
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
        if (event.kind == EventKind::reported) {
          const auto judged = folded.on_report({event.trial, event.attempt, event.step, event.metrics}, event.time);
          ASSERT_TRUE(judged.has_value());
          EXPECT_EQ(judged->verdict, event.verdict);
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
    for (const Event& event : desk.log) ++seen.at(static_cast<std::size_t>(event.kind));
  }
  for (std::size_t kind = 0; kind < seen.size(); ++kind) {
    const auto name = to_string(static_cast<EventKind>(kind));
    EXPECT_TRUE(name == "?" || seen.at(kind) > 0) << name;
  }
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
}  // namespace winnow
