/// One model along a schedule.
#include <winnow/schedulers/pbt_replay.hpp>

#include "support.hpp"

namespace winnow::testing::pbt_replay_test {
namespace {

const Value kSchedule{
    {"schedule", {{{"at", 2}, {"params", {{"lr", 0.5}}}}, {{"at", 4}, {"params", {{"lr", 0.25}, {"b", 9}}}}}},
    {"max_t", 8}};

std::unique_ptr<Scheduler> replay() {
  auto scheduler = make_or_fail("pbt_replay", kSchedule, {});
  scheduler->created(0, Assignment({{"lr", 1.0}, {"b", 7}}));
  return scheduler;
}

Verdict tell(Scheduler& scheduler, Step step) {
  const Verdict verdict = report(scheduler, {0, static_cast<double>(step), 0.5, step});
  if (verdict == Verdict::pause) scheduler.set_promotable(0, true);
  return verdict;
}

Exploit due(const Scheduler& scheduler) {
  const Wish wish = scheduler.wish({});
  const auto* exploit = std::get_if<Exploit>(&wish);
  EXPECT_NE(exploit, nullptr);
  return exploit == nullptr ? Exploit{} : *exploit;
}

TEST(PbtReplay, ATrialGoesOnFromItsOwnStateWithTheSchedulesParameters) {
  const auto scheduler = replay();
  EXPECT_EQ(tell(*scheduler, 1), Verdict::go_on);
  EXPECT_EQ(tell(*scheduler, 2), Verdict::pause);
  EXPECT_EQ(scheduler->lends(0), 2);
  const Exploit exploit = due(*scheduler);
  EXPECT_EQ(exploit.donor, 0);
  EXPECT_EQ(exploit.step, 2);
  EXPECT_EQ(exploit.params, Assignment({{"lr", 0.5}, {"b", 7}}));
  scheduler->record_exploit(0, 0, 2, exploit.params);
  EXPECT_EQ(scheduler->lends(0), std::nullopt);
  EXPECT_EQ(tell(*scheduler, 3), Verdict::go_on);
  EXPECT_EQ(tell(*scheduler, 4), Verdict::pause);
  EXPECT_EQ(due(*scheduler).params, Assignment({{"lr", 0.25}, {"b", 9}}));
}

TEST(PbtReplay, ChangesThatOneReportHasPassedAreMadeAtOnce) {
  const auto scheduler = replay();
  EXPECT_EQ(tell(*scheduler, 7), Verdict::pause);
  const Exploit exploit = due(*scheduler);
  EXPECT_EQ(exploit.step, 7);
  EXPECT_EQ(exploit.params, Assignment({{"lr", 0.25}, {"b", 9}}));
}

TEST(PbtReplay, WithoutACheckpointTheNextReportAsksAgain) {
  const auto scheduler = replay();
  tell(*scheduler, 2);
  scheduler->record_promotion(0);
  EXPECT_TRUE(std::holds_alternative<Create>(scheduler->wish({})));
  EXPECT_EQ(tell(*scheduler, 3), Verdict::pause);
}

TEST(PbtReplay, AHeldTrialWaits) {
  const auto scheduler = replay();
  tell(*scheduler, 2);
  scheduler->set_promotable(0, false);
  EXPECT_TRUE(std::holds_alternative<Create>(scheduler->wish({})));
}

TEST(PbtReplay, IsCompleteAtMaxT) {
  EXPECT_TRUE(replay()->judge({0, 8, 0.5, 8}).completed);
}

TEST(PbtReplay, RefusesASchedule) {
  const auto refusal = [](const Value& schedule) {
    return make_scheduler("pbt_replay", {{"schedule", schedule}}, {}).error().message;
  };
  const Value change{{"at", 2}, {"params", {{"lr", 0.5}}}};
  EXPECT_THAT(refusal(Value::array()), ::testing::HasSubstr("schedule: must be a list of changes"));
  EXPECT_THAT(refusal({change, change}), ::testing::HasSubstr("must ascend from above 0, got 2 after 2"));
  EXPECT_THAT(refusal({{{"at", 2}}}), ::testing::HasSubstr("got {\"at\":2}"));
}

}  // namespace
}  // namespace winnow::testing::pbt_replay_test
