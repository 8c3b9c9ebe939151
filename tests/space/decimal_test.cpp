/// Points of steps and of q are what a person computes.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>

#include <winnow/core/random.hpp>
#include <winnow/space/detail/decimal.hpp>
#include <winnow/space/domain_json.hpp>
#include <winnow/space/draw.hpp>

namespace winnow::decimal_test {
namespace {

struct Point {
  double origin, index, spacing, expected;
};

/// The expected values by Python's decimal: float(Decimal(repr(origin)) + index * Decimal(repr(spacing))).
constexpr Point kPoints[] = {
    {0, 3, 0.1, 0.3},
    {0, 7, 0.1, 0.7},
    {0, -3, 0.1, -0.3},
    {0, 0, 0.1, 0},
    {0, 3, 1e-5, 3e-5},
    {0, 123456, 1e-7, 0.0123456},
    {0.1, 2, 0.1, 0.3},
    {-1, 11, 0.1, 0.1},
    {0.05, 19, 0.05, 1},
    {1e-3, 9, 1e-3, 0.01},
    {0.123456789012345, 3, 0.1, 0.423456789012345},
    {1e22, 1, 0.5, 1e22},
    {0, 9007199254740991, 0.3, 2702159776422297.3},
    {0, 3, 1e30, 3e30},
    {0, 3, 1e-320, 3e-320},
    {0, 3, 1.0 / 3, 0.9999999999999999},
    {1e300, 3, 1e284, 1.0000000000000003e300},
    {0, 7, 4.35, 30.45},
};

TEST(Decimal, PointIsTheDecimalProductRoundedOnce) {
  for (const auto& [origin, index, spacing, expected] : kPoints) {
    EXPECT_EQ(decimal::point(origin, index, spacing), expected) << origin << " + " << index << " * " << spacing;
  }
  EXPECT_FALSE(std::signbit(decimal::point(0, -0.0, 0.1)));
}

TEST(Decimal, PointStaysFinite) {
  constexpr double kLargest = std::numeric_limits<double>::max();
  EXPECT_EQ(decimal::point(0, 2, kLargest), kLargest);
  EXPECT_EQ(decimal::point(0, -2, kLargest), -kLargest);
}

Float real(Law law, double a, double b) {
  return {.law = law, .a = a, .b = b, .q = {}, .step = {}};
}

/// No value has more digits than its q or step and its bounds.
void expect_no_tails(const Domain& domain) {
  Rng rng = keyed_rng(7, 0, "decimal_test");
  for (int i = 0; i < 2000; ++i) {
    const Value value = draw(domain, rng);
    EXPECT_LE(value.dump().size(), 6U) << value;
    EXPECT_TRUE(contains(domain, value)) << value;
  }
  for (const Value& value : grid_points(domain).value_or(std::vector<Value>{})) {
    EXPECT_LE(value.dump().size(), 6U) << value;
    EXPECT_TRUE(contains(domain, value)) << value;
  }
}

TEST(Decimal, DrawsAndGridPointsHaveNoTails) {
  for (const double spacing : {0.1, 0.05, 0.3, 0.7}) {
    for (Float domain : {real(Law::uniform, 0, 1), real(Law::log_uniform, 0.1, 10), real(Law::inv_log_uniform, 0.1, 10),
                         real(Law::normal, 0, 1), real(Law::log_normal, 0, 1), real(Law::beta, 2, 2)}) {
      domain.q = spacing;
      expect_no_tails(domain);
    }
    for (Float domain : {real(Law::uniform, 0, 1), real(Law::uniform, -1.1, 2.2), real(Law::log_uniform, 0.4, 10)}) {
      domain.step = spacing;
      expect_no_tails(domain);
    }
  }
}

TEST(Decimal, OlderRecordsKeepTheProductsOfDoubles) {
  Float domain = real(Law::uniform, 0, 1);
  domain.step = 0.1;
  const OrderedJson json = domain_json(domain);
  EXPECT_EQ(json["kind"], "decimal");
  EXPECT_EQ(domain_of(json), Domain(domain));
  OrderedJson old = json;
  old["kind"] = "float";
  const auto read = domain_of(old);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ((*grid_points(*read))[3], 3 * 0.1);
  EXPECT_EQ((*grid_points(domain))[3], 0.3);
  EXPECT_EQ(domain_json(*read), old) << "and is recorded so again";
  EXPECT_TRUE(same_domain(*read, domain)) << "a trial that goes on asks by the new one";
}

TEST(Decimal, ClipPullsRoundedValuesBackToTheBounds) {
  Float domain = real(Law::uniform, 0.04, 0.58);
  domain.q = 0.1;
  domain.clip = true;
  Rng rng = keyed_rng(7, 0, "clip");
  std::set<double> seen;
  for (int i = 0; i < 2000; ++i) seen.insert(draw(domain, rng).get<double>());
  EXPECT_EQ(seen, (std::set<double>{0.04, 0.1, 0.2, 0.3, 0.4, 0.5, 0.58}));
  for (const double value : seen) EXPECT_TRUE(contains(domain, value)) << value;
  EXPECT_FALSE(contains(domain, 0.0));
  EXPECT_FALSE(contains(domain, 0.6));
  EXPECT_EQ(domain_of(domain_json(domain)), Domain(domain));
}

}  // namespace
}  // namespace winnow::decimal_test
