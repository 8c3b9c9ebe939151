/// Define-by-run: parameters that turn up while a trial trains.
#include <gtest/gtest.h>
#include <mutex>

#include <winnow/engine/run.hpp>
#include <winnow/session/recovered.hpp>
#include <winnow/session/replay.hpp>
#include <winnow/session/session.hpp>
#include <winnow/trainers/function.hpp>

#include "../temp_dir.hpp"

namespace winnow::draws_test {
namespace {

using test::TempDir;

SweepSpec define_by_run(int trials) {
  SweepSpec spec;
  spec.name = "branches";
  spec.seed = 11;
  spec.metrics = {{.name = "loss", .goal = Goal::minimize, .target = {}}};
  spec.run_cap = trials;
  spec.space = *Space::make({{.path = {"model"}, .domain = Categorical{{"tree", "net"}, {}}}});
  return spec;
}

const Domain kDepth = Integer{1, 8};
const Domain kWidth = Float{.law = Law::log_uniform, .a = 1, .b = 1024};

/// Draws another parameter in each branch.
void branch(FunctionContext& context) {
  const bool tree = *context.params().find("model") == "tree";
  const auto value = context.trial().suggest(tree ? "depth" : "width", tree ? kDepth : kWidth);
  ASSERT_TRUE(value) << value.error().message;
  EXPECT_EQ(*context.trial().suggest(tree ? "depth" : "width", tree ? kDepth : kWidth), *value);
  context.report({{"loss", value->get<double>()}});
}

TEST(DefineByRun, RecordsWhatEachTrialDrew) {
  const TempDir folder;
  const auto run_dir = folder / "run";
  const auto outcome = run(define_by_run(20), function_trainer(branch), {.slots = 2, .dir = run_dir});
  ASSERT_TRUE(outcome) << outcome.error().message;
  const auto recovered = recover(run_dir);
  ASSERT_TRUE(recovered) << recovered.error().message;
  int depths = 0, widths = 0;
  for (const Trial& trial : recovered->sweep.trials()) {
    EXPECT_EQ(trial.state, TrialState::completed);
    const bool tree = *trial.params.find("model") == "tree";
    const Value* drawn = trial.params.find(tree ? "depth" : "width");
    ASSERT_NE(drawn, nullptr);
    EXPECT_EQ(trial.objective.value(Scope::last), drawn->get<double>());
    EXPECT_EQ(trial.params.find(tree ? "width" : "depth"), nullptr);
    ++(tree ? depths : widths);
  }
  EXPECT_GT(depths, 0);
  EXPECT_GT(widths, 0);
  const auto replayed = replay(run_dir);
  ASSERT_TRUE(replayed) << replayed.error().message;
  EXPECT_FALSE(replayed->difference) << replayed->difference->recorded << " / " << replayed->difference->replayed;
}

TEST(DefineByRun, ADrawDependsOnSeedTrialAndNameOnly) {
  std::map<TrialId, Assignment> params[2];
  for (const int slots : {1, 3}) {
    auto& seen = params[slots / 2];
    const TempDir folder;
    ASSERT_TRUE(run(define_by_run(8), function_trainer(branch), {.slots = slots, .dir = folder / "run"}));
    const auto recovered = recover(folder / "run");
    for (const Trial& trial : recovered->sweep.trials()) seen[trial.number] = trial.params;
  }
  EXPECT_EQ(params[0], params[1]);
}

TEST(DefineByRun, ALaterAttemptGetsTheRecordedValueAndAnotherDomainIsRefused) {
  const TempDir folder;
  std::mutex mutex;
  std::vector<Value> values;
  std::string refusal;
  SweepSpec spec = define_by_run(1);
  spec.trial.retries_error = 1;
  const auto train = [&](FunctionContext& context) {
    const auto value = context.trial().suggest("width", kWidth);
    const auto other = context.trial().suggest("width", kDepth);
    const std::scoped_lock lock(mutex);
    values.push_back(*value);
    refusal = other ? "" : other.error().message;
    if (values.size() == 1) throw std::runtime_error("first attempt");
    context.report({{"loss", 1}});
  };
  ASSERT_TRUE(run(spec, function_trainer(train), {.slots = 1, .dir = folder / "run"}));
  ASSERT_EQ(values.size(), 2U);
  EXPECT_EQ(values[0], values[1]);
  EXPECT_EQ(refusal,
            "width: trial 0 has it from log-uniform in [1, 1024] already, and integer in [1, 8] is another domain");
}

TEST(ComputedParameters, ComeFromTheProgramsOwnFunction) {
  const TempDir folder;
  SweepSpec spec = define_by_run(5);
  spec.space =
      *Space::make({{.path = {"n"}, .domain = Integer{1, 9}}, {.path = {"twice"}, .domain = Computed{"twice"}}});
  const auto train = [](FunctionContext& context) {
    EXPECT_EQ(context.params().find("twice")->get<int>(), 2 * context.params().find("n")->get<int>());
    context.report({{"loss", 1}});
  };
  const auto refused = run(spec, function_trainer(train), {.dir = folder / "without"});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("parameters.twice: is computed by 'twice'"), std::string::npos);
  const SpaceFunctions functions{
      {"twice", [](const Assignment& others, Rng&) { return Value(2 * others.find("n")->get<int>()); }}};
  const auto outcome = run(spec, function_trainer(train), {.dir = folder / "with", .functions = functions});
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_TRUE(recover(folder / "with")) << "people may look at it without the function";
}

}  // namespace
}  // namespace winnow::draws_test
