#include <gmock/gmock.h>

#include <map>

#include <winnow/core/halving_plan.hpp>

namespace winnow::halving_plan_test {
namespace {

using ::testing::ElementsAre;

HalvingPlan plan(double max_t, double min_t = 1, double eta = 3) {
  return HalvingPlan::make({.max_t = max_t, .min_t = min_t, .reduction_factor = eta}).value();
}

std::string refusal(HalvingPlan::Options options) {
  const auto made = HalvingPlan::make(options);
  return made ? "" : made.error().message;
}

/// The paper's example, Table 1 of the package's: 1 to 81, η = 3.
TEST(HalvingPlan, HasAKindOfBracketForEachBudget) {
  const auto made = plan(81);
  EXPECT_THAT(made.budgets(), ElementsAre(1, 3, 9, 27, 81));
  EXPECT_THAT(made.rungs(0), ElementsAre(81, 27, 9, 3, 1));
  EXPECT_THAT(made.rungs(1), ElementsAre(27, 9, 3, 1));
  EXPECT_THAT(made.rungs(2), ElementsAre(9, 3, 1));
  EXPECT_THAT(made.rungs(3), ElementsAre(6, 2));
  EXPECT_THAT(made.rungs(4), ElementsAre(5));
  EXPECT_EQ(made.rungs(5), made.rungs(0));
}

TEST(HalvingPlan, BudgetsAreWholeAndOneCanBeAll) {
  EXPECT_THAT(plan(10).budgets(), ElementsAre(1, 3, 10));
  EXPECT_THAT(plan(16, 2, 2).budgets(), ElementsAre(2, 4, 8, 16));
  EXPECT_THAT(plan(5, 5).budgets(), ElementsAre(5));
  EXPECT_THAT(plan(5, 5).rungs(0), ElementsAre(1));
}

TEST(HalvingPlan, TrialsFillOneRungAfterTheOtherAndTakeTheMembersInTurn) {
  const auto made = plan(27);
  std::map<std::size_t, std::size_t> at_level;
  TrialId trial = 0;
  for (std::size_t bracket = 0; bracket < 9; ++bracket) {
    for (std::size_t rung = 0; rung < made.rungs(bracket).size(); ++rung) {
      for (std::size_t index = 0; index < made.rungs(bracket)[rung]; ++index, ++trial) {
        const auto place = made.place(trial);
        const std::size_t level = bracket % made.kinds() + rung;
        EXPECT_EQ(place.bracket, bracket);
        EXPECT_EQ(place.rung, rung);
        EXPECT_EQ(place.index, index);
        EXPECT_EQ(place.size, made.rungs(bracket)[rung]);
        EXPECT_EQ(place.level, level);
        EXPECT_EQ(place.member, at_level[level]++ % made.population(level));
        EXPECT_EQ(made.budget(trial), made.budgets()[level]);
      }
    }
  }
}

TEST(HalvingPlan, RefusesWhatIsOutOfRange) {
  EXPECT_EQ(refusal({.max_t = 0.5}), "max_t: must be at least 1, got 0.5");
  EXPECT_EQ(refusal({.max_t = 9, .min_t = 10}), "grace_period: must be from 1 to max_t (9), got 10");
  EXPECT_EQ(refusal({.reduction_factor = 1}), "reduction_factor: must be greater than 1, got 1");
  EXPECT_EQ(refusal({.max_t = 1e6, .reduction_factor = 1.01}),
            "reduction_factor: 1.01 with max_t 1e+06 and grace_period 1 makes more than 100 budgets, or a rung of "
            "more than 100000 trials; a larger grace_period or a larger reduction_factor makes fewer");
}

}  // namespace
}  // namespace winnow::halving_plan_test
