#include <winnow/sweep/best.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "histories.hpp"
#include "support.hpp"

namespace winnow::best_test {
namespace {

using test::asha_spec;
using test::Desk;
using test::fifo_spec;

void complete(Desk& desk, double loss) {
  const TrialId trial = desk.create();
  desk.loss(trial, 1, loss);
  desk.record(*desk.sweep.on_completed(trial, 1, desk.now));
}

TEST(BestTrial, TiesGoToTheLowerNumber) {
  Desk desk(fifo_spec());
  complete(desk, 0.5);
  complete(desk, 0.2);
  complete(desk, 0.2);
  EXPECT_EQ(best_trial(desk.sweep)->trial, 1);
}

TEST(BestTrial, ASweepWithoutOneFallsShortWhenItHasFinished) {
  SweepSpec spec = fifo_spec();
  spec.run_cap = 2;
  Desk none(spec);
  for (int i = 0; i < 2; ++i) {
    EXPECT_FALSE(fell_short(none.sweep)) << "it goes on";
    none.record(*none.sweep.on_error(none.create(), 1, "boom", none.now));
  }
  test::take_next(none);
  EXPECT_TRUE(fell_short(none.sweep));
  Desk one(spec);
  one.record(*one.sweep.on_error(one.create(), 1, "boom", one.now));
  complete(one, 0.5);
  test::take_next(one);
  EXPECT_FALSE(fell_short(one.sweep));
}

TEST(BestTrial, OneThatASchedulerStoppedIsNotEligible) {
  Desk desk(asha_spec());
  const TrialId lucky = desk.create();
  const TrialId steady = desk.create();
  desk.loss(steady, 1, 0.05);
  EXPECT_EQ(desk.loss(lucky, 1, 0.06), Verdict::stop);
  desk.loss(steady, 9, 0.3);
  EXPECT_EQ(best_trial(desk.sweep)->trial, steady);
  EXPECT_FALSE(best_trial(desk.sweep)->fallback);
}

TEST(BestTrial, AllAreEligibleWhereTheDialectSaysSo) {
  SweepSpec spec = asha_spec();
  spec.stopped_are_eligible = true;
  Desk desk(spec);
  const TrialId lucky = desk.create();
  const TrialId steady = desk.create();
  desk.loss(steady, 1, 0.05);
  desk.loss(lucky, 1, 0.06);
  desk.loss(steady, 9, 0.3);
  EXPECT_EQ(best_trial(desk.sweep)->trial, lucky);
}

TEST(BestTrial, WithoutAnEligibleOneTheOneTrainedFurthestIsNamed) {
  Desk desk(fifo_spec());
  const TrialId first = desk.create();
  const TrialId second = desk.create();
  desk.loss(first, 1, 0.1);
  desk.loss(second, 4, 0.9);
  for (const TrialId trial : {first, second}) desk.record(*desk.sweep.on_error(trial, 1, "boom", desk.now));
  EXPECT_EQ(best_trial(desk.sweep)->trial, second);
  EXPECT_TRUE(best_trial(desk.sweep)->fallback);
}

TEST(BestTrial, NoValueNoBest) {
  Desk desk(fifo_spec());
  desk.create();
  EXPECT_FALSE(best_trial(desk.sweep).has_value());
}

TEST(ParetoFront, KeepsEqualPointsAndLeavesOutNonFiniteOnes) {
  SweepSpec spec = fifo_spec();
  spec.metrics.push_back({.name = "accuracy", .goal = Goal::maximize, .target = std::nullopt});
  Desk desk(spec);
  const auto add = [&](double loss, double accuracy) {
    const TrialId trial = desk.create();
    ASSERT_TRUE(desk.report({trial, 0, 1, {{"loss", loss}, {"accuracy", accuracy}}}).has_value());
  };
  add(1, 0.5);
  add(2, 0.9);
  add(2, 0.5);  // dominated
  add(1, 0.5);  // equal to the first
  add(std::numeric_limits<double>::quiet_NaN(), 1.0);
  EXPECT_EQ(pareto_front(desk.sweep), (std::vector<TrialId>{0, 1, 3}));
}

/// 10,000 sets of up to eight trials with one to four objectives, whose values are few: ties, duplicates, NaN,
/// infinities.
TEST(ParetoFront, IsWhatTheDefinitionSaysOfRandomSets) {
  std::mt19937 rng(20261128);
  const std::vector<double> values{0, 1, 2, std::numeric_limits<double>::quiet_NaN(),
                                   std::numeric_limits<double>::infinity()};
  for (int set = 0; set < 10'000; ++set) {
    SweepSpec spec = fifo_spec();
    spec.metrics.clear();
    const std::size_t objectives = 1 + rng() % 4;
    for (std::size_t i = 0; i < objectives; ++i) {
      spec.metrics.push_back({.name = "m" + std::to_string(i),
                              .goal = rng() % 2 == 0 ? Goal::minimize : Goal::maximize,
                              .target = std::nullopt});
    }
    Desk desk(spec);
    std::vector<std::vector<double>> losses;
    const std::size_t trials = 1 + rng() % 8;
    for (std::size_t i = 0; i < trials; ++i) {
      Metrics metrics;
      auto& loss = losses.emplace_back();
      for (const MetricSpec& metric : spec.metrics) {
        const double value = values[rng() % values.size()];
        metrics.emplace_back(metric.name, value);
        loss.push_back(metric.goal == Goal::minimize ? value : -value);
      }
      ASSERT_TRUE(desk.report({desk.create(), 0, 1, metrics}));
    }
    std::vector<TrialId> front;
    for (std::size_t one = 0; one < losses.size(); ++one) {
      bool stays = true;
      for (const double loss : losses[one]) stays = stays && std::isfinite(loss);
      for (const auto& other : losses) {
        bool no_worse = true;
        bool better = false;
        for (std::size_t i = 0; i < other.size(); ++i) {
          no_worse = no_worse && std::isfinite(other[i]) && other[i] <= losses[one][i];
          better = better || other[i] < losses[one][i];
        }
        stays = stays && !(no_worse && better);
      }
      if (stays) front.push_back(static_cast<TrialId>(one));
    }
    ASSERT_EQ(pareto_front(desk.sweep), front) << "set " << set;
  }
}

// --- thresholds

SweepSpec constrained_spec() {
  SweepSpec spec = fifo_spec();
  spec.other_metrics = {{"latency", OtherMetric::Strategy::constraint, Goal::minimize, 20},
                        {"memory", OtherMetric::Strategy::store, Goal::minimize, std::nullopt}};
  return spec;
}

TrialId complete_with(Desk& desk, const Metrics& metrics) {
  const TrialId trial = desk.create();
  EXPECT_TRUE(desk.report({trial, 0, 1, metrics}));
  desk.record(*desk.sweep.on_completed(trial, 1, desk.now));
  return trial;
}

TEST(BestTrialWithAConstraint, IsOneWithinIt) {
  Desk desk(constrained_spec());
  complete_with(desk, {{"loss", 0.1}, {"latency", 20.1}});
  complete_with(desk, {{"loss", 0.2}});  // never reported
  complete_with(desk, {{"loss", 0.3}, {"latency", std::numeric_limits<double>::quiet_NaN()}});
  const TrialId equal = complete_with(desk, {{"loss", 0.4}, {"latency", 20}, {"memory", 1e9}});
  complete_with(desk, {{"loss", 0.5}, {"latency", 1}});
  EXPECT_EQ(best_trial(desk.sweep)->trial, equal);
  EXPECT_FALSE(best_trial(desk.sweep)->fallback);
}

TEST(BestTrialWithAConstraint, TheLastReportedValueCounts) {
  Desk desk(constrained_spec());
  const TrialId slower = desk.create();
  ASSERT_TRUE(desk.report({slower, 0, 1, {{"loss", 0.1}, {"latency", 1}}}));
  ASSERT_TRUE(desk.report({slower, 0, 2, {{"loss", 0.1}, {"latency", 99}}}));
  const TrialId faster = desk.create();
  ASSERT_TRUE(desk.report({faster, 0, 1, {{"loss", 0.9}, {"latency", 99}}}));
  ASSERT_TRUE(desk.report({faster, 0, 2, {{"loss", 0.9}, {"latency", 1}}}));
  EXPECT_EQ(best_trial(desk.sweep)->trial, faster);
}

TEST(BestTrialWithAConstraint, OneToMaximiseIsAFloor) {
  SweepSpec spec = fifo_spec();
  spec.other_metrics = {{"accuracy", OtherMetric::Strategy::constraint, Goal::maximize, 0.9}};
  Desk desk(spec);
  complete_with(desk, {{"loss", 0.1}, {"accuracy", 0.89}});
  const TrialId fair = complete_with(desk, {{"loss", 0.2}, {"accuracy", 0.9}});
  EXPECT_EQ(best_trial(desk.sweep)->trial, fair);
}

TEST(BestTrialWithAConstraint, IfNoneIsWithinItTheOneTrainedFurthestIsNamedAndWhy) {
  Desk desk(constrained_spec());
  complete_with(desk, {{"loss", 0.1}, {"latency", 30}});
  const TrialId far = desk.create();
  ASSERT_TRUE(desk.report({far, 0, 5, {{"loss", 0.8}, {"latency", 40}}}));
  const auto best = best_trial(desk.sweep);
  EXPECT_EQ(best->trial, far);
  EXPECT_TRUE(best->fallback);
  EXPECT_TRUE(best->beyond_threshold);
  EXPECT_EQ(reason(*best), "no trial that ended well is within the thresholds");
}

TEST(BestTrialWithAConstraint, AFallbackForAnotherReasonSaysThat) {
  Desk desk(constrained_spec());
  const TrialId trial = desk.create();
  desk.loss(trial, 1, 0.1);
  desk.record(*desk.sweep.on_error(trial, 1, "boom", desk.now));
  const auto best = best_trial(desk.sweep);
  EXPECT_TRUE(best->fallback);
  EXPECT_FALSE(best->beyond_threshold);
  EXPECT_EQ(reason(*best), "every trial with a value was stopped or failed");
}

TEST(BestTrialWithAThreshold, ItsValueByScopeCounts) {
  SweepSpec spec = fifo_spec();
  spec.metrics.front().threshold = 0.5;
  spec.scope = Scope::best;
  Desk desk(spec);
  const TrialId trial = desk.create();
  desk.loss(trial, 1, 0.4);
  desk.loss(trial, 2, 0.6);
  EXPECT_FALSE(best_trial(desk.sweep)->fallback) << "its best value is within";
  spec.scope = Scope::last;
  Desk last(spec);
  last.create();
  last.loss(0, 1, 0.4);
  last.loss(0, 2, 0.6);
  EXPECT_TRUE(best_trial(last.sweep)->beyond_threshold) << "its last one isn't";
}

TEST(BestTrialWithAThreshold, WhatATrialWasToldCounts) {
  SweepSpec spec = constrained_spec();
  spec.metrics.front().threshold = 0.5;
  Desk desk(spec);
  desk.create();
  desk.record(*desk.sweep.on_tell(0, 0, true, {{"loss", 0.6}, {"latency", 1}}, desk.now));
  desk.create();
  desk.record(*desk.sweep.on_tell(1, 0, true, {{"loss", 0.5}, {"latency", 1}}, desk.now));
  EXPECT_EQ(best_trial(desk.sweep)->trial, 1);
}

TEST(ParetoFront, LeavesOutWhatIsBeyondAThreshold) {
  SweepSpec spec = constrained_spec();
  spec.metrics.front().threshold = 1;
  spec.metrics.push_back({.name = "accuracy", .goal = Goal::maximize, .target = std::nullopt, .threshold = 0.5});
  Desk desk(spec);
  const auto add = [&](double loss, double accuracy, double latency) {
    return complete_with(desk, {{"loss", loss}, {"accuracy", accuracy}, {"latency", latency}});
  };
  add(1.1, 0.9, 1);
  add(0.1, 0.4, 1);
  add(0.1, 0.9, 21);
  const TrialId dominated_by_those_only = add(1, 0.5, 20);
  EXPECT_EQ(pareto_front(desk.sweep), (std::vector<TrialId>{dominated_by_those_only}));
  EXPECT_EQ(beyond_thresholds(desk.sweep), 3);
}

}  // namespace
}  // namespace winnow::best_test
