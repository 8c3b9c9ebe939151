#include <winnow/sweep/step_metrics.hpp>

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

namespace winnow::step_metrics_test {
namespace {

TEST(StepMetrics, AnOrdinaryTrialIsOneRun) {
  StepMetrics seen;
  for (Step step = 1; step <= 100'000; ++step) seen.add(step, {{"loss", 1}, {"accuracy", 2}});
  EXPECT_EQ(seen.runs(), 1U);
  EXPECT_TRUE(seen.has(50'000, "loss"));
  EXPECT_FALSE(seen.has(100'001, "loss"));
  EXPECT_FALSE(seen.has(0, "loss"));
  EXPECT_FALSE(seen.has(5, "error"));
}

TEST(StepMetrics, AStepBetweenStridesHasNothing) {
  StepMetrics seen;
  for (Step step = 0; step <= 100; step += 10) seen.add(step, {{"loss", 1}});
  EXPECT_TRUE(seen.has(30, "loss"));
  EXPECT_FALSE(seen.has(35, "loss"));
}

TEST(StepMetrics, AgreesWithASetOnRandomHistories) {
  std::mt19937_64 rng(5);
  const std::array<std::string, 3> names = {"a", "b", "c"};
  for (int round = 0; round < 200; ++round) {
    StepMetrics seen;
    std::map<Step, std::set<std::string>> truth;
    for (int i = 0; i < 60; ++i) {
      const Step step = static_cast<Step>(rng() % 30);
      Metrics metrics;
      for (const auto& name : names) {
        if (rng() % 2 == 0) metrics.emplace_back(name, 0);
      }
      seen.add(step, metrics);
      for (const auto& metric : metrics) truth[step].insert(metric.first);
    }
    for (Step step = -1; step <= 31; ++step) {
      for (const auto& name : names) EXPECT_EQ(seen.has(step, name), truth[step].contains(name)) << step << name;
    }
  }
}

}  // namespace
}  // namespace winnow::step_metrics_test
