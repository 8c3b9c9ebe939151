/// The plateau rule on curves worked by hand, and Ray Tune's verdicts (tests/data/plateau).
#include <cmath>

#include "support.hpp"

namespace winnow::testing::plateau_test {
namespace {

std::unique_ptr<Scheduler> make(const Value& options, Goal goal = Goal::minimize) {
  return make_or_fail("plateau", options, {.goal = goal});
}

/// The number of the report, from 1, at which the trial stops; 0: it doesn't.
int stops_at(Scheduler& plateau, const std::vector<double>& values, TrialId trial = 0) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto resource = static_cast<double>(i + 1);
    if (report(plateau, {.trial = trial, .resource = resource, .value = values[i]}) == Verdict::stop) {
      return static_cast<int>(i) + 1;
    }
  }
  return 0;
}

const Value kThree = {{"std", 0.1}, {"num_results", 3}, {"grace_period", 0}};

TEST(Plateau, StopsWhenTheLastValuesNoLongerMove) {
  EXPECT_EQ(stops_at(*make(kThree), {1.0, 0.6, 0.5, 0.45, 0.4}), 4) << "0.6, 0.5, 0.45 deviate by 0.062";
  EXPECT_EQ(stops_at(*make(kThree), {1.0, 0.8, 0.6, 0.4, 0.2}), 0) << "steps of 0.2 deviate by 0.163";
}

TEST(Plateau, LooksAtNothingButTheWindow) {
  EXPECT_EQ(stops_at(*make(kThree), {9.0, 0.5, 0.5, 0.5}), 4);
}

TEST(Plateau, WaitsForTheGracePeriod) {
  Value options = kThree;
  options["grace_period"] = 5;
  EXPECT_EQ(stops_at(*make(options), {0.5, 0.5, 0.5, 0.5, 0.5}), 5);
}

TEST(Plateau, ATrialWorseThanTheThresholdGoesOn) {
  Value options = kThree;
  options["metric_threshold"] = 0.4;
  EXPECT_EQ(stops_at(*make(options), {0.5, 0.5, 0.5, 0.5, 0.4}), 5);
  EXPECT_EQ(stops_at(*make(options, Goal::maximize), {0.3, 0.3, 0.3, 0.3, 0.4}), 5);
}

TEST(Plateau, TheDeviationMustBeBelowStd) {
  const Value halves = {{"std", 0.5}, {"num_results", 2}, {"grace_period", 0}};
  EXPECT_EQ(stops_at(*make(halves), {0, 1, 0, 1}), 0) << "exactly 0.5";
  EXPECT_EQ(stops_at(*make(halves), {0, 1, 0.5}), 3);
}

TEST(Plateau, AValueThatIsNotFiniteIsNoPlateau) {
  EXPECT_EQ(stops_at(*make(kThree), {0.5, 0.5, std::nan(""), 0.5, 0.5, 0.5}), 6);
}

TEST(Plateau, TrialsAreJudgedByThemselves) {
  const auto plateau = make(kThree);
  report(*plateau, {.trial = 0, .resource = 1, .value = 0.5});
  report(*plateau, {.trial = 0, .resource = 2, .value = 0.5});
  EXPECT_EQ(stops_at(*plateau, {0.5, 0.5, 0.5}, 1), 3);
}

TEST(Plateau, SaysWhy) {
  const auto plateau = make(kThree);
  report(*plateau, {.trial = 0, .resource = 1, .value = 0.5});
  report(*plateau, {.trial = 0, .resource = 2, .value = 0.5});
  EXPECT_EQ(plateau->judge({.trial = 0, .resource = 3, .value = 0.65}).why,
            "its last 3 values have a standard deviation of 0.0707, below 0.1");
}

TEST(Plateau, OptionsAreChecked) {
  const auto refuse = [](const Value& options) {
    const auto made = make_scheduler("plateau", options, {});
    return made ? std::string() : made.error().message;
  };
  EXPECT_EQ(refuse({{"std", 0}}), "std: must be greater than 0, got 0");
  EXPECT_EQ(refuse({{"num_results", 1}}), "num_results: must be at least 2, got 1");
  EXPECT_EQ(refuse({{"grace_period", -1}}), "grace_period: must be at least 0, got -1");
}

TEST(Plateau, JudgesEveryReportAsRayTune) {
  const Value vectors = recorded("plateau/plateau");
  EXPECT_GE(vectors.at("cases").size(), 200U);
  int stops = 0;
  for (const Value& vector : vectors.at("cases")) {
    const auto plateau = make(vector.at("options"), goal_of(vector));
    for (const Value& event : vector.at("events")) {
      const Judged judged{.trial = event[0].get<TrialId>(), .value = number_from_json(event[1]).value()};
      const Verdict verdict = report(*plateau, judged);
      ASSERT_EQ(verdict == Verdict::stop, event[2] == 1) << event << " " << vector.at("options");
      stops += event[2].get<int>();
    }
  }
  EXPECT_GT(stops, 500);
}

}  // namespace
}  // namespace winnow::testing::plateau_test
