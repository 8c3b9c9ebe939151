#include "support.hpp"

namespace winnow::testing::start_with_test {
namespace {

using ::testing::ElementsAre;

const Space& two_choices() {
  static const Space space = make_space({choice("a", {1, 2}), choice("b", {1, 2})});
  return space;
}

TEST(StartWith, TheFirstTrialsTakeTheGivenPoints) {
  auto sampler = make_or_fail(
      "random", {.space = make_space({real("x"), real("y")}), .start_with = {Assignment({{"y", 0.25}, {"x", 0.5}})}});
  EXPECT_EQ(sampler->propose(0), Assignment({{"x", 0.5}, {"y", 0.25}}));
}

TEST(StartWith, NamesThatAPointLacksAreDrawnAsRandomSearchWould) {
  const Space space = make_space({real("x"), real("y")});
  auto plain = make_or_fail("random", {.space = space, .seed = 4});
  auto started = make_or_fail("random", {.space = space, .seed = 4, .start_with = {Assignment({{"x", 0.5}})}});
  EXPECT_EQ(*started->propose(0)->find("x"), 0.5);
  EXPECT_EQ(*started->propose(0)->find("y"), *plain->propose(0)->find("y"));
  EXPECT_EQ(started->propose(1), plain->propose(1));
}

TEST(StartWith, AGridFollowsWithoutTheCombinationsThatWereGiven) {
  const SamplerOptions options{.space = two_choices(), .start_with = {Assignment({{"a", 2}, {"b", 1}})}};
  EXPECT_THAT(rows(proposals(*make_or_fail("grid", options), 100)),
              ElementsAre(R"({"a":2,"b":1})", R"({"a":1,"b":1})", R"({"a":1,"b":2})", R"({"a":2,"b":2})"));
  EXPECT_EQ(sampler_total("grid", options), 4);
}

TEST(StartWith, ACombinationIsLeftOutOfTheFirstPassOnly) {
  const SamplerOptions options{.space = make_space({choice("a", {1, 2})}),
                               .start_with = {Assignment({{"a", 2}}), Assignment({{"a", 2}}), Assignment({{"a", 1}})},
                               .num_samples = 2};
  EXPECT_THAT(rows(proposals(*make_or_fail("grid", options), 100)),
              ElementsAre(R"({"a":2})", R"({"a":2})", R"({"a":1})", R"({"a":1})", R"({"a":2})"));
  EXPECT_EQ(sampler_total("grid", options), 5);
}

TEST(StartWith, AGridPointThatIsGivenInPartStaysInTheGrid) {
  const SamplerOptions options{.space = two_choices(), .start_with = {Assignment({{"a", 2}})}};
  EXPECT_EQ(proposals(*make_or_fail("grid", options), 100).size(), 5U);
}

TEST(StartWith, AParameterThatTurnsOutAbsentIsLeftOut) {
  const Space space = make_space({choice("opt", {"adam", "sgd"}), only_if(real("momentum"), "opt", {"sgd"})});
  auto sampler =
      make_or_fail("random", {.space = space, .start_with = {Assignment({{"opt", "adam"}, {"momentum", 0.5}})}});
  EXPECT_EQ(sampler->propose(0), Assignment({Assignment::Entry{"opt", "adam"}}));
}

TEST(StartWith, AParameterThatTurnsUpLaterTakesTheGivenValueIfItsDomainHoldsIt) {
  auto sampler = make_or_fail("random", {.start_with = {Assignment({{"late", 0.5}})}});
  EXPECT_EQ(sampler->draw(0, "late", range(0, 1)), 0.5);
  EXPECT_GE(sampler->draw(0, "late", range(2, 3)).get<double>(), 2);
  EXPECT_NE(sampler->draw(1, "late", range(0, 1)), 0.5);
}

TEST(StartWith, RefusesNamesThatTheSpaceLacksAndSuggestsTheNearest) {
  EXPECT_EQ(refusal("random", {.space = make_space({real("learning_rate")}),
                               .start_with = {Assignment(), Assignment({{"learning_rte", 0.5}})}}),
            "start_with[1].learning_rte: no such parameter; did you mean learning_rate?");
}

TEST(StartWith, RefusesValuesOutsideTheDomain) {
  EXPECT_EQ(refusal("random", {.space = two_choices(), .start_with = {Assignment({{"a", 3}})}}),
            "start_with[0].a: 3 is no value of this parameter");
}

}  // namespace
}  // namespace winnow::testing::start_with_test
