#include <gtest/gtest.h>

#include <cmath>
#include <winnow/trainers/hf/learning_rate.hpp>

#include "hf_vectors.hpp"

namespace winnow::hf_learning_rate_test {
namespace {

using hf::learning_rate_factor;
using hf::ReduceOnPlateau;

hf::ScheduleOptions options_of(const Value& one) {
  return {.type = one.at("type"),
          .kwargs = one.at("kwargs"),
          .warmup_steps = one.at("warmup_steps"),
          .training_steps = one.at("training_steps"),
          .learning_rate = one.at("learning_rate")};
}

TEST(HfLearningRate, EverySchedulesRateAtEachStep) {
  for (const Value& one : hf_vectors::of("schedules")) {
    SCOPED_TRACE(one.dump().substr(0, 160));
    const auto factor = learning_rate_factor(options_of(one));
    ASSERT_TRUE(factor) << factor.error().message;
    const auto rates = one.at("rates").get<std::vector<double>>();
    const double start = one.at("learning_rate");
    for (std::size_t step = 0; step < rates.size(); ++step) {
      EXPECT_NEAR(start * (*factor)(static_cast<std::int64_t>(step)), rates[step], 1e-15 * start) << "step " << step;
    }
  }
}

TEST(HfLearningRate, AfterEachMetricOfAPlateau) {
  for (const Value& one : hf_vectors::of("plateaus")) {
    SCOPED_TRACE(one.at("kwargs").dump());
    auto plateau = ReduceOnPlateau::make(one.at("kwargs"));
    ASSERT_TRUE(plateau) << plateau.error().message;
    double rate = one.at("learning_rate");
    const auto rates = one.at("rates").get<std::vector<double>>();
    for (std::size_t i = 0; i < rates.size(); ++i) {
      rate = plateau->next(number_from_json(one.at("metrics")[i]).value(), rate);
      EXPECT_DOUBLE_EQ(rate, rates[i]) << "metric " << i;
    }
    EXPECT_EQ(plateau->state(), (ReduceOnPlateau::State{one.at("best"), one.at("bad"), one.at("cooling")}));
  }
}

TEST(HfLearningRate, APlateauGoesOnFromItsState) {
  const Value kwargs = {{"patience", 1}, {"cooldown", 2}};
  auto whole = ReduceOnPlateau::make(kwargs).value();
  double rate = 1;
  for (int i = 0; i < 7; ++i) {
    auto resumed = ReduceOnPlateau::make(kwargs).value();
    resumed.restore(whole.state());
    const double next = whole.next(0.5, rate);
    EXPECT_EQ(resumed.next(0.5, rate), next);
    EXPECT_EQ(resumed.state(), whole.state());
    rate = next;
  }
  EXPECT_LT(rate, 1);
}

TEST(HfLearningRate, AnInfiniteMetricIsNoImprovement) {
  auto plateau = ReduceOnPlateau::make({{"patience", 1}}).value();
  plateau.next(-INFINITY, 1);
  EXPECT_EQ(plateau.state().bad, 1);
  EXPECT_EQ(plateau.next(-INFINITY, 1), 0.1);
}

TEST(HfLearningRate, AnInverseRootWithoutWarmupFallsIn10000Steps) {
  const auto factor = learning_rate_factor({.type = "inverse_sqrt", .training_steps = 50'000}).value();
  EXPECT_EQ(factor(0), 1);
  EXPECT_DOUBLE_EQ(factor(30'000), 0.5);
}

TEST(HfLearningRate, APolynomialThatIsAllWarmupEndsAtItsEnd) {
  const auto factor =
      learning_rate_factor({.type = "polynomial", .warmup_steps = 5, .training_steps = 5, .learning_rate = 1e-3});
  EXPECT_DOUBLE_EQ((*factor)(5), 1e-7 / 1e-3);
}

TEST(HfLearningRate, WhatAScheduleDoesNotTakeIsAnErrorThatNamesIt) {
  const auto message = [](const hf::ScheduleOptions& options) { return learning_rate_factor(options).error().message; };
  EXPECT_EQ(message({.type = "cosine", .kwargs = {{"num_cycle", 2}}}),
            "lr_scheduler_kwargs.num_cycle: lr_scheduler_type cosine has no such option; did you mean num_cycles?");
  EXPECT_EQ(message({.type = "polynomial", .learning_rate = 1e-8}),
            "lr_scheduler_kwargs.lr_end: must be below the learning rate (1e-08), got 1e-07");
  EXPECT_EQ(message({.type = "linea"}),
            "lr_scheduler_type: 'linea' is no schedule of steps; there are: linear, cosine, cosine_with_restarts, "
            "polynomial, constant, constant_with_warmup, inverse_sqrt; did you mean linear?");
  EXPECT_EQ(ReduceOnPlateau::make({{"factor", 1}}).error().message,
            "lr_scheduler_kwargs.factor: must be less than 1, got 1");
  EXPECT_EQ(ReduceOnPlateau::make({{"mode", "down"}}).error().message,
            "lr_scheduler_kwargs.mode: must be min or max, got \"down\"");
}

}  // namespace
}  // namespace winnow::hf_learning_rate_test
