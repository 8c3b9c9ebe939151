/// PED-ANOVA: what Optuna 5.0 computes of the same trials (tests/data/importance), and what it has no domains for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <fstream>
#include <limits>

#include <winnow/space/domain_json.hpp>
#include <winnow/sweep/importance.hpp>
#include <winnow/sweep/importance/grid.hpp>

#include "support.hpp"

namespace winnow::importance_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Domain domain_of(const Value& p) {
  if (p.at("kind") == "categorical") return Categorical{p.at("choices").get<std::vector<Value>>(), {}};
  const bool log = p.value("log", false);
  if (p.at("kind") == "int") {
    return Integer{.low = p.at("low"), .high = p.at("high"), .step = p.value("step", 1), .log = log};
  }
  Float domain{.law = log ? Law::log_uniform : Law::uniform, .a = p.at("low"), .b = p.at("high")};
  if (p.contains("step")) domain.step = p.at("step").get<double>();
  return domain;
}

/// A history, with what its rated trials point to.
struct History {
  explicit History(const Value& vector) {
    std::vector<Parameter> parameters;
    for (const Value& p : vector.at("space")) {
      parameters.push_back({.path = {p.at("name")}, .domain = domain_of(p)});
      if (p.contains("if")) parameters.back().conditions = {Condition{p.at("if").at(0), {p.at("if").at(1)}}};
    }
    space = *Space::make(std::move(parameters));
    const double sign = vector.at("goal") == "maximize" ? -1 : 1;
    for (const Value& trial : vector.at("trials")) {
      Assignment& assignment = params.emplace_back();
      for (const auto& [name, value] : trial.at("params").items()) assignment.set(name, value);
      rated.push_back({.params = &assignment, .loss = sign * trial.at("value").get<double>()});
      for (const Value& p : trial.value("domains", Value::array())) {
        const std::string& name = names.emplace_back(p.at("name").get<std::string>());
        rated.back().drawn.push_back({name, &domains.emplace_back(domain_of(p))});
      }
    }
  }

  Space space;
  std::deque<Assignment> params;
  std::deque<std::string> names;
  std::deque<Domain> domains;
  std::vector<RatedTrial> rated;
};

PedAnovaOptions options_of(const Value& o) {
  return {.target_quantile = o.value("target_quantile", 0.1),
          .region_quantile = o.value("region_quantile", 1.0),
          .evaluate_on_local = o.value("evaluate_on_local", true)};
}

TEST(Importance, IsWhatOptunaComputes) {
  std::ifstream file(std::string(WINNOW_SOURCE_DIR) + "/tests/data/importance/vectors.json");
  ASSERT_TRUE(file);
  std::size_t compared = 0;
  const Value vectors = Value::parse(file);
  for (const Value& vector : vectors.at("cases")) {
    SCOPED_TRACE(vector.at("name").get<std::string>());
    const History history(vector);
    const auto importance = ped_anova(history.space, history.rated, options_of(vector.at("options")));
    ASSERT_TRUE(importance) << importance.error().message;
    EXPECT_EQ(importance->parameters.size(), vector.at("importances").size());
    for (const ParameterImportance& one : importance->parameters) {
      const auto expected = vector.at("importances").at(one.name).get<double>();
      EXPECT_NEAR(one.divergence, expected, 1e-10 * (1 + expected)) << one.name;
      EXPECT_NEAR(one.importance, vector.at("shares").at(one.name).get<double>(), 1e-10) << one.name;
      ++compared;
    }
  }
  EXPECT_GE(compared, 90U);
}

/// x decides, y doesn't.
struct Made {
  Made(const Domain& x, const Domain& y, std::size_t trials) {
    space = *Space::make({{.path = {"x"}, .domain = x}, {.path = {"y"}, .domain = y}});
    const UnitAxis along_x(x);
    const UnitAxis along_y(y);
    for (std::size_t i = 0; i < trials; ++i) {
      const double u = static_cast<double>(i * 37 % trials) / static_cast<double>(trials);
      const double v = static_cast<double>(i * 61 % trials) / static_cast<double>(trials);
      params.push_back(Assignment({{"x", along_x.value(u)}, {"y", along_y.value(v)}}));
      rated.push_back({.params = &params.back(), .loss = u});
    }
  }
  Space space;
  std::deque<Assignment> params;
  std::vector<RatedTrial> rated;
};

TEST(Importance, IsFoundInDomainsThatOptunaDoesNotHave) {
  const std::vector<Domain> domains = {
      Float{.law = Law::normal, .a = 2, .b = 3},
      Float{.law = Law::log_normal},
      Float{.law = Law::beta, .a = 2, .b = 5},
      Float{.law = Law::log_uniform, .a = 1e-4, .b = 1, .q = 0.01},
      Float{.law = Law::inv_log_uniform, .a = 1e-4, .b = 1},
      Float{.law = Law::uniform, .a = 0, .b = 10, .q = 0.5},
      Integer{.low = 3, .high = 300, .step = 4, .log = true},
      Categorical{{"a", 1, 2.5, nullptr}, {4, 3, 2, 1}},
  };
  for (const Domain& domain : domains) {
    const Made made(domain, domain, 101);
    const auto importance = ped_anova(made.space, made.rated, {});
    ASSERT_TRUE(importance) << importance.error().message;
    EXPECT_EQ(importance->parameters.at(0).name, "x") << domain_json(domain).dump();
    EXPECT_GT(importance->parameters.at(0).importance, 0.85) << domain_json(domain).dump();
    EXPECT_NEAR(importance->parameters[0].importance + importance->parameters[1].importance, 1, 1e-12);
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
  EXPECT_GT(importance->parameters.at(0).divergence, 0);
}

}  // namespace
}  // namespace winnow::importance_test
