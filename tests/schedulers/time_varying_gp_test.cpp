/// The Gaussian process beside scikit-learn's with Ray Tune's kernel: tests/data/pb2/make_vectors.py.
#include <cmath>

#include <winnow/schedulers/detail/ucb_choice.hpp>

#include "support.hpp"

namespace winnow::testing::time_varying_gp_test {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

Value cases() {
  return recorded("pb2/vectors").at("gp");
}

VectorXd vector_of(const Value& numbers) {
  const auto list = numbers.get<std::vector<double>>();
  return Eigen::Map<const VectorXd>(list.data(), static_cast<Eigen::Index>(list.size()));
}

MatrixXd matrix_of(const Value& rows) {
  MatrixXd matrix(static_cast<Eigen::Index>(rows.size()), static_cast<Eigen::Index>(rows.front().size()));
  for (Eigen::Index i = 0; i < matrix.rows(); ++i) matrix.row(i) = vector_of(rows[static_cast<std::size_t>(i)]);
  return matrix;
}

TimeVaryingKernel kernel_of(const Value& three) {
  return {three[0].get<double>(), three[1].get<double>(), three[2].get<double>()};
}

TimeVaryingGp gp_of(const Value& one) {
  return {matrix_of(one["points"]), vector_of(one["values"]), kernel_of(one["kernel"]), one["noise"].get<double>()};
}

TEST(TimeVaryingGp, HasRaysKernel) {
  for (const Value& one : cases()) {
    const MatrixXd found = kernel_matrix(kernel_of(one["kernel"]), matrix_of(one["points"]), matrix_of(one["at"]));
    EXPECT_LT((found - matrix_of(one["matrix"])).cwiseAbs().maxCoeff(), 1e-12);
  }
}

TEST(TimeVaryingGp, HasThePosteriorOfScikitLearnAndRaysBound) {
  ASSERT_EQ(cases().size(), 6U);
  for (const Value& one : cases()) {
    const TimeVaryingGp gp = gp_of(one);
    const MatrixXd at = matrix_of(one["at"]);
    EXPECT_LT((gp.mean(at) - vector_of(one["mean"])).cwiseAbs().maxCoeff(), 1e-9);
    EXPECT_LT((gp.variance(at) - vector_of(one["variance"])).cwiseAbs().maxCoeff(), 1e-9);
    const VectorXd bound = gp.mean(at) + ucb_kappa(gp.size()) * gp.variance(at);
    EXPECT_LT((bound - vector_of(one["bound"])).cwiseAbs().maxCoeff(), 1e-9);
    EXPECT_NEAR(gp.log_likelihood(), one["log_likelihood"].get<double>(), 1e-9);
  }
}

TEST(TimeVaryingGp, IsFittedAsLikelyAsByGradients) {
  for (const Value& one : cases()) {
    const auto [kernel, noise] = fit_time_varying(matrix_of(one["points"]), vector_of(one["values"]));
    const TimeVaryingGp gp(matrix_of(one["points"]), vector_of(one["values"]), kernel, noise);
    EXPECT_GT(gp.log_likelihood(), one["fitted_log_likelihood"].get<double>() - 0.5);
  }
}

TEST(TimeVaryingGp, ForgetsWithTime) {
  const MatrixXd old{{0, 0.5}};
  const MatrixXd now{{0, 0.5}, {1, 0.5}, {20, 0.5}};
  const MatrixXd found = kernel_matrix({.variance = 2, .lengthscale = 1, .epsilon = 0.19}, old, now);
  EXPECT_NEAR(found(0, 0), 2, 1e-12);
  EXPECT_NEAR(found(0, 1), 2 * 0.9, 1e-12);
  EXPECT_NEAR(found(0, 2), 2 * std::pow(0.9, 20), 1e-12);
}

TEST(TimeVaryingGp, TakesPointsThatAreTheSame) {
  const MatrixXd points{{0, 0.5}, {0, 0.5}, {0, 0.5}};
  const VectorXd values{{1, 2, 3}};
  const TimeVaryingGp gp(points, values, {}, 1e-18);
  EXPECT_NEAR(gp.mean(points)[0], 2, 1e-3);
  const auto [kernel, noise] = fit_time_varying(points, VectorXd::Zero(3));
  EXPECT_GT(kernel.variance, 0);
  EXPECT_GT(noise, 0);
}

}  // namespace
}  // namespace winnow::testing::time_varying_gp_test
