#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <winnow/space/dialects/ray.hpp>

#include "dialect_files.hpp"

namespace winnow::ray::ray_test {
namespace {

using namespace testing_dialects;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Domain domain(std::string_view call) {
  const auto space = read_text(read_space, "{x: '" + std::string(call) + "'}", "space.yaml");
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

// --- the functions

TEST(RayDomains, AreTheirsInEveryKind) {
  EXPECT_EQ(domain("tune.uniform(0, 1)"), Domain(real(Law::uniform, 0, 1)));
  EXPECT_EQ(domain("tune.quniform(0, 1, 0.25)"), Domain(real(Law::uniform, 0, 1, 0.25)));
  EXPECT_EQ(domain("tune.loguniform(1e-4, 1e-1)"), Domain(real(Law::log_uniform, 1e-4, 1e-1)));
  EXPECT_EQ(domain("tune.qloguniform(0.5, 8, 0.5)"), Domain(real(Law::log_uniform, 0.5, 8, 0.5)));
  EXPECT_EQ(domain("tune.randn()"), Domain(real(Law::normal, 0, 1)));
  EXPECT_EQ(domain("tune.qrandn(1, 2, 0.5)"), Domain(Float{.law = Law::normal, .a = 1, .b = 2, .q = 0.5, .step = {}}));
  EXPECT_EQ(domain("tune.choice([1, None])"), Domain(Categorical{.values = {1, nullptr}, .weights = {}}));
}

TEST(RayIntegers, HaveTheBoundsThatRayDocuments) {
  EXPECT_EQ(domain("tune.randint(1, 10)"), Domain(Integer{1, 9}));
  EXPECT_EQ(domain("tune.lograndint(1, 10)"), Domain(Integer{.low = 1, .high = 9, .log = true, .floor = true}));
  EXPECT_EQ(domain("tune.qrandint(3, 12, 3)"), Domain(Integer{3, 12, 3}));
  EXPECT_EQ(domain("tune.qrandint(1, 10, 1)"), Domain(Integer{1, 9}));
  EXPECT_EQ(domain("tune.qrandint(1, 10)"), Domain(Integer{1, 9}));
  EXPECT_EQ(domain("tune.qrandint(-10, 10, 4)"), Domain(Integer{-8, 8, 4}));
  EXPECT_EQ(domain("tune.qlograndint(5, 50, 10)"),
            Domain(Integer{.low = 10, .high = 50, .step = 10, .log = true, .floor = true}));
  EXPECT_EQ(domain("tune.qlograndint(2, 9, 1)"), Domain(Integer{.low = 2, .high = 8, .log = true, .floor = true}));
}

TEST(RayGrid, IsReadAsACallAndAsADictionary) {
  for (const std::string_view text : {"x: tune.grid_search([1, 2])", "x: {grid_search: [1, 2]}"}) {
    const auto space = read_text(read_space, text, "space.yaml");
    ASSERT_TRUE(space);
    const Parameter expected{.path = {"x"}, .domain = Categorical{.values = {1, 2}, .weights = {}}, .grid = true};
    EXPECT_EQ(space->parameters().front(), expected);
  }
}

TEST(RayConstants, AreAllElse) {
  EXPECT_EQ(domain("adam"), Domain(Constant{"adam"}));
  EXPECT_EQ(domain("adam (fast)"), Domain(Constant{"adam (fast)"}));
  EXPECT_EQ(domain("1e-3"), Domain(Constant{"1e-3"}));
}

/// What the entry `x` of a YAML file with this in it is, as JSON; or the message.
std::string constant(std::string_view written) {
  const auto document = parse_document("x: " + std::string(written) + "\n", "f.yaml");
  if (!document) return document.error().message;
  Diagnostics diagnostics("f.yaml");
  const Space space = read_space(document->root, diagnostics);
  if (!diagnostics.ok()) return diagnostics.first_error().message;
  const Node again = settled(document->root);
  const Value value = std::get<Constant>(space.parameters().front().domain).value;
  EXPECT_EQ(again.find("x")->value(), value);  // what the run directory gets
  return value.dump();
}

TEST(RayPythonInYaml, IsComputed) {
  EXPECT_EQ(constant("(0.9, 0.999)"), "[0.9,0.999]");
  EXPECT_EQ(constant("2 ** 4"), "16");
  EXPECT_EQ(constant("1/4"), "0.25");
  EXPECT_EQ(constant("None"), "null");
  EXPECT_EQ(constant("list(range(3))"), "[0,1,2]");
  EXPECT_EQ(constant("np.log2(8)"), "3.0");
  EXPECT_EQ(constant("[2 ** 3, a]"), R"([8,"a"])");
}

TEST(RayPythonInYaml, ThatCantBeComputedIsRefused) {
  EXPECT_THAT(constant("interval(0.1, 1)"),
              HasSubstr("f.yaml:1:4: x: looks like Python, and can't be computed: interval(…)"));
  EXPECT_THAT(constant("(1, 2"), HasSubstr("f.yaml:1:9: x: looks like Python"));
  EXPECT_THAT(constant("{b: (1, 2)}"), HasSubstr("looks like Python"));
  EXPECT_THAT(constant("n ** 2"), HasSubstr("'n' is a name of the Python code"));
  EXPECT_THAT(constant("32,"), HasSubstr("a comma at the end makes a list of it"));
  EXPECT_THAT(constant("1, 2"), HasSubstr("a list has brackets"));
  EXPECT_THAT(constant("64-32"), HasSubstr("it may be a difference or a name; if it is a text, quote it: \"64-32\""));
  EXPECT_THAT(constant("[2 ** i for i in range(9)]"), HasSubstr("a comprehension stands in tune.choice(…)"));
}

TEST(RayPythonInYaml, IsNotWhatIsQuotedOrAWord) {
  for (const char* text : {"data/train", "resnet-50", "2024-11-12", "10/12/2024", "s3://bucket/a-b", "a, b", "v1.2-3",
                           "adam or sgd", "50% off", "torch.nn.ReLU", "1.2.3", "a == b or not"}) {
    EXPECT_EQ(constant(text), Value(text).dump());
  }
  EXPECT_EQ(constant("\"(1, 2)\""), "\"(1, 2)\"");
  EXPECT_EQ(constant("'2 ** 4'"), "\"2 ** 4\"");
}

TEST(RayDomains, OfLinesCopiedWithTheirCommaAreRead) {
  const auto space = read_text(read_space, "\"lr\": tune.uniform(0, 1),\n\"n\": tune.choice([1, 2]),\n", "space.yaml");
  ASSERT_TRUE(space) << space.error().message;
  EXPECT_EQ(space->parameters()[0].domain, Domain(real(Law::uniform, 0, 1)));
}

TEST(RayChoices, ThatAreInfiniteAreTexts) {
  EXPECT_EQ(domain("tune.choice([float(\"-inf\"), 1])"),
            Domain(Categorical{.values = {"-Infinity", 1}, .weights = {}}));
}

TEST(RayBase, IsWarnedAbout) {
  EXPECT_THAT(warnings("x: tune.loguniform(1, 2, base=10)"),
              ElementsAre("space.yaml:1:31: x: base has no effect, as in Ray; leave it out"));
}

TEST(RayPath, LeadsItsMessages) {
  const auto document = parse_document("space:\n  ray:\n    model: {lr: 'tune.uniform(2, 1)'}\n", "sweep.yaml");
  Diagnostics diagnostics("sweep.yaml");
  read_space(*document->root.find("space")->find("ray"), diagnostics, "space.ray");
  EXPECT_EQ(diagnostics.first_error().message,
            "sweep.yaml:3:31: space.ray.model.lr: lower (2) must be at most upper (1)");
}

TEST(RayShape, IsKnownFromItsCalls) {
  const auto is_rays = [](std::string_view text) { return looks_like(parse_document(text, "f")->root); };
  EXPECT_TRUE(is_rays("a: 1\nb: {c: tune.uniform(0, 1)}"));
  EXPECT_TRUE(is_rays("a: uniform(0, 1)"));
  EXPECT_TRUE(is_rays("a: tune.unifrom(0, 1)"));
  EXPECT_TRUE(is_rays("a: {grid_search: [1]}"));
  EXPECT_TRUE(is_rays("a: [tune.uniform(0, 1)]"));
  EXPECT_FALSE(is_rays("a: trial.suggest_float(0, 1)"));
  EXPECT_FALSE(is_rays("a: {min: 0, max: 1}"));
  EXPECT_FALSE(is_rays("a: 1"));
  EXPECT_FALSE(is_rays("- tune.uniform(0, 1)"));
  EXPECT_FALSE(is_rays("parameters: {a: {value: 'tune.uniform(0, 1)'}}"));
}

// --- files

class RayFile : public testing::TestWithParam<std::string> {};

TEST_P(RayFile, ComesBackAsItWas) {
  expect_round_trip(read_space, print, "ray", GetParam());
}

TEST_P(RayFile, IsRecognised) {
  EXPECT_TRUE(looks_like(parse_document(text_of(kDialects / "ray" / GetParam()), GetParam())->root));
}

INSTANTIATE_TEST_SUITE_P(Each, RayFile, testing::ValuesIn(files_in("ray")),
                         [](const auto& instance) { return test_name(instance.param); });

class MalformedRayFile : public testing::TestWithParam<Malformed> {};

TEST_P(MalformedRayFile, GetsOneClearMessage) {
  expect_message(read_space, "ray", GetParam());
}

INSTANTIATE_TEST_SUITE_P(Each, MalformedRayFile, testing::ValuesIn(malformed_files("ray")),
                         [](const auto& instance) { return test_name(instance.param.file); });

TEST(MalformedRayFiles, AllHaveAnExpectedMessage) {
  expect_a_message_for_each_file("ray");
}

// --- printing what others have

TEST(RayPrint, SaysWhatHasNoEqual) {
  const Space space = *Space::make({
      {.path = {"opt"}, .domain = Categorical{.values = {"adam", "sgd"}, .weights = {}}},
      {.path = {"model", "lr"},
       .domain = real(Law::inv_log_uniform, 1e-3, 1),
       .conditions = {{.parent = "opt", .values = {"sgd", "adam"}}}},
      {.path = {"call"}, .domain = Constant{"tune.uniform(0, 1)"}},
      {.path = {"even"}, .domain = Categorical{.values = {1, 2}, .weights = {3, 3}}},
      {.path = {"uneven"}, .domain = Categorical{.values = {1, 2}, .weights = {1, 2}}},
      {.path = {"beta"}, .domain = real(Law::beta, 1, 1)},
      {.path = {"cut"}, .domain = Float{.law = Law::normal, .range = Interval{-1, 1}}},
      {.path = {"q"}, .domain = Float{.law = Law::uniform, .q = 0.1, .step = {}}},
      {.path = {"odd"}, .domain = Integer{1, 9, 2}},
      {.path = {"off"}, .domain = real(Law::uniform, 0.05, 1.05, 0.1)},
      {.path = {"near"}, .domain = Integer{.low = 1, .high = 9, .log = true}},
      {.path = {"steps"}, .domain = Integer{2, 7, 2}, .grid = true},
      {.path = {"many"}, .domain = Integer{1, 100'000}, .grid = true},
      {.path = {"made"}, .domain = Computed{"twice"}},
  });
  const PrintedSpace printed = print(space);
  EXPECT_THAT(
      printed.notes,
      ElementsAre(
          "uneven: weights have no equal in Ray Tune; left out",
          "beta: log-normal and beta have no equal in Ray Tune; left out",
          "cut: a cut-off or stretched law has no equal in Ray Tune; left out",
          "q: q, which rounds past the bounds, has no equal in Ray Tune; left out",
          "odd: steps of 2 from 1 are no multiples of it, which is all that Ray Tune has; left out",
          "off: steps of 0.1 from 0.05 are no multiples of it, which is all that Ray Tune has; left out",
          "near: a log-uniform integer that is rounded to the nearest has no equal in Ray Tune, which rounds "
          "down; left out",
          "many: a grid of more than 10000 values isn't written out; left out",
          "model.lr: is there only if opt is \"sgd\" or \"adam\"; Ray Tune's file has no conditions, so every "
          "trial gets it",
          "made: the function 'twice' computes it; in Ray Tune that is sample_from, which a file can't hold; left "
          "out"));
  EXPECT_EQ(printed.json.dump(),
            R"x({"opt":"tune.choice(['adam', 'sgd'])","call":"tune.choice(['tune.uniform(0, 1)'])",)x"
            R"x("even":"tune.choice([1, 2])","steps":"tune.grid_search([2, 4, 6])",)x"
            R"x("model":{"lr":"tune.loguniform(0.001, 1.0)"}})x");
}

// --- C++ values

TEST(RayValues, MakeTheSpaceThatAFileDoes) {
  const auto made = space(
      {{"lr", loguniform(1e-4, 1e-1)},
       {"batch", grid_search({32, 64})},
       {"model",
        {{"layers", randint(1, 5)}, {"head", {{"act", choice({"relu", nullptr})}, {"drop", quniform(0, 0.5, 0.25)}}}}},
       {"epochs", 10},
       {"rate", 0.5},
       {"name", "run"},
       {"flag", true},
       {"none", nullptr},
       {"list", Value{1, 2}}});
  ASSERT_TRUE(made) << made.error().message;
  const auto read = read_text(read_space, R"x({
      "lr": "tune.loguniform(1e-4, 1e-1)",
      "batch": {"grid_search": [32, 64]},
      "model": {"layers": "tune.randint(1, 5)",
                "head": {"act": "tune.choice(['relu', None])", "drop": "tune.quniform(0, 0.5, 0.25)"}},
      "epochs": 10, "rate": 0.5, "name": "run", "flag": true, "none": null, "list": [1, 2]})x",
                              "f.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*made, *read);
}

TEST(RayValues, CoverEveryFunction) {
  const auto made = space({{"a", uniform(0, 1)},
                           {"b", qloguniform(1, 2, 0.5)},
                           {"c", randn()},
                           {"d", qrandn(0, 1, 0.5)},
                           {"e", qrandint(0, 9, 3)},
                           {"f", lograndint(1, 9)},
                           {"g", qlograndint(2, 9, 2)},
                           {"h", sample_from("twice_a")}});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->find("d")->domain, domain("tune.qrandn(0, 1, 0.5)"));
  EXPECT_EQ(made->find("e")->domain, domain("tune.qrandint(0, 9, 3)"));
  EXPECT_EQ(made->find("h")->domain, Domain(Computed{"twice_a"}));
  EXPECT_FALSE(check_functions(*made, {}));
  EXPECT_TRUE(check_functions(*made, {{"twice_a", [](const Assignment&, Rng&) { return Value(1); }}}));
}

TEST(RayValues, ThatAreWrongAreNamed) {
  EXPECT_EQ(space({{"model", {{"lr", uniform(2, 1)}}}}).error().message,
            "model.lr: lower (2) must be at most upper (1)");
  EXPECT_EQ(space({{"a", 1}, {"a", 2}}).error().message, "a: two parameters have this name");
  EXPECT_EQ(quniform(0, 1, 0.3).domain.error().message, "upper (1) must be a multiple of q (0.3)");
}

}  // namespace
}  // namespace winnow::ray::ray_test
