/// PED-ANOVA: what Optuna 5.0 computes of the same trials (tests/data/importance), and what it has no domains for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include <winnow/sweep/importance.hpp>
#include <winnow/sweep/importance/grid.hpp>

#include "rated_histories.hpp"
#include "support.hpp"

namespace winnow::importance_test {
namespace {

using test::Made;
using test::other_domains;
using test::RatedHistory;
using test::recorded;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

PedAnovaOptions options_of(const Value& o) {
  return {.target_quantile = o.value("target_quantile", 0.1),
          .region_quantile = o.value("region_quantile", 1.0),
          .evaluate_on_local = o.value("evaluate_on_local", true)};
}

TEST(Importance, IsWhatOptunaComputes) {
  std::size_t compared = 0;
  const Value vectors = recorded("vectors.json");
  for (const Value& vector : vectors.at("cases")) {
    SCOPED_TRACE(vector.at("name").get<std::string>());
    const RatedHistory history(vector);
    const auto importance = ped_anova(history.space, history.rated, options_of(vector.at("options")));
    ASSERT_TRUE(importance) << importance.error().message;
    EXPECT_EQ(importance->parameters.size(), vector.at("importances").size());
    for (const ParameterImportance& one : importance->parameters) {
      const auto expected = vector.at("importances").at(one.name).get<double>();
      EXPECT_NEAR(one.score, expected, 1e-10 * (1 + expected)) << one.name;
      EXPECT_NEAR(one.importance, vector.at("shares").at(one.name).get<double>(), 1e-10) << one.name;
      ++compared;
    }
  }
  EXPECT_GE(compared, 90U);
}

TEST(Importance, IsFoundInDomainsThatOptunaDoesNotHave) {
  for (const Domain& domain : other_domains()) {
    const Made made(domain, domain, 101);
    test::expect_x_decides(ped_anova(made.space, made.rated, {}), domain);
  }
}

TEST(Importance, LeavesOutWhatHasOneValue) {
  const Made made(Float{}, Constant{7}, 20);
  const auto importance = ped_anova(made.space, made.rated, {});
  ASSERT_TRUE(importance);
  EXPECT_EQ(importance->parameters.size(), 1U);
  EXPECT_THAT(importance->fixed, ElementsAre("y"));
}

std::string refusal(const Made& made, const PedAnovaOptions& options = {}) {
  const auto importance = ped_anova(made.space, made.rated, options);
  return importance ? "" : importance.error().message;
}

TEST(Importance, SaysWhyItCannotTell) {
  EXPECT_THAT(refusal(Made(Float{}, Float{}, 1)), HasSubstr("at least 2 completed trials"));
  EXPECT_THAT(refusal(Made(Constant{1}, Constant{7}, 20)), HasSubstr("no parameter has more than one value"));
  const Made made(Float{}, Float{}, 20);
  EXPECT_THAT(refusal(made, {.target_quantile = 0}), HasSubstr("target_quantile: must be above 0"));
  EXPECT_THAT(refusal(made, {.target_quantile = 0.5, .region_quantile = 0.5}), HasSubstr("region_quantile: must be"));
  Made equal(Float{}, Float{}, 20);
  for (RatedTrial& trial : equal.rated) trial.loss = 1;
  EXPECT_THAT(refusal(equal), HasSubstr("their values are equal"));
}

TEST(Importance, RoundsNumbersToTheNearestCellAndTiesToTheLower) {
  const importance::Grid grid(Integer{.low = -49, .high = 49});
  EXPECT_EQ(grid.cells(), 50U);
  EXPECT_EQ(grid.cell(-49), 0U);
  EXPECT_EQ(grid.cell(-48), 0U);
  EXPECT_EQ(grid.cell(-47), 1U);
  EXPECT_EQ(grid.cell(1000), 49U);
  EXPECT_EQ(grid.cell("text"), std::nullopt);
  EXPECT_EQ(importance::Grid(Integer{.low = 8, .high = 512, .log = true}).cells(), 10U);
}

TEST(Importance, OfASweepCountsCompletedTrialsWithAFiniteValue) {
  SweepSpec spec = test::fifo_spec();
  spec.space = *Space::make({{.path = {"x"}, .domain = Float{.a = 0, .b = 20}}});
  test::Desk desk(spec);
  for (TrialId trial = 0; trial < 20; ++trial) {
    desk.record({desk.sweep.suggested(trial, Assignment({{"x", static_cast<double>(trial)}}), desk.sweep.last_seq(),
                                      desk.now)});
    desk.start(trial);
    desk.loss(trial, 1, trial == 3 ? std::numeric_limits<double>::quiet_NaN() : static_cast<double>(trial));
    if (trial % 4 == 1) continue;  // still running
    desk.record(*desk.sweep.on_completed(trial, 0, desk.now));
  }
  const auto importance = parameter_importance(desk.sweep, 0);
  ASSERT_TRUE(importance) << importance.error().message;
  EXPECT_EQ(importance->trials, 14U);
  EXPECT_EQ(importance->target, 2U);
  EXPECT_EQ(importance->parameters.at(0).importance, 1);
  const auto by_fanova = parameter_importance(desk.sweep, 0, FanovaOptions{});
  ASSERT_TRUE(by_fanova) << by_fanova.error().message;
  EXPECT_EQ(by_fanova->trials, 14U);
  EXPECT_NEAR(by_fanova->parameters.at(0).score, 1, 1e-12);
}

TEST(Importance, OfDrawnParametersGoesByTheDomainsThatWereRecorded) {
  test::Desk desk(test::fifo_spec());
  const Domain wide = Float{.a = 0, .b = 100};
  for (TrialId trial = 0; trial < 30; ++trial) {
    desk.create();
    desk.record({desk.sweep.drawn(trial, "x", wide, static_cast<double>(trial * 3), desk.sweep.last_seq(), desk.now)});
    desk.loss(trial, 1, static_cast<double>(trial));
    desk.record(*desk.sweep.on_completed(trial, 0, desk.now));
  }
  const auto importance = parameter_importance(desk.sweep, 0);
  ASSERT_TRUE(importance) << importance.error().message;
  EXPECT_EQ(importance->parameters.at(0).name, "x");
  EXPECT_GT(importance->parameters.at(0).score, 0);
}

}  // namespace
}  // namespace winnow::importance_test
