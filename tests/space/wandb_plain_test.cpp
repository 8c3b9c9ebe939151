/// Spaces in W&B's own terms, without Winnow's additions to the format.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <winnow/core/random.hpp>
#include <winnow/space/dialects/wandb.hpp>
#include <winnow/space/draw.hpp>

#include "laws.hpp"

namespace winnow::wandb_plain_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

PrintedSpace print(Domain domain) {
  return wandb::print(*Space::make({{.path = {"x"}, .domain = std::move(domain)}}));
}

/// The printed definition is one that W&B takes: no key of ours.
Space read(const OrderedJson& parameters) {
  for (const auto& [name, definition] : parameters.items()) {
    for (const char* ours : {"grid", "condition", "step", "log", "weights"}) EXPECT_FALSE(definition.contains(ours));
  }
  return wandb::parse_space(parameters.dump(), "printed.json")->space;
}

TEST(WandbPlain, KeepsWhatWandbHas) {
  for (const Domain& domain : {Domain(Float{.a = 0, .b = 1}), Domain(Integer{1, 9}), Domain(Categorical{{1, "a"}, {}}),
                               Domain(Constant{3}), Domain(Float{.law = Law::normal, .a = 0, .b = 1, .q = 0.5})}) {
    const auto printed = print(domain);
    EXPECT_THAT(printed.notes, IsEmpty());
    EXPECT_EQ(read(printed.json).find("x")->domain, domain);
  }
}

TEST(WandbPlain, WritesStepsAsValues) {
  const auto printed = print(Integer{0, 6, 3});
  EXPECT_EQ(read(printed.json).find("x")->domain, Domain(Categorical{{0, 3, 6}, {}}));
  EXPECT_THAT(printed.notes, ElementsAre("x: its steps are written as a list of values"));
}

TEST(WandbPlain, WritesLogIntegersAsAQuantisedLawOfTheSameDistribution) {
  const Integer integer{.low = 1, .high = 6, .log = true};
  const Domain written = read(print(integer).json).find("x")->domain;
  ASSERT_TRUE(std::holds_alternative<Float>(written));
  std::map<double, double> probability;
  for (int k = 1; k <= 6; ++k) probability[k] = std::log((k + 0.5) / (k - 0.5)) / std::log(6.5 / 0.5);
  std::map<double, int> counts;
  Rng rng = keyed_rng(1, 0, "wandb_plain");
  for (int i = 0; i < 100'000; ++i) {
    const Value value = draw(written, rng);
    EXPECT_TRUE(value.is_number_integer());
    ++counts[value.get<double>()];
  }
  EXPECT_LT(testing_laws::chi_square_score(counts, probability, 100'000), 5);
}

TEST(WandbPlain, LeavesOutWhatHasNoEqualAndSaysWhy) {
  EXPECT_THAT(print(Integer{.low = 1, .high = 9, .log = true, .floor = true}).notes,
              ElementsAre("x: W&B has no log-uniform integers that are rounded down: left out"));
  EXPECT_THAT(print(Float{.law = Law::normal, .a = 0, .b = 1, .range = Interval{-1, 1}}).notes,
              ElementsAre("x: W&B has no distribution that is cut off or stretched to bounds: left out"));
  EXPECT_THAT(print(Computed{"width"}).notes,
              ElementsAre("x: is computed by the function width of a program: left out"));
  EXPECT_TRUE(print(Computed{"width"}).json.empty());
}

TEST(WandbPlain, SaysThatMarksConditionsAndConstraintsAreGone) {
  const Space space = *Space::make({{.path = {"a"}, .domain = Categorical{{1, 2}, {}}, .grid = true},
                                    {.path = {"b"}, .domain = Float{}, .conditions = {Condition{"a", {1}}}},
                                    {.path = {"c"}, .domain = Float{}}},
                                   {{LinearConstraint::Type::less_than, 2, {{"a", 1}, {"c", 1}}}});
  const auto printed = wandb::print(space);
  EXPECT_EQ(printed.json.size(), 3U);
  EXPECT_THAT(printed.notes, ElementsAre("a: W&B has no grid mark; method: grid crosses all parameters",
                                         "b: W&B has no conditions; it is drawn whatever a is",
                                         "linear_constraints: W&B has none; points that break them are drawn too"));
}

}  // namespace
}  // namespace winnow::wandb_plain_test
