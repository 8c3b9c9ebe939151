/// What nsga2, nsga3 and regularized_evolution keep, and how each breeds.
#include <algorithm>
#include <cmath>
#include <deque>
#include <functional>
#include <limits>
#include <set>

#include "spaces.hpp"

namespace winnow::testing::evolutions_test {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinite = std::numeric_limits<double>::infinity();

using Objective = std::function<std::vector<double>(const Assignment&)>;

/// Runs trials, `slots` at a time, each ending in the order of its start; keeps what happened.
class Play {
public:
  Play(Sampler& sampler, Objective objective) : sampler_(sampler), objective_(std::move(objective)) {}

  void go(TrialId trials, std::size_t slots = 1) {
    for (const TrialId end = next_ + trials; next_ < end; ++next_) {
      auto params = sampler_.propose(next_);
      ASSERT_TRUE(params);
      say(TrialSuggested{next_, *params});
      suggested.push_back(*params);
      running_.emplace_back(next_, *params);
      while (running_.size() >= slots) {
        const auto [trial, given] = running_.front();
        running_.pop_front();
        const auto values = objective_(given);
        say(TrialEnded{.trial = trial, .state = TrialState::completed, .values = values});
        outcomes.push_back(values);
      }
    }
  }

  std::vector<Assignment> suggested;
  std::vector<std::vector<double>> outcomes;
  std::vector<Observation> observed;

private:
  void say(const Observation& what) {
    sampler_.observe(what);
    observed.push_back(what);
  }

  Sampler& sampler_;
  Objective objective_;
  TrialId next_ = 0;
  std::deque<std::pair<TrialId, Assignment>> running_;
};

/// Of any space: two objectives that pull in opposite directions.
std::vector<double> two_hashes(const Assignment& params) {
  const auto hash = std::hash<std::string>()(params.to_json().dump());
  return {static_cast<double>(hash % 97), static_cast<double>(97 - hash % 89)};
}

class Evolutions : public ::testing::TestWithParam<std::string> {
protected:
  static std::unique_ptr<Sampler> fresh(Space space, std::uint64_t seed = 3, Value options = small()) {
    return make_or_fail(GetParam(), {.space = std::move(space),
                                     .seed = seed,
                                     .goals = {Goal::minimize, Goal::maximize},
                                     .options = std::move(options)});
  }
  static Value small() { return {{"population_size", 8}}; }
};

TEST_P(Evolutions, EveryTrialIsInTheSpaceWithEachOfTheExamples) {
  const Space space = wide_space();
  for (const Value& options : sampler_examples(GetParam())) {
    auto sampler = fresh(space, 3, options);
    Play run(*sampler, two_hashes);
    run.go(150);
    for (const Assignment& trial : run.suggested) expect_within(space, trial);
  }
}

TEST_P(Evolutions, LinearConstraintsHold) {
  const Space space = constrained_space();
  auto sampler = fresh(space);
  Play run(*sampler, two_hashes);
  run.go(150);
  for (const Assignment& trial : run.suggested) expect_within(space, trial);
}

TEST_P(Evolutions, SameSeedSameTrialsOtherSeedOthers) {
  const auto play = [&](std::uint64_t seed) {
    auto sampler = fresh(wide_space(), seed);
    Play run(*sampler, two_hashes);
    run.go(60, 4);
    return run.suggested;
  };
  EXPECT_EQ(play(1), play(1));
  EXPECT_NE(play(1), play(2));
}

TEST_P(Evolutions, AFoldThatGoesOnGivesTheSameWithManyInFlight) {
  auto sampler = fresh(wide_space());
  Play run(*sampler, two_hashes);
  run.go(70, 7);
  auto other = fresh(wide_space());
  for (const Observation& what : run.observed) other->observe(what);
  for (TrialId trial = 70; trial < 80; ++trial) EXPECT_EQ(sampler->propose(trial), other->propose(trial));
}

TEST_P(Evolutions, WhatItSuggestedAndWhatWasObservedAreTheSame) {
  auto sampler = fresh(wide_space());
  auto unasked = fresh(wide_space());
  for (TrialId trial = 0; trial < 40; ++trial) {
    const auto params = sampler->propose(trial);
    unasked->observe(TrialSuggested{trial, *params});
    const TrialEnded end{.trial = trial, .values = two_hashes(*params)};
    sampler->observe(end);
    unasked->observe(end);
  }
  for (TrialId trial = 40; trial < 50; ++trial) EXPECT_EQ(sampler->propose(trial), unasked->propose(trial));
}

TEST_P(Evolutions, OddValuesAndEndsAreTaken) {
  const Space space = wide_space();
  auto sampler = fresh(space);
  TrialId trial = 0;
  const auto end = [&](TrialState state, std::vector<double> values, std::vector<double> violations = {}) {
    const auto params = sampler->propose(trial);
    ASSERT_TRUE(params);
    expect_within(space, *params);
    sampler->observe(TrialSuggested{trial, *params});
    sampler->observe(TrialEnded{trial, state, std::move(values), std::move(violations)});
    ++trial;
  };
  for (int round = 0; round < 30; ++round) {
    end(TrialState::completed, {kInfinite, -kInfinite});
    end(TrialState::completed, {kNan, 1});
    end(TrialState::completed, {1, kInfinite}, {kNan});
    end(TrialState::completed, {1, 1}, {-1, 2});
    end(TrialState::completed, {});
    end(TrialState::stopped, {1, 2});
    end(TrialState::failed, {kNan, kNan});
  }
  sampler->observe(TrialEnded{.trial = 10'000, .values = {1, 1}});  // never heard of
  sampler->observe(TrialChanged{trial - 1, Assignment({{"lr", 12.0}})});
  sampler->observe(TrialEnded{.trial = trial - 1, .values = {1, 1}});
  expect_within(space, *sampler->propose(trial));
}

TEST_P(Evolutions, WhatIsDrawnIsBredAsWell) {
  auto sampler = make_or_fail(GetParam(), {.seed = 5, .options = {{"population_size", 10}}});
  const std::vector<Domain> domains{range(0, 10),
                                    Categorical{{0, 3, 10}, {}},
                                    Integer{.low = 0, .high = 10},
                                    range(0, 9),
                                    range(-5, 5),
                                    Integer{.low = 1, .high = 100, .log = true}};
  double early = 0;
  double late = 0;
  for (TrialId trial = 0; trial < 400; ++trial) {
    ASSERT_TRUE(sampler->propose(trial)->empty());
    sampler->observe(TrialSuggested{trial, {}});
    double loss = 0;
    for (std::size_t i = 0; i < domains.size(); ++i) {
      const std::string name = "x" + std::to_string(i);
      const Value value = sampler->draw(trial, name, domains[i]);
      EXPECT_EQ(sampler->draw(trial, name, domains[i]), value);
      EXPECT_TRUE(contains(domains[i], value));
      sampler->observe(ParameterDrawn{trial, name, domains[i], value});
      loss += std::abs(value.get<double>() - 3);
    }
    sampler->observe(TrialEnded{.trial = trial, .values = {loss}});
    early += trial < 10 ? loss / 10 : 0;
    late += trial >= 350 ? loss / 50 : 0;
  }
  EXPECT_LT(late, early / 2);
}

TEST_P(Evolutions, LearnAndSayTheirOptions) {
  EXPECT_TRUE(fresh({})->learns());
  for (const Value& options : sampler_examples(GetParam())) {
    const Value said = fresh({}, 1, options)->options();
    EXPECT_EQ(said.at("population_size"), options.at("population_size"));
    EXPECT_EQ(fresh({}, 1, said)->options(), said);
  }
}

INSTANTIATE_TEST_SUITE_P(All, Evolutions, ::testing::Values("nsga2", "nsga3", "regularized_evolution"),
                         [](const auto& subject) { return subject.param; });

Space unit_cube(int dimensions) {
  std::vector<Parameter> all;
  for (int i = 0; i < dimensions; ++i) all.push_back(real("x" + std::to_string(i)));
  return make_space(all);
}

double at(const Assignment& params, int i) {
  return params.find("x" + std::to_string(i))->get<double>();
}

/// Zitzler, Deb and Thiele's first test problem.
std::vector<double> zdt1(const Assignment& params) {
  double g = 1;
  const int n = static_cast<int>(params.entries().size());
  for (int i = 1; i < n; ++i) g += 9 * at(params, i) / (n - 1);
  return {at(params, 0), g * (1 - std::sqrt(at(params, 0) / g))};
}

/// Up to (1.1, 10), of points in the plane.
double hypervolume(std::vector<std::vector<double>> points) {
  std::sort(points.begin(), points.end());
  double area = 0;
  double lowest = 10;
  for (const auto& p : points) {
    if (p[1] >= lowest || p[0] >= 1.1) continue;
    area += (1.1 - p[0]) * (lowest - p[1]);
    lowest = p[1];
  }
  return area;
}

double zdt1_volume(const std::string& method, const Value& options = Value::object()) {
  double sum = 0;
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    auto sampler = make_or_fail(
        method, {.space = unit_cube(6), .seed = seed, .goals = {Goal::minimize, Goal::minimize}, .options = options});
    Play run(*sampler, zdt1);
    run.go(600);
    sum += hypervolume(run.outcomes);
  }
  return sum / 3;
}

TEST(Nsga2, ComesCloserToTheFrontThanRandomWithEachCrossover) {
  const double random = zdt1_volume("random");
  for (const char* crossover : {"uniform", "blxalpha", "sbx", "spx", "undx", "vsbx"}) {
    EXPECT_GT(zdt1_volume("nsga2", {{"population_size", 20}, {"crossover", crossover}}), random) << crossover;
  }
  EXPECT_GT(zdt1_volume("nsga3", {{"population_size", 20}, {"dividing_parameter", 19}}), random);
}

std::vector<double> sphere(const Assignment& params) {
  double sum = 0;
  for (int i = 0; i < 5; ++i) sum += std::pow(at(params, i) - 0.3, 2);
  return {sum};
}

TEST(RegularizedEvolution, ComesCloserThanRandom) {
  const auto best = [](const std::string& method, const Value& options) {
    double sum = 0;
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
      auto sampler = make_or_fail(method, {.space = unit_cube(5), .seed = seed, .options = options});
      Play run(*sampler, sphere);
      run.go(400);
      sum += (*std::min_element(run.outcomes.begin(), run.outcomes.end()))[0];
    }
    return sum / 5;
  };
  EXPECT_LT(best("regularized_evolution", {{"population_size", 30}}), best("random", Value::object()) / 3);
}

TEST(RegularizedEvolution, ChangesOneParameterOfTheBestOfItsSample) {
  auto sampler = make_or_fail("regularized_evolution",
                              {.space = unit_cube(5), .options = {{"population_size", 10}, {"sample_size", 200}}});
  Play run(*sampler, sphere);
  run.go(10);
  for (TrialId i = 0; i < 60; ++i) {
    const auto trials = run.suggested.size();
    std::size_t best = trials - 10;
    for (std::size_t k = trials - 10; k < trials; ++k) best = run.outcomes[k] < run.outcomes[best] ? k : best;
    run.go(1);
    int changed = 0;
    for (int k = 0; k < 5; ++k) changed += at(run.suggested.back(), k) != at(run.suggested[best], k) ? 1 : 0;
    EXPECT_EQ(changed, 1) << "the older ones have died";
  }
}

TEST(RegularizedEvolution, OptionsAreChecked) {
  EXPECT_EQ(refusal("regularized_evolution", {.options = {{"sample_size", 0}}}),
            "sample_size: must be at least 1, got 0");
}

/// Copies of the parents, nothing else.
const Value kCopies{{"population_size", 4}, {"crossover_prob", 0}, {"mutation_prob", 0}};

TEST(Nsga2Generations, TheFirstIsRandomsAndTheNextBreedsFromItsBest) {
  const Space space = unit_cube(2);
  auto sampler = make_or_fail("nsga2", {.space = space, .seed = 4, .options = kCopies});
  const auto random = proposals(*make_or_fail("random", {.space = space, .seed = 4}), 4);
  Play run(*sampler, [](const Assignment& params) { return std::vector<double>{at(params, 0)}; });
  run.go(4);
  EXPECT_EQ(run.suggested, random);
  run.go(4);
  for (std::size_t i = 4; i < 8; ++i) EXPECT_THAT(random, ::testing::Contains(run.suggested[i]));
}

TEST(Nsga2Generations, ParentsSurviveUntilSomeoneIsBetter) {
  auto sampler = make_or_fail("nsga2", {.space = unit_cube(1), .options = kCopies});
  double next = 0;
  Play run(*sampler, [&](const Assignment&) { return std::vector<double>{next++}; });
  run.go(4);
  const std::set<double> first{at(run.suggested[0], 0), at(run.suggested[1], 0), at(run.suggested[2], 0),
                               at(run.suggested[3], 0)};
  run.go(40);
  for (const Assignment& trial : run.suggested) EXPECT_TRUE(first.contains(at(trial, 0)));
}

TEST(Nsga2Generations, OneThatCompletesLateJoinsTheNextPool) {
  auto sampler = make_or_fail("nsga2", {.space = unit_cube(1), .options = kCopies});
  std::vector<double> x;
  for (TrialId trial = 0; trial < 5; ++trial) x.push_back(at(*sampler->propose(trial), 0));
  for (TrialId trial = 0; trial < 4; ++trial) sampler->observe(TrialEnded{.trial = trial, .values = {1}});
  for (TrialId trial = 5; trial < 9; ++trial) EXPECT_NE(at(*sampler->propose(trial), 0), x[4]);
  sampler->observe(TrialEnded{.trial = 4, .values = {0}});  // of generation 0, and the best of all
  for (TrialId trial = 5; trial < 9; ++trial) sampler->observe(TrialEnded{.trial = trial, .values = {1}});
  std::set<double> next;
  for (TrialId trial = 9; trial < 60; ++trial) next.insert(at(*sampler->propose(trial), 0));
  EXPECT_TRUE(next.contains(x[4]));
}

TEST(Nsga2, TrialsWithinTheConstraintsComeFirst) {
  auto sampler = make_or_fail(
      "nsga2",
      {.space = unit_cube(1), .options = {{"population_size", 16}, {"crossover_prob", 0}, {"mutation_prob", 0}}});
  std::size_t within = 0;
  for (TrialId trial = 0; trial < 16 * 6; ++trial) {
    const double x = at(*sampler->propose(trial), 0);
    within += trial < 16 && x > 0.5 ? 1 : 0;
    sampler->observe(TrialEnded{.trial = trial, .values = {x}, .violations = {x > 0.5 ? -1.0 : 0.6 - x}});
  }
  ASSERT_GT(within, 0U);
  for (TrialId trial = 96; trial < 112; ++trial) EXPECT_GT(at(*sampler->propose(trial), 0), 0.5) << "smaller is better";
}

TEST(Nsga2Options, AreChecked) {
  const auto refused = [](const Value& options) { return refusal("nsga2", {.options = options}); };
  EXPECT_EQ(refused({{"population_size", 1}}), "population_size: must be at least 2, got 1");
  EXPECT_EQ(refused({{"population_size", 2}, {"crossover", "spx"}}), "population_size: must be at least 3, got 2");
  EXPECT_EQ(refused({{"crossover_prob", 1.5}}), "crossover_prob: must lie in [0, 1], got 1.5");
  EXPECT_EQ(refused({{"mutation_prob", -1}}), "mutation_prob: must lie in [0, 1], got -1");
  EXPECT_THAT(refused({{"crossover", "sbxx"}}), ::testing::HasSubstr("did you mean sbx?"));
  EXPECT_EQ(refused({{"crossover", {{"type", "sbx"}, {"eta", -1}}}}), "eta: must be at least 0, got -1");
  EXPECT_THAT(refused({{"crossover", {{"type", "sbx"}, {"alpha", 1}}}}), ::testing::HasSubstr("alpha"));
  EXPECT_EQ(refused({{"crossover", {{"alpha", 1}}}}), "crossover: must have a type");
  EXPECT_THAT(refused({{"mutation", "gauss"}}), ::testing::HasSubstr("mutation: must be polynomial"));
  EXPECT_THAT(refused({{"populaton_size", 3}}), ::testing::HasSubstr("did you mean population_size?"));
}

TEST(Nsga3Options, AreChecked) {
  const std::vector<Goal> three(3, Goal::minimize);
  EXPECT_THAT(refusal("nsga3", {.goals = three, .options = {{"reference_points", {{1, 0}}}}}),
              ::testing::HasSubstr("with 3 coordinates"));
  EXPECT_THAT(refusal("nsga3", {.goals = three, .options = {{"reference_points", {{0, 0, 0}}}}}),
              ::testing::HasSubstr("not all 0"));
  EXPECT_EQ(refusal("nsga3", {.options = {{"dividing_parameter", 0}}}),
            "dividing_parameter: must be at least 1, got 0");
  EXPECT_TRUE(make_or_fail("nsga3", {.goals = three, .options = {{"reference_points", {{1, 0, 0}, {0, 1, 1}}}}}));
}

}  // namespace
}  // namespace winnow::testing::evolutions_test
