#include <limits>
#include <winnow/samplers/grid.hpp>

#include "support.hpp"

namespace winnow::testing::grid_test {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> grid_rows(SamplerOptions options, TrialId limit = 1000) {
  return rows(proposals(*make_or_fail("grid", std::move(options)), limit));
}

TEST(GridSampler, SortsNamesAndMovesTheLastOneFastest) {
  const Space space = make_space({choice("b", {"x", "y", "z"}), choice("a", {1, 2})});
  EXPECT_THAT(grid_rows({.space = space}),
              ElementsAre(R"({"b":"x","a":1})", R"({"b":"y","a":1})", R"({"b":"z","a":1})", R"({"b":"x","a":2})",
                          R"({"b":"y","a":2})", R"({"b":"z","a":2})"));
}

TEST(GridSampler, EndsAfterItsLastPointAndStaysEnded) {
  auto sampler = make_or_fail("grid", {.space = make_space({choice("a", {1, 2})})});
  EXPECT_TRUE(sampler->propose(1));
  EXPECT_FALSE(sampler->propose(2));
  EXPECT_FALSE(sampler->propose(1'000'000));
  EXPECT_TRUE(sampler->propose(0));
}

TEST(GridSampler, NumSamplesRepeatsTheProduct) {
  const SamplerOptions options{.space = make_space({choice("a", {1, 2})}), .num_samples = 3};
  EXPECT_THAT(grid_rows(options),
              ElementsAre(R"({"a":1})", R"({"a":2})", R"({"a":1})", R"({"a":2})", R"({"a":1})", R"({"a":2})"));
  EXPECT_EQ(sampler_total("grid", options), 6);
}

TEST(GridSampler, CrossesIntegersQuantizedAndSteppedRanges) {
  const Space space = make_space({parameter("k", Integer{.low = 1, .high = 5, .step = 2}),
                                  parameter("q", range(0, 1, 0.5)), parameter("s", range(0, 1, {}, 0.5))});
  EXPECT_EQ(sampler_total("grid", {.space = space}), 3 * 2 * 3);
}

TEST(GridSampler, AParameterWithoutAGridIsAClearError) {
  EXPECT_EQ(refusal("grid", {.space = make_space({choice("a", {1}), real("lr")})}),
            "parameters.lr: has no grid of up to a million points; give it values, integer bounds, a q or a step");
}

TEST(GridSampler, RefusesToGoThroughTheGridLessThanOnce) {
  for (const std::string& method : sampler_names()) {
    EXPECT_EQ(refusal(method, {.space = make_space({choice("a", {1})}), .num_samples = 0}),
              "num_samples: must be at least 1, got 0");
  }
}

TEST(GridSampler, AnEmptySpaceHasOnePoint) {
  EXPECT_THAT(grid_rows({}), ElementsAre("{}"));
}

TEST(GridTotal, SaturatesInsteadOfOverflowing) {
  std::vector<Parameter> parameters;
  for (int i = 0; i < 12; ++i) {
    parameters.push_back(parameter(std::string("p").append(std::to_string(i)), Integer{.low = 1, .high = 100'000}));
  }
  const SamplerOptions options{.space = make_space(parameters), .num_samples = 1000};
  EXPECT_FALSE(sampler_total("grid", options));
  const auto first = make_or_fail("grid", options)->propose(100'000);
  ASSERT_TRUE(first);
  EXPECT_EQ(*first->find("p9"), 1) << "the last name in byte order";
  EXPECT_EQ(*first->find("p8"), 2);
}

TEST(GridTotal, IsUnknownForAnUnknownMethodAndForARefusedSpace) {
  EXPECT_FALSE(sampler_total("tpe", {}));
  EXPECT_FALSE(sampler_total("grid", {.space = make_space({real("lr")})}));
}

TEST(GridConditions, AnAbsentParameterIsLeftOutAndItsPointComesOnce) {
  const Space space = make_space(
      {choice("opt", {"adam", "sgd"}), only_if(choice("momentum", {0, 1}), "opt", {"sgd"}), choice("z", {7})});
  EXPECT_THAT(grid_rows({.space = space}),
              ::testing::UnorderedElementsAre(R"({"opt":"adam","z":7})", R"({"opt":"sgd","z":7,"momentum":0})",
                                              R"({"opt":"sgd","z":7,"momentum":1})"));
  EXPECT_EQ(sampler_total("grid", {.space = space}), 3);
}

TEST(GridConditions, AChainOfAbsentParentsIsAbsent) {
  const Space space = make_space(
      {choice("a", {1, 2}), only_if(choice("b", {1, 2}), "a", {2}), only_if(choice("c", {1, 2, 3}), "b", {2})});
  EXPECT_THAT(grid_rows({.space = space}), ElementsAre(R"({"a":1})", R"({"a":2,"b":1})", R"({"a":2,"b":2,"c":1})",
                                                       R"({"a":2,"b":2,"c":2})", R"({"a":2,"b":2,"c":3})"));
}

TEST(GridConditions, AreRefusedAmongTooManyCombinations) {
  const Space space =
      make_space({parameter("a", Integer{.low = 1, .high = 2000}), parameter("b", Integer{.low = 1, .high = 2000}),
                  only_if(choice("c", {1}), "a", {2})});
  EXPECT_THAT(refusal("grid", {.space = space}), ::testing::HasSubstr("at most 1000000 combinations"));
}

TEST(GridConditions, OnADrawnParentAreTakenAsFulfilled) {
  const Space space = make_space({choice("drawn", {1, 2}), only_if(marked(choice("g", {1, 2})), "drawn", {2})});
  const auto trials = proposals(*make_or_fail("random", {.space = space, .num_samples = 50}), 1000);
  ASSERT_EQ(trials.size(), 100U);
  for (const Assignment& trial : trials) EXPECT_EQ(trial.find("g") != nullptr, *trial.find("drawn") == 2);
}

TEST(GridIndex, IsTheInverseOfItsPoints) {
  const Space space = make_space({choice("a", {1, 2}), choice("b", {1, 2, 3}), only_if(choice("c", {1, 2}), "a", {2})});
  const auto grid = Grid::make(space, true);
  ASSERT_TRUE(grid);
  auto sampler = make_or_fail("grid", {.space = space});
  ASSERT_EQ(grid->size(), 9);
  for (TrialId trial = 0; trial < grid->size(); ++trial) EXPECT_EQ(grid->index_of(*sampler->propose(trial)), trial);
  EXPECT_FALSE(grid->index_of(Assignment({{"a", 1}})));
  EXPECT_FALSE(grid->index_of(Assignment({{"a", 1}, {"b", 4}})));
}

}  // namespace
}  // namespace winnow::testing::grid_test
