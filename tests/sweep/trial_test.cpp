#include <winnow/sweep/trial.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>
#include <utility>

namespace winnow::trial_test {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

TEST(TrialState, MovesOnlyAsTheTableSays) {
  using enum TrialState;
  const std::set<std::pair<TrialState, TrialState>> allowed = {
      {queued, running}, {queued, stopped}, {running, paused}, {running, stopped}, {running, completed},
      {running, failed}, {running, queued}, {paused, queued},  {paused, stopped}};
  for (const TrialState from : {queued, running, paused, stopped, completed, failed}) {
    for (const TrialState to : {queued, running, paused, stopped, completed, failed}) {
      EXPECT_EQ(legal(from, to), allowed.contains({from, to})) << to_string(from) << " -> " << to_string(to);
    }
  }
}

TEST(ObjectiveHistory, HasNoValueBeforeTheFirst) {
  EXPECT_FALSE(ObjectiveHistory().value(Scope::best).has_value());
}

TEST(ObjectiveHistory, KeepsWhatEachScopeNeeds) {
  ObjectiveHistory history;
  for (int i = 1; i <= 12; ++i) history.add(Goal::minimize, i == 3 ? -5 : i);
  EXPECT_EQ(history.value(Scope::last), 12);
  EXPECT_EQ(history.value(Scope::best), -5);
  EXPECT_EQ(history.value(Scope::avg), 70.0 / 12);
  EXPECT_EQ(history.value(Scope::last_5_avg), 10);
  EXPECT_EQ(history.value(Scope::last_10_avg), 6.7);
}

TEST(ObjectiveHistory, ANonFiniteValueIsNeverTheBest) {
  ObjectiveHistory history;
  history.add(Goal::minimize, kNaN);
  history.add(Goal::minimize, -std::numeric_limits<double>::infinity());
  history.add(Goal::minimize, 3);
  EXPECT_EQ(history.value(Scope::best), 3);
}

TEST(ObjectiveHistory, AMeanOfFiniteValuesIsFinite) {
  constexpr double kMost = std::numeric_limits<double>::max();
  ObjectiveHistory most, mixed, infinite;
  for (int i = 0; i < 4; ++i) {
    most.add(Goal::minimize, i == 3 ? kMost : 1.7e308);
    mixed.add(Goal::minimize, i < 2 ? 1.6e308 : -1.6e308);
    infinite.add(Goal::minimize, i == 3 ? std::numeric_limits<double>::infinity() : 1);
  }
  for (const Scope scope : {Scope::avg, Scope::last_5_avg, Scope::last_10_avg}) {
    EXPECT_NEAR(*most.value(scope) / 1e308, (3 * 1.7 + kMost / 1e308) / 4, 1e-12) << to_string(scope);
    EXPECT_EQ(*mixed.value(scope), 0) << to_string(scope);
    EXPECT_FALSE(std::isfinite(*infinite.value(scope))) << to_string(scope);
  }
  ObjectiveHistory all_most;
  for (int i = 0; i < 3; ++i) all_most.add(Goal::minimize, kMost);
  EXPECT_EQ(all_most.value(Scope::avg), kMost);
}

}  // namespace
}  // namespace winnow::trial_test
