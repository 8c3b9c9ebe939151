// What a domain holds, its grid, what is valid, and how it reads in words.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <winnow/space/describe.hpp>
#include <winnow/space/draw.hpp>

namespace winnow::domain_test {
namespace {

using testing::ElementsAre;
using testing::Optional;

constexpr double kInf = std::numeric_limits<double>::infinity();

Float real(Law law, double a, double b, std::optional<double> q = {}, bool integral = false) {
  return {.law = law, .a = a, .b = b, .q = q, .step = {}, .integral = integral};
}
Float stepped(double a, double b, double step) {
  return {.law = Law::uniform, .a = a, .b = b, .q = {}, .step = step};
}

// --- contains

TEST(Contains, TakesBothBoundsAndNothingBeyond) {
  const Domain domain = real(Law::log_uniform, 0.1, 1);
  EXPECT_TRUE(contains(domain, 0.1));
  EXPECT_TRUE(contains(domain, 1));
  EXPECT_FALSE(contains(domain, std::nextafter(0.1, 0)));
  EXPECT_FALSE(contains(domain, 1.01));
  EXPECT_FALSE(contains(domain, "0.5"));
  EXPECT_FALSE(contains(domain, true));
  EXPECT_FALSE(contains(domain, std::numeric_limits<double>::quiet_NaN()));
}

TEST(Contains, UnboundedLawsTakeWhatTheyCanYield) {
  EXPECT_TRUE(contains(real(Law::normal, 0, 1), -1e9));
  EXPECT_FALSE(contains(real(Law::normal, 0, 1), kInf));
  EXPECT_TRUE(contains(real(Law::log_normal, 0, 1), 1e9));
  EXPECT_FALSE(contains(real(Law::log_normal, 0, 1), 0));
  EXPECT_TRUE(contains(real(Law::beta, 2, 2), 1));
  EXPECT_FALSE(contains(real(Law::beta, 2, 2), 1.5));
}

TEST(Contains, TakesMultiplesAsPeopleWriteThem) {
  EXPECT_TRUE(contains(real(Law::uniform, 0, 1, 0.1), 0.3));
  EXPECT_TRUE(contains(real(Law::uniform, 0, 1, 0.1), 3 * 0.1));
  EXPECT_FALSE(contains(real(Law::uniform, 0, 1, 0.1), 0.35));
  EXPECT_TRUE(contains(real(Law::uniform, 0, 11, 4), 12)) << "rounded up from 11";
  EXPECT_FALSE(contains(real(Law::uniform, 0, 11, 4), 16));
  EXPECT_TRUE(contains(real(Law::uniform, 1, 8, 2), 3)) << "a grid point";
  EXPECT_TRUE(contains(stepped(0, 0.3, 0.1), 0.3));
  EXPECT_FALSE(contains(stepped(0, 0.3, 0.1), 0.25));
  EXPECT_FALSE(contains(stepped(0, 0.35, 0.1), 0.35));
  EXPECT_TRUE(contains(stepped(1e6, 2e6, 1e-3), 1234567.891));
}

TEST(Contains, IntegersTakeWholeFloats) {
  const Domain domain = Integer{1, 11, 5};
  EXPECT_TRUE(contains(domain, 6));
  EXPECT_TRUE(contains(domain, 6.0));
  EXPECT_FALSE(contains(domain, 7));
  EXPECT_FALSE(contains(domain, 16));
  EXPECT_FALSE(contains(domain, 6.5));
  EXPECT_FALSE(contains(domain, 1e300));
  EXPECT_FALSE(contains(domain, std::uint64_t{1} << 63));
}

TEST(Contains, CategoriesAreEqualByValue) {
  const Domain domain = Categorical{{"adam", {1, 2}, nullptr, 32}, {}};
  EXPECT_TRUE(contains(domain, "adam"));
  EXPECT_TRUE(contains(domain, Value::parse("[1, 2]")));
  EXPECT_TRUE(contains(domain, nullptr));
  EXPECT_FALSE(contains(domain, "32"));
  EXPECT_TRUE(contains(Constant{3}, 3));
  EXPECT_FALSE(contains(Constant{3}, 4));
}

// --- grids

TEST(GridPoints, AreTheValuesInOrder) {
  EXPECT_THAT(grid_points(Constant{7}), Optional(ElementsAre(7)));
  EXPECT_THAT(grid_points(Categorical{{"b", "a"}, {}}), Optional(ElementsAre("b", "a")));
  EXPECT_THAT(grid_points(Integer{1, 8, 3}), Optional(ElementsAre(1, 4, 7)));
}

TEST(GridPoints, OfAQuantisedUniformLeaveMaxOut) {
  EXPECT_THAT(grid_points(real(Law::uniform, 0, 1, 0.25)), Optional(ElementsAre(0.0, 0.25, 0.5, 0.75)));
  EXPECT_THAT(grid_points(real(Law::uniform, 1, 7, 2, true)), Optional(ElementsAre(1, 3, 5)));
  EXPECT_TRUE(grid_points(real(Law::uniform, 1, 7, 2, true))->front().is_number_integer());
  EXPECT_TRUE(grid_points(real(Law::uniform, 1, 7, 2))->front().is_number_float());
}

TEST(GridPoints, OfASteppedUniformHaveBothEnds) {
  EXPECT_THAT(grid_points(stepped(0, 0.3, 0.1)), Optional(ElementsAre(0.0, 0.1, 0.2, 0.3)));
}

TEST(GridPoints, AreNoneWithoutAFiniteGridOrWithTooLargeAOne) {
  EXPECT_EQ(grid_points(real(Law::uniform, 0, 1)), std::nullopt);
  EXPECT_EQ(grid_points(real(Law::normal, 0, 1, 0.1)), std::nullopt);
  EXPECT_EQ(grid_points(real(Law::log_uniform, 1, 2, 0.1)), std::nullopt);
  EXPECT_EQ(grid_points(Integer{0, 1'000'000}), std::nullopt);
  EXPECT_EQ(grid_points(Integer{1, 1'000'000})->size(), 1'000'000U);
  EXPECT_EQ(grid_points(real(Law::uniform, 0, 1e9, 1)), std::nullopt);
}

// --- validity and words

struct Invalid {
  Domain domain;
  std::string message;
};

TEST(Validate, SaysWhichNumberIsWrongAndWhatWouldBeRight) {
  const std::vector<Invalid> cases = {
      {real(Law::uniform, 0.1, 0.01), "min (0.1) must be less than max (0.01)"},
      {real(Law::log_uniform, 0, 1), "min (0) must be greater than 0"},
      {real(Law::inv_log_uniform, -1, 1), "min (-1) must be greater than 0"},
      {real(Law::uniform, 0, kInf), "max (inf) must be finite"},
      {real(Law::normal, 0, 0), "sigma (0) must be greater than 0"},
      {real(Law::log_normal, kInf, 1), "mu (inf) must be finite"},
      {real(Law::beta, 0, 1), "a (0) must be greater than 0"},
      {real(Law::beta, 1, -1), "b (-1) must be greater than 0"},
      {real(Law::uniform, 0, 1, 0), "q (0) must be greater than 0"},
      {real(Law::uniform, 0, 1, 0.5, true), "q must be a whole number where the results are to be integers"},
      {stepped(0, 1, 0), "step (0) must be greater than 0"},
      {stepped(0, 1, 1e-17), "step (1e-17) is too fine for the range"},
      {Float{.law = Law::normal, .q = {}, .step = 1}, "step is for uniform and log-uniform only"},
      {Float{.law = Law::uniform, .q = 1, .step = 1}, "step and q exclude each other"},
      {Integer{3, 2}, "min (3) must be at most max (2)"},
      {Integer{1, 9, 0}, "step (0) must be at least 1"},
      {Integer{.low = 0, .high = 9, .log = true}, "min (0) must be at least 1 with log"},
      {Integer{.low = 1, .high = 9, .step = 2, .log = true}, "step (2) must be less than twice min (1) with log"},
      {Integer{.low = 1, .high = 9, .floor = true}, "floor needs log"},
      {Float{.law = Law::log_uniform, .a = 0.1, .b = 1, .step = 0.2}, "step (0.2) must be less than twice min (0.1)"},
      {Float{.law = Law::uniform, .range = Interval{0, 1}}, "a range is for normal and beta only"},
      {Float{.law = Law::normal, .a = 2, .b = 1, .range = Interval{0, 1}},
       "mu (2) must lie between min (0) and max (1)"},
      {Float{.law = Law::beta, .a = 2, .b = 1, .range = Interval{1, 1}}, "min (1) must be less than max (1)"},
      {Float{.law = Law::beta, .a = 2, .b = 1, .q = 1, .range = Interval{0, 1}}, "q and a range exclude each other"},
      {Computed{}, "function must name a function of the program"},
      {Categorical{}, "values must hold at least one value"},
      {Categorical{{1, 2}, {1}}, "probabilities must be as many as values (2), not 1"},
      {Categorical{{1, 2}, {1, -1}}, "probabilities must be finite and not negative, not -1"},
      {Categorical{{1, 2}, {0, 0}}, "probabilities must have a finite sum greater than 0"},
      {Categorical{{Value::array({1, kInf})}, {}}, "values must be finite; a text in quotes may say .inf or .nan"},
      {Constant{kInf}, "value must be finite; a text in quotes may say .inf or .nan"},
  };
  for (const Invalid& invalid : cases) {
    const Result<void> result = validate(invalid.domain);
    ASSERT_FALSE(result) << invalid.message;
    EXPECT_EQ(result.error().message, invalid.message);
    EXPECT_EQ(result.error().code, errc::invalid_input);
  }
}

TEST(Validate, TakesASingleInteger) {
  EXPECT_TRUE(validate(Integer{3, 3}));
}

TEST(Describe, SaysADomainInWords) {
  EXPECT_EQ(describe(Constant{"sgd"}), "always \"sgd\"");
  EXPECT_EQ(describe(Categorical{{16, "x", nullptr}, {}}), "one of [16, \"x\", null]");
  EXPECT_EQ(describe(Categorical{{1, 2}, {0.25, 0.75}}), "one of [1, 2] with weights [0.25, 0.75]");
  EXPECT_EQ(describe(Integer{1, 10}), "integer in [1, 10]");
  EXPECT_EQ(describe(Integer{1, 10, 3}), "integer in [1, 10] in steps of 3");
  EXPECT_EQ(describe(Integer{.low = 1, .high = 1024, .log = true}), "log-uniform integer in [1, 1024]");
  EXPECT_EQ(describe(real(Law::log_uniform, 1e-4, 0.1)), "log-uniform in [0.0001, 0.1]");
  EXPECT_EQ(describe(real(Law::uniform, 0, 64, 8, true)), "uniform in [0, 64], rounded to multiples of 8 as integers");
  EXPECT_EQ(describe(stepped(0, 1, 0.1)), "uniform in [0, 1] in steps of 0.1");
  EXPECT_EQ(describe(real(Law::inv_log_uniform, 1, 2)), "inverse log-uniform in [1, 2]");
  EXPECT_EQ(describe(real(Law::normal, 0, 1)), "normal with mu 0 and sigma 1");
  EXPECT_EQ(describe(real(Law::log_normal, 0, 1)), "log-normal with mu 0 and sigma 1");
  EXPECT_EQ(describe(real(Law::beta, 2, 5)), "beta with a 2 and b 5");
}

}  // namespace
}  // namespace winnow::domain_test
