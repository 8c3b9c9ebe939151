// W&B sweep files as people write them: each parses, and is the same sweep when it is printed and read again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <winnow/space/dialects/wandb.hpp>
#include <winnow/space/linear_constraints.hpp>
#include <winnow/spec/print.hpp>

namespace winnow::wandb_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::filesystem::path kData = std::filesystem::path(WINNOW_SOURCE_DIR) / "tests/data/dialects";

std::string text_of(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

ParsedSpec file(const std::string& name) {
  auto parsed = parse_spec(text_of(kData / "wandb" / name), name);
  EXPECT_TRUE(parsed) << parsed.error().message;
  return parsed ? *parsed : ParsedSpec();
}

std::vector<std::string> files() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kData / "wandb")) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class WandbFile : public testing::TestWithParam<std::string> {};

TEST_P(WandbFile, HasTheSameSpaceWhenPrintedAndRead) {
  const Space space = file(GetParam()).spec.space;
  ASSERT_FALSE(space.parameters().empty());
  const OrderedJson printed{{"parameters", wandb::to_json(space)},
                            {"linear_constraints", to_json(space.constraints())}};
  const auto document = parse_document(printed.dump(2), "printed.json");
  ASSERT_TRUE(document) << document.error().message;
  Diagnostics diagnostics("printed.json");
  const Space again =
      wandb::read_space(*document->root.find("parameters"), diagnostics, document->root.find("linear_constraints"));
  ASSERT_TRUE(diagnostics.ok()) << diagnostics.first_error().message;
  EXPECT_EQ(again, space);
  EXPECT_EQ(wandb::to_json(again).dump(2), wandb::to_json(space).dump(2)) << "types count as well: 3.0 is not 3";
}

TEST_P(WandbFile, IsTheSameSweepWhenPrintedAndRead) {
  const SweepSpec spec = file(GetParam()).spec;
  const std::string text = sweep_file(spec).dump(2);
  const auto again = parse_spec(text, "printed.json");
  ASSERT_TRUE(again) << again.error().message << text;
  SweepSpec expected = spec;
  expected.stopped_are_eligible = again->spec.stopped_are_eligible;
  if (spec.metrics.empty()) expected.scope = again->spec.scope;
  EXPECT_TRUE(again->spec == expected) << text;
  EXPECT_EQ(sweep_file(again->spec).dump(2), text);
}

std::string test_name(const testing::TestParamInfo<std::string>& instance) {
  std::string name = instance.param;
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Each, WandbFile, testing::ValuesIn(files()), test_name);

TEST(WandbFiles, AreManyEnough) {
  EXPECT_GE(files().size(), 25U);
}

// --- what single ones mean

std::vector<Value> values_of(const SweepSpec& spec, const std::string& name) {
  const Parameter* parameter = spec.space.find(name);
  return parameter == nullptr ? std::vector<Value>() : std::get<Categorical>(parameter->domain).values;
}

std::string shown(const std::vector<Value>& values) {
  return Value(values).dump();
}

TEST(WandbFiles, NumbersWithoutADotAreNumbers) {
  const SweepSpec spec = file("numbers.yaml").spec;
  EXPECT_EQ(shown(values_of(spec, "tiny")), "[0.0001,1e-05,2.0,0.5,1000.0,-0.001]");
  EXPECT_EQ(shown(values_of(spec, "hex")), "[16,1000,8]");
  EXPECT_EQ(spec.space.find("whole")->domain, Domain(Integer{1, 5}));
}

TEST(WandbFiles, TextsStayTextsAndWordsOfYamlAreBooleans) {
  const SweepSpec spec = file("texts.yaml").spec;
  EXPECT_EQ(shown(values_of(spec, "a")), R"(["None","True","false","null","1e-4",""])");
  EXPECT_EQ(shown(values_of(spec, "b")), R"([true,false,true,false,"y","n"])");
  EXPECT_EQ(spec.space.find("c")->domain, Domain(Constant{"~/runs/out"}));
}

TEST(WandbFiles, NamesWithoutQuotesAreTexts) {
  const SweepSpec spec = file("names_unquoted.yaml").spec;
  EXPECT_EQ(spec.name, "2024");
  EXPECT_EQ(spec.project, "7");
  EXPECT_EQ(spec.entity, "true");
}

TEST(WandbFiles, DottedNamesAreFlatBesideTheirPrefix) {
  const Space space = file("dotted_names.yaml").spec.space;
  EXPECT_NE(space.find("optimizer"), nullptr);
  EXPECT_EQ(space.find("optimizer.config.learning_rate")->path.size(), 1U);
}

TEST(WandbFiles, AllOfTheMetricIsKept) {
  const SweepSpec spec = file("metric_full.yaml").spec;
  EXPECT_EQ(spec.metrics,
            (std::vector<MetricSpec>{{.name = "Val Loss: best@1/epoch.0", .goal = Goal::maximize, .target = 0.95}}));
  EXPECT_EQ(spec.run_cap, 100);
}

TEST(WandbFiles, KeysOfLaunchAreTakenWithoutAWord) {
  const ParsedSpec parsed = file("launch_job.yaml");
  EXPECT_EQ(parsed.spec.project, "launch");
  EXPECT_EQ(parsed.spec.entity, "my-team");
  EXPECT_EQ(parsed.spec.scheduler.type, "fifo");
  EXPECT_THAT(parsed.warnings,
              ElementsAre("launch_job.yaml:11:12: scheduler: has no type: it is taken for W&B Launch's and ignored"));
}

TEST(WandbFiles, StrangersAreWarnedOfAndIgnored) {
  EXPECT_THAT(file("strangers.yaml").warnings,
              ElementsAre(HasSubstr("unknown key 'settings' is ignored"), HasSubstr("unknown key 'imports' is ignored"),
                          HasSubstr("unknown key 'Timeout' is ignored")));
}

// --- malformed files, each with its message in expected.tsv

struct Malformed {
  std::string file, message;
};

std::vector<Malformed> malformed_files() {
  std::ifstream table(kData / "malformed/wandb/expected.tsv");
  std::vector<Malformed> rows;
  for (std::string line; std::getline(table, line);) {
    const auto tab = line.find('\t');
    rows.push_back({line.substr(0, tab), line.substr(tab + 1)});
  }
  return rows;
}

class MalformedWandbFile : public testing::TestWithParam<Malformed> {};

TEST_P(MalformedWandbFile, GetsOneClearMessage) {
  const auto parsed = parse_spec(text_of(kData / "malformed/wandb" / GetParam().file), GetParam().file);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message, GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(Each, MalformedWandbFile, testing::ValuesIn(malformed_files()),
                         [](const testing::TestParamInfo<Malformed>& instance) {
                           std::string name = instance.param.file;
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

TEST(MalformedWandbFiles, AllHaveAnExpectedMessage) {
  const auto rows = malformed_files();
  EXPECT_GE(rows.size(), 20U);
  for (const auto& entry : std::filesystem::directory_iterator(kData / "malformed/wandb")) {
    const std::string name = entry.path().filename().string();
    if (name == "expected.tsv") continue;
    EXPECT_TRUE(std::any_of(rows.begin(), rows.end(), [&](const Malformed& row) { return row.file == name; })) << name;
  }
}

// --- what W&B runs with a warning

ParsedSpec with_parameter(const std::string& definition, const std::string& keys) {
  auto parsed = parse_spec("parameters: {lr: " + definition + "}\n" + keys, "sweep.yaml");
  EXPECT_TRUE(parsed) << parsed.error().message;
  return parsed ? *parsed : ParsedSpec();
}

constexpr const char* kWandbs = "method: random\nprogram: train.py\n";

TEST(WandbFile, OfANormalWithBoundsDrawsAsWandbDoesAndSaysWhat) {
  for (const std::string more : {"", "slots: 2\n"}) {
    const ParsedSpec parsed = with_parameter("{distribution: normal, min: 1e-5, max: 1e-3}", kWandbs + more);
    EXPECT_EQ(parsed.spec.space.find("lr")->domain, Domain(Float{.law = Law::normal, .a = 0, .b = 1}));
    EXPECT_THAT(parsed.warnings,
                ElementsAre("sweep.yaml:1:46: parameters.lr.min: min, max are no keys of normal, and ignored, as by "
                            "W&B; what is drawn: normal with mu 0 and sigma 1"));
  }
}

TEST(WandbFile, WithAStrangeKeyInAParameterRunsWithAWarning) {
  const ParsedSpec parsed = with_parameter("{values: [1, 2], description: what for}", kWandbs);
  EXPECT_THAT(parsed.warnings, ElementsAre(HasSubstr("description is no key of categorical, and ignored, as by W&B; "
                                                     "what is drawn: one of [1, 2]")));
  const auto slip =
      parse_spec(std::string("parameters: {lr: {min: 0.1, max: 1.0, qq: 3, maxx: 2}}\n") + kWandbs, "s.yaml");
  ASSERT_FALSE(slip);
  EXPECT_THAT(slip.error().message, HasSubstr("unknown key"));
}

TEST(WandbFile, WithBothParametersOfANormalHasItCutOff) {
  const ParsedSpec parsed = with_parameter("{distribution: normal, mu: 0.5, sigma: 1, min: 0, max: 1}", kWandbs);
  EXPECT_TRUE(std::get<Float>(parsed.spec.space.find("lr")->domain).range);
}

TEST(SweepFileOfOurs, RefusesWhatWandbRunsWithAWarning) {
  for (const std::string definition :
       {"{distribution: normal, min: 1e-5, max: 1e-3}", "{values: [1, 2], description: what for}"}) {
    EXPECT_FALSE(parse_spec("parameters: {lr: " + definition + "}\ntrainer: {type: landscape}\n", "sweep.yaml"));
  }
}

TEST(SweepFile, SaysHowAGroupIsWritten) {
  const auto parsed = parse_spec("parameters: {net: {arch: {values: [a, b]}}}\n", "sweep.yaml");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message, "sweep.yaml:1:19: parameters.net: groups need parameters: {parameters: {arch: …}}");
}

TEST(SweepFile, SuggestsKeysOfTheDistributionOnly) {
  const auto parsed = parse_spec("parameters: {lr: {min: 0.0, max: 1.0, vales: 2}}\n", "sweep.yaml");
  ASSERT_FALSE(parsed);
  EXPECT_THAT(parsed.error().message, HasSubstr("unknown key 'vales' (uniform takes: "));
  EXPECT_THAT(parsed.error().message, testing::Not(HasSubstr("values")));
}

TEST(SweepFile, SaysThatTypeIsAnothersWord) {
  for (const std::string definition : {"{type: double, bounds: {min: 0, max: 1}}", "{type: double, min: 0, max: 1}"}) {
    const auto parsed = parse_spec("parameters: {lr: " + definition + "}\n", "sweep.yaml");
    ASSERT_FALSE(parsed);
    EXPECT_THAT(parsed.error().message,
                HasSubstr("sweep.yaml:1:25: parameters.lr.type: unknown key 'type'; did you mean distribution?"));
  }
}

}  // namespace
}  // namespace winnow::wandb_test
