/// What the sampler hears and gives; the model itself is in bohb_vectors_test.cpp.
#include <algorithm>
#include <cmath>
#include <limits>

#include "support.hpp"

namespace winnow::testing::bohb_test {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::vector<Parameter> mixed() {
  return {real("x", -3, 5), real("y", -3, 5), parameter("n", Integer{.low = 1, .high = 8}),
          choice("kind", {"a", "b", "c", "d"}), only_if(real("z"), "kind", {"c"})};
}

double loss_of(const Assignment& params) {
  const double x = params.find("x")->get<double>() - 1;
  const double y = params.find("y")->get<double>() - 2;
  const Value* z = params.find("z");
  return x * x + y * y + std::abs(params.find("n")->get<double>() - 3) + (z == nullptr ? 2.0 : z->get<double>());
}

std::unique_ptr<Sampler> bohb(std::uint64_t seed = 1, Value options = Value::object()) {
  return make_or_fail("bohb", {.space = make_space(mixed()), .seed = seed, .options = std::move(options)});
}

Assignment suggest(Sampler& sampler, TrialId trial) {
  auto params = sampler.propose(trial);
  EXPECT_TRUE(params);
  sampler.observe(TrialSuggested{trial, *params});
  return *params;
}

void end(Sampler& sampler, TrialId trial, double value, TrialState state = TrialState::completed) {
  sampler.observe(TrialEnded{.trial = trial, .state = state, .values = {value}});
}

double best_of(Sampler& sampler, TrialId trials) {
  double best = std::numeric_limits<double>::infinity();
  for (TrialId trial = 0; trial < trials; ++trial) {
    const double loss = loss_of(suggest(sampler, trial));
    best = std::min(best, loss);
    end(sampler, trial, loss);
  }
  return best;
}

double median_best(const std::string& method) {
  std::vector<double> bests;
  for (std::uint64_t seed = 0; seed < 11; ++seed) {
    const auto sampler = make_or_fail(method, {.space = make_space(mixed()), .seed = seed});
    bests.push_back(best_of(*sampler, 150));
  }
  std::nth_element(bests.begin(), bests.begin() + 5, bests.end());
  return bests[5];
}

TEST(Bohb, IsBetterThanRandom) {
  EXPECT_LT(median_best("bohb"), 0.6 * median_best("random"));
}

/// Rung 0 says the opposite of rung 1; half of the trials come there.
TEST(Bohb, LearnsFromTheHighestRungThatEnoughHaveComeTo) {
  const auto sampler = make_or_fail("bohb", {.space = make_space({real("x")}), .options = {{"random_fraction", 0}}});
  for (TrialId trial = 0; trial < 40; ++trial) {
    const double x = suggest(*sampler, trial).find("x")->get<double>();
    sampler->observe(TrialReported{.trial = trial, .step = 1, .resource = 1, .rung = 0, .value = x});
    if (trial % 2 == 0)
      sampler->observe(TrialReported{.trial = trial, .step = 3, .resource = 3, .rung = 1, .value = -x});
    end(*sampler, trial, kNan, TrialState::stopped);
  }
  for (TrialId trial = 40; trial < 50; ++trial) EXPECT_GT(sampler->propose(trial)->find("x")->get<double>(), 0.5);
}

TEST(Bohb, ReportsThatNoRungHasJudgedAreNothingToIt) {
  const auto sampler = bohb(1, {{"random_fraction", 0}});
  for (TrialId trial = 0; trial < 30; ++trial) {
    suggest(*sampler, trial);
    sampler->observe(TrialReported{.trial = trial, .step = 1, .resource = 1, .value = 1});
    end(*sampler, trial, 1, TrialState::stopped);
  }
  const auto random = make_or_fail("random", {.space = make_space(mixed()), .seed = 1});
  EXPECT_EQ(*sampler->propose(30), *random->propose(30));
}

TEST(Bohb, MaximisesWhereThatIsTheGoal) {
  const auto sampler = make_or_fail(
      "bohb", {.space = make_space({real("x")}), .goals = {Goal::maximize}, .options = {{"random_fraction", 0}}});
  for (TrialId trial = 0; trial < 40; ++trial) {
    end(*sampler, trial, suggest(*sampler, trial).find("x")->get<double>());
  }
  for (TrialId trial = 40; trial < 50; ++trial) EXPECT_GT(sampler->propose(trial)->find("x")->get<double>(), 0.5);
}

TEST(Bohb, SoManyStayRandom) {
  const auto sampler = bohb();
  best_of(*sampler, 60);
  const auto random = make_or_fail("random", {.space = make_space(mixed()), .seed = 1});
  int same = 0;
  for (TrialId trial = 60; trial < 360; ++trial) same += *sampler->propose(trial) == *random->propose(trial) ? 1 : 0;
  EXPECT_NEAR(same, 100, 25);
}

TEST(Bohb, APopulationsChangeCountsWithItsNewParameters) {
  const auto sampler = make_or_fail("bohb", {.space = make_space({real("x")}), .options = {{"random_fraction", 0}}});
  for (TrialId trial = 0; trial < 20; ++trial) {
    suggest(*sampler, trial);
    const double x = 0.05 * static_cast<double>(trial);
    sampler->observe(TrialChanged{trial, Assignment({{"x", x}})});
    end(*sampler, trial, std::abs(x - 0.8));
  }
  double sum = 0;
  for (TrialId trial = 20; trial < 40; ++trial) sum += sampler->propose(trial)->find("x")->get<double>();
  EXPECT_NEAR(sum / 20, 0.8, 0.1);
}

TEST(Bohb, LinearConstraintsHold) {
  auto space = Space::make(
      {real("a"), real("b")},
      {{.type = LinearConstraint::Type::less_than, .threshold = 0.5, .terms = {{.name = "a"}, {.name = "b"}}}});
  ASSERT_TRUE(space);
  const auto sampler = make_or_fail("bohb", {.space = *space});
  for (TrialId trial = 0; trial < 100; ++trial) {
    const Assignment params = suggest(*sampler, trial);
    EXPECT_TRUE(space->feasible(params));
    end(*sampler, trial, -params.find("a")->get<double>());
  }
}

TEST(Bohb, RefusesWhatDoesNotWork) {
  const auto refused = [](Value options) {
    return refusal("bohb", {.space = make_space(mixed()), .options = std::move(options)});
  };
  EXPECT_EQ(refused({{"min_points_in_model", 0}}), "min_points_in_model: must be at least 1, got 0");
  EXPECT_EQ(refused({{"top_n_percent", 101}}), "top_n_percent: must be from 0 to 100, got 101");
  EXPECT_EQ(refused({{"num_samples", 0}}), "num_samples: must be at least 1, got 0");
  EXPECT_EQ(refused({{"random_fraction", 1.5}}), "random_fraction: must be from 0 to 1, got 1.5");
  EXPECT_EQ(refused({{"bandwidth_factor", 0}}), "bandwidth_factor: must be above 0, got 0");
  EXPECT_EQ(refused({{"min_bandwidth", -1}}), "min_bandwidth: must be above 0, got -1");
  EXPECT_THAT(refusal("bohb", {.goals = {Goal::minimize, Goal::maximize}}), ::testing::HasSubstr("one objective"));
}

TEST(Bohb, SaysWhenItBegins) {
  EXPECT_THAT(bohb()->describe(), ::testing::ElementsAre(::testing::HasSubstr("at random until 12 trials")));
  EXPECT_EQ(bohb(1, {{"min_points_in_model", 2}})->options().at("min_points_in_model"), 6);
  const auto none = make_or_fail("bohb", {});
  EXPECT_TRUE(none->propose(0)->empty());
  EXPECT_THAT(none->describe(), ::testing::ElementsAre("nothing to choose: all is drawn at random"));
}

}  // namespace
}  // namespace winnow::testing::bohb_test
