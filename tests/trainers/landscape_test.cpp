#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <numbers>
#include <thread>

#include <winnow/trainers/landscape.hpp>

#include "../temp_dir.hpp"

namespace winnow::landscape_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const Assignment kCurve({{"asymptote", 0.2}, {"rate", 0.7}, {"noise", 0.1}});

Result<std::unique_ptr<Trainable>> make(const Value& options, Assignment params, std::uint64_t seed = 7) {
  const auto factory = make_landscape("landscape", options, ".");
  if (!factory) return fail(factory.error());
  return (*factory)->make({.trial = 1, .seed = seed, .params = std::move(params), .directory = {}});
}

std::string error_of(const Value& options, Assignment params) {
  const auto made = make(options, std::move(params));
  if (made) return "no error";
  EXPECT_EQ(made.error().code, errc::invalid_input);
  return made.error().message;
}

/// All values still to come.
std::vector<double> curve(Trainable& trainable) {
  std::vector<double> values;
  for (;;) {
    const auto progress = trainable.advance();
    const auto* report = std::get_if<StepReport>(&progress.value());
    if (report == nullptr) return values;
    values.push_back(report->metrics.at(0).second);
  }
}

std::vector<double> curve(const Value& options, Assignment params, std::uint64_t seed = 7) {
  return curve(*make(options, std::move(params), seed).value());
}

TEST(Landscape, BraninHasItsThreeMinima) {
  const double pi = std::numbers::pi;
  for (const auto& [x1, x2] : {std::pair{-pi, 12.275}, {pi, 2.275}, {3 * pi, 2.475}}) {
    const auto values = curve({{"function", "branin"}, {"steps", 2}}, Assignment({{"x1", x1}, {"x2", x2}}));
    ASSERT_EQ(values.size(), 2U);
    EXPECT_NEAR(values[0], 0.397887, 1e-6);
    EXPECT_EQ(values[0], values[1]);
  }
}

TEST(Landscape, RosenbrockTakesAnyNumberOfDimensions) {
  const Value options{{"function", "rosenbrock"}, {"steps", 1}};
  EXPECT_EQ(curve(options, Assignment({{"x2", 1.0}, {"x1", 1.0}})).at(0), 0);
  EXPECT_EQ(curve(options, Assignment({{"x1", 0}, {"x2", 0}, {"x3", 1}})).at(0), 1 + 100 + 1);
}

TEST(Landscape, LearningCurveFallsToItsAsymptote) {
  const auto values = curve({{"function", "learning_curve"}, {"steps", 100}},
                            Assignment({{"asymptote", 0.5}, {"rate", 2.0}, {"scale", 3}}));
  ASSERT_EQ(values.size(), 100U);
  EXPECT_EQ(values[0], 3.5);
  EXPECT_DOUBLE_EQ(values[1], 0.5 + 3.0 / 4);
  EXPECT_NEAR(values[99], 0.5, 1e-3);
}

TEST(Landscape, ReportsTheMetricAtStepsFromOneToSteps) {
  const auto trainable = *make({{"function", "learning_curve"}, {"metric", "eval/loss"}}, kCurve);
  for (Step step = 1; step <= 27; ++step) {
    const auto progress = trainable->advance();
    EXPECT_EQ(std::get<StepReport>(*progress).step, step);
    EXPECT_EQ(std::get<StepReport>(*progress).metrics.at(0).first, "eval/loss");
  }
  EXPECT_TRUE(std::holds_alternative<Finished>(*trainable->advance()));
}

TEST(Landscape, NoiseDependsOnTheTrialsSeedAlone) {
  const Value options{{"function", "learning_curve"}};
  EXPECT_EQ(curve(options, kCurve, 1), curve(options, kCurve, 1));
  EXPECT_NE(curve(options, kCurve, 1), curve(options, kCurve, 2));
}

TEST(Landscape, NoiseIsStandardNormal) {
  const auto values = curve({{"function", "learning_curve"}, {"steps", 20000}},
                            Assignment({{"asymptote", 0}, {"rate", 1}, {"scale", 0}, {"noise", 2}}));
  double mean = 0;
  double square = 0;
  for (const double value : values) mean += value / 20000;
  for (const double value : values) square += value * value / 20000;
  EXPECT_NEAR(mean, 0, 0.06);
  EXPECT_NEAR(square, 4, 0.16);
}

TEST(Landscape, ContinuesBitForBitFromEveryStep) {
  const Value options{{"function", "learning_curve"}, {"steps", 9}};
  const auto whole = curve(options, kCurve);
  const test::TempDir folder;
  const auto file = folder / "checkpoint";
  for (std::size_t stop = 0; stop <= whole.size(); ++stop) {
    const auto first = *make(options, kCurve);
    for (std::size_t i = 0; i < stop; ++i) ASSERT_TRUE(first->advance());
    ASSERT_TRUE(first->save(file));
    const auto second = *make(options, kCurve);
    ASSERT_TRUE(second->restore(file));
    EXPECT_EQ(curve(*second), std::vector<double>(whole.begin() + static_cast<std::ptrdiff_t>(stop), whole.end()));
  }
}

TEST(Landscape, RefusesACheckpointThatIsNotItsOwn) {
  const test::TempDir folder;
  const auto trainable = *make({{"function", "learning_curve"}}, kCurve);
  std::ofstream(folder / "torn") << R"({"format":"winnow.landscape","ver)";
  EXPECT_EQ(trainable->restore(folder / "torn").error().code, errc::corrupt);
  EXPECT_EQ(trainable->restore(folder / "missing").error().code, errc::io);
  ASSERT_TRUE((*make({{"function", "branin"}}, Assignment({{"x1", 0}, {"x2", 0}})))->save(folder / "other"));
  EXPECT_EQ(trainable->restore(folder / "other").error().code, errc::invalid_input);
  EXPECT_EQ(trainable->save(folder / "no/such/folder").error().code, errc::io);
}

TEST(Landscape, CancelEndsTheSleep) {
  const auto trainable = *make({{"function", "learning_curve"}, {"delay", 3600}}, kCurve);
  std::thread canceller([&] { trainable->cancel(); });
  EXPECT_EQ(trainable->advance().error().code, errc::cancelled);
  canceller.join();
}

TEST(Landscape, HasAThreadOfItsOwnOnlyWithADelay) {
  EXPECT_EQ((*make_landscape("", {{"function", "branin"}}, "."))->placement(), Placement::inline_slice);
  EXPECT_EQ((*make_landscape("", {{"function", "branin"}, {"delay", 1}}, "."))->placement(), Placement::own_thread);
}

TEST(Landscape, SleepsTheDelay) {
  const auto start = std::chrono::steady_clock::now();
  ASSERT_EQ(curve({{"function", "learning_curve"}, {"delay", 0.01}, {"steps", 3}}, kCurve).size(), 3U);
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(30));
}

TEST(Landscape, WrongOptionsGetOneClearError) {
  EXPECT_THAT(error_of({}, kCurve), HasSubstr("trainer.function: missing"));
  EXPECT_THAT(error_of({{"function", "brannin"}}, kCurve), HasSubstr("did you mean branin?"));
  EXPECT_THAT(error_of({{"function", "branin"}, {"stpes", 3}}, kCurve), HasSubstr("did you mean steps?"));
  EXPECT_THAT(error_of({{"function", "branin"}, {"steps", 0}}, kCurve),
              AllOf(HasSubstr("trainer.steps"), HasSubstr("at least 1"), HasSubstr("got 0")));
  EXPECT_THAT(error_of({{"function", "branin"}, {"steps", 2.5}}, kCurve), HasSubstr("an integer"));
  EXPECT_THAT(error_of({{"function", "branin"}, {"delay", "1s"}}, kCurve), HasSubstr("trainer.delay"));
  EXPECT_THAT(error_of({{"function", "branin"}, {"metric", 1}}, kCurve), HasSubstr("trainer.metric"));
}

TEST(Landscape, WrongParametersGetOneClearError) {
  EXPECT_THAT(error_of({{"function", "branin"}}, Assignment({{"x1", 0}})),
              AllOf(HasSubstr("no parameter 'x2'"), HasSubstr("x1, x2")));
  EXPECT_THAT(error_of({{"function", "learning_curve"}}, Assignment({{"asymptote", 0}, {"rates", 1}})),
              HasSubstr("did you mean rate?"));
  EXPECT_THAT(error_of({{"function", "learning_curve"}}, Assignment({{"asymptote", "low"}, {"rate", 1}})),
              HasSubstr("parameter asymptote: must be a number, got \"low\""));
  EXPECT_THAT(error_of({{"function", "learning_curve"}}, Assignment({{"asymptote", 0}, {"rate", 0}})),
              HasSubstr("greater than 0"));
  EXPECT_THAT(error_of({{"function", "rosenbrock"}}, Assignment({{"x1", 0}, {"x3", 0}})),
              HasSubstr("unknown parameter 'x3'"));
}

}  // namespace
}  // namespace winnow::landscape_test
