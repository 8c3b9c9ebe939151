/// A projection is the fold: over random histories of every kind of event the tables say what the sweep says.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include <winnow/storage/metrics/tables.hpp>

#include "../sweep/histories.hpp"

namespace winnow::metrics_tables_test {
namespace {

using test::Desk;

void expect_as_in(const Sweep& sweep, const MetricsTables& tables) {
  ASSERT_EQ(tables.trials.size(), sweep.trials().size());
  for (const Trial& trial : sweep.trials()) {
    const TrialTableRow& row = tables.trials[static_cast<std::size_t>(trial.number)];
    ASSERT_EQ(to_string(static_cast<TrialState>(row.state)), to_string(trial.state)) << "trial " << trial.number;
    EXPECT_EQ(row.attempt, trial.attempt) << "trial " << trial.number;
    EXPECT_EQ(row.last_step, trial.last_step) << "trial " << trial.number;
    EXPECT_EQ(!std::isnan(row.started), trial.attempt > 0) << "trial " << trial.number;
    EXPECT_EQ(std::isnan(row.ended), !has_ended(trial.state)) << "trial " << trial.number;
    EXPECT_TRUE(std::isnan(row.ended) || row.ended == trial.ended_at) << "trial " << trial.number;
  }
}

TEST(MetricsTables, AreTheFoldAfterEveryEventOfRandomHistories) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    std::mt19937_64 rng(seed);
    const SweepSpec spec = test::random_spec(rng);
    Desk live(spec, seed);
    for (int i = 0; i < 150; ++i) test::happen(live, rng);

    Sweep sweep = *Sweep::make(spec, seed);
    MetricsTables tables;
    for (const Event& event : live.log) {
      ASSERT_TRUE(sweep.apply(event).has_value());
      tables.apply(event);
      expect_as_in(sweep, tables);
      if (HasFailure()) FAIL() << "seed " << seed << ", event " << event.seq << ": " << to_string(event.kind());
    }
    EXPECT_EQ(tables.applied, sweep.last_seq());
  }
}

}  // namespace
}  // namespace winnow::metrics_tables_test
