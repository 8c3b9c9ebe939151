/// The parts of the sampler gp against Optuna's (tests/data/gp has what was recorded).
#include <cmath>
#include <fstream>
#include <numbers>
#include <winnow/samplers/gp/boxes.hpp>
#include <winnow/samplers/gp/fit.hpp>
#include <winnow/samplers/gp/log_ei.hpp>
#include <winnow/samplers/gp/samples.hpp>
#include <winnow/samplers/gp/utility.hpp>

#include "support.hpp"

namespace winnow::testing::gp_model_test {
namespace {

using gp::Index;
using gp::Matrix;
using gp::Vector;

const Value& vectors() {
  static const Value all = [] {
    std::ifstream file(std::string(WINNOW_SOURCE_DIR) + "/tests/data/gp/vectors.json");
    return Value::parse(file);
  }();
  return all;
}

Vector vector_of(const Value& numbers) {
  Vector vector(std::ssize(numbers));
  for (Index i = 0; i < vector.size(); ++i) {
    vector[i] = number_from_json(numbers.at(static_cast<std::size_t>(i))).value();
  }
  return vector;
}

Matrix matrix_of(const Value& rows, Index columns) {
  Matrix matrix(std::ssize(rows), columns);
  for (Index i = 0; i < matrix.rows(); ++i) matrix.row(i) = vector_of(rows.at(static_cast<std::size_t>(i))).transpose();
  return matrix;
}

/// Columns of numbers are features; one of a categorical's three indices is three.
gp::Inputs inputs_of(const Value& points, const std::vector<bool>& categorical) {
  const Matrix plain = matrix_of(points, std::ssize(categorical));
  gp::Inputs inputs;
  for (std::size_t j = 0; j < categorical.size(); ++j) {
    inputs.owners.insert(inputs.owners.end(), categorical[j] ? 3 : 1, static_cast<Index>(j));
  }
  inputs.points = Matrix::Zero(plain.rows(), std::ssize(inputs.owners));
  Index feature = 0;
  for (std::size_t j = 0; j < categorical.size(); ++j) {
    for (Index i = 0; i < plain.rows(); ++i) {
      const double x = plain(i, static_cast<Index>(j));
      inputs.points(i, feature + (categorical[j] ? static_cast<Index>(x) : 0)) =
          categorical[j] ? std::numbers::sqrt2 / 2 : x;
    }
    feature += categorical[j] ? 3 : 1;
  }
  return inputs;
}

gp::Hyperparameters hyperparameters_of(const Value& numbers) {
  const Vector all = vector_of(numbers);
  const Index d = all.size() - 2;
  return {.inverse_squared_lengthscales = all.head(d), .scale = all[d], .noise = all[d + 1]};
}

void expect_near(const Matrix& found, const Matrix& expected, double tolerance, const char* what) {
  ASSERT_EQ(found.rows(), expected.rows()) << what;
  ASSERT_EQ(found.cols(), expected.cols()) << what;
  for (Index i = 0; i < found.rows(); ++i) {
    for (Index j = 0; j < found.cols(); ++j) {
      EXPECT_NEAR(found(i, j), expected(i, j), tolerance * std::max(1.0, std::abs(expected(i, j))))
          << what << " at " << i << ", " << j;
    }
  }
}

TEST(GpLogEi, IsOptunasFarIntoTheTails) {
  for (const Value& pair : vectors().at("standard_log_ei")) {
    const auto z = pair[0].get<double>();
    const double expected = number_from_json(pair[1]).value();
    EXPECT_NEAR(gp::log_standard_ei(z).value, expected, 1e-10 * std::max(1.0, std::abs(expected))) << z;
  }
  for (const Value& pair : vectors().at("log_ndtr")) {
    const auto z = pair[0].get<double>();
    const double expected = number_from_json(pair[1]).value();
    EXPECT_NEAR(gp::log_ndtr(z).value, expected, 1e-11 * std::max(1.0, std::abs(expected))) << z;
  }
}

TEST(GpLogEi, SlopesAreThoseOfTheValues) {
  for (const double z : {-50.0, -6.0, -5.0, -4.9, -1.0, 0.0, 2.0, 7.0}) {
    const double step = 1e-5;
    for (const auto function : {&gp::log_standard_ei, &gp::log_ndtr, &gp::log_sigmoid}) {
      const double slope = (function(z + step).value - function(z - step).value) / (2 * step);
      EXPECT_NEAR(function(z).slope, slope, 1e-6 * std::max(1.0, std::abs(slope))) << z;
    }
  }
}

TEST(GpRegressor, SaysWhatOptunasDoes) {
  for (const Value& model : vectors().at("models")) {
    const auto categorical = model.at("categorical").get<std::vector<bool>>();
    const auto made = gp::Regressor::make(inputs_of(model.at("points"), categorical), vector_of(model.at("values")),
                                          hyperparameters_of(model.at("hyperparameters")));
    ASSERT_TRUE(made);
    const Matrix at = inputs_of(model.at("at"), categorical).points;
    const Matrix covariance = made->covariance(at);
    expect_near(covariance, matrix_of(model.at("covariance"), at.rows()), 1e-12, "covariance");
    expect_near(made->mean(covariance), vector_of(model.at("mean")), 1e-10, "mean");
    Vector variance(at.rows());
    for (Index i = 0; i < at.rows(); ++i) {
      const auto seen = made->at(at.row(i));
      variance[i] = seen.variance;
      EXPECT_NEAR(seen.mean, model.at("mean")[static_cast<std::size_t>(i)].get<double>(), 1e-10);
    }
    expect_near(variance, vector_of(model.at("variance")), 1e-10, "variance");
  }
}

TEST(GpFit, ItsLossIsOptunasAndItsGradientIsThatOfTheLoss) {
  for (const Value& model : vectors().at("models")) {
    const auto inputs = inputs_of(model.at("points"), model.at("categorical").get<std::vector<bool>>());
    const gp::Loss loss(inputs, vector_of(model.at("values")), false);
    const Vector at = loss.logarithms(hyperparameters_of(model.at("hyperparameters")));
    Vector gradient, ignored;
    const double expected = -model.at("log_likelihood").get<double>() - model.at("log_prior").get<double>();
    EXPECT_NEAR(loss(at, gradient), expected, 1e-4);  // `logarithms` shifts the noise by a hundredth of the least one
    for (Index i = 0; i < at.size(); ++i) {
      const Vector step = 1e-5 * Vector::Unit(at.size(), i);
      const double slope = (loss(at + step, ignored) - loss(at - step, ignored)) / 2e-5;
      EXPECT_NEAR(gradient[i], slope, 1e-6 * std::max(1.0, std::abs(slope))) << i;
    }
  }
}

TEST(GpFit, FindsOptunasHyperparameters) {
  for (const Value& recorded : vectors().at("fits")) {
    const auto inputs = inputs_of(recorded.at("points"), recorded.at("categorical").get<std::vector<bool>>());
    const Vector values = vector_of(recorded.at("values"));
    const auto noiseless = recorded.at("noiseless").get<bool>();
    const auto expected = hyperparameters_of(recorded.at("hyperparameters"));
    const auto start = gp::Hyperparameters::initial(expected.inverse_squared_lengthscales.size());
    const auto found = gp::fit(inputs, values, noiseless, start, 1e-7);
    const gp::Loss loss(inputs, values, noiseless);
    Vector gradient;
    EXPECT_NEAR(loss(loss.logarithms(found), gradient), recorded.at("loss").get<double>(), 1e-5);
    const Vector ratio = found.inverse_squared_lengthscales.cwiseQuotient(expected.inverse_squared_lengthscales);
    expect_near(ratio, Vector::Ones(ratio.size()), 1e-3, "lengthscales");
    EXPECT_NEAR(found.scale / expected.scale, 1, 1e-3);
    EXPECT_NEAR(found.noise / expected.noise, 1, 1e-3);
  }
}

struct Problem {
  std::vector<gp::Surrogate> surrogates;
  std::unique_ptr<gp::Utility> utility;
};

Problem problem_of(const Value& recorded) {
  const std::vector<bool> categorical{false, false, true};
  const auto processes = std::ssize(recorded.at("hyperparameters"));
  const Matrix values = matrix_of(recorded.at("values"), processes);
  const auto objectives = recorded.at("objectives").get<Index>();
  Problem problem;
  for (Index j = 0; j < processes; ++j) {
    const auto at = static_cast<std::size_t>(j);
    auto regressor = gp::Regressor::make(inputs_of(recorded.at("points"), categorical), values.col(j),
                                         hyperparameters_of(recorded.at("hyperparameters")[at]));
    const Matrix running = inputs_of(recorded.at("running"), categorical).points;
    auto surrogate = gp::Surrogate::make(std::move(regressor.value()), running,
                                         matrix_of(recorded.at("samples")[at], running.rows() + 1));
    problem.surrogates.push_back(std::move(surrogate.value()));
  }
  gp::Known known{.values = Matrix(0, objectives), .at_least = recorded.at("at_least").get<std::vector<double>>()};
  for (Index i = 0; i < values.rows(); ++i) {
    if (!recorded.at("feasible")[static_cast<std::size_t>(i)].get<bool>()) continue;
    known.values.conservativeResize(known.values.rows() + 1, Eigen::NoChange);
    known.values.bottomRows(1) = values.row(i).leftCols(objectives);
  }
  problem.utility = gp::make_utility(problem.surrogates, std::move(known));
  return problem;
}

TEST(GpUtility, IsOptunasWithItsGradient) {
  for (const Value& recorded : vectors().at("acquisitions")) {
    SCOPED_TRACE(recorded.at("objectives").dump() + " objectives, constraints " + recorded.at("at_least").dump() +
                 ", running " + recorded.at("running").dump());
    const Problem problem = problem_of(recorded);
    const Matrix at = inputs_of(recorded.at("at"), {false, false, true}).points;
    for (Index i = 0; i < at.rows(); ++i) {
      std::vector<gp::Surrogate::Seen> seen;
      std::vector<gp::Belief> beliefs;
      std::vector<gp::ByBelief> by;
      for (const auto& surrogate : problem.surrogates) {
        seen.push_back(surrogate.at(at.row(i)));
        beliefs.push_back(seen.back().belief);
        by.push_back({.with_running = Vector::Zero(beliefs.back().with_running.size())});
      }
      const auto k = static_cast<std::size_t>(i);
      const auto expected = recorded.at("value")[k].get<double>();
      EXPECT_NEAR((*problem.utility)(beliefs, &by), expected, 1e-7 * std::max(1.0, std::abs(expected)));
      EXPECT_NEAR((*problem.utility)(beliefs, nullptr), expected, 1e-7 * std::max(1.0, std::abs(expected)));
      Vector gradient = Vector::Zero(at.cols());
      for (std::size_t j = 0; j < seen.size(); ++j) gradient += problem.surrogates[j].pull(seen[j], by[j]);
      expect_near(gradient.head(2), vector_of(recorded.at("gradient")[k]), 1e-6, "gradient");
    }
  }
}

TEST(GpSurrogate, ManyPointsAtOnceAreTheSame) {
  const Problem problem = problem_of(vectors().at("acquisitions").back());
  const Matrix at = gp::Matrix::Random(7, 5);
  const auto together = problem.surrogates[0].beliefs(at);
  for (Index i = 0; i < at.rows(); ++i) {
    const gp::Belief alone = problem.surrogates[0].at(at.row(i)).belief;
    EXPECT_NEAR(together[static_cast<std::size_t>(i)].mean, alone.mean, 1e-12);
    EXPECT_NEAR(together[static_cast<std::size_t>(i)].variance, alone.variance, 1e-12);
    expect_near(together[static_cast<std::size_t>(i)].with_running, alone.with_running, 1e-12, "with running");
  }
}

TEST(GpBoxes, AreOptunas) {
  for (const Value& recorded : vectors().at("boxes")) {
    const Index m = std::ssize(recorded.at("reference"));
    const Matrix values = matrix_of(recorded.at("values"), m);
    const Vector reference = gp::reference_point(values);
    EXPECT_EQ(reference, vector_of(recorded.at("reference")));
    const gp::Boxes boxes = gp::free_boxes(values, reference);
    const auto sorted = [](const Matrix& low, const Matrix& high) {
      std::vector<std::vector<double>> all;
      for (Index i = 0; i < low.rows(); ++i) {
        all.emplace_back(low.row(i).begin(), low.row(i).end());
        all.back().insert(all.back().end(), high.row(i).begin(), high.row(i).end());
      }
      std::sort(all.begin(), all.end());
      return all;
    };
    const Matrix low = matrix_of(recorded.at("low"), m);
    const auto expected = sorted(low, matrix_of(recorded.at("high"), m) - low);
    EXPECT_EQ(sorted(boxes.low, boxes.width), expected);
  }
}

TEST(GpSamples, FillEachDimensionEvenly) {
  Rng rng = keyed_rng(1, 2, "x");
  const Matrix samples = gp::unit_samples(256, 12, rng);
  for (Index j = 0; j < samples.cols(); ++j) {
    std::vector<int> cells(16);
    for (const double u : samples.col(j)) ++cells.at(static_cast<std::size_t>(u * 16));
    for (const int count : cells) EXPECT_NEAR(count, 16, 1);
  }
}

TEST(GpRegressor, EqualPointsWithoutNoiseAreStillFactored) {
  gp::Inputs inputs{Matrix::Constant(30, 2, 0.5), {0, 1}};
  auto hyperparameters = gp::Hyperparameters::initial(2);
  hyperparameters.noise = 0;
  const auto made = gp::Regressor::make(inputs, Vector::Ones(30), hyperparameters);
  ASSERT_TRUE(made);
  EXPECT_NEAR(made->at(Vector::Constant(2, 0.5)).mean, 1, 1e-3);
}

}  // namespace
}  // namespace winnow::testing::gp_model_test
