/// A slot whose trainable hangs, fails, is refused, or has no thread: the attempt ends, and the slot goes on.
#include <filesystem>
#include <fstream>

#include "../temp_dir.hpp"
#include "support.hpp"

namespace winnow::slot_test {
namespace {

namespace fs = std::filesystem;
using test::curve;
using test::hang;
using test::Script;
using test::scripted;
using test::spec_of;
using test::TempDir;
using test::World;

Result<Progress> step(double loss) {
  return Progress(StepReport{std::nullopt, {{"loss", loss}}});
}

/// Reports `steps` times, then ends.
std::function<Result<Progress>(const TrialContext&, int)> steps(int count) {
  return [count](const TrialContext& trial, int slice) -> Result<Progress> {
    if (slice > count) return Progress(Finished{});
    return step(static_cast<double>(trial.trial));
  };
}

Result<void> write(const TrialContext& trial, const fs::path& file) {
  std::ofstream(file) << "attempt " << trial.attempt;
  return {};
}

SweepSpec promotion_of(int run_cap) {
  SweepSpec spec = spec_of(run_cap);
  spec.scheduler.type = "asha";
  spec.scheduler.options = {{"variant", "promotion"}, {"max_t", 9}, {"reduction_factor", 3}};
  return spec;
}

TEST(Slot, AReportThatTheSweepRefusesFailsItsTrialAndTheSweepGoesOn) {
  World world(spec_of(2));
  world.start(1, slice_trainer({.advance = [](SliceState& state) -> Result<Progress> {
                                  if (state.slice == 2) return Progress(Finished{});
                                  const Step at = state.trial.trial == 0 ? -1 : state.slice + 1;
                                  return Progress(StepReport{at, {{"loss", 1}}});
                                },
                                .save = {},
                                .restore = {}}));
  world.run();
  ASSERT_TRUE(world.ended);
  EXPECT_EQ(world.folded().find(0)->state, TrialState::failed);
  EXPECT_EQ(world.folded().find(0)->reason, "step must be >= 0, not -1");
  EXPECT_EQ(world.folded().find(1)->state, TrialState::completed);
}

TEST(Slot, SetsNoTimerForEachSliceOrTrial) {
  SweepSpec spec = spec_of(50);
  spec.trial.report_timeout = 3600;
  spec.trial.time_limit = 7200;
  World world(spec);
  world.start(1, curve(100, [](TrialId, Step) { return 1.0; }));
  std::size_t most = 0;
  while (world.step()) most = std::max(most, world.timers());
  EXPECT_EQ(world.ledger.count(EventKind::reported), 5000U);
  EXPECT_LE(most, 5U);
}

TEST(Slot, ALimitOfAMillionYearsIsNone) {
  SweepSpec spec = spec_of(1);
  spec.trial.time_limit = 1e16;
  spec.trial.report_timeout = 1e300;
  World world(spec);
  world.start(1, curve(3, [](TrialId, Step) { return 1.0; }));
  world.pass(std::chrono::hours(1));
  EXPECT_EQ(world.folded().counts().completed, 1);
}

TEST(Slot, AReportIsLateWhenItsOwnSliceIsHoweverManyWereBefore) {
  SweepSpec spec = spec_of(1);
  spec.trial.report_timeout = 10;
  spec.trial.retries_lost = 0;
  World world(spec);
  Script script;
  script.advance = [&](const TrialContext&, int slice) -> Result<Progress> {
    world.pass(std::chrono::seconds(slice < 5 ? 9 : 11));
    return step(1);
  };
  world.start(1, scripted(script));
  world.run();
  EXPECT_EQ(world.ledger.count(EventKind::reported), 4U);
  EXPECT_EQ(world.folded().find(0)->reason, "no report within 10 s (trial.report_timeout)");
}

/// Where a slot's thread may hang.
enum class Where { advance, save, restore, destroy };

/// Trial 0 hangs there in its first attempt (the second, where it is restored).
Script hanging(World& world, Where where) {
  const auto maybe = [&world, where](Where here, const TrialContext& trial) {
    if (here == where && trial.trial == 0 && trial.attempt == (where == Where::restore ? 2 : 1)) hang(world);
  };
  Script script;
  script.advance = [maybe, train = steps(9)](const TrialContext& trial, int slice) {
    maybe(Where::advance, trial);
    return train(trial, slice);
  };
  script.save = [maybe](const TrialContext& trial, const fs::path& file) {
    maybe(Where::save, trial);
    return write(trial, file);
  };
  script.restore = [maybe](const TrialContext& trial, const fs::path&) {
    maybe(Where::restore, trial);
    return Result<void>();
  };
  script.destroy = [maybe](const TrialContext& trial) { maybe(Where::destroy, trial); };
  return script;
}

class Hang : public testing::TestWithParam<Where> {};

TEST_P(Hang, EndsItsAttemptByALimitAndTheSlotGoesOn) {
  const TempDir dir;
  SweepSpec spec = promotion_of(3);
  spec.trial.report_timeout = 5;
  spec.trial.grace = 2;
  World world(spec);
  world.job.checkpoints = std::make_shared<CheckpointStore>(dir.path(), 1, 0);
  world.job.save_reports = false;  // the pause saves
  world.job.abandoned = std::make_shared<std::atomic<int>>(0);
  const Script script = hanging(world, GetParam());
  world.start(1, scripted(script));
  world.run();
  ASSERT_TRUE(world.ended);
  EXPECT_FALSE(world.ended->error);
  EXPECT_EQ(*world.job.abandoned, 1);
  const Sweep sweep = world.folded();
  EXPECT_EQ(sweep.counts().paused, 3);
  EXPECT_EQ(world.ledger.count(EventKind::promoted), 1U);
  EXPECT_EQ(world.ledger.count(EventKind::lost), GetParam() == Where::destroy ? 0U : 1U);
}

TEST_P(Hang, EndsWithWinnowInItsGraceTime) {
  const TempDir dir;
  World world(promotion_of(1000));
  world.job.checkpoints = std::make_shared<CheckpointStore>(dir.path(), 1, 0);
  world.job.save_reports = false;
  Script script = hanging(world, GetParam());
  bool interrupted = false;
  const auto interrupt = [&](const TrialContext& trial) {
    if (trial.trial != 3 || interrupted) return;
    interrupted = true;
    caf::anon_send(world.scheduler_handle, Interrupt{});
  };
  script.advance = [&, train = script.advance](const TrialContext& trial, int slice) {
    interrupt(trial);
    return train(trial, slice);
  };
  world.start(2, scripted(script));
  world.run();
  for (int i = 0; i < 4 && !world.ended; ++i) world.pass(std::chrono::seconds(1));
  ASSERT_TRUE(world.ended) << "no limit is set, and the grace time is 2 s";
  EXPECT_TRUE(world.ended->interrupted);
  EXPECT_EQ(world.folded().counts().running, 0);
}

std::string name_of(const testing::TestParamInfo<Where>& where) {
  constexpr std::array kNames{"advance", "save", "restore", "destroy"};
  return kNames.at(static_cast<std::size_t>(where.param));
}

INSTANTIATE_TEST_SUITE_P(In, Hang, testing::Values(Where::advance, Where::save, Where::restore, Where::destroy),
                         name_of);

TEST(Slot, ARestoreThatWasGivenUpNeverBeginsToTrain) {
  const TempDir dir;
  SweepSpec spec = promotion_of(3);
  spec.trial.report_timeout = 5;
  World world(spec);
  world.job.checkpoints = std::make_shared<CheckpointStore>(dir.path(), 1, 0);
  Script script = hanging(world, Where::restore);
  int late = 0;
  script.advance = [&, train = steps(9)](const TrialContext& trial, int slice) {
    late += trial.trial == 0 && trial.attempt == 2 ? 1 : 0;
    return train(trial, slice);
  };
  world.start(1, scripted(script));
  world.run();
  EXPECT_EQ(late, 0);
  EXPECT_EQ(world.ledger.count(EventKind::lost), 1U);
}

/// Attempt 1 hangs in the save of step 2 and wakes when attempt 2 has saved it.
TEST(Slot, ASaveThatWasGivenUpDoesNotTouchWhatTheNextAttemptSaved) {
  const TempDir dir;
  SweepSpec spec = spec_of(1);
  spec.trial.report_timeout = 5;
  World world(spec);
  const auto store = std::make_shared<CheckpointStore>(dir.path(), 5, 0);
  world.job.checkpoints = store;
  Script script;
  script.advance = steps(4);
  script.save = [&](const TrialContext& trial, const fs::path& file) {
    if (trial.attempt == 1 && file.string().find("step-2") != std::string::npos) hang(world);
    return write(trial, file);
  };
  world.start(1, scripted(script));
  world.run();
  ASSERT_TRUE(world.ended);
  EXPECT_EQ(world.folded().counts().completed, 1);
  for (const Step at : {1, 2, 3, 4}) {
    std::string text;
    std::getline(std::ifstream(store->path(0, at)), text);
    EXPECT_EQ(text, at == 1 ? "attempt 1" : "attempt 2") << "step " << at;
  }
  EXPECT_EQ(std::distance(fs::directory_iterator(dir / "trial-0"), {}), 4) << "nothing hidden is left";
}

TEST(Slot, GoesOnFromAnOlderCheckpointWhereTheNewestIsDamagedAndSaysSo) {
  const TempDir dir;
  SweepSpec spec = spec_of(1);
  spec.trial.retries_lost = 2;
  World world(spec);
  const auto store = std::make_shared<CheckpointStore>(dir.path(), 5, 0);
  world.job.checkpoints = store;
  std::vector<std::string> notes;
  world.job.note = [&](const std::string& line) { notes.push_back(line); };
  std::vector<std::optional<Step>> from;
  Script script;
  script.save = write;
  script.advance = [&](const TrialContext& trial, int slice) -> Result<Progress> {
    if (slice == 3 && trial.attempt <= 2) {
      for (const Step damaged : {2, 1}) {
        if (trial.attempt == 1 && damaged == 1) continue;
        std::ofstream(store->path(0, damaged)) << "damaged";
      }
      return fail(errc::trial_lost, "killed");
    }
    return steps(4)(trial, slice);
  };
  script.restore = [&](const TrialContext& trial, const fs::path& file) {
    EXPECT_EQ(file, store->path(0, *trial.from_step)) << "the context says what was restored";
    from.push_back(trial.from_step);
    return Result<void>();
  };
  world.start(1, scripted(script));
  world.run();
  ASSERT_TRUE(world.ended);
  EXPECT_EQ(world.folded().counts().completed, 1);
  EXPECT_EQ(from, (std::vector<std::optional<Step>>{1})) << "attempt 3 found none that was whole";
  ASSERT_EQ(notes.size(), 2U);
  EXPECT_NE(notes[0].find("restored trial=0 attempt=2 wanted=2 from=1"), std::string::npos) << notes[0];
  EXPECT_NE(notes[0].find("step-2/state: is not what was saved"), std::string::npos) << notes[0];
  EXPECT_NE(notes[1].find("attempt=3 wanted=2 from=the start"), std::string::npos) << notes[1];
  std::vector<Step> recorded;
  for (const Event& event : world.ledger.events) {
    if (const auto* reported = event.as<event::Reported>()) recorded.push_back(reported->step);
  }
  EXPECT_EQ(recorded, (std::vector<Step>{1, 2, 1, 2, 3, 4})) << "the attempt that starts over says so; 2 was just said";
}

/// The sweep's actors end while a report waits for its answer, as they do when the disk is full.
TEST(Slot, LetsGoOfItsTrainableOnItsThreadWhenTheSweepFails) {
  int gone = 0;
  Script script;
  script.advance = steps(9);
  script.destroy = [&](const TrialContext&) { ++gone; };
  {
    World world(spec_of(1));
    world.append = [&](std::span<Event> events) -> Result<std::int64_t> {
      for (const Event& event : events) {
        if (event.kind() == EventKind::reported) return fail(errc::io, "the disk is full");
      }
      return world.ledger.append(events);
    };
    world.start(1, scripted(script));
    world.run();
    ASSERT_TRUE(world.ended);
    EXPECT_EQ(gone, 0) << "it waits for its answer";
  }
  EXPECT_EQ(gone, 1);
}

TEST(Slot, WithoutAThreadLeavesAndTheOthersDoTheWork) {
  World world(spec_of(4));
  world.threads.left = 2;
  Script script;
  script.advance = steps(2);
  world.start(5, scripted(script));
  world.run();
  ASSERT_TRUE(world.ended);
  EXPECT_FALSE(world.ended->error);
  EXPECT_EQ(world.folded().counts().completed, 4) << "no trial pays for it";
  EXPECT_EQ(world.trainers.size(), 5U) << "nor is it tried again";
}

TEST(Slot, TheSweepEndsWithAnErrorWhereNoneIsLeft) {
  World world(spec_of(4));
  world.threads.left = 0;
  Script script;
  script.advance = steps(2);
  world.start(3, scripted(script));
  world.run();
  ASSERT_TRUE(world.ended);
  ASSERT_TRUE(world.ended->error);
  EXPECT_NE(world.ended->error->message.find("no slot is left"), std::string::npos) << world.ended->error->message;
  EXPECT_NE(world.ended->error->message.find("no thread"), std::string::npos) << world.ended->error->message;
  EXPECT_EQ(world.ledger.count(EventKind::started), 0U);
}

}  // namespace
}  // namespace winnow::slot_test
