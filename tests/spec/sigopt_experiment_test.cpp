#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <winnow/spec/print.hpp>
#include <winnow/spec/sigopt_experiment.hpp>

namespace winnow::sigopt_experiment_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::filesystem::path kData = std::filesystem::path(WINNOW_SOURCE_DIR) / "tests/data/dialects";

struct Read {
  SweepSpec spec{};
  std::optional<std::string> method{};
  std::vector<std::string> warnings{};
  std::string error{};
};

Read read(std::string_view text, const std::string& file = "f.yaml", SweepSpec spec = {}) {
  const auto document = parse_document(text, file);
  if (!document) return {.error = document.error().message};
  Diagnostics diagnostics(file);
  auto method = read_sigopt_experiment(document->root, spec, diagnostics);
  return {std::move(spec), std::move(method), diagnostics.take_warnings(),
          diagnostics.ok() ? "" : diagnostics.first_error().message};
}

const std::string kParameters = "parameters: [{name: x, type: double, bounds: {min: 0, max: 1}}]\n";

TEST(SigoptExperiment, SaysWhatStandsBesideTheParameters) {
  const Read result = read(kParameters +
                           "name: Franke\nproject: demo\ntype: offline\n"
                           "metrics:\n"
                           "  - {name: accuracy, threshold: 0.9}\n"
                           "  - {name: loss, objective: minimize, strategy: optimize}\n"
                           "  - {name: latency, objective: minimize, strategy: constraint, threshold: 20}\n"
                           "  - {name: memory, strategy: store}\n"
                           "observation_budget: 30\nparallel_bandwidth: 2\n");
  ASSERT_EQ(result.error, "");
  EXPECT_THAT(result.warnings, IsEmpty());
  const SweepSpec& spec = result.spec;
  EXPECT_EQ(spec.name, "Franke");
  EXPECT_EQ(spec.project, "demo");
  EXPECT_EQ(spec.metrics,
            (std::vector<MetricSpec>{{.name = "accuracy", .goal = Goal::maximize, .target = {}, .threshold = 0.9},
                                     {.name = "loss", .goal = Goal::minimize, .target = {}}}));
  EXPECT_EQ(spec.other_metrics,
            (std::vector<OtherMetric>{{"latency", OtherMetric::Strategy::constraint, Goal::minimize, 20},
                                      {"memory", OtherMetric::Strategy::store, Goal::maximize, std::nullopt}}));
  EXPECT_EQ(spec.run_cap, 30);
  EXPECT_EQ(spec.slots, 2);
  EXPECT_EQ(spec.space.parameters().size(), 1U);
  EXPECT_EQ(result.method, std::nullopt);
}

TEST(SigoptExperiment, TakesVersionEightAndBareMetricNames) {
  const Read result = read(kParameters + "metrics: [auc]\nbudget: 40\n");
  ASSERT_EQ(result.error, "");
  EXPECT_EQ(result.spec.metrics, (std::vector<MetricSpec>{{.name = "auc", .goal = Goal::maximize, .target = {}}}));
  EXPECT_EQ(result.spec.run_cap, 40);
}

TEST(SigoptExperiment, NullsCountAsAbsent) {
  const Read result = read(R"({"parameters": [{"name": "x", "type": "int", "bounds": {"min": 0, "max": 1}}],
    "metrics": [{"name": "a", "objective": null, "strategy": null, "threshold": null}], "type": null,
    "observation_budget": null, "conditionals": null, "linear_constraints": null, "tasks": null, "metadata": null})");
  EXPECT_EQ(result.error, "");
  EXPECT_THAT(result.warnings, IsEmpty());
}

TEST(SigoptExperiment, TypeRandomAsksForRandomSearch) {
  EXPECT_EQ(read(kParameters + "type: random\n").method, "random");
}

TEST(SigoptExperiment, ABudgetFromElsewhereCounts) {
  SweepSpec given;
  given.run_cap = 7;
  const Read result = read(kParameters + "metrics: [a, b]\n", "f.yaml", given);
  EXPECT_EQ(result.error, "");
  EXPECT_EQ(result.spec.run_cap, 7);
}

TEST(SigoptExperiment, ABareListIsASpaceAndNothingElse) {
  SweepSpec given;
  given.metrics = {{.name = "loss", .goal = Goal::minimize, .target = {}}};
  const Read result = read("- {name: x, type: int, bounds: {min: 0, max: 1}}", "f.yaml", given);
  EXPECT_EQ(result.error, "");
  given.space = result.spec.space;
  EXPECT_TRUE(result.spec == given);
}

TEST(SigoptExperiment, WarnsOfWhatMeansNothingHere) {
  EXPECT_THAT(read(kParameters + "num_solutions: 3\nmetadata: {a: b}\nteam: blue\n").warnings,
              ElementsAre("f.yaml:3:11: metadata: is ignored", "f.yaml:2:16: num_solutions: is ignored",
                          "f.yaml:4:1: unknown key 'team' is ignored"));
}

TEST(SigoptExperiment, AsOurOwnSweepFileReadsTheSame) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kData / "sigopt")) {
    std::ifstream stream(entry.path());
    const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    const Read result = read(text, entry.path().filename().string());
    if (entry.path().extension() == ".json" || entry.path().extension() == ".yaml") {
      ASSERT_EQ(result.error, "") << entry.path();
      const auto again = parse_spec(sweep_file(result.spec).dump(2), "ours.json");
      ASSERT_TRUE(again) << again.error().message;
      SweepSpec expected = result.spec;
      if (expected.metrics.empty()) expected.scope = again->spec.scope;
      EXPECT_TRUE(again->spec == expected) << entry.path() << sweep_file(again->spec).dump(2);
      ++files;
    }
  }
  EXPECT_GE(files, 25);
}

// --- malformed files, each with its message in expected.tsv

struct Malformed {
  std::string file, message;
};

std::vector<Malformed> malformed_files() {
  std::ifstream table(kData / "malformed/sigopt/expected.tsv");
  std::vector<Malformed> rows;
  for (std::string line; std::getline(table, line);) {
    const auto tab = line.find('\t');
    rows.push_back({line.substr(0, tab), line.substr(tab + 1)});
  }
  return rows;
}

class MalformedSigoptFile : public testing::TestWithParam<Malformed> {};

TEST_P(MalformedSigoptFile, GetsOneClearMessage) {
  std::ifstream stream(kData / "malformed/sigopt" / GetParam().file, std::ios::binary);
  ASSERT_TRUE(stream.is_open());
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  EXPECT_EQ(read(text, GetParam().file).error, GetParam().message);
}

std::string test_name(const testing::TestParamInfo<Malformed>& instance) {
  std::string name = instance.param.file;
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Each, MalformedSigoptFile, testing::ValuesIn(malformed_files()), test_name);

TEST(MalformedSigoptFiles, AllHaveAnExpectedMessage) {
  const auto rows = malformed_files();
  EXPECT_GE(rows.size(), 60U);
  for (const auto& entry : std::filesystem::directory_iterator(kData / "malformed/sigopt")) {
    const std::string name = entry.path().filename().string();
    if (name == "expected.tsv") continue;
    EXPECT_TRUE(std::any_of(rows.begin(), rows.end(), [&](const Malformed& row) { return row.file == name; })) << name;
  }
}

}  // namespace
}  // namespace winnow::sigopt_experiment_test
