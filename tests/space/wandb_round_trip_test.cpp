// Printing a space and reading it again is identity: a property over random spaces.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <winnow/core/random.hpp>
#include <winnow/space/dialects/wandb.hpp>
#include <winnow/space/draw.hpp>

namespace winnow::wandb::wandb_round_trip_test {
namespace {

/// Seeded random spaces that use everything a space can have.
class Maker {
public:
  explicit Maker(std::uint64_t seed) : rng_(keyed_rng(seed, 0, "wandb_round_trip_test")) {}

  Space space() {
    for (;;) {
      std::vector<Parameter> parameters;
      const std::uint64_t count = 1 + rng_(12);
      for (std::uint64_t i = 0; i < count; ++i) parameters.push_back(parameter(parameters));
      if (auto made = Space::make(std::move(parameters))) return std::move(*made);
    }
  }

private:
  bool coin() { return rng_(2) == 1; }

  /// Any finite double, by its bits.
  double any_double() {
    for (;;) {
      const auto x = std::bit_cast<double>(static_cast<std::uint64_t>(rng_()));
      if (std::isfinite(x)) return x;
    }
  }
  double positive() { return std::exp(40 * (uniform01(rng_) - 0.5)); }
  std::int64_t any_integer() { return static_cast<std::int64_t>(rng_()) >> rng_(64); }

  Value value(int depth = 0) {
    switch (rng_(depth < 2 ? 8 : 6)) {
      case 0: return any_double();
      case 1: return any_integer();
      case 2: return static_cast<double>(any_integer());
      case 3: return coin();
      case 4: return nullptr;
      case 5: return coin() ? "adam" : "1e-4 \"quoted\" \n é";
      case 6: return Value::array({value(depth + 1), value(depth + 1)});
      default: return Value{{"k", value(depth + 1)}};
    }
  }

  std::vector<Value> values() {
    std::vector<Value> list;
    for (std::uint64_t i = 0, n = 1 + rng_(5); i < n; ++i) list.push_back(value());
    return list;
  }

  Domain domain() {
    switch (rng_(4)) {
      case 0: return Constant{value()};
      case 1: return categorical();
      case 2: return integer();
      default: return real();
    }
  }

  Domain categorical() {
    Categorical domain{.values = values(), .weights = {}};
    if (coin()) {
      for (std::size_t i = 0; i < domain.values.size(); ++i) domain.weights.push_back(positive());
    }
    if (coin() && !domain.weights.empty())
      domain.weights.assign(domain.values.size(), 1.0 / static_cast<double>(domain.values.size()));
    return domain;
  }

  Domain integer() {
    const auto [low, high] = std::minmax({any_integer(), any_integer()});
    const bool log = low >= 1 && coin();
    Integer domain{.low = low, .high = high, .step = log ? 1 : 1 + static_cast<std::int64_t>(rng_(9)), .log = log};
    return domain.low == domain.high ? this->integer() : domain;
  }

  Domain real() {
    Float domain{.law = static_cast<Law>(rng_(6)), .q = {}, .step = {}};
    domain.a = domain.law == Law::beta || domain.law == Law::normal ? positive() : positive() / 2;
    domain.b = domain.a + positive();
    if (domain.law == Law::uniform || domain.law == Law::normal) domain.a = -domain.a;
    if (coin()) {
      domain.integral = coin();
      domain.q = domain.integral ? static_cast<double>(1 + rng_(1000)) : positive();
    } else if (domain.law == Law::uniform && coin()) {
      domain.step = positive();
    }
    return validate(domain) ? Domain(domain) : real();
  }

  Parameter parameter(const std::vector<Parameter>& before) {
    const std::string leaf = "p" + std::to_string(before.size());
    const std::vector<std::vector<std::string>> paths = {
        {leaf}, {leaf + ".dotted-name"}, {"g", leaf}, {"g", "deep", leaf}, {"h", leaf}};
    Parameter made{.path = paths[rng_(paths.size())], .domain = domain(), .conditions = {}};
    // A parent may stand anywhere; most come earlier, and some conditions make a circle that the space refuses.
    if (!before.empty() && rng_(3) == 0) made.conditions = {Condition{before[rng_(before.size())].name(), values()}};
    made.grid = grid_points(made.domain).has_value() && coin();
    return made;
  }

  Rng rng_;
};

class WandbRoundTrip : public testing::TestWithParam<std::uint64_t> {};

TEST_P(WandbRoundTrip, IsIdentity) {
  for (std::uint64_t i = 0; i < 25; ++i) {
    const Space space = Maker(100 * GetParam() + i).space();
    const std::string text = to_json(space).dump(2);
    const auto again = parse_space(text, "space.json");
    ASSERT_TRUE(again) << again.error().message << "\n" << text;
    ASSERT_EQ(again->space, space) << text;
    // Equal values may differ in type (1 and 1.0); equal texts don't.
    ASSERT_EQ(to_json(again->space).dump(2), text);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, WandbRoundTrip, testing::Range<std::uint64_t>(0, 20));

TEST(WandbRoundTripOfOneInteger, IsAConstant) {
  const Space space = *Space::make({{.path = {"n"}, .domain = Integer{3, 3}, .conditions = {}}});
  EXPECT_EQ(to_json(space).dump(), R"({"n":{"value":3}})");
}

}  // namespace
}  // namespace winnow::wandb::wandb_round_trip_test
