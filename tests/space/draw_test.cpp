#include <gtest/gtest.h>

#include <set>
#include <winnow/core/random.hpp>
#include <winnow/space/draw.hpp>

#include "laws.hpp"

namespace winnow::draw_test {
namespace {

using namespace testing_laws;

constexpr int kDraws = 100'000;

std::vector<Value> draws(const Domain& domain, int n = kDraws) {
  EXPECT_TRUE(validate(domain)) << validate(domain).error().message;
  Rng rng = keyed_rng(7, 0, "draw_test");
  std::vector<Value> values;
  for (int i = 0; i < n; ++i) values.push_back(draw(domain, rng));
  return values;
}

std::vector<double> numbers(const Domain& domain, int n = kDraws) {
  std::vector<double> sample;
  for (const Value& value : draws(domain, n)) sample.push_back(value.get<double>());
  return sample;
}

std::map<double, int> counts(const Domain& domain) {
  std::map<double, int> seen;
  for (const double x : numbers(domain)) ++seen[x];
  return seen;
}

Float real(Law law, double a, double b, std::optional<double> q = {}, bool integral = false) {
  return {.law = law, .a = a, .b = b, .q = q, .step = {}, .integral = integral};
}

// --- the laws, against their closed forms

struct LawCase {
  std::string name;
  Float domain;
  Cdf cdf;
};

Cdf uniform(double a, double b) {
  return [=](double x) { return std::clamp((x - a) / (b - a), 0.0, 1.0); };
}
Cdf log_uniform(double a, double b) {
  return [=](double x) { return x <= a ? 0.0 : x >= b ? 1.0 : std::log(x / a) / std::log(b / a); };
}
Cdf normal(double mu, double sigma) {
  return [=](double x) { return normal_cdf(x, mu, sigma); };
}
Cdf log_normal(double mu, double sigma) {
  return [=](double x) { return x <= 0 ? 0.0 : normal_cdf(std::log(x), mu, sigma); };
}
Cdf beta(double a, double b) {
  return [=](double x) { return beta_cdf(x, a, b); };
}

const std::vector<LawCase> kLaws = {
    {"uniform", real(Law::uniform, -2, 3), uniform(-2, 3)},
    {"log_uniform", real(Law::log_uniform, 1e-5, 10), log_uniform(1e-5, 10)},
    {"inv_log_uniform", real(Law::inv_log_uniform, 1e-3, 2), log_uniform(1e-3, 2)},
    {"normal", real(Law::normal, 5, 2), normal(5, 2)},
    {"log_normal", real(Law::log_normal, -1, 0.5), log_normal(-1, 0.5)},
    {"beta", real(Law::beta, 2, 5), beta(2, 5)},
    {"beta_u_shaped", real(Law::beta, 0.5, 0.5), beta(0.5, 0.5)},
};

class Draw : public testing::TestWithParam<LawCase> {};

TEST_P(Draw, FollowsItsLaw) {
  EXPECT_LT(ks_distance(numbers(GetParam().domain), GetParam().cdf), ks_limit(kDraws));
}

TEST_P(Draw, QuantisedTakesEveryMultipleAsOftenAsItsLawSays) {
  Float domain = GetParam().domain;
  domain.q = 0.25;
  std::map<double, double> probability;
  for (int k = -400; k <= 400; ++k) {
    probability[k * 0.25] = GetParam().cdf((k + 0.5) * 0.25) - GetParam().cdf((k - 0.5) * 0.25);
  }
  EXPECT_LT(chi_square_score(counts(domain), probability, kDraws), 5);
}

TEST_P(Draw, YieldsValuesThatTheDomainContains) {
  for (const std::optional<double> q : {std::optional<double>(), std::optional<double>(0.1)}) {
    Float domain = GetParam().domain;
    domain.q = q;
    for (const Value& value : draws(domain, 1000)) {
      ASSERT_TRUE(value.is_number_float()) << value;
      ASSERT_TRUE(contains(domain, value)) << value;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EveryLaw, Draw, testing::ValuesIn(kLaws),
                         [](const auto& instance) { return instance.param.name; });

TEST(DrawBounded, StaysInsideItsBoundsExactly) {
  for (const Law law : {Law::uniform, Law::log_uniform, Law::inv_log_uniform}) {
    // Bounds whose logarithms don't round-trip, and two that are neighbours.
    for (const auto& [a, b] : {std::pair(0.1, 0.3), std::pair(1e-7, 1e7), std::pair(3.0, std::nextafter(3.0, 4.0))}) {
      for (const double x : numbers(real(law, a, b), 10'000)) {
        ASSERT_GE(x, a);
        ASSERT_LE(x, b);
      }
    }
  }
}

TEST(DrawBounded, IsFiniteOverTheWholeRangeOfDoubles) {
  for (const double x : numbers(real(Law::uniform, -1.7e308, 1.7e308), 1000)) ASSERT_TRUE(std::isfinite(x));
  for (const double x : numbers(real(Law::log_normal, 0, 1000), 1000)) ASSERT_TRUE(std::isfinite(x) && x > 0);
  for (const double x : numbers(real(Law::normal, 1.7e308, 1.7e308), 1000)) ASSERT_TRUE(std::isfinite(x));
  for (const double x : numbers(real(Law::normal, 0, 1e300, 1e-300), 1000)) ASSERT_TRUE(std::isfinite(x));
}

TEST(DrawBeta, IsACoinWhenBothGammasUnderflow) {
  for (const double x : numbers(real(Law::beta, 1e-8, 1e-8), 1000)) ASSERT_TRUE(x >= 0 && x <= 1) << x;
}

// --- rounding

TEST(DrawQuantised, RoundsHalfToEven) {
  // Three points: 0.5 -> 0, 1.5 -> 2, 2.5 -> 2: the ends of [0.5, 2.5] have the law's whole halves.
  const auto seen = counts(real(Law::uniform, 0.5, 2.5, 1.0));
  EXPECT_EQ(seen.size(), 2U + seen.count(0.0));
  EXPECT_NEAR(seen.at(1.0), kDraws / 2, 1000);
  EXPECT_NEAR(seen.at(2.0), kDraws / 2, 1000);
}

TEST(DrawQuantised, MayLeaveTheBoundsByHalfAQuantum) {
  const auto seen = counts(real(Law::uniform, 0.0, 10.0, 4.0));
  EXPECT_EQ(seen.begin()->first, 0.0);
  EXPECT_EQ(seen.rbegin()->first, 8.0);
  EXPECT_EQ(counts(real(Law::uniform, 0.0, 11.0, 4.0)).rbegin()->first, 12.0);
}

TEST(DrawQuantised, GivesIntegersForAnIntegralQuantumOnly) {
  for (const Value& value : draws(real(Law::normal, 0, 10, 2, true), 100)) EXPECT_TRUE(value.is_number_integer());
  for (const Value& value : draws(real(Law::normal, 0, 10, 2), 100)) EXPECT_TRUE(value.is_number_float());
}

TEST(DrawQuantised, HasNoNegativeZero) {
  for (const double x : numbers(real(Law::uniform, -0.4, 0.4, 1.0), 100)) EXPECT_FALSE(std::signbit(x));
}

TEST(DrawStepped, TakesEveryStepEquallyOften) {
  const Float domain{.law = Law::uniform, .a = 0, .b = 0.3, .q = {}, .step = 0.1};
  const std::map<double, double> quarter = {{0, 0.25}, {0.1, 0.25}, {0.2, 0.25}, {0.3, 0.25}};
  EXPECT_LT(chi_square_score(counts(domain), quarter, kDraws), 5);
}

TEST(DrawStepped, EndsBelowABoundThatIsNoStep) {
  const Float domain{.law = Law::uniform, .a = 1, .b = 2.9, .q = {}, .step = 0.5};
  EXPECT_EQ(counts(domain).rbegin()->first, 2.5);
}

// --- integers

TEST(DrawInteger, TakesEveryValueEquallyOftenBothEndsIncluded) {
  std::map<double, double> probability;
  for (int k = -3; k <= 6; ++k) probability[k] = 0.1;
  EXPECT_LT(chi_square_score(counts(Integer{-3, 6}), probability, kDraws), 5);
}

TEST(DrawInteger, WithAStepNeverLeavesIt) {
  const auto seen = counts(Integer{1, 11, 3});
  EXPECT_LT(chi_square_score(seen, {{1, 0.25}, {4, 0.25}, {7, 0.25}, {10, 0.25}}, kDraws), 5);
}

TEST(DrawInteger, LogarithmicFollowsTheRoundedLogUniform) {
  const Integer domain{.low = 1, .high = 64, .log = true};
  std::map<double, double> probability;
  for (int k = 1; k <= 64; ++k) probability[k] = std::log((k + 0.5) / (k - 0.5)) / std::log(64.5 / 0.5);
  const auto seen = counts(domain);
  EXPECT_LT(chi_square_score(seen, probability, kDraws), 5);
  EXPECT_EQ(seen.begin()->first, 1);
  EXPECT_EQ(seen.rbegin()->first, 64);
}

TEST(DrawInteger, CoversTheWholeRangeOfIntegers) {
  constexpr auto kLow = std::numeric_limits<std::int64_t>::min();
  constexpr auto kHigh = std::numeric_limits<std::int64_t>::max();
  int negative = 0;
  for (const Value& value : draws(Integer{kLow, kHigh}, 1000)) negative += value.get<std::int64_t>() < 0 ? 1 : 0;
  EXPECT_NEAR(negative, 500, 80);
  for (const Value& value : draws(Integer{.low = 1, .high = kHigh, .log = true}, 1000)) {
    ASSERT_GE(value.get<std::int64_t>(), 1);
  }
}

// --- categories

TEST(DrawCategorical, TakesEveryValueEquallyOften) {
  std::map<std::string, int> seen;
  for (const Value& value : draws(Categorical{{"a", nullptr, {1, 2}, true}, {}})) ++seen[value.dump()];
  ASSERT_EQ(seen.size(), 4U);
  for (const auto& [text, count] : seen) EXPECT_NEAR(count, kDraws / 4, 700) << text;
}

TEST(DrawCategorical, FollowsItsWeightsAndNeverTakesAZero) {
  const auto seen = counts(Categorical{{1, 2, 3, 4}, {0, 3, 1, 0}});
  EXPECT_LT(chi_square_score(seen, {{2, 0.75}, {3, 0.25}}, kDraws), 5);
  EXPECT_EQ(seen.size(), 2U);
}

TEST(DrawConstant, IsItsValueWithoutTouchingTheStream) {
  Rng rng = keyed_rng(1, 2, "x");
  const Rng before = rng;
  EXPECT_EQ(draw(Constant{Value::parse(R"({"a": [1, null]})")}, rng), Value::parse(R"({"a": [1, null]})"));
  EXPECT_TRUE(rng == before);  // pcg64 can't be printed, as EXPECT_EQ would
}

TEST(DrawAny, SameStreamSameValue) {
  for (const LawCase& law : kLaws) EXPECT_EQ(draws(law.domain, 10), draws(law.domain, 10)) << law.name;
}

// --- laws of the dialects

TEST(DrawInteger, LogRoundedDownHasTheMassOfEachUnitInterval) {
  std::map<double, double> probability;
  for (int k = 1; k <= 9; ++k) probability[k] = std::log((k + 1.0) / k) / std::log(10.0);
  EXPECT_LT(chi_square_score(counts(Integer{.low = 1, .high = 9, .log = true, .floor = true}), probability, kDraws), 5);
}

TEST(DrawInteger, LogRoundedDownToAStepHasTheMassOfTheIntervalUpToTheNext) {
  std::map<double, double> probability;
  for (int k = 3; k <= 12; k += 3) probability[k] = std::log((k + 3.0) / k) / std::log(15.0 / 3.0);
  const Integer domain{.low = 3, .high = 14, .step = 3, .log = true, .floor = true};
  EXPECT_LT(chi_square_score(counts(domain), probability, kDraws), 5);
}

TEST(DrawInteger, LogWithAStepHasTheMassOfTheCellAroundEachStep) {
  std::map<double, double> probability;
  for (int k = 4; k <= 16; k += 4) probability[k] = std::log((k + 2.0) / (k - 2.0)) / std::log(18.0 / 2.0);
  EXPECT_LT(chi_square_score(counts(Integer{.low = 4, .high = 18, .step = 4, .log = true}), probability, kDraws), 5);
}

TEST(DrawStepped, LogUniformHasTheMassOfTheCellAroundEachStep) {
  const Float domain{.law = Law::log_uniform, .a = 0.5, .b = 2, .step = 0.5};
  std::map<double, double> probability;
  for (double x = 0.5; x <= 2; x += 0.5) probability[x] = std::log((x + 0.25) / (x - 0.25)) / std::log(2.25 / 0.25);
  EXPECT_LT(chi_square_score(counts(domain), probability, kDraws), 5);
}

TEST(DrawRange, CutsTheNormalOffOutside) {
  // One interval that is narrow for the normal, one that is wide: they are drawn in different ways.
  for (const Interval range : {Interval{1, 2.5}, Interval{-1, 30}}) {
    const auto mass = [&](double x) { return normal_cdf(x, 1.5, 2); };
    const Cdf cdf = [&](double x) {
      return std::clamp((mass(x) - mass(range.low)) / (mass(range.high) - mass(range.low)), 0.0, 1.0);
    };
    const auto sample = numbers(Float{.law = Law::normal, .a = 1.5, .b = 2, .range = range});
    EXPECT_LT(ks_distance(sample, cdf), ks_limit(kDraws));
    EXPECT_GE(*std::min_element(sample.begin(), sample.end()), range.low);
    EXPECT_LE(*std::max_element(sample.begin(), sample.end()), range.high);
  }
}

TEST(DrawRange, StretchesTheBeta) {
  const Float domain{.law = Law::beta, .a = 2, .b = 5, .range = Interval{-10, 30}};
  EXPECT_LT(ks_distance(numbers(domain), [](double x) { return beta_cdf((x + 10) / 40, 2, 5); }), ks_limit(kDraws));
}

TEST(DrawBounded, OfASinglePointIsThatPoint) {
  for (const Law law : {Law::uniform, Law::log_uniform}) EXPECT_EQ(numbers(real(law, 0.3, 0.3), 1).front(), 0.3);
}

}  // namespace
}  // namespace winnow::draw_test
