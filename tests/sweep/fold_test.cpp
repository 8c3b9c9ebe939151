/// Property tests over seeded random histories: the trial table stays legal, and fold-and-continue equals continue.
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include <winnow/sweep/best.hpp>

#include "support.hpp"

namespace winnow {
namespace {

using test::asha_spec;
using test::Desk;

/// One random thing happens to the sweep: a start, a report (repeats and strays included), a loss, an error, an end, a
/// restart, a pause carried out, a command.
void happen(Desk& desk, std::mt19937_64& rng) {
  const auto& trials = desk.sweep.trials();
  const auto pick = static_cast<TrialId>(trials.empty() ? 0 : rng() % trials.size());
  const double value = rng() % 20 == 0 ? std::numeric_limits<double>::quiet_NaN() : static_cast<double>(rng() % 50);
  switch (rng() % 14) {
    case 0:
    case 1: {
      const Next next = desk.sweep.next();
      if (const auto* queued = std::get_if<StartTrial>(&next)) desk.start(queued->trial);
      if (const auto* paused = std::get_if<PromoteTrial>(&next)) desk.promote(paused->trial);
      if (std::holds_alternative<NewTrial>(next)) desk.create();
      break;
    }
    case 2:
      if (auto events = desk.sweep.on_lost(pick, 0, "gone", desk.now)) desk.record(*events);
      break;
    case 3:
      if (auto events = desk.sweep.on_error(pick, 0, "boom", desk.now)) desk.record(*events);
      break;
    case 4:
      if (auto events = desk.sweep.on_completed(pick, 0, desk.now)) desk.record(*events);
      break;
    case 5:
      if (rng() % 10 == 0) desk.record({Sweep::plain(EventKind::opened, desk.now)});
      break;
    case 6:
    case 7:
      if (auto events =
              desk.sweep.on_paused(pick, 0, rng() % 3 == 0 ? std::nullopt : std::optional<Step>(1), desk.now)) {
        desk.record(*events);
      }
      break;
    case 8: {
      if (rng() % 3 != 0) break;
      // Of the whole sweep more rarely: little happens to one that is paused or stopped.
      const auto verb = static_cast<CommandVerb>(rng() % 4);
      const auto trial = rng() % 8 == 0 ? std::nullopt : std::optional(pick);
      if (auto events = desk.sweep.on_command(verb, trial, "", desk.now)) desk.record(*events);
      break;
    }
    default: {
      Report report{pick, static_cast<Attempt>(rng() % 3), {}, {{"loss", value}}};
      if (rng() % 3 == 0) report.step = static_cast<Step>(rng() % 12);
      if (rng() % 4 == 0) report.metrics.emplace_back("accuracy", 1);
      (void)desk.report(report);
    }
  }
  desk.now += 1;
}

SweepSpec random_spec(std::mt19937_64& rng) {
  SweepSpec spec = asha_spec();
  spec.trial.retries_error = static_cast<int>(rng() % 2);
  spec.run_cap = 5 + static_cast<std::int64_t>(rng() % 20);
  spec.scheduler.options["brackets"] = 1 + rng() % 2;
  if (rng() % 2 == 0) spec.scheduler.options["variant"] = "promotion";
  if (rng() % 4 == 0) spec.budget_resource = 30;
  if (rng() % 4 == 0) spec.trial.on_nan = OnNan::fail;
  if (rng() % 4 == 0) spec.failures_max = 3;
  return spec;
}

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
}  // namespace winnow
