/// What the sampler hears and gives; that its parts are the package's is in dehb_vectors_test.cpp.
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include <winnow/samplers/dehb/differential_evolution.hpp>

#include "support.hpp"

namespace winnow::testing::dehb_test {
namespace {

using dehb::Point;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// Brackets of 9 trials at 1, 3 at 3, 1 at 9; 3 at 3, 1 at 9; 3 at 9.
HalvingPlan nine() {
  return HalvingPlan::make({.max_t = 9}).value();
}

SamplerOptions over(std::vector<Parameter> parameters, std::uint64_t seed = 1) {
  return {.space = make_space(std::move(parameters)), .seed = seed, .plan = nine()};
}

double x_of(const Assignment& params) {
  return params.find("x")->get<double>();
}

/// It is suggested, runs to its budget, and comes to this.
void end(Sampler& sampler, TrialId trial, const Assignment& params, double loss) {
  const double budget = nine().budget(trial);
  sampler.observe(TrialSuggested{trial, params});
  sampler.observe(TrialReported{.trial = trial, .step = static_cast<Step>(budget), .resource = budget, .value = loss});
  sampler.observe(TrialEnded{trial, budget == 9 ? TrialState::completed : TrialState::stopped, {loss}, {}});
}

Assignment go_on(Sampler& sampler, TrialId trial, double (*loss)(const Assignment&)) {
  auto params = sampler.propose(trial);
  EXPECT_TRUE(params);
  end(sampler, trial, *params, loss(*params));
  return *params;
}

double off(const Assignment& params) {
  return std::abs(x_of(params) - 1);
}

TEST(Dehb, InTheFirstBracketTheBestOfARungAreTriedAgainWithMore) {
  const auto sampler = make_or_fail("dehb", over({real("x", -3, 5)}));
  std::vector<double> first;
  for (TrialId trial = 0; trial < 9; ++trial) first.push_back(x_of(go_on(*sampler, trial, off)));
  EXPECT_EQ(std::set<double>(first.begin(), first.end()).size(), 9U);
  std::sort(first.begin(), first.end(), [](double a, double b) { return std::abs(a - 1) < std::abs(b - 1); });
  for (TrialId trial = 9; trial < 12; ++trial) {
    EXPECT_EQ(x_of(go_on(*sampler, trial, off)), first[static_cast<std::size_t>(trial) - 9]);
  }
  EXPECT_EQ(x_of(go_on(*sampler, 12, off)), first[0]);
}

TEST(Dehb, ARungThatIsStillRunningPromotesWhatItHas) {
  const auto sampler = make_or_fail("dehb", over({real("x", -3, 5)}));
  std::vector<Assignment> trials;
  for (TrialId trial = 0; trial < 9; ++trial) trials.push_back(*sampler->propose(trial));
  end(*sampler, 4, trials[4], 7);
  const auto promoted = sampler->propose(9);
  EXPECT_EQ(*promoted, trials[4]);
  end(*sampler, 5, trials[5], 8);
  EXPECT_EQ(*sampler->propose(10), trials[5]);
}

double median_best(const std::string& method) {
  std::vector<double> bests;
  for (std::uint64_t seed = 0; seed < 11; ++seed) {
    const auto sampler = make_or_fail(method, over({real("x", -3, 5), real("y", -3, 5), real("z", -3, 5)}, seed));
    double best = std::numeric_limits<double>::infinity();
    for (TrialId trial = 0; trial < 200; ++trial) {
      const auto params = sampler->propose(trial);
      double loss = 0;
      for (const auto& [name, value] : params->entries()) loss += std::pow(value.get<double>() - 1, 2);
      if (nine().budget(trial) == 9) best = std::min(best, loss);
      end(*sampler, trial, *params, loss + 0.1 / nine().budget(trial));
    }
    bests.push_back(best);
  }
  std::nth_element(bests.begin(), bests.begin() + 5, bests.end());
  return bests[5];
}

TEST(Dehb, IsBetterThanRandom) {
  EXPECT_LT(median_best("dehb"), 0.2 * median_best("random"));
}

/// All nine failed, said nothing of use, or were stopped by someone: there is nobody to promote.
TEST(Dehb, WhatDidNotUseItsBudgetHasNoSay) {
  const auto sampler = make_or_fail("dehb", over({real("x", -3, 5)}));
  std::vector<Assignment> trials;
  for (TrialId trial = 0; trial < 9; ++trial) {
    trials.push_back(*sampler->propose(trial));
    sampler->observe(TrialSuggested{trial, trials.back()});
  }
  for (TrialId trial = 0; trial < 9; ++trial) {
    if (trial % 3 == 0) sampler->observe(TrialEnded{trial, TrialState::failed, {kNan}, {}});
    if (trial % 3 == 1) sampler->observe(TrialEnded{trial, TrialState::completed, {kNan}, {}});
    if (trial % 3 == 2) sampler->observe(TrialEnded{trial, TrialState::stopped, {0.5}, {}});
  }
  EXPECT_EQ(std::count(trials.begin(), trials.end(), *sampler->propose(9)), 0);
  end(*sampler, 4, trials[4], 3);  // it was tried again
  EXPECT_EQ(*sampler->propose(10), trials[4]);
}

TEST(Dehb, TheBestOfEarlierSweepsBegin) {
  auto options = over({real("x", -3, 5)});
  for (const double x : {2.0, 1.5, 4.0}) options.prior.push_back({.params = Assignment({{"x", x}}), .values = {x}});
  const auto sampler = make_or_fail("dehb", std::move(options));
  EXPECT_DOUBLE_EQ(x_of(*sampler->propose(0)), 1.5);
  EXPECT_DOUBLE_EQ(x_of(*sampler->propose(1)), 2.0);
  EXPECT_DOUBLE_EQ(x_of(*sampler->propose(2)), 4.0);
}

TEST(Dehb, InAFiniteSpaceThePromotedAreNotPassedOver) {
  const auto sampler = make_or_fail("dehb", over({choice("x", {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})}));
  std::set<double> first;
  for (TrialId trial = 0; trial < 9; ++trial) first.insert(x_of(go_on(*sampler, trial, off)));
  for (TrialId trial = 9; trial < 12; ++trial) EXPECT_TRUE(first.contains(x_of(go_on(*sampler, trial, off))));
}

TEST(Dehb, SaysWhatItNeeds) {
  EXPECT_EQ(make_sampler("dehb", {.space = make_space({real("x")})}).error().message,
            "method: dehb goes with the scheduler of that name, which gives each trial its budget; e.g. scheduler: "
            "{type: dehb, max_t: 81}");
  auto several = over({real("x")});
  several.goals = {Goal::minimize, Goal::maximize};
  EXPECT_EQ(refusal("dehb", several), "method: dehb is for one objective, this sweep has 2");
  auto repeated = over({real("x")});
  repeated.repeat = 2;
  EXPECT_EQ(refusal("dehb", repeated),
            "repeat: must be 1 with the scheduler dehb, which gives each trial a budget of its own");
  auto factor = over({real("x")});
  factor.options = {{"mutation_factor", 0}};
  EXPECT_EQ(refusal("dehb", factor), "mutation_factor: must be above 0 and at most 2, got 0");
  factor.options = {{"crossover_prob", 1.5}};
  EXPECT_EQ(refusal("dehb", factor), "crossover_prob: must be from 0 to 1, got 1.5");
}

/// What it draws is given.
class Drawn final : public evolution::Chance {
public:
  explicit Drawn(std::vector<double> numbers) : numbers_(std::move(numbers)) {}
  double uniform() override {
    EXPECT_LT(at_, numbers_.size());
    return at_ < numbers_.size() ? numbers_[at_++] : 0;
  }
  double normal() override { return 0; }

private:
  std::vector<double> numbers_;
  std::size_t at_ = 0;
};

TEST(DifferentialEvolution, AMutantIsOneAndAStepBetweenTwoOthers) {
  const std::vector<Point> pool{{0.1, 0.2}, {0.5, 0.5}, {0.9, 0.4}, {0.3, 0.8}};
  Drawn chance({0, 0.4, 0.9});  // of those without the target: the first, the second of 0.9 and 0.3, the last left
  const Point made = dehb::mutant(pool, {0.5, 0.5}, 0.5, chance);
  EXPECT_DOUBLE_EQ(made[0], 0.1 + 0.5 * (0.9 - 0.3));
  EXPECT_DOUBLE_EQ(made[1], 0.2 + 0.5 * (0.4 - 0.8));
}

TEST(DifferentialEvolution, ACrossingTakesOneCoordinateOfTheMutantAtLeast) {
  Drawn some({0.2, 0.7, 0.4});
  EXPECT_EQ(dehb::crossed({0, 0, 0}, {1, 1, 1}, 0.5, some), (Point{1, 0, 1}));
  Drawn none({0.6, 0.7, 0.8, 0.5});
  EXPECT_EQ(dehb::crossed({0, 0, 0}, {1, 1, 1}, 0.5, none), (Point{0, 1, 0}));
}

}  // namespace
}  // namespace winnow::testing::dehb_test
