/// What HpBandSter's BOHB made of the same results (tests/data/bohb/make_vectors.py says how it was asked).
#include <cmath>
#include <fstream>
#include <limits>
#include <winnow/samplers/bohb/budgets.hpp>

#include "support.hpp"

namespace winnow::testing::bohb_vectors_test {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

VectorXd vector_of(const Value& numbers) {
  const auto all = numbers.get<std::vector<double>>();
  return Eigen::Map<const VectorXd>(all.data(), static_cast<Index>(all.size()));
}

bohb::ModelOptions options_of(const Value& vector) {
  const Value& given = vector.at("options");
  const int least = static_cast<int>(vector.at("levels").size()) + 1;
  return {.min_points_in_model = given.value("min_points_in_model", least),
          .top_n_percent = given.value("top_n_percent", 15),
          .min_bandwidth = given.value("min_bandwidth", 1e-3)};
}

void expect_ratio(double found, double expected, const std::string& what) {
  EXPECT_NEAR(found / expected, 1, 1e-9) << what;
}

void expect_model(const bohb::Model& model, const Value& expected, const std::string& what) {
  for (const char* group : {"good", "bad"}) {
    const VectorXd found = (group[0] == 'g' ? model.good : model.bad).bandwidths();
    const VectorXd bandwidths = vector_of(expected.at(group));
    ASSERT_EQ(found.size(), bandwidths.size());
    for (Index i = 0; i < found.size(); ++i) expect_ratio(found(i), bandwidths(i), what + group);
  }
  for (const Value& point : expected.at("points")) {
    const VectorXd x = vector_of(point[0]);
    const double good = point[1].get<double>();
    const double bad = point[2].get<double>();
    if (good > 1e-290) expect_ratio(model.good.at(x), good, what + "good density");
    if (bad > 1e-290) expect_ratio(model.bad.at(x), bad, what + "bad density");
    expect_ratio(model.ratio(x), std::max(1e-32, bad) / std::max(1e-32, good), what + "ratio");
  }
}

TEST(BohbVectors, EachModelIsHpBandSters) {
  std::ifstream file(std::string(WINNOW_SOURCE_DIR) + "/tests/data/bohb/vectors.json");
  ASSERT_TRUE(file);
  const Value vectors = Value::parse(file);
  ASSERT_GE(vectors.at("cases").size(), 30U);
  int with_model = 0;
  int number = 0;
  for (const Value& vector : vectors.at("cases")) {
    const std::string what = "case " + std::to_string(number++) + ": ";
    bohb::Budgets budgets;
    TrialId trial = 0;
    for (const Value& result : vector.at("results")) {
      const double loss = result[2].is_null() ? std::numeric_limits<double>::infinity() : result[2].get<double>();
      budgets.add(result[0].get<double>(), {trial++, vector_of(result[1]), loss});
    }
    const auto model = budgets.model(vector.at("levels").get<bohb::Levels>(), options_of(vector), 0);
    const Value& expected = vector.at("model");
    ASSERT_EQ(model == nullptr, expected.is_null()) << what;
    if (model == nullptr) continue;
    ++with_model;
    expect_model(*model, expected, what);
  }
  EXPECT_GE(with_model, 25);
}

// --- the densities by themselves

TEST(BohbDensity, ABandwidthOfAChoiceMakesThemAlikeAtMost) {
  MatrixXd points(4, 1);
  points << 0, 9, 0, 9;
  const bohb::Density density(points, {10}, 1e-3);
  EXPECT_DOUBLE_EQ(density.bandwidths()(0), 0.9);
  EXPECT_DOUBLE_EQ(density.at(VectorXd::Constant(1, 5)), 0.1);
}

TEST(BohbDensity, DrawsNumbersFromATruncatedNormal) {
  const bohb::Density density(MatrixXd::Constant(1, 1, 0.2), {0}, 0.1);
  Rng rng(3);
  double sum = 0;
  constexpr int kDraws = 20000;
  for (int i = 0; i < kDraws; ++i) {
    const double x = density.draw(3, {{}}, rng)(0);
    ASSERT_GE(x, 0);
    ASSERT_LE(x, 1);
    sum += x;
  }
  // 0.2 + 0.3 (φ(-2/3) - φ(8/3)) / (Φ(8/3) - Φ(-2/3))
  EXPECT_NEAR(sum / kDraws, 0.3243, 0.005);
}

TEST(BohbDensity, DrawsAnotherChoiceByItsBandwidth) {
  MatrixXd points(2, 1);
  points << 1, 1;
  const bohb::Density density(points, {4}, 0.4);
  Rng rng(3);
  int others = 0;
  constexpr int kDraws = 20000;
  for (int i = 0; i < kDraws; ++i) {
    const double x = density.draw(3, {{0, 1, 3}}, rng)(0);
    ASSERT_NE(x, 2) << "it has no weight";
    others += x != 1 ? 1 : 0;
  }
  EXPECT_NEAR(others / static_cast<double>(kDraws), 0.4 * 2 / 3, 0.01);
}

// --- which trials make a model

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

bohb::Outcome outcome(TrialId trial, double x, double loss) {
  return {trial, VectorXd::Constant(1, x), loss};
}

TEST(BohbModel, ItTakesTwiceAsManyPointsAsCoordinatesAndOne) {
  bohb::Budgets budgets;
  for (TrialId trial = 0; trial < 3; ++trial) budgets.add(1, outcome(trial, 0.1 * static_cast<double>(trial), 1));
  EXPECT_EQ(budgets.model({0}, {.min_points_in_model = 2}, 0), nullptr);
  budgets.add(1, outcome(3, 0.9, 2));
  EXPECT_NE(budgets.model({0}, {.min_points_in_model = 2}, 0), nullptr);
}

TEST(BohbModel, TheLargestBudgetWithEnoughHasTheSay) {
  bohb::Budgets budgets;
  const auto fill = [&](double budget, double good, int count) {
    for (int i = 0; i < count; ++i) budgets.add(budget, outcome(i, i % 2 == 0 ? good : 0.5, i % 2));
  };
  const auto prefers = [&](double x) {
    const auto model = budgets.model({0}, {.min_points_in_model = 2}, 0);
    return model && model->ratio(VectorXd::Constant(1, x)) < model->ratio(VectorXd::Constant(1, 1 - x));
  };
  fill(3, 0.1, 4);
  EXPECT_TRUE(prefers(0.1));
  fill(1, 0.9, 40);
  EXPECT_TRUE(prefers(0.1)) << "a smaller budget";
  fill(bohb::kEnd, 0.9, 3);
  EXPECT_TRUE(prefers(0.1)) << "too few";
  fill(bohb::kEnd, 0.9, 4);
  EXPECT_TRUE(prefers(0.9));
}

TEST(BohbModel, FailedOnesAreBadWhereTheyHaveNotBeen) {
  bohb::Budgets budgets;
  budgets.add(1, outcome(0, 0.1, 0));
  budgets.add(1, outcome(1, 0.2, 1));
  budgets.failed(2, VectorXd::Constant(1, 0.8));
  budgets.failed(3, VectorXd::Constant(1, 0.9));
  const auto model = budgets.model({0}, {.min_points_in_model = 2}, 0);
  ASSERT_NE(model, nullptr);
  EXPECT_LT(model->ratio(VectorXd::Constant(1, 0.15)), 1);
  EXPECT_GT(model->ratio(VectorXd::Constant(1, 0.85)), 1);
  budgets.resumed(3);
  EXPECT_EQ(budgets.model({0}, {.min_points_in_model = 2}, 0), nullptr);
}

TEST(BohbModel, WhatFailedIsNeverGood) {
  bohb::Budgets budgets;
  budgets.add(1, outcome(0, 0.1, 0));
  for (TrialId trial = 1; trial < 8; ++trial) budgets.failed(trial, VectorXd::Constant(1, 0.8));
  EXPECT_EQ(budgets.model({0}, {.min_points_in_model = 2}, 0), nullptr);
}

/// The good ones have the second coordinate, or take it from each other; of the bad ones none has it.
TEST(BohbModel, AGapIsFilledFromTheGroup) {
  std::vector<bohb::Outcome> outcomes;
  for (TrialId trial = 0; trial < 8; ++trial) {
    VectorXd x(2);
    x << 0.1 * static_cast<double>(trial), (trial == 1 || trial == 2 ? 0.25 : kNan);
    outcomes.push_back({trial, x, static_cast<double>(trial)});
  }
  const auto model = bohb::fit(outcomes, {0, 0}, {.min_points_in_model = 3}, 5);
  ASSERT_TRUE(model);
  EXPECT_EQ(model->good.bandwidths()(1), 1e-3) << "all are 0.25";
  EXPECT_GT(model->bad.bandwidths()(1), 0.02) << "any numbers";
}

}  // namespace
}  // namespace winnow::testing::bohb_vectors_test
