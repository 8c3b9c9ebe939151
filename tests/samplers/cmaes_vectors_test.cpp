/// What the Python package `cmaes` made of the same solutions (tests/data/cmaes/make_vectors.py says how it was asked).
#include <cmath>
#include <fstream>
#include <limits>
#include <winnow/samplers/cmaes/margin.hpp>
#include <winnow/samplers/cmaes/restarts.hpp>

#include "support.hpp"

namespace winnow::testing::cmaes_vectors_test {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

Value recorded() {
  std::ifstream file(std::string(WINNOW_SOURCE_DIR) + "/tests/data/cmaes/vectors.json");
  EXPECT_TRUE(file);
  return Value::parse(file);
}

VectorXd vector_of(const Value& numbers) {
  const auto all = numbers.get<std::vector<double>>();
  return Eigen::Map<const VectorXd>(all.data(), static_cast<Index>(all.size()));
}

std::vector<cmaes::Solution> solutions_of(const Value& generation) {
  std::vector<cmaes::Solution> solutions;
  for (const Value& one : generation.at("solutions")) {
    const double loss = one[1].is_null() ? std::numeric_limits<double>::infinity() : one[1].get<double>();
    solutions.push_back({vector_of(one[0]), loss});
  }
  return solutions;
}

/// Full: the upper triangle by rows.
VectorXd numbers_of(const cmaes::Covariance& covariance) {
  const MatrixXd& matrix = covariance.matrix();
  if (matrix.size() == 0) return covariance.variances();
  VectorXd numbers(matrix.rows() * (matrix.rows() + 1) / 2);
  Index at = 0;
  for (Index row = 0; row < matrix.rows(); ++row) {
    for (Index column = row; column < matrix.cols(); ++column) numbers(at++) = matrix(row, column);
  }
  return numbers;
}

constexpr double kTolerance = 1e-9;

void expect_near(const VectorXd& found, const VectorXd& expected, const std::string& what) {
  ASSERT_EQ(found.size(), expected.size()) << what;
  const double scale = std::max(1.0, expected.cwiseAbs().maxCoeff());
  EXPECT_LE((found - expected).cwiseAbs().maxCoeff(), kTolerance * scale) << what;
}

std::vector<cmaes::Lattice> lattices_of(const Value& points) {
  std::vector<cmaes::Lattice> lattices;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (points[i] != 0) lattices.push_back({static_cast<Index>(i), points[i].get<std::uint64_t>()});
  }
  return lattices;
}

void expect_points(const cmaes::Margin& margin, const cmaes::Strategy& strategy, const Value& generation,
                   const std::vector<cmaes::Lattice>& lattices, const std::string& what) {
  for (std::size_t k = 0; k < generation.at("solutions").size(); ++k) {
    const auto points = margin.points(vector_of(generation.at("solutions")[k][0]), strategy.mean());
    for (std::size_t i = 0; i < lattices.size(); ++i) {
      const Value& expected = generation.at("points")[k][static_cast<std::size_t>(lattices[i].coordinate)];
      EXPECT_EQ(points[i], expected.get<std::uint64_t>()) << what;
    }
  }
}

void expect_state(const cmaes::Strategy& strategy, const Value& after, const std::string& what) {
  expect_near(strategy.mean(), vector_of(after.at("mean")), what + "mean");
  EXPECT_NEAR(strategy.sigma() / after.at("sigma").get<double>(), 1, kTolerance) << what;
  expect_near(numbers_of(strategy.covariance()), vector_of(after.at("covariance")), what + "covariance");
  EXPECT_EQ(strategy.should_stop(), after.at("stop").get<bool>()) << what;
  if (!after.contains("rates")) return;
  EXPECT_NEAR(strategy.mean_rate(), after.at("rates")[0].get<double>(), kTolerance) << what;
  EXPECT_NEAR(strategy.covariance_rate(), after.at("rates")[1].get<double>(), kTolerance) << what;
}

void play(const Value& vector) {
  const auto kind = vector.at("kind").get<std::string>();
  cmaes::Strategy strategy({.mean = vector_of(vector.at("mean")),
                            .sigma = vector.at("sigma").get<double>(),
                            .popsize = vector.at("popsize").get<int>(),
                            .separable = kind == "separable",
                            .lr_adapt = kind == "lr_adapt"});
  const auto lattices = lattices_of(vector.at("points"));
  cmaes::Margin margin(lattices, strategy.mean().size(), strategy.popsize());
  for (const Value& generation : vector.at("generations")) {
    const std::string what = kind + ", generation " + std::to_string(strategy.generation()) + ": ";
    if (kind == "margin") expect_points(margin, strategy, generation, lattices, what);
    strategy.tell(solutions_of(generation));
    margin.correct(strategy);
    expect_state(strategy, generation.at("after"), what);
    if (kind == "margin") {
      expect_near(margin.stretch(), vector_of(generation.at("after").at("stretch")), what + "stretch");
    }
    if (::testing::Test::HasFailure()) return;
  }
  expect_near(strategy.at(vector_of(vector.at("z"))), vector_of(vector.at("at")), kind + ": a draw");
}

TEST(CmaesVectors, EachGenerationIsThePackages) {
  const Value vectors = recorded();
  ASSERT_GE(vectors.at("cases").size(), 20U);
  for (const Value& vector : vectors.at("cases")) play(vector);
}

template <class Solutions>
int generations_until_stop(const Value& sizes, const Solutions& solutions) {
  cmaes::Strategy strategy(
      {.mean = VectorXd::Constant(sizes[0].get<Index>(), 0.5), .sigma = 0.25, .popsize = sizes[1].get<int>()});
  while (!strategy.should_stop() && strategy.generation() < 1000) strategy.tell(solutions(strategy));
  return strategy.generation();
}

TEST(CmaesVectors, StopsWhereTheObjectiveIsFlat) {
  std::size_t drawn = 0;
  const Value vectors = recorded();
  for (const Value& sizes : vectors.at("flat")) {
    const auto flat = [&](const cmaes::Strategy& strategy) {
      std::vector<cmaes::Solution> solutions;
      for (int k = 0; k < strategy.popsize(); ++k) {
        VectorXd z = VectorXd::Zero(strategy.mean().size());
        for (double& one : z) one = std::sin(static_cast<double>(++drawn));
        solutions.push_back({strategy.at(z), 1.0});
      }
      return solutions;
    };
    EXPECT_EQ(generations_until_stop(sizes, flat), sizes[2].get<int>());
  }
}

TEST(CmaesVectors, StopsWhereItDiverges) {
  const Value vectors = recorded();
  for (const Value& sizes : vectors.at("linear")) {
    const auto linear = [](const cmaes::Strategy& strategy) {
      std::vector<cmaes::Solution> solutions;
      for (int k = 0; k < strategy.popsize(); ++k) {
        const double down = strategy.sigma() * (k + 1);
        solutions.push_back({(strategy.mean().array() - down).matrix(), -static_cast<double>(k)});
      }
      return solutions;
    };
    EXPECT_EQ(generations_until_stop(sizes, linear), sizes[2].get<int>());
  }
}

TEST(CmaesStrategy, AnUpdateThatOverflowsLeavesTheDistribution) {
  cmaes::Strategy strategy({.mean = VectorXd::Zero(2), .sigma = 1, .popsize = 4});
  std::vector<cmaes::Solution> far;
  for (int k = 0; k < 4; ++k) far.push_back({VectorXd::Constant(2, 1e200 * (k + 1)), static_cast<double>(k)});
  strategy.tell(far);
  EXPECT_EQ(strategy.generation(), 1);
  EXPECT_EQ(strategy.mean(), VectorXd::Zero(2));
  EXPECT_EQ(strategy.sigma(), 1);
}

TEST(CmaesRestarts, IpopMultipliesThePopulation) {
  cmaes::Restarts restarts(cmaes::RestartStrategy::ipop, 6, 2);
  EXPECT_EQ(restarts.next_popsize(50, 0.5), 12);
  EXPECT_EQ(restarts.next_popsize(50, 0.5), 24);
  EXPECT_EQ(restarts.count(), 2);
}

/// Worked by hand from Optuna 4.3's rule.
TEST(CmaesRestarts, BipopTakesTurnsByWhatEachHasCost) {
  cmaes::Restarts restarts(cmaes::RestartStrategy::bipop, 6, 2);
  EXPECT_EQ(restarts.next_popsize(10, 0.5), 12) << "small 60, large 0";
  EXPECT_EQ(restarts.next_popsize(10, 0.5), 7) << "small 60, large 120: 6 * 2^(1/4) = 7.1";
  EXPECT_EQ(restarts.next_popsize(5, 0.9), 10) << "small 95, large 120: 6 * 2^0.81 = 10.5";
  EXPECT_EQ(restarts.next_popsize(5, 0.0), 24) << "small 145, large 120";
  EXPECT_EQ(restarts.next_popsize(5, 0.0), 6) << "small 145, large 240";
}

TEST(CmaesRestarts, ThePopulationStaysCountable) {
  cmaes::Restarts restarts(cmaes::RestartStrategy::ipop, 1000, 1000);
  for (int i = 0; i < 10; ++i) restarts.next_popsize(1, 0);
  EXPECT_EQ(restarts.popsize(), cmaes::kMostPopsize);
}

}  // namespace
}  // namespace winnow::testing::cmaes_vectors_test
