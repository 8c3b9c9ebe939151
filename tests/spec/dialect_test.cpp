/// `space:` in a sweep file: another tool's format, and what it brings.
#include <gtest/gtest.h>

#include <winnow/spec/print.hpp>
#include <winnow/spec/spec.hpp>

namespace winnow::dialect_test {
namespace {

SweepSpec spec_of(const std::string& text) {
  const auto parsed = parse_spec(text, "sweep.yaml");
  EXPECT_TRUE(parsed) << parsed.error().message;
  return parsed ? parsed->spec : SweepSpec{};
}

TEST(SpaceOfRay, BringsRandomSearchWithoutASchedulerAndCountsReports) {
  const SweepSpec spec = spec_of(R"yaml(
metric: {name: loss, goal: minimize}
num_samples: 3
space:
  ray:
    lr: tune.loguniform(1e-4, 1e-1)
    net: {width: "tune.grid_search([16, 32])"}
)yaml");
  EXPECT_EQ(spec.method, "random");
  EXPECT_EQ(spec.scheduler.type, "fifo");
  EXPECT_EQ(spec.scheduler.resource, "reports");
  EXPECT_EQ(spec.scope, Scope::last);
  EXPECT_TRUE(spec.stopped_are_eligible);
  EXPECT_TRUE(spec.space.find("net.width")->grid);
  EXPECT_EQ(spec.num_samples, 3);
}

TEST(SpaceOfRay, LeavesWhatTheFileSaysItself) {
  const SweepSpec spec = spec_of(R"yaml(
metric: {name: loss, goal: minimize, scope: avg, eligible: finished}
scheduler: {type: asha, max_t: 9, resource: step}
space: {ray: {lr: "tune.uniform(0, 1)"
}
}
)yaml");
  EXPECT_EQ(spec.scheduler.type, "asha");
  EXPECT_EQ(spec.scheduler.resource, "step");
  EXPECT_EQ(spec.scope, Scope::avg);
  EXPECT_FALSE(spec.stopped_are_eligible);
  const SweepSpec counted = spec_of(R"yaml(
metric: {name: loss}
scheduler: {type: asha, max_t: 9}
space: {ray: {lr: "tune.uniform(0, 1)"
  }
  }
)yaml");
  EXPECT_EQ(counted.scheduler.resource, "reports") << "training_iteration counts reports";
}

TEST(SpaceOfOptuna, TakesAnotherMethodAndSchedulerThanItsOwn) {
  const SweepSpec spec = spec_of(R"yaml(
metric: {name: loss}
method: random
scheduler: {type: fifo}
space: {optuna: {lr: {type: float, low: 1.0e-5, high: 0.1, log: true}}}
)yaml");
  EXPECT_EQ(spec.method, "random");
  EXPECT_EQ(std::get<Float>(spec.space.find("lr")->domain).law, Law::log_uniform);
}

TEST(SpaceOfOptuna, WithSeveralObjectivesBringsNoScheduler) {
  const SweepSpec spec = spec_of(R"yaml(
metrics: [{name: loss}, {name: time}]
method: random
space: {optuna: {lr: "suggest_float(0, 1)"
}
}
)yaml");
  EXPECT_EQ(spec.scheduler.type, "fifo");
}

constexpr const char* kExperiment = R"yaml(
method: random
space:
  sigopt:
    name: exp
    parameters: [{name: n, type: int, bounds: {min: 1, max: 9}}]
    metrics: [{name: acc}, {name: mem, strategy: constraint, objective: minimize, threshold: 5}]
    observation_budget: 12
    parallel_bandwidth: 3
)yaml";

TEST(SpaceOfSigOpt, BringsMetricsBudgetAndBandwidth) {
  const SweepSpec spec = spec_of(kExperiment);
  EXPECT_EQ(spec.name, "exp");
  EXPECT_EQ(spec.run_cap, 12);
  EXPECT_EQ(spec.slots, 3);
  ASSERT_EQ(spec.metrics.size(), 1U);
  EXPECT_EQ(spec.metrics.front().goal, Goal::maximize);
  EXPECT_EQ(spec.other_metrics.size(), 1U);
}

TEST(SpaceOfSigOpt, GivesWayToTheFilesOwnKeys) {
  const SweepSpec spec = spec_of(std::string(kExperiment) + "run_cap: 5\nslots: 2\nmetric: {name: loss}\n");
  EXPECT_EQ(spec.run_cap, 5);
  EXPECT_EQ(spec.slots, 2);
  ASSERT_EQ(spec.metrics.size(), 1U);
  EXPECT_EQ(spec.metrics.front().name, "loss");
  EXPECT_TRUE(spec.other_metrics.empty());
}

TEST(SpaceOfADialect, MayBeAPathInAFileOnDiskOnly) {
  const auto parsed = parse_spec("space: {optuna: space.json}", "sweep.yaml");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message,
            "sweep.yaml:1:17: space.optuna: must be the space itself; a path to one is for a sweep file on disk");
}

TEST(SpaceOfADialect, IsTheSameSweepWhenPrintedInWinnowsOwnWords) {
  for (const std::string& text :
       {std::string(kExperiment), std::string("metric: {name: loss}\nspace: {ray: {lr: \"tune.uniform(0, 1)\"}}")}) {
    const SweepSpec spec = spec_of(text);
    const auto read = parse_spec(sweep_file(spec).dump(), "printed.json");
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_TRUE(read->spec == spec) << sweep_file(spec).dump(2);
  }
}

}  // namespace
}  // namespace winnow::dialect_test
