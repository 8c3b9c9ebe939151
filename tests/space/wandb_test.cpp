#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <winnow/space/describe.hpp>
#include <winnow/space/dialects/wandb.hpp>

namespace winnow::wandb::wandb_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Space space(std::string_view text) {
  auto parsed = parse_space(text, "f.yaml");
  EXPECT_TRUE(parsed) << parsed.error().message;
  return parsed ? parsed->space : Space();
}

Domain domain(std::string_view definition) {
  const Space one = space("x: " + std::string(definition));
  return one.parameters().empty() ? Domain() : one.parameters().front().domain;
}

std::string refusal(std::string_view text) {
  const auto parsed = parse_space(text, "f.yaml");
  return parsed ? "accepted" : parsed.error().message;
}

Float real(Law law, double a, double b, std::optional<double> q = {}, bool integral = false) {
  return {.law = law, .a = a, .b = b, .q = q, .step = {}, .integral = integral};
}

TEST(WandbReader, InfersTheDistribution) {
  EXPECT_EQ(domain("{values: [a, 1, 2.5, null, [1, 2], {k: v}]}"),
            Domain(Categorical{{"a", 1, 2.5, nullptr, Value::parse("[1,2]"), Value::parse(R"({"k":"v"})")}, {}}));
  EXPECT_EQ(domain("{values: [a, b], probabilities: [0.25, 0.75]}"), Domain(Categorical{{"a", "b"}, {0.25, 0.75}}));
  EXPECT_EQ(domain("{min: 1, max: 9}"), Domain(Integer{1, 9}));
  EXPECT_EQ(domain("{min: 1, max: 9.0}"), Domain(real(Law::uniform, 1, 9)));
  EXPECT_EQ(domain("{min: 1e-4, max: 1}"), Domain(real(Law::uniform, 1e-4, 1)));
  EXPECT_EQ(domain("{value: null}"), Domain(Constant{nullptr}));
  EXPECT_EQ(domain("{value: [1, 2]}"), Domain(Constant{Value::parse("[1,2]")}));
}

TEST(WandbReader, KnowsEveryDistribution) {
  EXPECT_EQ(domain("{distribution: constant, value: 3}"), Domain(Constant{3}));
  EXPECT_EQ(domain("{distribution: categorical, values: [1]}"), Domain(Categorical{{1}, {}}));
  EXPECT_EQ(domain("{distribution: categorical_w_probabilities, values: [1, 2], probabilities: [1, 0]}"),
            Domain(Categorical{{1, 2}, {1, 0}}));
  EXPECT_EQ(domain("{distribution: int_uniform, min: 1, max: 2.}"), Domain(Integer{1, 2}));
  EXPECT_EQ(domain("{distribution: uniform, min: 1, max: 2}"), Domain(real(Law::uniform, 1, 2)));
  EXPECT_EQ(domain("{distribution: q_uniform, min: 0, max: 9, q: 2}"), Domain(real(Law::uniform, 0, 9, 2, true)));
  EXPECT_EQ(domain("{distribution: q_uniform, min: 0, max: 9, q: 2.0}"), Domain(real(Law::uniform, 0, 9, 2)));
  EXPECT_EQ(domain("{distribution: q_uniform, min: 0, max: 9}"), Domain(real(Law::uniform, 0, 9, 1)))
      << "a defaulted q gives floats";
  EXPECT_EQ(domain("{distribution: log_uniform_values, min: 1e-4, max: 0.1}"),
            Domain(real(Law::log_uniform, 1e-4, 0.1)));
  EXPECT_EQ(domain("{distribution: q_log_uniform_values, min: 1, max: 256}"),
            Domain(real(Law::log_uniform, 1, 256, 1)));
  EXPECT_EQ(domain("{distribution: inv_log_uniform_values, min: 1, max: 2}"), Domain(real(Law::inv_log_uniform, 1, 2)));
  EXPECT_EQ(domain("{distribution: normal}"), Domain(real(Law::normal, 0, 1)));
  EXPECT_EQ(domain("{distribution: q_normal, mu: 5, sigma: 2, q: 1}"), Domain(real(Law::normal, 5, 2, 1, true)));
  EXPECT_EQ(domain("{distribution: log_normal, mu: -1}"), Domain(real(Law::log_normal, -1, 1)));
  EXPECT_EQ(domain("{distribution: q_log_normal, q: 0.5}"), Domain(real(Law::log_normal, 0, 1, 0.5)));
  EXPECT_EQ(domain("{distribution: beta}"), Domain(real(Law::beta, 1, 1)));
  EXPECT_EQ(domain("{distribution: q_beta, a: 2, b: 5, q: 0.1}"), Domain(real(Law::beta, 2, 5, 0.1)));
}

TEST(WandbReader, ConvertsExponentsAndSaysSo) {
  EXPECT_EQ(domain("{distribution: log_uniform, min: -9, max: -2}"),
            Domain(real(Law::log_uniform, std::exp(-9.0), std::exp(-2.0))));
  EXPECT_EQ(domain("{distribution: q_log_uniform, min: 0, max: 3, q: 1}"),
            Domain(real(Law::log_uniform, 1, std::exp(3.0), 1, true)));
  EXPECT_EQ(domain("{distribution: inv_log_uniform, min: 1, max: 4}"),
            Domain(real(Law::inv_log_uniform, std::exp(-4.0), std::exp(-1.0))));
  EXPECT_THAT(parse_space("lr: {distribution: log_uniform, min: 0.001, max: 0.1}", "f.yaml")->warnings,
              ElementsAre("f.yaml:1:20: parameters.lr.distribution: log_uniform's min and max are exponents of e: the "
                          "values lie in [1.001, 1.105]; log_uniform_values takes values"));
}

TEST(WandbReader, TakesOurExtensions) {
  EXPECT_EQ(domain("{distribution: uniform, min: 0, max: 1, step: 0.1}"),
            Domain(Float{.law = Law::uniform, .a = 0, .b = 1, .q = {}, .step = 0.1}));
  EXPECT_EQ(domain("{min: 1, max: 9, step: 2}"), Domain(Integer{1, 9, 2}));
  EXPECT_EQ(domain("{min: 1, max: 1024, log: true}"), Domain(Integer{.low = 1, .high = 1024, .log = true}));
  EXPECT_EQ(domain("{values: [a, b], weights: [2, 1]}"), Domain(Categorical{{"a", "b"}, {2, 1}}));
  const Space conditional =
      space("opt: {values: [sgd, adam], grid: true}\nmomentum: {min: 0., max: 1., condition: {opt: [sgd]}}");
  EXPECT_TRUE(conditional.find("opt")->grid);
  EXPECT_EQ(conditional.find("momentum")->conditions, (std::vector<Condition>{{"opt", {"sgd"}}}));
}

TEST(WandbReader, NestsAndKeepsDots) {
  const Space nested = space(
      "parameters:\n  optimizer: {parameters: {lr: {value: 1}, adam: {parameters: {b: {value: 2}}}}}\n"
      "  optimizer.x-y: {value: 3}\n  parameters: {value: 4}\n");
  EXPECT_EQ(nested.find("optimizer.lr")->path, (std::vector<std::string>{"optimizer", "lr"}));
  EXPECT_EQ(nested.find("optimizer.adam.b")->path.size(), 3U);
  EXPECT_EQ(nested.find("optimizer.x-y")->path.size(), 1U);
  EXPECT_NE(nested.find("parameters"), nullptr);
}

TEST(WandbReader, TakesNamesThatLookLikeKeywords) {
  const auto parsed =
      parse_space("scheduler: {value: 1}\nlambda: {value: 1}\nseed: {value: 1}\nno: {value: 1}\n", "f.yaml");
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_THAT(parsed->warnings, IsEmpty());
  EXPECT_THAT(parse_space("learning rate: {value: 1}", "f.yaml")->warnings.size(), 1U);
}

TEST(WandbReader, PointsAtTheWrongNumber) {
  EXPECT_EQ(refusal("lr:\n  min: 0.1\n  max: 0.01\n"),
            "f.yaml:2:8: parameters.lr: min (0.1) must be less than max (0.01)");
  EXPECT_EQ(refusal("g: {parameters: {lr: {value: 1, q: 2}}}"),
            "f.yaml:1:33: parameters.g.lr: unknown key 'q' (constant takes: distribution, value, grid, "
            "condition)");
}

TEST(WandbDefinition, FindsWhereAParameterIsDefined) {
  const auto document = *parse_document("a: {value: 1}\ng:\n  parameters:\n    b: {value: 2}\n", "f.yaml");
  Diagnostics diagnostics("f.yaml");
  const Space read = read_space(document.root, diagnostics);
  EXPECT_EQ(definition(document.root, *read.find("g.b")).position, (Position{4, 8}));
}

TEST(WandbPrinter, WritesWhatPeopleWouldWrite) {
  EXPECT_EQ(to_json(space("lr: {distribution: log_uniform_values, min: 1e-4, max: 1e-1}\n"
                          "h: {parameters: {n: {min: 1, max: 4}, o: {value: 3}}}\n"
                          "c: {values: [a, b], probabilities: [0.5, 0.5], grid: true}\n"))
                .dump(),
            R"({"lr":{"distribution":"log_uniform_values","min":0.0001,"max":0.1},)"
            R"("h":{"parameters":{"n":{"distribution":"int_uniform","min":1,"max":4},"o":{"value":3}}},)"
            R"("c":{"values":["a","b"],"probabilities":[0.5,0.5],"grid":true}})");
}

}  // namespace
}  // namespace winnow::wandb::wandb_test
