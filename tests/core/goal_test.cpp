#include <gtest/gtest.h>

#include <limits>
#include <winnow/core/goal.hpp>
#include <winnow/core/report.hpp>
#include <winnow/core/verdict.hpp>

namespace winnow::goal_test {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(Goal, SaysWhichOfTwoValuesIsBetter) {
  EXPECT_TRUE(better(Goal::minimize, 1, 2));
  EXPECT_TRUE(better(Goal::maximize, 2, 1));
  EXPECT_FALSE(better(Goal::maximize, 1, 1));
}

TEST(Goal, NonFiniteValuesRankWorstForBothGoals) {
  for (const Goal goal : {Goal::minimize, Goal::maximize}) {
    for (const double value : {kNan, kInfinity, -kInfinity}) {
      EXPECT_TRUE(better(goal, -1e308, value));
      EXPECT_TRUE(better(goal, 1e308, value));
      EXPECT_FALSE(better(goal, value, value));
    }
  }
}

TEST(Goal, AndVerdictHaveTheWordsOfTheFiles) {
  EXPECT_EQ(to_string(Goal::minimize), "minimize");
  EXPECT_EQ(to_string(Goal::maximize), "maximize");
  EXPECT_EQ(to_string(Verdict::go_on), "continue");
  EXPECT_EQ(to_string(Verdict::stop), "stop");
  EXPECT_EQ(to_string(Verdict::pause), "pause");
}

TEST(Metrics, AreFoundByNameOrNotAtAll) {
  const Metrics metrics{{"loss", 0.5}, {"accuracy", 0.9}};
  ASSERT_NE(find_metric(metrics, "accuracy"), nullptr);
  EXPECT_EQ(*find_metric(metrics, "accuracy"), 0.9);
  EXPECT_EQ(find_metric(metrics, "acc"), nullptr);
}

}  // namespace
}  // namespace winnow::goal_test
