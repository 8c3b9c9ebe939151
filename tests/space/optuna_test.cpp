#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <winnow/space/dialects/optuna.hpp>
#include <winnow/space/dialects/optuna_trial.hpp>

#include "dialect_files.hpp"

namespace winnow::optuna::optuna_test {
namespace {

using namespace testing_dialects;
using testing::ElementsAre;
using testing::IsEmpty;

Domain domain(std::string_view definition) {
  const auto space = read_text(read_space, "{x: " + std::string(definition) + "}", "space.yaml");
  EXPECT_TRUE(space) << space.error().message;
  return space ? space->parameters().front().domain : Domain();
}

std::vector<std::string> warnings(std::string_view text) {
  const auto document = parse_document(text, "space.yaml");
  Diagnostics diagnostics("space.yaml");
  read_space(document->root, diagnostics);
  EXPECT_TRUE(diagnostics.ok());
  return diagnostics.take_warnings();
}

Float real(Law law, double a, double b, std::optional<double> step = {}) {
  return {.law = law, .a = a, .b = b, .q = {}, .step = step};
}

// --- spellings

TEST(OptunaSpellings, OfOneDistributionAreOneDomain) {
  const Domain expected = real(Law::log_uniform, 1e-5, 0.1);
  for (const std::string_view definition : {
           "{name: FloatDistribution, attributes: {low: 1e-5, high: 0.1, log: true, step: null}}",
           R"('{"name": "FloatDistribution", "attributes": {"step": null, "low": 1e-05, "high": 0.1, "log": true}}')",
           "{type: float, low: 1e-5, high: 0.1, log: true}",
           R"('{"type": "float", "low": 1e-5, "high": 0.1, "log": true}')",
           "'trial.suggest_float(1e-5, 1e-1, log=True)'",
           R"('trial.suggest_float("x", 1e-5, 1e-1, log=True)')",
           R"('suggest_float(name="x", low=1e-5, high=1e-1, log=True)')",
           R"('trial.suggest_loguniform("x", 1e-5, 1e-1)')",
           R"('optuna.distributions.FloatDistribution(1e-5, 1e-1, True)')",
           "{name: LogUniformDistribution, attributes: {low: 1e-5, high: 0.1}}",
       }) {
    EXPECT_EQ(domain(definition), expected) << definition;
  }
}

TEST(OptunaDomains, AreTheirsInEveryKind) {
  EXPECT_EQ(domain("{type: float, low: 0, high: 1}"), Domain(real(Law::uniform, 0, 1)));
  EXPECT_EQ(domain("{type: float, low: 0, high: 1, step: 0.25}"), Domain(real(Law::uniform, 0, 1, 0.25)));
  EXPECT_EQ(domain("{type: int, low: 1, high: 9}"), Domain(Integer{1, 9}));
  EXPECT_EQ(domain("{type: int, low: 1, high: 9, step: 4}"), Domain(Integer{1, 9, 4}));
  EXPECT_EQ(domain("{type: int, low: 1, high: 9, log: true}"), Domain(Integer{.low = 1, .high = 9, .log = true}));
  EXPECT_EQ(domain("{type: categorical, choices: [a, 1, null]}"),
            Domain(Categorical{.values = {"a", 1, nullptr}, .weights = {}}));
  EXPECT_EQ(domain("'trial.suggest_discrete_uniform(0, 1, 0.25)'"), Domain(real(Law::uniform, 0, 1, 0.25)));
}

TEST(OptunaHigh, IsLoweredToTheLastStepWithAWarning) {
  EXPECT_EQ(domain("{type: float, low: 0, high: 1, step: 0.3}"), Domain(real(Law::uniform, 0, 0.9, 0.3)));
  EXPECT_EQ(domain("{type: float, low: 0, high: 0.3, step: 0.1}"), Domain(real(Law::uniform, 0, 0.3, 0.1)));
  EXPECT_EQ(domain("{type: int, low: 1, high: 10, step: 4}"), Domain(Integer{1, 9, 4}));
  EXPECT_THAT(warnings("{a: {type: float, low: 0, high: 1, step: 0.3},\n b: 'trial.suggest_int(1, 10, step=4)'}"),
              ElementsAre("space.yaml:1:5: a: high (1) is lowered to 0.9, the last step of 0.3 from 0",
                          "space.yaml:2:6: b: high (10) is lowered to 9, the last step of 4 from 1"));
  EXPECT_THAT(warnings("{a: {type: float, low: 0, high: 0.3, step: 0.1}}"), IsEmpty());
}

TEST(OptunaChoices, ThatStoragesDontKeepAreWarnedAbout) {
  EXPECT_THAT(
      warnings("a: trial.suggest_categorical([[1, 2], None])"),
      ElementsAre("space.yaml:1:4: a: Optuna's storages keep choices that are null, booleans, numbers and texts "
                  "only, not [1,2]"));
}

TEST(OptunaPath, LeadsItsMessages) {
  const auto document = parse_document("space:\n  optuna:\n    lr: trial.suggest_float(2, 1)\n", "sweep.yaml");
  Diagnostics diagnostics("sweep.yaml");
  read_space(*document->root.find("space")->find("optuna"), diagnostics, "space.optuna");
  EXPECT_EQ(diagnostics.first_error().message, "sweep.yaml:3:29: space.optuna.lr: low (2) must be at most high (1)");
}

TEST(OptunaShape, IsKnownFromDistributionsAndSuggestCalls) {
  const auto is_optunas = [](std::string_view text) { return looks_like(parse_document(text, "f")->root); };
  EXPECT_TRUE(is_optunas(R"({"lr": {"name": "FloatDistribution", "attributes": {}}})"));
  EXPECT_TRUE(is_optunas(R"({"lr": "{\"name\": \"FloatDistribution\", \"attributes\": {}}"})"));
  EXPECT_TRUE(is_optunas("lr: {type: int, low: 1, high: 2}"));
  EXPECT_TRUE(is_optunas("lr: trial.suggest_flaot(0, 1)"));
  EXPECT_TRUE(is_optunas("- trial.suggest_float('lr', 0, 1)"));
  EXPECT_FALSE(is_optunas("lr: tune.uniform(0, 1)"));
  EXPECT_FALSE(is_optunas("lr: {min: 0, max: 1}"));
  EXPECT_FALSE(is_optunas("lr: {distribution: uniform, min: 0, max: 1}"));
  EXPECT_FALSE(is_optunas("- {name: lr, type: int, bounds: {min: 1, max: 2}}"));
  EXPECT_FALSE(is_optunas("parameters: {lr: {value: trial.suggest_float(0)}}"));
  EXPECT_FALSE(is_optunas("3"));
}

TEST(OptunaChoices, ThatPythonsJsonWritesAsInfinityAreTexts) {
  for (const auto& [file, text] : std::vector<std::pair<std::string, std::string>>{
           {"a.json", R"({"x": {"name": "CategoricalDistribution", "attributes": {"choices": [-Infinity, NaN, 1]}}})"},
           {"a.yaml", R"(x: '{"name": "CategoricalDistribution", "attributes": {"choices": [-Infinity, NaN, 1]}}')"},
           {"b.yaml", "x: trial.suggest_categorical([float('-inf'), math.nan, 1])"}}) {
    const auto document = parse_document(text, file);
    ASSERT_TRUE(document) << document.error().message;
    Diagnostics diagnostics(file);
    const Space space = read_space(document->root, diagnostics);
    ASSERT_TRUE(diagnostics.ok()) << diagnostics.first_error().message;
    EXPECT_EQ(space.parameters().front().domain, Domain(Categorical{.values = {"-Infinity", "NaN", 1}, .weights = {}}));
  }
}

TEST(OptunaConstants, AreNumbersListsAndQuotedTextsBesideDistributions) {
  const auto document = parse_document("verbosity: -1\nobjective: 'binary'\nlr: trial.suggest_float(0, 1)\n", "f.yaml");
  EXPECT_TRUE(looks_like(document->root));
  Diagnostics diagnostics("f.yaml");
  const Space space = read_space(document->root, diagnostics);
  ASSERT_TRUE(diagnostics.ok()) << diagnostics.first_error().message;
  EXPECT_EQ(space.parameters()[0].domain, Domain(Constant{-1}));
  EXPECT_EQ(space.parameters()[1].domain, Domain(Constant{"binary"}));
}

// --- files

class OptunaFile : public testing::TestWithParam<std::string> {};

TEST_P(OptunaFile, ComesBackAsItWas) {
  expect_round_trip(read_space, print, "optuna", GetParam());
}

TEST_P(OptunaFile, IsRecognised) {
  EXPECT_TRUE(looks_like(parse_document(text_of(kDialects / "optuna" / GetParam()), GetParam())->root));
}

INSTANTIATE_TEST_SUITE_P(Each, OptunaFile, testing::ValuesIn(files_in("optuna")),
                         [](const auto& instance) { return test_name(instance.param); });

class MalformedOptunaFile : public testing::TestWithParam<Malformed> {};

TEST_P(MalformedOptunaFile, GetsOneClearMessage) {
  expect_message(read_space, "optuna", GetParam());
}

INSTANTIATE_TEST_SUITE_P(Each, MalformedOptunaFile, testing::ValuesIn(malformed_files("optuna")),
                         [](const auto& instance) { return test_name(instance.param.file); });

TEST(MalformedOptunaFiles, AllHaveAnExpectedMessage) {
  expect_a_message_for_each_file("optuna");
}

// --- printing what others have

TEST(OptunaPrint, SaysWhatHasNoEqual) {
  const Space space = *Space::make(
      {
          {.path = {"opt"}, .domain = Categorical{.values = {"adam", "sgd"}, .weights = {}}},
          {.path = {"model", "lr"},
           .domain = real(Law::inv_log_uniform, 1e-3, 1),
           .conditions = {{.parent = "opt", .values = {"sgd"}}}},
          {.path = {"fixed"}, .domain = Constant{3}},
          {.path = {"even"}, .domain = Categorical{.values = {1, 2}, .weights = {3, 3}}},
          {.path = {"uneven"}, .domain = Categorical{.values = {1, 2}, .weights = {1, 2}}},
          {.path = {"mu"}, .domain = real(Law::normal, 0, 1)},
          {.path = {"q"}, .domain = Float{.law = Law::uniform, .q = 0.1, .step = {}}},
          {.path = {"down"}, .domain = Integer{.low = 1, .high = 9, .log = true, .floor = true}},
          {.path = {"grid"}, .domain = Integer{1, 3}, .grid = true},
          {.path = {"made"}, .domain = Computed{"twice"}},
      },
      {{.threshold = 9, .terms = {{"grid", 1}, {"fixed", 1}}}, {.threshold = 9, .terms = {{"grid", 1}}}});
  const PrintedSpace printed = print(space);
  EXPECT_THAT(
      printed.notes,
      ElementsAre("uneven: weights have no equal in Optuna; left out",
                  "mu: only uniform and log-uniform numbers have equals in Optuna; left out",
                  "q: q, which rounds after drawing, has no equal in Optuna; its step is another law; left out",
                  "down: a log-uniform integer that is rounded down has no equal in Optuna; left out",
                  "grid: the grid is no part of a distribution; Optuna's GridSampler has it",
                  "model.lr: Optuna doesn't nest parameters; this is one name with dots",
                  "model.lr: is there only if opt is \"sgd\"; Optuna's file has no conditions, so every trial gets it",
                  "made: the function 'twice' computes it; a distribution can't; left out",
                  "linear_constraints[0]: Optuna's file has no constraints; left out",
                  "linear_constraints[1]: Optuna's file has no constraints; left out"));
  std::vector<std::string> names;
  for (const auto& [name, distribution] : printed.json.items()) names.push_back(name);
  EXPECT_THAT(names, ElementsAre("opt", "fixed", "even", "grid", "model.lr"));
  EXPECT_EQ(printed.json["fixed"].dump(), R"({"name":"CategoricalDistribution","attributes":{"choices":[3]}})");
  EXPECT_EQ(printed.json["model.lr"]["attributes"]["log"], true);
}

// --- one distribution, for ask/tell

TEST(OptunaDistribution, IsReadFromAnObjectATextOrACall) {
  const Domain expected = Integer{.low = 1, .high = 9, .log = true};
  EXPECT_EQ(parse_distribution({{"type", "int"}, {"low", 1}, {"high", 9}, {"log", true}}), expected);
  EXPECT_EQ(parse_distribution(R"({"name":"IntLogUniformDistribution","attributes":{"low":1,"high":9}})"), expected);
  EXPECT_EQ(parse_distribution("trial.suggest_int('n', 1, 9, log=True)"), expected);
  EXPECT_EQ(parse_distribution("suggest_int(1, 9, log=True)"), expected);
}

TEST(OptunaDistribution, ThatIsWrongIsRefusedWithoutAFile) {
  const auto refusal = [](const Value& json) { return parse_distribution(json).error().message; };
  EXPECT_EQ(refusal({{"type", "int"}, {"low", 1}}), "distribution: int needs high (it takes: low, high, step, log)");
  EXPECT_EQ(
      refusal(3),
      "distribution: must be a distribution, e.g. trial.suggest_float(0, 1) or {type: float, low: 0, high: 1}, got 3");
  EXPECT_EQ(refusal("{"), "distribution: this text is no JSON object: \"{\"");
  EXPECT_EQ(refusal({{"type", "float"}, {"low", 2}, {"high", 1}}), "distribution: low (2) must be at most high (1)");
}

// --- C++ values

TEST(OptunaValues, MakeTheSpaceThatAFileDoes) {
  const auto made = space({{"lr", float_distribution(1e-5, 1e-1, {.log = true})},
                           {"drop", float_distribution(0, 0.5, {.step = 0.1})},
                           {"n", int_distribution(1, 9, {.step = 2})},
                           {"act", categorical_distribution({"relu", nullptr})}});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(*made,
            *read_text(read_space,
                       "{lr: 'trial.suggest_float(1e-5, 1e-1, log=True)', drop: 'trial.suggest_float(0, 0.5, "
                       "step=0.1)', n: 'trial.suggest_int(1, 9, step=2)', act: 'trial.suggest_categorical([\"relu\","
                       " None])'}",
                       "f"));
}

TEST(OptunaValues, ThatAreWrongAreNamed) {
  EXPECT_EQ(space({{"lr", float_distribution(2, 1)}}).error().message, "lr: low (2) must be at most high (1)");
  EXPECT_EQ(int_distribution(1, 9, {.step = 2, .log = true}).error().message, "step (2) must be 1 with log");
  EXPECT_EQ(float_distribution(1, 2, {.step = 0.1, .log = true}).error().message, "step and log exclude each other");
}

// --- define-by-run

TEST(OptunaTrial, AsksForTypedValuesByDomain) {
  std::vector<std::pair<std::string, Domain>> asked;
  std::vector<Value> answers = {0.5, 3, "sgd", 2, nullptr, 1};
  Trial trial([&](std::string_view name, const Domain& asked_domain) -> Result<Value> {
    asked.emplace_back(name, asked_domain);
    return answers[asked.size() - 1];
  });
  const double lr = trial.suggest_float("lr", 0, 1, {.step = 0.5});
  const std::int64_t layers = trial.suggest_int("layers", 1, 9, {.log = true});
  const std::string optimizer = trial.suggest_categorical("optimizer", {"adam", "sgd"});
  const int heads = trial.suggest_categorical("heads", {1, 2, 4});
  const Value depth = trial.suggest_categorical("depth", {"auto", 3, nullptr});
  const Value one = trial.suggest_categorical("one", std::vector<Value>{1});
  EXPECT_EQ(lr, 0.5);
  EXPECT_EQ(layers, 3);
  EXPECT_EQ(optimizer, "sgd");
  EXPECT_EQ(heads, 2);
  EXPECT_EQ(depth, nullptr);
  EXPECT_EQ(one, 1);
  ASSERT_EQ(asked.size(), 6U);
  EXPECT_EQ(asked[0], (std::pair<std::string, Domain>("lr", real(Law::uniform, 0, 1, 0.5))));
  EXPECT_EQ(asked[1].second, Domain(Integer{.low = 1, .high = 9, .log = true}));
  EXPECT_EQ(asked[4].second, Domain(Categorical{.values = {"auto", 3, nullptr}, .weights = {}}));
}

TEST(OptunaTrial, ThrowsWhatIsWrongWithItsCode) {
  Trial trial([](std::string_view, const Domain&) -> Result<Value> { return fail(errc::cancelled, "the sweep ends"); });
  try {
    trial.suggest_float("lr", 0, 1);
    FAIL();
  } catch (const SuggestError& error) {
    EXPECT_EQ(error.code(), errc::cancelled);
    EXPECT_STREQ(error.what(), "the sweep ends");
  }
  try {
    trial.suggest_int("n", 2, 1);
    FAIL();
  } catch (const SuggestError& error) {
    EXPECT_EQ(error.code(), errc::invalid_input);
    EXPECT_STREQ(error.what(), "n: low (2) must be at most high (1)");
  }
}

}  // namespace
}  // namespace winnow::optuna::optuna_test
