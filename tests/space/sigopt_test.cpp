#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <winnow/space/dialects/sigopt.hpp>
#include <winnow/space/dialects/wandb.hpp>

namespace winnow::sigopt::sigopt_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Read {
  Space space{};
  std::vector<std::string> warnings{};
  std::string error{};
};

Read read(std::string_view text, const std::string& path = "") {
  const auto document = parse_document(text, "f.yaml");
  if (!document) return {.error = document.error().message};
  Diagnostics diagnostics("f.yaml");
  Space space = read_space(document->root, diagnostics, path);
  return {std::move(space), diagnostics.take_warnings(), diagnostics.ok() ? "" : diagnostics.first_error().message};
}

Space space(std::string_view text) {
  Read result = read(text);
  EXPECT_EQ(result.error, "");
  return result.space;
}

Domain domain(const std::string& keys) {
  const Space one = space("- {name: x, " + keys + "}");
  return one.parameters().empty() ? Domain() : one.parameters().front().domain;
}

TEST(SigoptReader, KnowsEveryKindOfParameter) {
  EXPECT_EQ(domain("type: double, bounds: {min: 0, max: 2}"), Domain(Float{.law = Law::uniform, .a = 0, .b = 2}));
  EXPECT_EQ(domain("type: double, bounds: {min: 1e-6, max: 1e-4}, transformation: log"),
            Domain(Float{.law = Law::log_uniform, .a = 1e-6, .b = 1e-4}));
  EXPECT_EQ(domain("type: int, bounds: {min: 1, max: 6}"), Domain(Integer{1, 6}));
  EXPECT_EQ(domain("type: categorical, categorical_values: [sgd, adam]"), Domain(Categorical{{"adam", "sgd"}, {}}));
  EXPECT_EQ(domain("type: categorical, categories: [{name: b, enum_index: 1}, {name: a, enum_index: 2}]"),
            Domain(Categorical{{"a", "b"}, {}}));
  EXPECT_EQ(domain("type: double, bounds: {min: -1, max: 1}, prior: {name: normal, mean: 0.5, scale: 2}"),
            Domain(Float{.law = Law::normal, .a = 0.5, .b = 2, .range = Interval{-1, 1}}));
  EXPECT_EQ(domain("type: double, bounds: {min: 3, max: 5}, prior: {name: beta, shape_a: 2, shape_b: 0.5}"),
            Domain(Float{.law = Law::beta, .a = 2, .b = 0.5, .range = Interval{3, 5}}));
}

TEST(SigoptReader, AGridHasTheDeclaredTypeAndKeepsItsOrder) {
  const auto types = [](const std::string& keys) {
    const Domain grid = domain(keys);
    std::string text;
    for (const Value& value : std::get<Categorical>(grid).values) text += value.dump() + " ";
    return text;
  };
  EXPECT_EQ(types("type: double, grid: [3, 0.5, 1]"), "3.0 0.5 1.0 ");
  EXPECT_EQ(types("type: int, grid: [3.0, 1, 2]"), "3 1 2 ");
}

TEST(SigoptReader, TheMisspeltTransformationOfTransformersCounts) {
  const Read result = read("- {name: lr, type: double, bounds: {min: 1e-6, max: 1e-4}, transformamtion: log}");
  EXPECT_EQ(std::get<Float>(result.space.parameters().front().domain).law, Law::log_uniform);
  EXPECT_THAT(result.warnings, ElementsAre("f.yaml:1:77: parameters[0].transformamtion: is read as transformation"));
}

TEST(SigoptReader, ConditionalsComeFirstAndAreCategorical) {
  const Space read = space(
      "parameters:\n"
      "  - {name: momentum, type: double, bounds: {min: 0, max: 1}, conditions: {optimizer: sgd}}\n"
      "  - {name: beta, type: double, bounds: {min: 0, max: 1}, conditions: [{name: optimizer, values: [adam]}]}\n"
      "conditionals: [{name: optimizer, values: [sgd, adam]}]\n");
  ASSERT_EQ(read.parameters().size(), 3U);
  EXPECT_EQ(read.parameters()[0].name(), "optimizer");
  EXPECT_EQ(read.parameters()[0].domain, Domain(Categorical{{"sgd", "adam"}, {}}));
  EXPECT_EQ(read.parameters()[1].conditions, (std::vector<Condition>{{"optimizer", {"sgd"}}}));
  EXPECT_EQ(read.parameters()[2].conditions, (std::vector<Condition>{{"optimizer", {"adam"}}}));
}

TEST(SigoptReader, EveryCombinationOfConditionalValuesHasAParameter) {
  const std::string conditionals = "conditionals: [{name: a, values: [p, q]}, {name: b, values: [r, s]}]\n";
  const auto x = [](const std::string& name, const std::string& conditions) {
    return "  - {name: " + name + ", type: int, bounds: {min: 0, max: 1}, conditions: {" + conditions + "}}\n";
  };
  EXPECT_EQ(read(conditionals + "parameters:\n" + x("x", "a: p") + x("y", "b: r")).error,
            "f.yaml:1:15: conditionals: no parameter is there when a is \"q\" and b is \"s\"; every combination needs "
            "one");
  EXPECT_EQ(read(conditionals + "parameters:\n" + x("x", "a: p") + x("y", "a: q")).error, "");
  EXPECT_EQ(read(conditionals + "parameters:\n" + x("x", "a: p") + x("y", "b: r") + x("z", "a: q, b: s")).error, "");
}

TEST(SigoptReader, LinearConstraintsAreKept) {
  const Space read = space(
      "parameters: [{name: a, type: double, bounds: {min: 0, max: 1}}, {name: b, type: double, bounds: {min: 0, max: "
      "1}}]\n"
      "linear_constraints: [{type: greater_than, threshold: 1, terms: [{name: a, weight: 2}, {name: b, weight: 1}]}]");
  EXPECT_EQ(read.constraints(),
            (std::vector<LinearConstraint>{{LinearConstraint::Type::greater_than, 1, {{"a", 2}, {"b", 1}}}}));
}

TEST(SigoptReader, ThePathOfAnInlineSpaceStandsInFront) {
  EXPECT_EQ(read("- {name: x, type: int}", "space.sigopt").error,
            "f.yaml:1:3: space.sigopt[0]: int needs bounds, e.g. bounds: {min: 1, max: 6}, or a grid");
  EXPECT_EQ(read("parameters: [{name: x, type: int}]", "space.sigopt").error,
            "f.yaml:1:14: space.sigopt.parameters[0]: int needs bounds, e.g. bounds: {min: 1, max: 6}, or a grid");
}

TEST(SigoptShape, IsKnownByItsListOfDefinitions) {
  const auto looks = [](std::string_view text) { return looks_like(parse_document(text, "f.yaml")->root); };
  EXPECT_TRUE(looks("- {name: x, type: int, bounds: {min: 0, max: 1}}"));
  EXPECT_TRUE(looks("parameters: [{name: x, type: int}]\nmetrics: []"));
  EXPECT_FALSE(looks("parameters: {x: {value: 1}}\nmethod: random"));
  EXPECT_FALSE(looks("x: {type: int}"));
  EXPECT_FALSE(looks("- 1\n- 2"));
  EXPECT_FALSE(looks("[]"));
}

// --- printing spaces of other dialects

PrintedSpace printed(std::string_view wandb_parameters) {
  const auto parsed = wandb::parse_space(wandb_parameters, "f.yaml");
  EXPECT_TRUE(parsed) << parsed.error().message;
  return print(parsed->space);
}

std::string parameter(const std::string& definition) {
  const PrintedSpace result = printed("x: " + definition);
  if (result.json["parameters"].empty()) return "nothing";
  OrderedJson json = result.json["parameters"][0];
  json.erase("name");
  return json.dump();
}

std::vector<std::string> notes(std::string_view wandb_parameters) {
  return printed(wandb_parameters).notes;
}

TEST(SigoptPrinter, KeepsWhatHasAnEqual) {
  const auto silent = [](const std::string& definition) {
    EXPECT_THAT(notes("x: " + definition), IsEmpty()) << definition;
    return parameter(definition);
  };
  EXPECT_EQ(silent("{min: 1, max: 3}"), R"({"type":"int","bounds":{"min":1,"max":3}})");
  EXPECT_EQ(silent("{min: 1, max: 8, step: 3}"), R"({"type":"int","grid":[1,4,7]})");
  EXPECT_EQ(silent("{distribution: uniform, min: 0, max: 1, step: 0.5}"), R"({"type":"double","grid":[0.0,0.5,1.0]})");
  EXPECT_EQ(silent("{distribution: inv_log_uniform_values, min: 1, max: 2}"),
            R"({"type":"double","bounds":{"min":1.0,"max":2.0},"transformation":"log"})");
  EXPECT_EQ(silent("{distribution: beta, a: 2, b: 3}"),
            R"({"type":"double","bounds":{"min":0.0,"max":1.0},"prior":{"name":"beta","shape_a":2.0,"shape_b":3.0}})");
  EXPECT_EQ(silent("{distribution: normal, mu: 1, sigma: 2, min: 0, max: 4}"),
            R"({"type":"double","bounds":{"min":0.0,"max":4.0},"prior":{"name":"normal","mean":1.0,"scale":2.0}})");
  EXPECT_EQ(silent("{values: [2, 1]}"), R"({"type":"int","grid":[2,1]})");
  EXPECT_EQ(silent("{values: [b, a]}"), R"({"type":"categorical","categorical_values":["a","b"]})");
  EXPECT_EQ(silent("{values: [a, b], weights: [2, 2]}"), R"({"type":"categorical","categorical_values":["a","b"]})");
}

TEST(SigoptPrinter, SaysWhatHasNoEqual) {
  EXPECT_THAT(notes("x: {value: 3}"),
              ElementsAre("x: a constant has no equal; set it in the program; left out", "parameters: none is left"));
  EXPECT_THAT(notes("x: {values: [a]}\ny: {min: 0, max: 1}"),
              ElementsAre("x: a single value has no equal; set it in the program; left out"));
  EXPECT_THAT(notes("x: {values: [a, b, a]}"),
              ElementsAre("x: weights and repeated values have no equal; each value is equally likely"));
  EXPECT_THAT(notes("x: {values: [a, b], probabilities: [0.1, 0.9]}"),
              ElementsAre("x: weights and repeated values have no equal; each value is equally likely"));
  EXPECT_THAT(notes("x: {values: [true, null]}"), ElementsAre("x: the values become texts"));
  EXPECT_THAT(notes("x: {values: [1, 0.5]}"), ElementsAre("x: the integers among the values become real numbers"));
  EXPECT_THAT(notes("x: {min: 1, max: 9, log: true}"),
              ElementsAre("x: log-uniform integers have no equal; written as uniform"));
  EXPECT_THAT(notes("x: {min: 1, max: 9000, step: 2}"),
              ElementsAre("x: steps of 2 have no equal where there are more than 1000"));
  EXPECT_THAT(notes("x: {distribution: normal}"),
              ElementsAre("x: a normal without bounds has no equal; cut off at 8 scales"));
  EXPECT_THAT(notes("x: {distribution: log_normal}\ny: {min: 0, max: 1}"),
              ElementsAre("x: a log-normal has no equal; left out"));
  EXPECT_THAT(notes("x: {distribution: q_uniform, min: 0, max: 9, q: 2}"),
              ElementsAre("x: rounding to multiples of 2 has no equal"));
  EXPECT_THAT(notes("x: {min: 1, max: 3, grid: true}"),
              ElementsAre("x: the grid mark has no equal; it is searched like the rest"));
  EXPECT_THAT(notes("g: {parameters: {x: {min: 1, max: 3}}}"),
              ElementsAre("g.x: there are no groups; the name keeps its dots"));
}

TEST(SigoptPrinter, ParentsBecomeConditionals) {
  const PrintedSpace result = printed(
      "deep: {values: [true, false]}\n"
      "opt: {values: [sgd, adam], condition: {deep: [true]}}\n"
      "momentum: {min: 0.0, max: 1, condition: {opt: [sgd]}}\n"
      "n: {min: 1, max: 3}\n"
      "m: {min: 1, max: 3, condition: {n: [2]}}\n");
  EXPECT_EQ(result.json["conditionals"].dump(),
            R"([{"name":"deep","values":["true","false"]},{"name":"opt","values":["sgd","adam"]}])");
  EXPECT_EQ(result.json["parameters"].back().dump(),
            R"({"name":"momentum","type":"double","bounds":{"min":0.0,"max":1.0},)"
            R"("conditions":{"opt":["sgd"],"deep":["true"]}})");
  EXPECT_THAT(result.notes,
              ElementsAre("deep: the values become texts", "opt: a conditional can't hang on another one; always there",
                          "m: a condition on n has no equal; there whatever that is"));
}

TEST(SigoptPrinter, SaysWhereACombinationHasNoParameter) {
  EXPECT_THAT(notes("opt: {values: [sgd, adam]}\nmomentum: {min: 0.0, max: 1, condition: {opt: [sgd]}}"),
              ElementsAre("conditionals: SigOpt wants a parameter for every combination; there is none when opt is "
                          "\"adam\""));
}

TEST(SigoptPrinter, LeavesOutAConstraintOnWhatTakesNone) {
  const auto made = Space::make(
      {{.path = {"a"}, .domain = Float{.law = Law::log_uniform, .a = 1, .b = 2}}, {.path = {"b"}, .domain = Float{}}},
      {{LinearConstraint::Type::less_than, 2.5, {{"a", 1}, {"b", 1}}}});
  ASSERT_TRUE(made);
  const PrintedSpace result = print(*made);
  EXPECT_FALSE(result.json.contains("linear_constraints"));
  EXPECT_THAT(result.notes, ElementsAre("linear_constraints[0]: a is no plain number between bounds there; left out"));
}

}  // namespace
}  // namespace winnow::sigopt::sigopt_test
