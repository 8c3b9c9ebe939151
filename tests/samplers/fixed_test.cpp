#include "support.hpp"

namespace winnow::testing::fixed_test {
namespace {

SamplerOptions options(Assignment fixed) {
  return {.space = make_space(
              {choice("optimizer", {"sgd", "adam"}), only_if(real("momentum"), "optimizer", {"sgd"}), real("lr")}),
          .seed = 2,
          .fixed = std::move(fixed)};
}

TEST(Fixed, KeepsTheValueAndLeavesTheOtherDraws) {
  const auto free = proposals(*make_or_fail("random", options({})), 30);
  const auto fixed =
      proposals(*make_or_fail("random", options(Assignment({Assignment::Entry{"optimizer", "sgd"}}))), 30);
  for (std::size_t i = 0; i < fixed.size(); ++i) {
    EXPECT_EQ(*fixed[i].find("optimizer"), "sgd");
    EXPECT_NE(fixed[i].find("momentum"), nullptr) << "what hangs on it is present";
    EXPECT_EQ(*fixed[i].find("lr"), *free[i].find("lr"));
  }
}

TEST(Fixed, AParameterThatIsAbsentStaysSo) {
  const auto fixed = proposals(*make_or_fail("random", options(Assignment({{"momentum", 0.5}}))), 30);
  for (const Assignment& trial : fixed) {
    const Value* momentum = trial.find("momentum");
    EXPECT_EQ(momentum != nullptr, *trial.find("optimizer") == "sgd");
    if (momentum != nullptr) {
      EXPECT_EQ(*momentum, 0.5);
    }
  }
}

TEST(Fixed, OneThatTurnsUpWhileATrialRunsGetsItToo) {
  const auto sampler = make_or_fail("random", {.space = {}, .seed = 2, .fixed = Assignment({{"late", 0.25}})});
  EXPECT_EQ(sampler->draw(3, "late", Float{}), 0.25);
  EXPECT_NE(sampler->draw(3, "late", range(1, 2)), 0.25);
  EXPECT_NE(sampler->draw(3, "other", Float{}), 0.25);
}

TEST(Fixed, AGridLosesTheDimension) {
  SamplerOptions grid{.space = make_space({choice("a", {1, 2, 3}), choice("b", {1, 2})}),
                      .fixed = Assignment({{"a", 2}})};
  EXPECT_EQ(sampler_total("grid", grid), 2);
  EXPECT_THAT(rows(proposals(*make_or_fail("grid", grid), 9)),
              ::testing::ElementsAre(R"({"a":2,"b":1})", R"({"a":2,"b":2})"));
}

TEST(Fixed, RefusesWhatIsNotThere) {
  EXPECT_EQ(refusal("random", options(Assignment({{"lrr", 1}}))), "fixed.lrr: no such parameter; did you mean lr?");
  EXPECT_EQ(refusal("random", options(Assignment({{"lr", 3}}))),
            "fixed.lr: 3 is outside the parameter: uniform in [0, 1]");
}

}  // namespace
}  // namespace winnow::testing::fixed_test
