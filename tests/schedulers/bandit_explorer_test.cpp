/// What becomes of a donor's parameters under `pb2`.
#include <cmath>

#include <winnow/schedulers/bandit_explorer.hpp>
#include <winnow/space/draw.hpp>

#include "support.hpp"

namespace winnow::testing::bandit_explorer_test {
namespace {

std::unique_ptr<Explorer> bandit(const Space& space, std::vector<std::string> names) {
  auto made = BanditExplorer::make(std::move(names), &space);
  EXPECT_TRUE(made) << made.error().message;
  return std::move(*made);
}

/// Two scores each, two steps apart, of trials with these parameters: the change is the first parameter's value.
void teach(Explorer& explorer, const std::vector<Assignment>& population) {
  for (const double time : {0.0, 2.0}) {
    for (std::size_t i = 0; i < population.size(); ++i) {
      const Value& first = population[i].entries().front().second;
      const double slope = first.is_number() ? first.get<double>() : 0;
      explorer.scored(static_cast<TrialId>(i), population[i], time, slope * time / 2);
    }
  }
}

Assignment of(Explorer& explorer, const Assignment& donor, TrialId key, TrialId number = 0) {
  Rng rng = keyed_rng(4, key, "bandit");
  return explorer.explore(number, donor, rng);
}

TEST(BanditExplorer, EveryValueIsOneThatTheDomainCanYield) {
  const std::vector<Domain> domains = {
      Float{.a = -3, .b = 5},
      Float{.law = Law::log_uniform, .a = 1e-6, .b = 1},
      Float{.law = Law::inv_log_uniform, .a = 0.1, .b = 10},
      Float{.law = Law::normal, .a = 1, .b = 2},
      Float{.law = Law::normal, .a = 1, .b = 2, .range = Interval{0, 3}},
      Float{.law = Law::log_normal, .a = 0, .b = 1},
      Float{.law = Law::beta, .a = 2, .b = 2},
      Float{.a = 0, .b = 1, .step = 0.1},
      Float{.a = 0, .b = 10, .q = 0.5},
      Integer{.low = 1, .high = 9, .step = 2},
      Integer{.low = 1, .high = 4096, .log = true},
      Integer{.low = 3, .high = 3},
      Categorical{{"a", "b", "c"}, {}},
  };
  for (const Domain& domain : domains) {
    const Space space = *Space::make({{.path = {"x"}, .domain = domain}});
    const auto explorer = bandit(space, {"x"});
    std::vector<Assignment> population;
    for (int i = 0; i < 5; ++i) {
      Rng rng = keyed_rng(8, i, "draw");
      population.push_back(Assignment({Assignment::Entry("x", draw(domain, rng))}));
    }
    teach(*explorer, population);
    for (TrialId key = 0; key < 4; ++key) {
      const Value value = *of(*explorer, population[0], key).find("x");
      EXPECT_TRUE(contains(domain, value)) << value << " of domain " << domain.index();
      explorer->exploited(9, population[0], 2, 1);
    }
  }
}

TEST(BanditExplorer, OnlyTheNamedOnesChange) {
  const Space space = *Space::make({{.path = {"lr"}, .domain = Float{.a = 0, .b = 1}},
                                    {.path = {"hidden"}, .domain = Integer{.low = 1, .high = 99}}});
  const auto explorer = bandit(space, {"lr"});
  const std::vector<Assignment> population = {Assignment({{"lr", 0.5}, {"hidden", 7}}),
                                              Assignment({{"lr", 0.1}, {"hidden", 8}})};
  teach(*explorer, population);
  const Assignment to = of(*explorer, population[1], 1, 1);
  EXPECT_EQ(*to.find("hidden"), 8);
  EXPECT_NE(*to.find("lr"), 0.1);
}

TEST(BanditExplorer, AChoiceMovesAsInPbtAndConditionsHoldAfterwards) {
  const Space space = *Space::make({{.path = {"optimizer"}, .domain = Categorical{{"adam", "sgd"}, {}}},
                                    {.path = {"momentum"},
                                     .domain = Float{.a = 0, .b = 1},
                                     .conditions = {{.parent = "optimizer", .values = {"sgd"}}}}});
  const auto explorer = bandit(space, {"optimizer", "momentum"});
  const std::vector<Assignment> population = {Assignment({Assignment::Entry("optimizer", "adam")}),
                                              Assignment({{"optimizer", "sgd"}, {"momentum", 0.5}})};
  teach(*explorer, population);
  int changes = 0;
  for (TrialId key = 0; key < 20; ++key) {
    const Assignment to = of(*explorer, population[0], key);
    const bool sgd = *to.find("optimizer") == "sgd";
    EXPECT_EQ(to.find("momentum") != nullptr, sgd);
    changes += sgd ? 1 : 0;
    explorer->exploited(9, population[0], 2, 1);
  }
  EXPECT_GT(changes, 2);
}

TEST(BanditExplorer, LinearConstraintsHoldAfterwards) {
  const LinearConstraint sum{.threshold = 1, .terms = {{.name = "a"}, {.name = "b"}}};
  const Space space = *Space::make(
      {{.path = {"a"}, .domain = Float{.a = 0, .b = 1}}, {.path = {"b"}, .domain = Float{.a = 0, .b = 1}}}, {sum});
  const auto explorer = bandit(space, {"a", "b"});
  const std::vector<Assignment> population = {Assignment({{"a", 0.5}, {"b", 0.45}}),
                                              Assignment({{"a", 0.1}, {"b", 0.2}}),
                                              Assignment({{"a", 0.3}, {"b", 0.6}})};
  teach(*explorer, population);
  for (TrialId key = 0; key < 10; ++key) {
    const Assignment to = of(*explorer, population[1], key, 1);
    EXPECT_TRUE(space.feasible(to));
    EXPECT_NE(to, population[1]);
    explorer->exploited(9, population[0], 2, 1);
  }
}

TEST(BanditExplorer, ADonorOfWhichNothingIsKnownGivesItsOwn) {
  const Space space = *Space::make({{.path = {"lr"}, .domain = Float{.a = 0, .b = 1}}});
  const auto explorer = bandit(space, {"lr"});
  const std::vector<Assignment> population = {Assignment({Assignment::Entry("lr", 0.5)}),
                                              Assignment({Assignment::Entry("lr", 0.1)})};
  teach(*explorer, population);
  const Assignment third({Assignment::Entry("lr", 0.3)});
  explorer->scored(2, third, 2, 5);
  EXPECT_EQ(of(*explorer, third, 1, 2), third);
  explorer->scored(2, third, 4, 6);
  EXPECT_NE(of(*explorer, third, 1, 2), third);
}

TEST(BanditExplorer, ScoresOfAnySizeDoNoHarm) {
  const Space space = *Space::make({{.path = {"lr"}, .domain = Float{.a = 0, .b = 1}}});
  for (const double size : {0.0, 1e-300, 1e100, 1e308}) {
    const auto explorer = bandit(space, {"lr"});
    const Assignment params({Assignment::Entry("lr", 0.5)});
    for (int i = 0; i < 6; ++i) explorer->scored(i % 3, params, i, (i % 2 == 0 ? 0.4 : -0.4) * size);
    const double rate = of(*explorer, params, 1).find("lr")->get<double>();
    EXPECT_TRUE(rate >= 0 && rate <= 1) << size;
  }
}

TEST(BanditExplorer, AskedAgainItAnswersAlike) {
  const Space space = *Space::make({{.path = {"lr"}, .domain = Float{.a = 0, .b = 1}}});
  const std::vector<Assignment> population = {Assignment({Assignment::Entry("lr", 0.5)}),
                                              Assignment({Assignment::Entry("lr", 0.1)})};
  const auto one = bandit(space, {"lr"});
  const auto other = bandit(space, {"lr"});
  teach(*one, population);
  teach(*other, population);
  const Assignment first = of(*one, population[0], 1);
  EXPECT_EQ(of(*one, population[0], 1), first);
  static_cast<void>(of(*other, population[0], 2));
  EXPECT_EQ(of(*other, population[0], 1), first);
  EXPECT_EQ(of(*one, population[0], 1), first);
}

}  // namespace
}  // namespace winnow::testing::bandit_explorer_test
