/// W&B's `early_terminate` in a sweep file: a scheduler under another name.
#include <gmock/gmock.h>

#include <winnow/spec/print.hpp>
#include <winnow/spec/settings.hpp>
#include <winnow/sweep/sweep.hpp>

namespace winnow::early_terminate_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kHead =
    "method: random\nprogram: train.py\nparameters: {lr: {min: 0.1, max: 1.0}}\nmetric: {name: loss}\n";

ParsedSpec parsed(std::string_view more) {
  auto read = parse_spec(std::string(kHead) + std::string(more), "sweep.yaml");
  EXPECT_TRUE(read) << read.error().message;
  return read ? *read : ParsedSpec();
}

SweepSpec with(std::string_view more) {
  return parsed(more).spec;
}

TEST(EarlyTerminate, BecomesTheSchedulerOfThatName) {
  const SweepSpec spec = with("early_terminate: {type: hyperband, min_iter: 3, eta: 2, strict: false}\n");
  EXPECT_EQ(spec.scheduler.type, "wandb_hyperband");
  EXPECT_EQ(spec.scheduler.resource, "reports");
  EXPECT_EQ(spec.scheduler.options, (Value{{"min_iter", 3}, {"eta", 2}, {"strict", false}}));
}

TEST(EarlyTerminate, IsTheSameAsTheScheduler) {
  EXPECT_EQ(with("early_terminate: {type: hyperband, min_iter: 3}\n").scheduler,
            with("scheduler: {type: wandb_hyperband, min_iter: 3}\n").scheduler);
  EXPECT_EQ(with("scheduler: {type: wandb_hyperband, min_iter: 3, resource: reports}\n").scheduler,
            with("scheduler: {type: wandb_hyperband, min_iter: 3}\n").scheduler);
}

TEST(EarlyTerminate, LeavesTheFileWandbs) {
  const SweepSpec spec = with("early_terminate: {type: hyperband, min_iter: 3}\n");
  EXPECT_TRUE(spec.stopped_are_eligible);
  EXPECT_EQ(spec.scope, Scope::best);
}

TEST(EarlyTerminate, StandsBesideTheSchedulerOfWandbLaunch) {
  const ParsedSpec read =
      parsed("early_terminate: {type: hyperband, min_iter: 3}\nscheduler: {job: a, resource: kubernetes}\n");
  EXPECT_EQ(read.spec.scheduler.type, "wandb_hyperband");
  EXPECT_THAT(read.warnings, ElementsAre(HasSubstr("W&B Launch")));
}

TEST(EarlyTerminate, ReadsBackFromAPrintedFile) {
  const SweepSpec spec = with("early_terminate: {type: hyperband, max_iter: 27, s: 2, eta: 3}\n");
  const auto read = parse_spec(sweep_file(spec).dump(2), "printed.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->spec.scheduler, spec.scheduler);
  EXPECT_THAT(read->warnings, IsEmpty());
}

TEST(EarlyTerminate, CanNeitherChangeNorComeNorGoOnResume) {
  const SweepSpec before = with("early_terminate: {type: hyperband, min_iter: 3}\n");
  const SweepSpec later = with("early_terminate: {type: hyperband, min_iter: 9}\n");
  const SweepSpec none = with("");
  const auto refusal = [](const SweepSpec& from, const SweepSpec& to) {
    const auto found = changes(from, to);
    return found ? "accepted" : found.error().message;
  };
  EXPECT_THAT(refusal(before, later), HasSubstr("\n  scheduler.min_iter: 3 -> 9\n(early_terminate is the scheduler "
                                                "wandb_hyperband)"));
  EXPECT_THAT(refusal(before, none), HasSubstr("\n  scheduler.type: \"wandb_hyperband\" -> \"fifo\""));
  EXPECT_THAT(refusal(none, before), HasSubstr("(early_terminate is the scheduler"));
}

TEST(EarlyTerminate, CanNotBeSetByName) {
  SweepSpec spec = with("early_terminate: {type: hyperband, min_iter: 3}\n");
  for (const char* name : {"early_terminate", "early_terminate.min_iter", "scheduler.min_iter"}) {
    const auto changed = change(spec, name, 9);
    ASSERT_FALSE(changed) << name;
    EXPECT_THAT(changed.error().message, HasSubstr("says what is searched or how")) << name;
  }
}

/// The sweep's verdict on one more report.
Verdict judged(Sweep& sweep, TrialId trial, double value) {
  const auto judgement = sweep.on_report({.trial = trial, .attempt = 1, .step = {}, .metrics = {{"loss", value}}}, 1);
  EXPECT_TRUE(judgement) << judgement.error().message;
  for (const Event& event : judgement->events) EXPECT_TRUE(sweep.apply(event));
  return judgement->verdict;
}

TEST(EarlyTerminate, StopsATrialOfASweepAndLeavesItEligible) {
  auto sweep = Sweep::make(with("early_terminate: {type: hyperband, min_iter: 2, eta: 2}\n"), 1);
  ASSERT_TRUE(sweep);
  for (TrialId trial = 0; trial < 3; ++trial) {
    ASSERT_TRUE(sweep->apply(sweep->suggested(trial, {}, 0, 1)));
    ASSERT_TRUE(sweep->apply(sweep->started(trial, {}, 1)));
    judged(*sweep, trial, 5);
  }
  EXPECT_EQ(judged(*sweep, 0, 1), Verdict::go_on);
  EXPECT_EQ(judged(*sweep, 1, 2), Verdict::go_on);
  EXPECT_EQ(judged(*sweep, 2, 3), Verdict::stop);
  EXPECT_EQ(sweep->find(2)->state, TrialState::stopped);
}

}  // namespace
}  // namespace winnow::early_terminate_test
