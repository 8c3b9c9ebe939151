#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <winnow/space/space.hpp>

namespace winnow::space_test {
namespace {

using testing::ElementsAre;

Parameter parameter(std::vector<std::string> path, std::vector<Condition> conditions = {}) {
  return {.path = std::move(path), .domain = Categorical{{"a", "b"}, {}}, .conditions = std::move(conditions)};
}

std::vector<std::string> names(const Space& space) {
  std::vector<std::string> found;
  for (const Parameter& p : space.parameters()) found.push_back(p.name());
  return found;
}

std::string refusal(std::vector<Parameter> parameters) {
  const auto space = Space::make(std::move(parameters));
  return space ? "accepted" : space.error().message;
}

Assignment given(std::vector<Assignment::Entry> entries) {
  return Assignment(std::move(entries));
}

TEST(SpaceMake, KeepsTheOrderGiven) {
  EXPECT_THAT(names(*Space::make({parameter({"z"}), parameter({"a"}), parameter({"m"})})), ElementsAre("z", "a", "m"));
}

TEST(SpaceMake, PutsParentsBeforeTheirChildren) {
  const auto space =
      Space::make({parameter({"c"}, {Condition{"b", {"a"}}}), parameter({"b"}, {Condition{"x.a", {"a"}}}),
                   parameter({"x", "a"}), parameter({"y"})});
  ASSERT_TRUE(space) << space.error().message;
  EXPECT_THAT(names(*space), ElementsAre("x.a", "y", "b", "c"));
}

TEST(SpaceMake, KeepsAGroupTogether) {
  const auto space = Space::make({parameter({"g", "x"}), parameter({"b"}), parameter({"g", "y"})});
  EXPECT_THAT(names(*space), ElementsAre("g.x", "g.y", "b"));
}

TEST(SpaceMake, RefusesWhatIsAmbiguous) {
  EXPECT_EQ(refusal({parameter({"a.b"}), parameter({"a", "b"})}), "a.b: two parameters have this name");
  EXPECT_EQ(refusal({parameter({"a"}), parameter({"a", "b"})}), "a: is a parameter and also the group that holds a.b");
  EXPECT_EQ(refusal({parameter({"a", ""})}), "a.: a parameter's name must not be empty");
  EXPECT_EQ(refusal({parameter({"optimizer"}), parameter({"optimizer.config.learning_rate"})}), "accepted");
}

TEST(SpaceMake, RefusesConditionsThatCannotHold) {
  EXPECT_EQ(refusal({parameter({"a"}, {Condition{"b", {1}}})}), "a: condition on an unknown parameter b");
  EXPECT_EQ(refusal({parameter({"a"}, {Condition{"a", {1}}})}), "a: its conditions run in a circle");
  EXPECT_EQ(refusal({parameter({"a"}, {Condition{"b", {1}}}), parameter({"b"}, {Condition{"a", {1}}})}),
            "a: its conditions run in a circle");
  EXPECT_EQ(refusal({parameter({"b"}), parameter({"a"}, {Condition{"b", {}}})}),
            "a: condition on b must name at least one value");
}

TEST(SpaceMake, RefusesAnInvalidDomainAndAGridWithoutPoints) {
  EXPECT_EQ(refusal({{.path = {"lr"}, .domain = Float{.a = 1, .b = 0, .q = {}, .step = {}}, .conditions = {}}}),
            "lr: min (1) must be less than max (0)");
  EXPECT_EQ(refusal({{.path = {"lr"}, .domain = Float{}, .conditions = {}, .grid = true}}),
            "lr: grid needs a domain with at most 1000000 points: a constant, values, integers, or a step or q");
}

TEST(SpacePresent, FollowsTheChainOfConditions) {
  const auto space = *Space::make(
      {parameter({"a"}), parameter({"b"}, {Condition{"a", {"a"}}}), parameter({"c"}, {Condition{"b", {"a", "b"}}})});
  EXPECT_TRUE(space.present(*space.find("a"), Assignment()));
  EXPECT_TRUE(space.present(*space.find("b"), given({{"a", "a"}})));
  EXPECT_FALSE(space.present(*space.find("b"), given({{"a", "b"}})));
  EXPECT_FALSE(space.present(*space.find("c"), given({{"a", "b"}}))) << "b is absent, so c is";
  EXPECT_TRUE(space.present(*space.find("c"), given({{"a", "a"}, {"b", "b"}})));
}

TEST(SpaceNest, WritesAssignmentsAsPeopleDo) {
  const auto space = *Space::make({parameter({"optimizer", "lr"}), parameter({"model.depth"}), parameter({"seed"}),
                                   parameter({"optimizer", "adam", "beta"})});
  const Assignment assignment(
      {{"optimizer.lr", 0.1}, {"model.depth", 3}, {"seed", 1}, {"optimizer.adam.beta", 0.9}, {"extra", nullptr}});
  EXPECT_EQ(space.nest(assignment).dump(),
            R"({"optimizer":{"lr":0.1,"adam":{"beta":0.9}},"model.depth":3,"seed":1,"extra":null})");
}

// --- several conditions, computed parameters, linear constraints

Assignment point(std::vector<Assignment::Entry> entries) {
  return Assignment(std::move(entries));
}

TEST(SpacePresent, WithSeveralConditionsAllMustHold) {
  const Space space = *Space::make({parameter({"c"}, {Condition{"a", {"a"}}, Condition{"b", {"b"}}}), parameter({"a"}),
                                    parameter({"b"}, {Condition{"a", {"a"}}})});
  EXPECT_EQ(space.parameters()[2].name(), "c");
  const Parameter& c = space.parameters()[2];
  EXPECT_TRUE(space.present(c, point({{"a", "a"}, {"b", "b"}})));
  EXPECT_FALSE(space.present(c, point({{"a", "a"}, {"b", "a"}})));
  EXPECT_FALSE(space.present(c, point({{"a", "a"}})));
}

TEST(SpaceMake, PutsComputedParametersLast) {
  const Space space = *Space::make(
      {{.path = {"width"}, .domain = Computed{"width"}}, parameter({"a"}), parameter({"b"}, {Condition{"a", {"a"}}})});
  EXPECT_EQ(space.parameters()[2].name(), "width");
  EXPECT_EQ(refusal({{.path = {"w"}, .domain = Computed{"w"}}, parameter({"a"}, {Condition{"w", {1}}})}),
            "a: condition on w, which is computed last");
  EXPECT_FALSE(check_functions(space, {}));
  EXPECT_TRUE(check_functions(space, {{"width", [](const Assignment&, Rng&) { return Value(1); }}}));
}

LinearConstraint at_most(double threshold, std::vector<LinearConstraint::Term> terms) {
  return {LinearConstraint::Type::less_than, threshold, std::move(terms)};
}

Result<Space> constrained(std::vector<LinearConstraint> constraints) {
  return Space::make({{.path = {"x"}, .domain = Float{}},
                      {.path = {"n"}, .domain = Integer{1, 3}},
                      parameter({"text"}),
                      {.path = {"sub"}, .domain = Float{}, .conditions = {Condition{"text", {"a"}}}}},
                     std::move(constraints));
}

TEST(SpaceConstraints, AreWeightedSums) {
  const Space space = *constrained({at_most(2, {{"x", 2}, {"n", 1}})});
  EXPECT_TRUE(space.feasible(point({{"x", 0.5}, {"n", 1}})));
  EXPECT_FALSE(space.feasible(point({{"x", 0.51}, {"n", 1}})));
  EXPECT_TRUE(space.constrained("n"));
  EXPECT_FALSE(space.constrained("text"));
}

TEST(SpaceConstraints, AreRefusedWhereTheyMeanNothing) {
  const auto message = [](std::vector<LinearConstraint> constraints) {
    return constrained(std::move(constraints)).error().message;
  };
  EXPECT_EQ(message({at_most(1, {{"y", 1}})}), "linear_constraints[0]: there is no parameter y");
  EXPECT_EQ(message({at_most(1, {{"text", 1}})}), "linear_constraints[0]: text is no number");
  EXPECT_EQ(message({at_most(1, {{"sub", 1}})}), "linear_constraints[0]: sub is conditional, and not always there");
  EXPECT_EQ(message({at_most(1, {{"x", 0}})}),
            "linear_constraints[0]: the weight of x must be finite and not 0, not 0");
  EXPECT_EQ(message({at_most(1, {})}), "linear_constraints[0]: needs at least one term");
  EXPECT_EQ(message({at_most(-1, {{"x", 1}})}),
            "linear_constraints: none of 100000 random points meets them; they contradict each other or leave too "
            "little room");
}

}  // namespace
}  // namespace winnow::space_test
