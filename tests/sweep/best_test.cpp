#include <winnow/sweep/best.hpp>

#include <gtest/gtest.h>

#include <limits>

#include "support.hpp"

namespace winnow {
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

}  // namespace
}  // namespace winnow
