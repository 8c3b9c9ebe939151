#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <map>

#include <winnow/space/draw.hpp>
#include <winnow/space/unit_axis.hpp>

namespace winnow::unit_axis_test {
namespace {

using Kind = UnitAxis::Kind;

Float real(Law law, double a, double b) {
  return {.law = law, .a = a, .b = b};
}

Float with(Float domain, std::optional<double> q, std::optional<double> step, std::optional<Interval> range = {}) {
  domain.q = q;
  domain.step = step;
  domain.range = range;
  return domain;
}

/// Those whose values aren't rounded.
std::vector<Domain> smooth() {
  return {real(Law::uniform, -2, 3),
          real(Law::log_uniform, 1e-5, 10),
          real(Law::inv_log_uniform, 0.5, 20),
          real(Law::normal, 3, 2),
          with(real(Law::normal, 0.2, 0.5), {}, {}, Interval{0, 1}),
          real(Law::log_normal, -1, 2),
          real(Law::beta, 2, 0.5),
          with(real(Law::beta, 2, 5), {}, {}, Interval{-3, 7})};
}

std::vector<Domain> rounded() {
  return {Integer{.low = -3, .high = 8},
          Integer{.low = 1, .high = 20, .step = 3},
          Integer{.low = 1, .high = 300, .log = true},
          Integer{.low = 3, .high = 90, .step = 3, .log = true},
          Integer{.low = 2, .high = 64, .log = true, .floor = true},
          Integer{.low = -(std::int64_t{1} << 62), .high = std::int64_t{1} << 62},
          with(real(Law::uniform, 0, 1), 0.1, {}),
          with(real(Law::uniform, 0, 0.3), {}, 0.1),
          with(real(Law::log_uniform, 0.3, 30), {}, 0.1),
          with(real(Law::log_uniform, 1, 30), 0.5, {}),
          with(real(Law::normal, 0, 4), 1.0, {}),
          Categorical{{"a", 1, nullptr, true, 2.5}, {}},
          Categorical{{"a", "b", "c", "d"}, {0.5, 0, 0.3, 0.2}}};
}

std::vector<double> positions_of_draws(const Domain& domain, int count) {
  const UnitAxis axis(domain);
  Rng rng = keyed_rng(11, 0, "draws");
  std::vector<double> positions;
  for (int i = 0; i < count; ++i) positions.push_back(axis.position(draw(domain, rng)));
  std::sort(positions.begin(), positions.end());
  return positions;
}

TEST(UnitAxis, DrawsOfTheLawAreUniformAlongIt) {
  constexpr int kDraws = 4000;
  for (const Domain& domain : smooth()) {
    const auto positions = positions_of_draws(domain, kDraws);
    for (std::size_t i = 0; i < positions.size(); ++i) {  // Kolmogorov's distance: 0.03 is beyond 1 in 1,000
      ASSERT_NEAR(positions[i], static_cast<double>(i) / kDraws, 0.031) << domain.index();
    }
  }
}

TEST(UnitAxis, EqualStretchesOfItAreAsFrequentAsTheLawsValues) {
  constexpr int kDraws = 4000;
  for (const Domain& domain : rounded()) {
    const UnitAxis axis(domain);
    std::map<Value, int> drawn;
    std::map<Value, int> along;
    Rng rng = keyed_rng(5, 0, "draws");
    for (int i = 0; i < kDraws; ++i) ++drawn[draw(domain, rng)];
    for (int i = 0; i < kDraws; ++i) ++along[axis.value((i + 0.5) / kDraws)];
    if (drawn.size() > 300) continue;
    for (const auto& [value, count] : along) EXPECT_NEAR(count, drawn[value], 120) << value;
  }
}

TEST(UnitAxis, AValueIsFoundAgainAtItsPosition) {
  for (const Domain& domain : rounded()) {
    const UnitAxis axis(domain);
    Rng rng = keyed_rng(3, 0, "draws");
    for (int i = 0; i < 500; ++i) {
      const Value value = draw(domain, rng);
      if (std::abs(value.is_number() ? value.get<double>() : 0) > 0x1p40) continue;
      EXPECT_EQ(axis.value(axis.position(value)), value) << axis.position(value);
    }
  }
  for (const Domain& domain : smooth()) {
    const UnitAxis axis(domain);
    for (double u = 0.001; u < 1; u += 0.001) EXPECT_NEAR(axis.position(axis.value(u)), u, 1e-9);
  }
}

TEST(UnitAxis, EveryPointOfItIsAValueOfTheDomain) {
  auto all = smooth();
  for (Domain& domain : rounded()) all.push_back(std::move(domain));
  for (const Domain& domain : all) {
    const UnitAxis axis(domain);
    for (double u = -0.5; u <= 1.5; u += 1.0 / 1024) {
      ASSERT_TRUE(contains(domain, axis.value(u))) << domain.index() << " " << u << " " << axis.value(u);
      const double position = axis.position(axis.value(u));
      ASSERT_TRUE(position >= 0 && position <= 1) << position;
    }
  }
}

TEST(UnitAxis, SaysWhatThereIsToChoose) {
  EXPECT_EQ(UnitAxis(Constant{3}).kind(), Kind::fixed);
  EXPECT_EQ(UnitAxis(Constant{3}).value(0.7), 3);
  EXPECT_EQ(UnitAxis(Computed{"f"}).kind(), Kind::fixed);
  EXPECT_EQ(UnitAxis(Categorical{{"only"}, {}}).kind(), Kind::fixed);
  EXPECT_EQ(UnitAxis(Integer{.low = 4, .high = 4, .log = true}).kind(), Kind::fixed);
  const UnitAxis lattice(Integer{.low = 0, .high = 9});
  EXPECT_EQ(lattice.kind(), Kind::lattice);
  EXPECT_EQ(lattice.points(), 10U);
  EXPECT_DOUBLE_EQ(lattice.position(7), 0.75);
  EXPECT_EQ(UnitAxis(Integer{.low = 1, .high = 9, .log = true}).kind(), Kind::continuous);
  EXPECT_EQ(UnitAxis(Integer{.low = 0, .high = std::int64_t{1} << 60}).kind(), Kind::continuous);
  const UnitAxis choice(Categorical{{"a", "b", "a"}, {}});
  EXPECT_EQ(choice.kind(), Kind::categorical);
  EXPECT_EQ(choice.index("b"), 1U);
  EXPECT_EQ(choice.index("a"), 0U);
}

}  // namespace
}  // namespace winnow::unit_axis_test
