#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <winnow/spec/print.hpp>
#include <winnow/spec/settings.hpp>

namespace winnow::metrics_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Strategy = OtherMetric::Strategy;

Result<ParsedSpec> parse(const std::string& keys) {
  return parse_spec("parameters: {x: {min: 0.0, max: 1}}\n" + keys, "s.yaml");
}

SweepSpec spec(const std::string& keys) {
  auto parsed = parse(keys);
  EXPECT_TRUE(parsed) << parsed.error().message;
  return parsed ? parsed->spec : SweepSpec();
}

std::string refusal(const std::string& keys) {
  const auto parsed = parse(keys);
  return parsed ? "accepted" : parsed.error().message;
}

const std::string kThree =
    "metrics:\n"
    "  - {name: latency, goal: minimize, strategy: constraint, threshold: 20}\n"
    "  - {name: acc, goal: maximize, threshold: 0.9, strategy: optimize}\n"
    "  - {name: mem, strategy: store}\n";

TEST(SpecMetrics, StrategiesPartThem) {
  const SweepSpec read = spec(kThree);
  EXPECT_EQ(read.metrics,
            (std::vector<MetricSpec>{{.name = "acc", .goal = Goal::maximize, .target = {}, .threshold = 0.9}}));
  EXPECT_EQ(read.other_metrics, (std::vector<OtherMetric>{{"latency", Strategy::constraint, Goal::minimize, 20},
                                                          {"mem", Strategy::store, Goal::minimize, std::nullopt}}));
}

TEST(SpecMetrics, ConstraintsMayStandBesideTheOneMetric) {
  const SweepSpec read = spec(
      "metric: {name: acc, goal: maximize, scope: best, target: 1}\n"
      "metrics: [{name: latency, strategy: constraint, threshold: 20}]\n");
  EXPECT_EQ(read.metrics.size(), 1U);
  EXPECT_EQ(read.scope, Scope::best);
  EXPECT_EQ(read.other_metrics.size(), 1U);
}

TEST(SpecMetrics, PrintedTheyReadBackTheSame) {
  const std::vector<std::string> files = {
      kThree,
      "metric: {name: acc, goal: maximize, scope: best, target: 1, threshold: 0.1}\nmetrics: [{name: l, strategy: "
      "constraint, threshold: 2}]\n",
      "metrics: [{name: a, target: 3}, {name: m, strategy: store}, {name: b, goal: maximize, threshold: 1e-3}]\n",
      "metric: {name: a, impute: best, impute_while_running: latest}\n",
  };
  for (const std::string& keys : files) {
    const SweepSpec before = spec(keys);
    const std::string text = sweep_file(before).dump(2);
    const auto again = parse_spec(text, "printed.json");
    ASSERT_TRUE(again) << again.error().message << text;
    EXPECT_TRUE(again->spec == before) << text;
    EXPECT_EQ(sweep_file(again->spec).dump(2), text);
  }
}

TEST(SpecMetrics, SayWhatIsWrong) {
  EXPECT_EQ(refusal("metrics: [{name: a}, {name: b, strategy: constraint}]"),
            "s.yaml:2:22: metrics[1]: threshold is missing: a constraint needs it");
  EXPECT_EQ(refusal("metrics: [{name: a}, {name: b, strategy: store, threshold: 1}]"),
            "s.yaml:2:60: metrics[1].threshold: is for strategy constraint or optimize; this one is only stored");
  EXPECT_EQ(refusal("metrics: [{name: b, strategy: store}]"),
            "s.yaml:2:10: metrics: holds none that is optimised; one needs strategy: optimize");
  EXPECT_EQ(refusal("metrics: [{name: b}, {name: b, strategy: store}]"),
            "s.yaml:2:22: metrics[1]: a second metric named 'b'");
  EXPECT_EQ(refusal("metrics: [{name: b, strategy: keep}]"),
            "s.yaml:2:31: metrics[0].strategy: must be one of optimize, store, constraint, got \"keep\"");
  EXPECT_EQ(refusal("metrics: [{name: a}, {name: b, strategy: store, target: 1}]"),
            "s.yaml:2:49: metrics[1]: unknown key 'target' (a store metric takes: strategy, name, goal, threshold)");
  EXPECT_EQ(refusal("metric: {name: a, threshold: low}"),
            "s.yaml:2:30: metric.threshold: must be a finite number, got \"low\"");
}

TEST(SpecMetrics, ASchedulerJudgesAnOptimisedOneOnly) {
  EXPECT_THAT(refusal("metrics: [{name: a}, {name: b}, {name: c, strategy: store}]\nscheduler: {type: asha, max_t: 9, "
                      "metric: c}"),
              HasSubstr("'c' is none of the sweep's metrics (a, b)"));
}

TEST(SpecMetrics, ImputeIsKeptForBayes) {
  const SweepSpec read = spec("metric: {name: a, impute: best, impute_while_running: worst}");
  EXPECT_EQ(read.metrics.front().impute, Impute::best);
  EXPECT_EQ(read.metrics.front().impute_while_running, Impute::worst);
  EXPECT_EQ(spec("metric: {name: a, impute_while_running: false}").metrics.front().impute_while_running, std::nullopt);
  EXPECT_EQ(refusal("metric: {name: a, impute: mean}"),
            "s.yaml:2:27: metric.impute: must be one of latest, best, worst, got \"mean\"");
  EXPECT_EQ(refusal("metric: {name: a, impute_while_running: true}"),
            "s.yaml:2:41: metric.impute_while_running: must be one of latest, best, worst, false, got true");
}

TEST(SpecMetrics, AreFixedWhileASweepGoesOn) {
  const auto differs = [](const std::string& before, const std::string& after) {
    const auto found = changes(spec(before), spec(after));
    return found ? "nothing" : found.error().message;
  };
  const std::string one = "metric: {name: a, threshold: 1}\nmetrics: [{name: b, strategy: constraint, threshold: 2}]\n";
  EXPECT_THAT(
      differs(one, "metric: {name: a, threshold: 3}\nmetrics: [{name: b, strategy: constraint, threshold: 2}]\n"),
      HasSubstr("\n  metric.threshold: 1.0 -> 3.0"));
  EXPECT_THAT(
      differs(one, "metric: {name: a, threshold: 1}\nmetrics: [{name: b, strategy: constraint, threshold: 4}]\n"),
      HasSubstr("\n  metrics[0].threshold: 2.0 -> 4.0"));
  EXPECT_THAT(differs(one, "metric: {name: a, threshold: 1}\n"),
              HasSubstr("\n  metrics[0].strategy: \"constraint\" -> none"));
  EXPECT_THAT(differs("metric: {name: a}", "metric: {name: a, impute: best}"),
              HasSubstr("\n  metric.impute: none -> \"best\""));
  EXPECT_THAT(differs("project: p\nentity: e\n", "project: q\nentity: e\n"), HasSubstr("\n  project: \"p\" -> \"q\""));
}

TEST(SpecMetrics, TheTargetsOfAListAreNumberedAsItIsPrinted) {
  SweepSpec read = spec("metrics: [{name: m, strategy: store}, {name: a}, {name: b, target: 2}]\n");
  EXPECT_TRUE(change(read, "metrics[1].target", 3));
  EXPECT_EQ(read.metrics[1].target, 3);
  EXPECT_THAT(sweep_file(read)["metrics"][1].dump(), HasSubstr("\"target\":3"));
}

TEST(SpecNames, ProjectAndEntityAreKeptAndPrinted) {
  const SweepSpec read = spec("project: 2024\nentity: team\n");
  EXPECT_EQ(read.project, "2024");
  EXPECT_EQ(read.entity, "team");
  const auto again = parse_spec(sweep_file(read).dump(), "printed.json");
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->spec == read);
}

}  // namespace
}  // namespace winnow::metrics_test
