/// Scenarios worked by hand (docs/algorithms/median_stopping.md has the rule).
#include <cmath>
#include <limits>
#include <map>

#include "support.hpp"

namespace winnow::testing::median_stopping_test {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::unique_ptr<Scheduler> make(Value options = Value::object(), Goal goal = Goal::maximize) {
  return make_or_fail("median_stopping", options, {.goal = goal});
}

/// Each trial's values at 1, 2, …, trial after trial from number 0.
void play(Scheduler& scheduler, const std::vector<std::vector<double>>& trials) {
  for (std::size_t trial = 0; trial < trials.size(); ++trial) {
    double resource = 0;
    for (const double value : trials[trial]) {
      report(scheduler, {static_cast<TrialId>(trial), ++resource, value});
    }
  }
}

TEST(MedianStopping, ThePagesExample) {
  auto rule = make();
  play(*rule, {{0.5, 0.7}, {0.6, 0.8}, {0.7, 0.9}});
  const Decision first = decide(*rule, {3, 1, 0.65});
  EXPECT_EQ(first.verdict, Verdict::go_on);  // the median of 0.5, 0.6, 0.7 is 0.6
  const Decision second = decide(*rule, {3, 2, 0.4});
  EXPECT_EQ(second.verdict, Verdict::stop);  // 0.65 at best, the means are 0.6, 0.7, 0.8
  EXPECT_THAT(second.why, ::testing::HasSubstr("0.65 at best is worse than"));
  EXPECT_THAT(second.why, ::testing::HasSubstr("the median of 3 trials' means, at 2"));
}

TEST(MedianStopping, EqualGoesOn) {
  auto rule = make();
  play(*rule, {{0.25}, {0.5}, {0.75}});
  EXPECT_EQ(report(*rule, {3, 1, 0.5}), Verdict::go_on);
}

TEST(MedianStopping, OfAnEvenNumberTheMedianIsHalfway) {
  auto rule = make({{"min_samples_required", 2}});
  play(*rule, {{0.25}, {0.75}});
  EXPECT_EQ(rule->judge({2, 1, 0.5}).verdict, Verdict::go_on);
  EXPECT_EQ(rule->judge({2, 1, 0.49}).verdict, Verdict::stop);
}

TEST(MedianStopping, TooFewOthersHaveComeAsFar) {
  auto rule = make();
  play(*rule, {{0.5, 0.5}, {0.5, 0.5}, {0.5}});
  EXPECT_EQ(report(*rule, {3, 2, 0.1}), Verdict::go_on);
  EXPECT_EQ(report(*rule, {2, 2, 0.5}), Verdict::go_on);
  EXPECT_EQ(report(*rule, {4, 2, 0.1}), Verdict::stop);
}

TEST(MedianStopping, ATrialThatSkippedTheResourceCountsWithWhatItHadBefore) {
  auto rule = make({{"min_samples_required", 1}});
  report(*rule, {0, 1, 0.2});
  report(*rule, {0, 3, 0.8});
  EXPECT_EQ(rule->judge({1, 2, 0.3}).verdict, Verdict::go_on);  // against 0.2
  EXPECT_EQ(rule->judge({1, 2, 0.1}).verdict, Verdict::stop);
  EXPECT_EQ(rule->judge({1, 3, 0.4}).verdict, Verdict::stop);  // against 0.5
}

TEST(MedianStopping, ALevelThatWasThereBeforeTheTrialSkippedItIsTheSame) {
  auto rule = make({{"min_samples_required", 1}});
  report(*rule, {1, 2, 0.3});  // nobody else is there: it goes on
  report(*rule, {0, 1, 0.2});
  report(*rule, {0, 3, 0.8});
  EXPECT_EQ(rule->judge({2, 2, 0.24}).verdict, Verdict::stop);  // against 0.2 and 0.3
  EXPECT_EQ(rule->judge({2, 2, 0.25}).verdict, Verdict::go_on);
}

TEST(MedianStopping, BelowTheGracePeriodNothingStopsAndNothingCountsForOthers) {
  auto rule = make({{"grace_period", 2}, {"min_samples_required", 1}});
  play(*rule, {{0.9, 0.3}});
  EXPECT_EQ(report(*rule, {1, 1, 0.4}), Verdict::go_on);
  EXPECT_EQ(report(*rule, {1, 2, 0.1}), Verdict::go_on);  // its best, 0.4 of before, against 0.3
}

TEST(MedianStopping, NanIsNoBestAndNoMean) {
  auto rule = make({{"min_samples_required", 1}}, Goal::minimize);
  play(*rule, {{0.5, 0.5}, {kNan, 0.1}});
  EXPECT_EQ(report(*rule, {2, 1, kNan}), Verdict::stop);
  EXPECT_EQ(rule->judge({3, 2, 0.5}).verdict, Verdict::go_on);  // trial 1's mean is none
  EXPECT_EQ(rule->judge({3, 2, 0.6}).verdict, Verdict::stop);
}

TEST(MedianStopping, SoftItPausesOnceAndTakesThemUpWhenNoNewTrialIsLeft) {
  auto rule = make({{"hard_stop", false}, {"min_samples_required", 1}});
  play(*rule, {{0.5, 0.5}});
  EXPECT_EQ(report(*rule, {1, 1, 0.1}), Verdict::pause);
  EXPECT_EQ(to_promote(rule->wish({.more = false})), std::nullopt) << "its pause isn't carried out yet";
  rule->set_promotable(1, true);
  EXPECT_EQ(to_promote(rule->wish({.more = true})), std::nullopt);
  EXPECT_EQ(to_promote(rule->wish({.more = false})), 1);
  rule->record_promotion(1);
  EXPECT_EQ(to_promote(rule->wish({.more = false})), std::nullopt);
  EXPECT_EQ(report(*rule, {1, 2, 0.1}), Verdict::go_on);
}

TEST(MedianStopping, JudgesEveryVectorAsRayDid) {
  const Value cases = recorded("median_stopping/vectors").at("cases");
  ASSERT_GE(cases.size(), 200U);
  std::map<std::string, int> verdicts;
  for (const Value& vector : cases) {
    const Goal goal = goal_of(vector);
    const auto rule = make(vector.at("options"), goal);
    for (const Value& event : vector.at("events")) {
      const auto trial = event[0].get<TrialId>();
      const Verdict verdict = report(*rule, {trial, event[1].get<double>(), number_from_json(event[2]).value()});
      const auto expected = event[3].get<std::string>();
      ++verdicts[expected];
      if (verdict == Verdict::pause) {  // Ray's loop takes it up again at once
        rule->set_promotable(trial, true);
        rule->set_promotable(trial, false);
        rule->record_promotion(trial);
      }
      ASSERT_EQ(to_string(verdict), expected) << vector.at("options") << " at " << event;
    }
  }
  EXPECT_GE(verdicts["stop"], 100);
  EXPECT_GE(verdicts["pause"], 20);
}

TEST(MedianStopping, RefusesOptionsOutOfRange) {
  EXPECT_THAT(make_scheduler("median_stopping", {{"grace_period", -1}}, {}).error().message,
              ::testing::HasSubstr("grace_period: must be at least 0, got -1"));
  EXPECT_THAT(make_scheduler("median_stopping", {{"min_samples_required", 0}}, {}).error().message,
              ::testing::HasSubstr("min_samples_required: must be at least 1, got 0"));
}

}  // namespace
}  // namespace winnow::testing::median_stopping_test
