/// Combinations once each, the tree of what is drawn, and the weights that Optuna draws with.
#include <algorithm>
#include <deque>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <winnow/samplers/brute_force/combinations.hpp>
#include <winnow/samplers/brute_force/drawn_tree.hpp>
#include <winnow/space/draw.hpp>

#include "support.hpp"

namespace winnow::testing::brute_force_test {
namespace {

using brute_force::Combinations;
using brute_force::DrawnTree;
using ::testing::HasSubstr;
using ::testing::SizeIs;

std::unique_ptr<Sampler> fresh(Space space, std::uint64_t seed = 1, Value options = Value::object()) {
  return make_or_fail("brute_force", {.space = std::move(space), .seed = seed, .options = std::move(options)});
}

std::set<std::string> distinct(const std::vector<Assignment>& trials) {
  const auto all = rows(trials);
  return {all.begin(), all.end()};
}

/// 3·2 with a, b; opt: sgd has momentum (3, of which 1 brings nesterov, 2), adam has beta (2), none nothing.
Space conditional() {
  return make_space({choice("a", {1, 2, 3}), choice("b", {true, false}), choice("opt", {"sgd", "adam", "none"}),
                     only_if(choice("momentum", {0, 0.5, 0.9}), "opt", {"sgd"}),
                     only_if(choice("nesterov", {true, false}), "momentum", {0.9}),
                     only_if(choice("beta", {0.9, 0.99}), "opt", {"adam"})});
}
constexpr int kConditional = 6 * (4 + 2 + 1);

TEST(BruteForce, EachCombinationComesOnceInAnOrderOfTheSeed) {
  const Space space =
      make_space({choice("c", {"x", "y", nullptr}), parameter("i", Integer{.low = 1, .high = 7, .step = 2}),
                  parameter("s", range(0, 1, {}, 0.25)), parameter("k", Constant{1})});
  const auto trials = proposals(*fresh(space), 1000);
  EXPECT_EQ(trials.size(), 60U);
  EXPECT_THAT(distinct(trials), SizeIs(60));
  EXPECT_EQ(sampler_total("brute_force", {.space = space}), 60);
  const auto others = proposals(*fresh(space, 2), 1000);
  EXPECT_NE(rows(others), rows(trials));
  EXPECT_EQ(distinct(others), distinct(trials));
}

TEST(BruteForce, ConditionalCombinationsAreThoseOfTheGrid) {
  const auto trials = proposals(*fresh(conditional()), 1000);
  EXPECT_EQ(trials.size(), kConditional);
  EXPECT_EQ(distinct(trials), distinct(proposals(*make_or_fail("grid", {.space = conditional()}), 1000)));
}

TEST(BruteForce, SeveralParentsAndSeveralConditions) {
  Parameter both = only_if(choice("z", {1, 2, 3}), "a", {2, 3});
  both.conditions.push_back({"b", {1}});
  const Space space = make_space({parameter("a", Integer{.low = 1, .high = 5}), choice("b", {0, 1}), both,
                                  only_if(choice("y", {1, 2}), "z", {3}), choice("free", {1, 2})});
  const auto trials = proposals(*fresh(space), 1000);
  EXPECT_EQ(trials.size(), 2U * (8 + 2 * (2 + 2)));
  EXPECT_EQ(distinct(trials), distinct(proposals(*make_or_fail("grid", {.space = space}), 1000)));
}

TEST(BruteForce, LinearConstraintsAreMet) {
  const auto space = Space::make(
      {parameter("a", Integer{.low = 0, .high = 9}), parameter("b", Integer{.low = 0, .high = 9}),
       parameter("c", Integer{.low = 0, .high = 3}), choice("d", {1, 2}), only_if(choice("e", {1, 2}), "a", {0})},
      {{.threshold = 5, .terms = {{"a"}, {"b"}}}, {.threshold = 4, .terms = {{"b"}, {"c"}}}});
  ASSERT_TRUE(space) << space.error().message;
  const auto trials = proposals(*fresh(*space), 10'000);
  for (const Assignment& trial : trials) EXPECT_TRUE(space->feasible(trial));
  EXPECT_EQ(distinct(trials).size(), trials.size());
  EXPECT_EQ(distinct(trials), distinct(proposals(*make_or_fail("grid", {.space = *space}), 10'000)));
}

TEST(BruteForce, AHugeSpaceIsNeverWrittenOut) {
  std::vector<Parameter> parameters;
  for (int i = 0; i < 9; ++i) parameters.push_back(parameter("p" + std::to_string(i), Integer{.low = 1, .high = 100}));
  parameters.push_back(only_if(choice("q", {1, 2}), "p0", {1}));
  const auto sampler = fresh(make_space(parameters));
  EXPECT_THAT(distinct(proposals(*sampler, 2000)), SizeIs(2000));
  EXPECT_EQ(sampler_total("brute_force", {.space = make_space(parameters)}), 101 * 10'000'000'000'000'000);
  EXPECT_TRUE(sampler->propose(1'000'000'000'000));
}

TEST(BruteForce, MoreThanANumberCanCountIsDrawnAtRandom) {
  std::vector<Parameter> parameters;
  for (int i = 0; i < 10; ++i)
    parameters.push_back(parameter("p" + std::to_string(i), Integer{.low = 1, .high = 1000}));
  const auto sampler = fresh(make_space(parameters));
  EXPECT_THAT(distinct(proposals(*sampler, 500)), SizeIs(500));
  EXPECT_FALSE(sampler_total("brute_force", {.space = make_space(parameters)}));
}

TEST(BruteForce, PointsOfStartWithAreLeftOut) {
  const SamplerOptions options{
      .space = conditional(),
      .start_with = {Assignment({{"a", 1}, {"b", true}, {"opt", "none"}}), Assignment({{"a", 2}})}};
  EXPECT_EQ(sampler_total("brute_force", options), kConditional + 1);
  const auto trials = proposals(*make_or_fail("brute_force", options), 1000);
  EXPECT_EQ(trials.size(), kConditional + 1);
  EXPECT_EQ(distinct(trials).size(), kConditional);
}

TEST(BruteForce, WhatEarlierSweepsTriedIsLeftOut) {
  const auto all = proposals(*fresh(conditional()), 1000);
  SamplerOptions options{.space = conditional()};
  for (int i = 0; i < 10; ++i) options.prior.push_back({.params = all[static_cast<std::size_t>(i)], .values = {1}});
  options.prior.push_back({.params = Assignment({{"a", 1}}), .values = {1}});
  EXPECT_EQ(sampler_total("brute_force", options), kConditional - 10);
  const auto rest = proposals(*make_or_fail("brute_force", options), 1000);
  EXPECT_EQ(rest.size(), kConditional - 10);
  for (const Assignment& trial : rest)
    EXPECT_THAT(options.prior, ::testing::Not(::testing::Contains(PriorTrial{trial, TrialState::completed, {1}, {}})));
}

TEST(BruteForce, RefusesWhatHasNoEnd) {
  EXPECT_THAT(refusal("brute_force", {.space = make_space({choice("a", {1}), real("lr")})}),
              HasSubstr("parameters.lr: "));
  EXPECT_THAT(refusal("brute_force", {.options = {{"avoid", true}}}), HasSubstr("avoid"));
}

TEST(Combinations, AreFoundAgain) {
  const auto combinations = Combinations::make(conditional());
  ASSERT_TRUE(combinations);
  ASSERT_EQ(combinations->size(), static_cast<std::uint64_t>(kConditional));
  for (std::uint64_t i = 0; i < combinations->size(); ++i) EXPECT_EQ(combinations->index_of(combinations->at(i)), i);
  EXPECT_FALSE(combinations->index_of(Assignment({{"a", 1}})));
}

/// Optuna's page's example.
using Ask = std::function<Value(std::string_view name, const Domain& domain)>;
void objective(const Ask& ask) {
  if (ask("c", Categorical{{"float", "int"}, {}}) == "float") {
    static_cast<void>(ask("x", range(1, 3, {}, 0.5)));
    return;
  }
  const auto a = ask("a", Integer{.low = 1, .high = 3}).get<std::int64_t>();
  static_cast<void>(ask("b", Integer{.low = a, .high = 3}));
}
constexpr std::size_t kObjective = 5 + 6;

/// One trial after the other, until nothing is left or `limit`; each is the names and values that it asked for.
std::vector<Assignment> run(Sampler& sampler, TrialId limit, const std::function<void(const Ask&)>& program,
                            TrialState end = TrialState::completed) {
  std::vector<Assignment> all;
  for (TrialId trial = 0; trial < limit; ++trial) {
    auto params = sampler.propose(trial);
    if (!params) break;
    sampler.observe(TrialSuggested{trial, *params});
    program([&](std::string_view name, const Domain& domain) {
      const Value value = sampler.draw(trial, name, domain);
      sampler.observe(ParameterDrawn{trial, std::string(name), domain, value});
      params->set(std::string(name), value);
      return value;
    });
    sampler.observe(TrialEnded{.trial = trial, .state = end, .values = {}});
    all.push_back(*params);
  }
  return all;
}

TEST(BruteForce, AnEarlierSweepEndsNothingWhereNothingIsKnown) {
  const auto sampler = make_or_fail("brute_force", {.prior = {{.params = Assignment({{"x", 1}}), .values = {1}}}});
  EXPECT_EQ(run(*sampler, 100, objective).size(), kObjective);
}

TEST(BruteForceDrawn, EachPathOnceThenTheEnd) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto trials = run(*fresh({}, seed), 100, objective);
    EXPECT_EQ(trials.size(), kObjective);
    EXPECT_THAT(distinct(trials), SizeIs(kObjective));
  }
}

TEST(BruteForceDrawn, FailedOnesArentTriedAgain) {
  EXPECT_EQ(run(*fresh({}), 100, objective, TrialState::failed).size(), kObjective);
}

TEST(BruteForceDrawn, ASpaceThatIsPartlyKnown) {
  const auto trials = run(*fresh(make_space({choice("k", {1, 2, 3})})), 100, objective);
  EXPECT_EQ(trials.size(), 3 * kObjective);
  EXPECT_THAT(distinct(trials), SizeIs(3 * kObjective));
}

TEST(BruteForceDrawn, AContinuousOneIsDrawnAtRandom) {
  const auto trials = run(*fresh({}), 30, [](const Ask& ask) { static_cast<void>(ask("x", Float{})); });
  EXPECT_THAT(distinct(trials), SizeIs(30)) << "the end is left open";
}

/// Four at a time: how many trials until the sampler has nothing left.
std::pair<std::size_t, std::size_t> four_at_a_time(Value options) {
  auto sampler = fresh({}, 4, std::move(options));
  std::deque<TrialId> flying;
  std::set<std::string> seen;
  TrialId next = 0;
  while (next < 200) {
    const auto params = sampler->propose(next);
    if (params) {
      Assignment all;
      objective([&](std::string_view name, const Domain& domain) {
        const Value value = sampler->draw(next, name, domain);
        sampler->observe(ParameterDrawn{next, std::string(name), domain, value});
        all.set(std::string(name), value);
        return value;
      });
      seen.insert(all.to_json().dump());
      flying.push_back(next++);
    }
    if (flying.empty()) break;
    if (!params || flying.size() == 4) {
      sampler->observe(TrialEnded{.trial = flying.front(), .values = {1}});
      flying.pop_front();
    }
  }
  return {static_cast<std::size_t>(next), seen.size()};
}

TEST(BruteForceDrawn, ManyInFlightLeaveNothingOutWhereAllIsAskedAtOnce) {
  EXPECT_EQ(four_at_a_time(Value::object()), std::pair(kObjective, kObjective));
}

TEST(BruteForceDrawn, AvoidPrematureStopMayRepeatWhatRuns) {
  const auto [trials, different] = four_at_a_time({{"avoid_premature_stop", true}});
  EXPECT_EQ(different, kObjective);
  EXPECT_GE(trials, kObjective);
  EXPECT_LT(trials, 100U);
}

TEST(BruteForceDrawn, AFailedTrialThatGoesOnIsHeardAgain) {
  auto sampler = fresh({});
  const Domain a = Integer{.low = 1, .high = 2};
  sampler->observe(TrialSuggested{0, {}});
  sampler->observe(ParameterDrawn{0, "a", a, 1});
  sampler->observe(TrialEnded{.trial = 0, .state = TrialState::failed});
  sampler->observe(TrialResumed{0});
  sampler->observe(ParameterDrawn{0, "b", Integer{.low = 1, .high = 3}, 1});
  sampler->observe(TrialEnded{.trial = 0, .state = TrialState::completed});
  std::set<std::string> paths;
  for (TrialId trial = 1; sampler->propose(trial); ++trial) {
    ASSERT_LT(trial, 10);
    const Value first = sampler->draw(trial, "a", a);
    sampler->observe(ParameterDrawn{trial, "a", a, first});
    Value second;
    if (first == 1) {
      second = sampler->draw(trial, "b", Integer{.low = 1, .high = 3});
      sampler->observe(ParameterDrawn{trial, "b", Integer{.low = 1, .high = 3}, second});
    }
    sampler->observe(TrialEnded{.trial = trial});
    paths.insert(first.dump() + second.dump());
  }
  EXPECT_THAT(paths, ::testing::UnorderedElementsAre("12", "13", "2null"));
}

TEST(BruteForceDrawn, AFoldThatGoesOnGivesTheSame) {
  auto one = fresh({}, 8);
  auto other = fresh({}, 8);
  for (TrialId trial = 0; trial < 6; ++trial) {
    const auto params = one->propose(trial);
    other->observe(TrialSuggested{trial, *params});
    objective([&](std::string_view name, const Domain& domain) {
      const Value value = one->draw(trial, name, domain);
      const ParameterDrawn news{trial, std::string(name), domain, value};
      one->observe(news);
      other->observe(news);
      return value;
    });
    one->observe(TrialEnded{.trial = trial});
    other->observe(TrialEnded{.trial = trial});
  }
  for (TrialId trial = 6; trial < 12; ++trial) {
    EXPECT_EQ(one->propose(trial), other->propose(trial));
    EXPECT_EQ(one->draw(trial, "c", Categorical{{"float", "int"}, {}}),
              other->draw(trial, "c", Categorical{{"float", "int"}, {}}));
  }
}

TEST(DrawnTree, DrawsWithOptunasWeights) {
  std::ifstream file(WINNOW_SOURCE_DIR "/tests/data/brute_force/weights.json");
  const OrderedJson cases = OrderedJson::parse(file).at("cases");
  const std::map<std::string, Domain> domains{
      {"a", Integer{.low = 0, .high = 2}}, {"b", Integer{.low = 0, .high = 3}}, {"c", Categorical{{"x", "y"}, {}}}};
  ASSERT_EQ(cases.size(), 300U);
  for (const auto& vector : cases) {
    DrawnTree tree;
    const auto walk = [&](const OrderedJson& params) {
      auto* place = tree.enter();
      for (const auto& [name, value] : params.items()) place = tree.go(place, name, domains.at(name), Value(value));
      return place;
    };
    for (const auto& past : vector.at("history")) {
      auto* place = walk(past[0]);
      if (past[1] != "running") tree.leave(place);
    }
    const auto* place = walk(vector.at("params"));
    const auto name = vector.at("name").get<std::string>();
    auto weights = DrawnTree::weights(*place, name, *grid_points(domains.at(name)), !vector.at("avoid_premature_stop"));
    double sum = 0;
    for (const double weight : weights) sum += weight;
    for (double& weight : weights) weight /= sum;
    auto expected = std::vector<double>(weights.size(), 1.0 / static_cast<double>(weights.size()));
    if (!vector.at("weights").is_null()) expected = vector.at("weights").get<std::vector<double>>();
    EXPECT_THAT(weights, ::testing::Pointwise(::testing::DoubleNear(1e-15), expected)) << vector;
  }
}

}  // namespace
}  // namespace winnow::testing::brute_force_test
