#include "support.hpp"

namespace winnow::testing::random_test {
namespace {

TEST(RandomSampler, DrawsEveryParameterInTheOrderOfTheSpace) {
  auto sampler = make_or_fail("random", {.space = make_space({real("z"), choice("a", {1, 2, 3}), real("m")})});
  const auto proposed = sampler->propose(0);
  ASSERT_TRUE(proposed);
  ASSERT_EQ(proposed->entries().size(), 3U);
  EXPECT_EQ(proposed->entries()[0].first, "z");
  EXPECT_EQ(proposed->entries()[1].first, "a");
  EXPECT_EQ(proposed->entries()[2].first, "m");
}

TEST(RandomSampler, NeverEnds) {
  const SamplerOptions options{.space = make_space({choice("a", {1})})};
  EXPECT_FALSE(sampler_total("random", options));
  EXPECT_TRUE(make_or_fail("random", options)->propose(1'000'000'000));
}

TEST(RandomSampler, AConditionalParameterIsDrawnOnlyWhereItIsPresent) {
  const Space space =
      make_space({only_if(real("momentum"), "optimizer", {"sgd"}), choice("optimizer", {"sgd", "adam"})});
  auto sampler = make_or_fail("random", {.space = space, .seed = 3});
  int with = 0;
  for (const Assignment& trial : proposals(*sampler, 200)) {
    EXPECT_EQ(trial.find("momentum") != nullptr, *trial.find("optimizer") == "sgd");
    with += trial.find("momentum") != nullptr ? 1 : 0;
  }
  EXPECT_GT(with, 60);
  EXPECT_LT(with, 140);
}

TEST(RandomSampler, AConditionOnAnAbsentParentFails) {
  const Space space = make_space({choice("a", {1}), only_if(choice("b", {1}), "a", {2}), only_if(real("c"), "b", {1})});
  EXPECT_THAT(rows(proposals(*make_or_fail("random", {.space = space}), 1)), ::testing::ElementsAre(R"({"a":1})"));
}

TEST(RandomSampler, MarkedParametersAreCrossedAsInRayTune) {
  const Space space = make_space({marked(choice("a", {1, 2})), real("x"), marked(choice("b", {true, false}))});
  const SamplerOptions options{.space = space, .seed = 1, .num_samples = 2};
  const auto trials = proposals(*make_or_fail("random", options), 100);
  ASSERT_EQ(trials.size(), 8U);
  EXPECT_EQ(sampler_total("random", options), 8);
  EXPECT_EQ(*trials[1].find("a"), *trials[5].find("a"));
  EXPECT_NE(*trials[1].find("x"), *trials[5].find("x"));
}

TEST(RandomSampler, AnExtraParameterChangesNothingElse) {
  auto plain = make_or_fail("random", {.space = make_space({real("x"), real("y")}), .seed = 6});
  auto wider = make_or_fail("random", {.space = make_space({real("a"), real("x"), real("m"), real("y")}), .seed = 6});
  for (TrialId trial = 0; trial < 20; ++trial) {
    const auto narrow = plain->propose(trial);
    const auto wide = wider->propose(trial);
    for (const char* name : {"x", "y"}) EXPECT_EQ(*wide->find(name), *narrow->find(name)) << trial << name;
  }
}

TEST(RandomSampler, AnEmptySpaceGivesEmptyAssignments) {
  EXPECT_EQ(make_or_fail("random", {})->propose(4), Assignment());
}

}  // namespace
}  // namespace winnow::testing::random_test
