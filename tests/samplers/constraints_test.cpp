/// What every sampler does about linear constraints and computed parameters.
#include <gtest/gtest.h>

#include <winnow/samplers/registry.hpp>

namespace winnow::constraints_test {
namespace {

Space constrained_space(bool grid) {
  const Domain domain = Integer{0, 9};
  return *Space::make({{.path = {"a"}, .domain = domain, .grid = grid},
                       {.path = {"b"}, .domain = domain, .grid = grid},
                       {.path = {"free"}, .domain = Float{}}},
                      {{LinearConstraint::Type::less_than, 5, {{"a", 1}, {"b", 1}}}});
}

TEST(RandomWithConstraints, DrawsFeasiblePointsUniformly) {
  const Space space = constrained_space(false);
  const auto sampler = make_sampler("random", {.space = space, .seed = 3});
  std::map<std::pair<int, int>, int> seen;
  for (TrialId trial = 0; trial < 21'000; ++trial) {
    const auto point = (*sampler)->propose(trial);
    ASSERT_TRUE(point && space.feasible(*point));
    ++seen[{point->find("a")->get<int>(), point->find("b")->get<int>()}];
  }
  ASSERT_EQ(seen.size(), 21U);  // 6 + 5 + … + 1 pairs
  for (const auto& [pair, count] : seen) EXPECT_NEAR(count, 1000, 200);
}

TEST(RandomWithConstraints, LeavesOtherParametersAlone) {
  const auto free_of = [](const Space& space, TrialId trial) {
    return *(*make_sampler("random", {.space = space, .seed = 3}))->propose(trial)->find("free");
  };
  const Space without = *Space::make(constrained_space(false).parameters());
  for (TrialId trial = 0; trial < 50; ++trial)
    EXPECT_EQ(free_of(constrained_space(false), trial), free_of(without, trial));
}

TEST(GridWithConstraints, LeavesInfeasiblePointsOut) {
  const SamplerOptions options{.space = constrained_space(true), .seed = 3};
  EXPECT_EQ(sampler_total("random", options), 21);
  const auto sampler = make_sampler("random", options);
  for (TrialId trial = 0; trial < 21; ++trial) EXPECT_TRUE(options.space.feasible(*(*sampler)->propose(trial)));
  EXPECT_EQ((*sampler)->propose(21), std::nullopt);
}

Assignment point(std::string name, Value value) {
  Assignment assignment;
  assignment.set(std::move(name), std::move(value));
  return assignment;
}

TEST(StartWithConstraints, RefusesAPointThatBreaksThem) {
  const auto made = make_sampler(
      "random", {.space = constrained_space(false), .seed = 3, .start_with = {point("a", 5), point("a", 6)}});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().message, "start_with[1]: doesn't meet the linear constraints");
}

TEST(ComputedParameters, SeeTheOtherValuesAndDrawByKey) {
  const Space space =
      *Space::make({{.path = {"width"}, .domain = Computed{"width"}}, {.path = {"n"}, .domain = Integer{1, 9}}});
  const SpaceFunctions functions{{"width", [](const Assignment& others, Rng& rng) {
                                    return Value(others.find("n")->get<int>() * 100 + static_cast<int>(rng(10)));
                                  }}};
  const auto sampler = make_sampler("random", {.space = space, .seed = 5, .functions = functions});
  const auto again = make_sampler("random", {.space = space, .seed = 5, .functions = functions});
  for (TrialId trial = 0; trial < 50; ++trial) {
    const auto point = *(*sampler)->propose(trial);
    EXPECT_EQ(point.find("width")->get<int>() / 100, point.find("n")->get<int>());
    EXPECT_EQ(point, *(*again)->propose(trial));
  }
}

}  // namespace
}  // namespace winnow::constraints_test
