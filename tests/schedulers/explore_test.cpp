/// How a trial's parameters change when it takes over another's state.
#include <set>

#include <winnow/schedulers/explore.hpp>
#include <winnow/space/draw.hpp>

#include "support.hpp"

namespace winnow::testing::explore_test {
namespace {

Space space_of(Domain domain) {
  return *Space::make({{.path = {"x"}, .domain = std::move(domain)}});
}

/// What becomes of `value` in many tries.
std::set<Value> outcomes(const Domain& domain, const Value& value, ExploreOptions options) {
  const Space space = space_of(domain);
  std::set<Value> seen;
  for (int i = 0; i < 200; ++i) {
    Rng rng = keyed_rng(3, i, "explore");
    seen.insert(*explore(space, Assignment({Assignment::Entry("x", value)}), options, rng).find("x"));
  }
  return seen;
}

ExploreOptions never_drawn(std::vector<double> factors = {1.2, 0.8}) {
  return {.resample = 0, .factors = std::move(factors)};
}

TEST(Explore, ANumberIsMultiplied) {
  EXPECT_EQ(outcomes(Float{.a = 0, .b = 100}, 10.0, never_drawn({2, 0.5})), (std::set<Value>{5.0, 20.0}));
}

TEST(Explore, ANumberStaysWithinItsBounds) {
  EXPECT_EQ(outcomes(Float{.law = Law::log_uniform, .a = 0.01, .b = 0.1}, 0.09, never_drawn({2, 0.01})),
            (std::set<Value>{0.01, 0.1}));
}

TEST(Explore, AsRayItKnowsNoBounds) {
  ExploreOptions options = never_drawn({2});
  options.bounded = false;
  EXPECT_EQ(outcomes(Float{.a = 0, .b = 1}, 0.9, options), (std::set<Value>{1.8}));
  EXPECT_EQ(outcomes(Integer{.low = 1, .high = 3}, 3, options), (std::set<Value>{6}));
}

TEST(Explore, AnIntegerIsRoundedAndMovesByOneWhereAFactorWouldChangeNothing) {
  EXPECT_EQ(outcomes(Integer{.low = 1, .high = 100}, 10, never_drawn()), (std::set<Value>{8, 12}));
  EXPECT_EQ(outcomes(Integer{.low = 1, .high = 100}, 2, never_drawn()), (std::set<Value>{1, 3}));
  EXPECT_EQ(outcomes(Integer{.low = 0, .high = 100}, 1, never_drawn()), (std::set<Value>{0, 2}));
  EXPECT_EQ(outcomes(Integer{.low = 1, .high = 100}, 1, never_drawn()), (std::set<Value>{1, 2})) << "at its bound";
}

TEST(Explore, ANumberOfStepsStaysOnThem) {
  const Integer sizes{.low = 32, .high = 256, .step = 32};
  EXPECT_EQ(outcomes(sizes, 64, never_drawn()), (std::set<Value>{32, 96}));
  const Float tenths{.a = 0, .b = 1, .step = 0.1};
  EXPECT_EQ(outcomes(tenths, 0.5, never_drawn()), (std::set<Value>{0.4, 0.6}));
  const Float quantised{.a = 0, .b = 10, .q = 0.5};
  EXPECT_EQ(outcomes(quantised, 1.0, never_drawn()), (std::set<Value>{0.5, 1.5}));
}

TEST(Explore, AChoiceMovesToItsNeighbour) {
  const Categorical choices{{16, 32, 64, 128}, {}};
  EXPECT_EQ(outcomes(choices, 32, never_drawn()), (std::set<Value>{16, 64}));
  EXPECT_EQ(outcomes(choices, 128, never_drawn()), (std::set<Value>{64, 128}));
}

TEST(Explore, DrawnAnewItIsOfTheDomain) {
  const Domain domain = Integer{.low = 1, .high = 4};
  ExploreOptions always;
  always.resample = 1;
  EXPECT_EQ(outcomes(domain, 2, always), (std::set<Value>{1, 2, 3, 4}));
}

TEST(Explore, OnlyTheNamedOnesChange) {
  ExploreOptions options = never_drawn();
  options.names = {"y"};
  EXPECT_EQ(outcomes(Float{.a = 0, .b = 1}, 0.5, options), (std::set<Value>{0.5}));
}

TEST(Explore, ConditionsHoldAfterwards) {
  const Space space = *Space::make({{.path = {"optimizer"}, .domain = Categorical{{"adam", "sgd"}, {}}},
                                    {.path = {"momentum"},
                                     .domain = Float{.a = 0, .b = 1},
                                     .conditions = {{.parent = "optimizer", .values = {"sgd"}}}}});
  int changes = 0;
  for (int i = 0; i < 100; ++i) {
    Rng rng = keyed_rng(5, i, "explore");
    const Assignment to = explore(space, Assignment({Assignment::Entry("optimizer", "adam")}), never_drawn(), rng);
    const bool sgd = *to.find("optimizer") == "sgd";
    EXPECT_EQ(to.find("momentum") != nullptr, sgd);
    changes += sgd ? 1 : 0;
  }
  EXPECT_GT(changes, 20);
}

TEST(Explore, LinearConstraintsHoldAfterwards) {
  const LinearConstraint sum{.threshold = 1, .terms = {{.name = "a"}, {.name = "b"}}};
  const Space space = *Space::make(
      {{.path = {"a"}, .domain = Float{.a = 0, .b = 1}}, {.path = {"b"}, .domain = Float{.a = 0, .b = 1}}}, {sum});
  for (int i = 0; i < 200; ++i) {
    Rng rng = keyed_rng(6, i, "explore");
    EXPECT_TRUE(space.feasible(explore(space, Assignment({{"a", 0.5}, {"b", 0.45}}), never_drawn(), rng)));
  }
}

TEST(Explore, EveryValueIsOneThatTheDomainCanYield) {
  const std::vector<Domain> domains = {Float{.a = -3, .b = 5},
                                       Float{.law = Law::log_uniform, .a = 1e-6, .b = 1},
                                       Float{.law = Law::normal},
                                       Float{.law = Law::log_normal},
                                       Float{.law = Law::beta, .a = 2, .b = 2},
                                       Float{.a = 0.1, .b = 0.9, .step = 0.1},
                                       Float{.a = 0, .b = 7, .q = 0.3},
                                       Integer{.low = -5, .high = 5},
                                       Integer{.low = 1, .high = 1000, .log = true},
                                       Categorical{.values = {"a", "b"}, .weights = {1, 3}}};
  for (std::size_t d = 0; d < domains.size(); ++d) {
    const Space space = space_of(domains[d]);
    Rng rng = keyed_rng(7, static_cast<TrialId>(d), "explore");
    Assignment params({{"x", draw(domains[d], rng)}});
    for (int i = 0; i < 500; ++i) {
      params = explore(space, params, {.resample = 0.05}, rng);
      ASSERT_TRUE(contains(domains[d], *params.find("x"))) << "domain " << d << ": " << params.to_json();
    }
  }
}

}  // namespace
}  // namespace winnow::testing::explore_test
