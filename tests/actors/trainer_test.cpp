/// The trainer of one slot alone: the test plays the sequencer.
#include "support.hpp"

namespace winnow::trainer_test {
namespace {

using test::World;

/// A sequencer that notes what it is sent and answers when it is told to.
struct QuietScheduler {
  QuietScheduler() = default;
  QuietScheduler(const QuietScheduler&) = delete;
  QuietScheduler& operator=(const QuietScheduler&) = delete;
  std::vector<Report> reports;
  std::vector<AttemptEnded> endings;
  int free_slots = 0;
  scheduler_actor handle;
  fleet_actor fleet;
  trainer_actor trainer_handle;

  void start(World& world) {
    handle = world.system.spawn([this](scheduler_actor::pointer self) -> scheduler_actor::behavior_type {
      return {
          [](const Grant&) {},
          [](const SlotFree&) {},
          [](const SlotLost&) {},
          [](const NoSlots&) {},
          [](Yield) {},
          [this, self](const Report& report) -> caf::result<Answer> {
            reports.push_back(report);
            return self->make_response_promise<Answer>();
          },
          [](const Reports&) { return Answer{}; },
          [](const DrawValue&) { return Drawn{}; },
          [this, self](const AttemptEnded& ended) -> caf::result<Answer> {
            endings.push_back(ended);
            return self->make_response_promise<Answer>();
          },
          [](const AttemptPaused&) { return Answer{}; },
          [](const Command&) { return Answer{}; },
          [](const Suggestion&) {},
          [](const Durable&) {},
          [](const StorageFailed&) {},
          [](const SamplerTimeout&) {},
          [](ClockTick) {},
          [](Interrupt) {},
          [](const ChangeWants&) {},
          [](const Subscribe&) {},
          [](GetSnapshot) { return Snapshot{}; },
      };
    });
    fleet = world.system.spawn([this](fleet_actor::pointer) -> fleet_actor::behavior_type {
      return {[](const Demand&) {},      [](const Release&) {}, [this](const SlotFree&) { ++free_slots; },
              [](const LeaveFleet&) {},  [](LetStart) {},       [](ClockTick) {},
              [](const AdoptTrainer&) {}};
    });
    Job job;
    job.factory = test::curve(2, [](TrialId, Step) { return 0.5; });
    trainer_handle = world.system.spawn(trainer, SlotOptions{.own_thread = false}, fleet);
    caf::anon_send(trainer_handle,
                   StartAttempt{.seed = 1, .job = std::make_shared<const Job>(job), .answer_to = handle});
    world.run();
  }
  void answer(World& world, std::int64_t question, std::optional<Error> error = std::nullopt) {
    caf::anon_send(trainer_handle, Answer{error ? Verdict::stop : Verdict::go_on, std::move(error), question});
    world.run();
  }
  ~QuietScheduler() {
    caf::anon_send_exit(trainer_handle, caf::exit_reason::kill);
    caf::anon_send_exit(handle, caf::exit_reason::kill);
    caf::anon_send_exit(fleet, caf::exit_reason::kill);
  }
};

TEST(Trainer, AsksAgainForALateAnswerAndTakesOneOnly) {
  World world(test::spec_of(1));
  QuietScheduler scheduler;
  scheduler.start(world);
  ASSERT_EQ(scheduler.reports.size(), 1U);
  world.pass(std::chrono::seconds(61));
  ASSERT_EQ(scheduler.reports.size(), 2U);
  EXPECT_EQ(scheduler.reports[0].question, scheduler.reports[1].question);
  EXPECT_EQ(scheduler.reports[0].step, scheduler.reports[1].step);
  scheduler.answer(world, scheduler.reports[0].question);
  ASSERT_EQ(scheduler.reports.size(), 3U);
  EXPECT_EQ(scheduler.reports[2].step, 2);
  scheduler.answer(world, scheduler.reports[0].question);  // the repeat's
  EXPECT_TRUE(scheduler.endings.empty()) << "step 2 isn't durable yet";
  scheduler.answer(world, scheduler.reports[2].question);
  EXPECT_EQ(scheduler.endings.size(), 1U);
}

TEST(Trainer, GivesUpOnASequencerThatNeverAnswers) {
  World world(test::spec_of(1));
  QuietScheduler scheduler;
  scheduler.start(world);
  for (int i = 0; i < 20; ++i) world.pass(std::chrono::seconds(61));
  EXPECT_EQ(scheduler.reports.size(), 6U);
}

TEST(Trainer, AnEndIsAskedForAgainToo) {
  World world(test::spec_of(1));
  QuietScheduler scheduler;
  scheduler.start(world);
  scheduler.answer(world, scheduler.reports.back().question);
  scheduler.answer(world, scheduler.reports.back().question);
  ASSERT_EQ(scheduler.endings.size(), 1U);
  for (int i = 0; i < 2; ++i) world.pass(std::chrono::seconds(61));
  ASSERT_GE(scheduler.endings.size(), 2U);
  EXPECT_EQ(scheduler.free_slots, 1);
  scheduler.answer(world, scheduler.endings.back().question);
  EXPECT_EQ(scheduler.free_slots, 2);
}

TEST(Trainer, AReportThatIsRefusedEndsItsAttemptBeforeTheSlotIsFree) {
  World world(test::spec_of(1));
  QuietScheduler scheduler;
  scheduler.start(world);
  scheduler.answer(world, scheduler.reports.back().question, Error{errc::invalid_input, "step must be >= 0, not -1"});
  ASSERT_EQ(scheduler.endings.size(), 1U);
  EXPECT_EQ(scheduler.endings.back().ending, Ending::error);
  EXPECT_EQ(scheduler.endings.back().why, "step must be >= 0, not -1");
  EXPECT_EQ(scheduler.free_slots, 1);
  scheduler.answer(world, scheduler.endings.back().question);
  EXPECT_EQ(scheduler.free_slots, 2);
}

TEST(Trainer, AnAttemptThatAnotherHasReplacedLeavesWithoutAWord) {
  World world(test::spec_of(1));
  QuietScheduler scheduler;
  scheduler.start(world);
  scheduler.answer(world, scheduler.reports.back().question, Error{errc::stale_attempt, "attempt 1 is out"});
  EXPECT_TRUE(scheduler.endings.empty());
  EXPECT_EQ(scheduler.free_slots, 2);
}

}  // namespace
}  // namespace winnow::trainer_test
