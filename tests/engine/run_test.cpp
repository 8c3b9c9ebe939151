/// A run whose surroundings break: its listener, its metrics file, its directory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <limits>
#include <sstream>
#include <thread>

#include <winnow/engine/feed.hpp>
#include <winnow/engine/run.hpp>
#include <winnow/session/edits.hpp>
#include <winnow/session/ledger_watch.hpp>
#include <winnow/session/recovered.hpp>
#include <winnow/session/replay.hpp>
#include <winnow/session/session.hpp>
#include <winnow/spec/sweep_file.hpp>
#include <winnow/trainers/function.hpp>

#include "../temp_dir.hpp"

namespace winnow::run_test {
namespace {

namespace fs = std::filesystem;
using test::TempDir;
using testing::HasSubstr;

SweepSpec one_number(int trials) {
  SweepSpec spec;
  spec.name = "numbers";
  spec.seed = 5;
  spec.metrics = {{.name = "loss", .goal = Goal::minimize, .target = {}}};
  spec.run_cap = trials;
  spec.space = *Space::make({{.path = {"x"}, .domain = Float{.law = Law::uniform, .a = 0, .b = 1}}});
  return spec;
}

void report_once(FunctionContext& context) {
  context.report({{"loss", 1.0}});
}

std::string text_of(const fs::path& file) {
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

TEST(Run, GoesOnWithoutAListenerThatThrows) {
  for (const bool known : {true, false}) {
    const TempDir folder;
    int heard = 0;
    const RunOptions options{.slots = 2, .dir = folder / "run", .on_event = [&](const Event& event) {
                               if (++heard < 3) return;
                               if (!known) throw event.seq;
                               throw std::runtime_error("no room on the blackboard");
                             }};
    const auto outcome = run(one_number(10), function_trainer(report_once), options);
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_FALSE(outcome->error);
    EXPECT_EQ(heard, 3);
    ASSERT_EQ(outcome->warnings.size(), 1U);
    EXPECT_THAT(outcome->warnings[0], testing::StartsWith("on_event threw at event "));
    EXPECT_THAT(outcome->warnings[0], HasSubstr(known ? ": no room on the blackboard" : "on_event threw"));
    EXPECT_EQ(recover(options.dir)->sweep.counts().completed, 10);
    EXPECT_THAT(text_of(options.dir / "logs/winnow.log"), HasSubstr("event=finished"));
  }
}

/// Reports x as its loss: where that is bad, until it is told to stop.
void report_x(FunctionContext& context) {
  const double x = context.params().find("x")->get<double>();
  for (int step = 0; step < 3 || x > 0.25; ++step) {
    context.report({{"loss", x}});
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

TEST(Run, AStopperOfTheProgramsOwnStopsTrials) {
  const TempDir folder;
  const RunOptions options{.slots = 3, .dir = folder / "run", .stop_when = [](const Event& report) {
                             const auto& metrics = report.as<event::Reported>()->metrics;
                             return *find_metric(metrics, "loss") > 0.25 ? StopOrder::trial : StopOrder::none;
                           }};
  const auto outcome = run(one_number(6), function_trainer(report_x), options);
  ASSERT_TRUE(outcome) << outcome.error().message;
  const auto recovered = recover(options.dir);
  int stopped = 0;
  for (const Trial& trial : recovered->sweep.trials()) {
    const bool bad = trial.params.find("x")->get<double>() > 0.25;
    EXPECT_EQ(trial.state, bad ? TrialState::stopped : TrialState::completed) << trial.number;
    stopped += bad ? 1 : 0;
  }
  EXPECT_GT(stopped, 0);
  EXPECT_FALSE(replay(options.dir)->difference);
}

void report_twice(FunctionContext& context) {
  report_once(context);
  report_once(context);
}

TEST(Run, AStopperOfTheProgramsOwnEndsTheSweep) {
  const TempDir folder;
  const RunOptions options{
      .slots = 2, .dir = folder / "run", .stop_when = [](const Event&) { return StopOrder::sweep; }};
  const auto outcome = run(one_number(100'000), function_trainer(report_twice), options);
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->why, "stopped by command");
  EXPECT_LT(recover(options.dir)->sweep.trials().size(), 100'000U);
}

TEST(Run, NoTextOfATrialEndsItsLineOfTheLog) {
  const TempDir folder;
  const auto outcome =
      run(one_number(1), function_trainer([](FunctionContext&) {
            throw std::runtime_error("bad\n2026-01-01T00:00:00.000Z seq=9 event=finished \"why\x1b[2J");
          }),
          {.slots = 1, .dir = folder / "run"});
  ASSERT_TRUE(outcome) << outcome.error().message;
  const std::string log = text_of(folder / "run/logs/winnow.log");
  EXPECT_THAT(log, HasSubstr(R"(bad\n2026-01-01T00:00:00.000Z seq=9 event=finished \"why\u001b[2J")"));
  EXPECT_EQ(log.find("\n2026-01-01"), std::string::npos) << log;
}

/// Saves when it is paused; fails when it goes on, or is trial 1.
TEST(Run, LeavesNoCheckpointsOfTrialsThatAreOverHoweverTheyEnded) {
  const TempDir folder;
  SweepSpec spec = one_number(9);
  spec.checkpoints_last = spec.checkpoints_best = 0;
  spec.scheduler.type = "asha";
  spec.scheduler.options = {{"variant", "promotion"}, {"max_t", 9}, {"reduction_factor", 3}};
  const auto outcome = run(spec,
                           slice_trainer({.advance = [](SliceState& state) -> Result<Progress> {
                                            if (state.trial.attempt == 2) return fail(errc::trial_failed, "no");
                                            return Progress(StepReport{std::nullopt, {{"loss", 1.0}}});
                                          },
                                          .save = [](const SliceState&, const fs::path& file) -> Result<void> {
                                            std::ofstream(file) << "state";
                                            return {};
                                          },
                                          .restore = [](SliceState&, const fs::path&) -> Result<void> { return {}; }}),
                           {.slots = 2, .dir = folder / "run"});
  ASSERT_TRUE(outcome) << outcome.error().message;
  const auto recovered = recover(folder / "run");
  ASSERT_GT(recovered->sweep.counts().failed, 0);
  ASSERT_GT(recovered->sweep.counts().paused, 0);
  for (const Trial& trial : recovered->sweep.trials()) {
    EXPECT_EQ(fs::exists(folder / "run/checkpoints" / ("trial-" + std::to_string(trial.number))),
              trial.state == TrialState::paused)
        << "trial " << trial.number << " is " << to_string(trial.state);
  }
}

/// A trial's thread that was given up may write into the log when the sweep is over.
TEST(Feed, ANoteThatComesLateAndCannotBeWrittenDoesNoHarm) {
  const TempDir folder;
  fs::create_directories(folder / "logs");
  auto ledger = Ledger::create(folder / "ledger.db", Durability::full, {}, {});
  ASSERT_TRUE(ledger) << ledger.error().message;
  EventFeed::Note note;
  {
    Ticker ticker(std::chrono::milliseconds(50));
    auto feed = EventFeed::start(ticker, RunDir{folder.path()}, *ledger, {}, {});
    ASSERT_TRUE(feed) << feed.error().message;
    note = feed->note();
    ASSERT_TRUE(feed->finish());
  }
  rlimit limit{};
  ::getrlimit(RLIMIT_FSIZE, &limit);
  const auto before = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit none{.rlim_cur = 0, .rlim_max = limit.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &none);
  note("I am late");
  ::setrlimit(RLIMIT_FSIZE, &limit);
  std::signal(SIGXFSZ, before);
}

TEST(LedgerWatch, SeesALedgerThatWasGoneBeforeItBegan) {
  const TempDir folder;
  const LedgerWatch watch(RunDir{folder.path()});
  const auto lost = watch.look();
  ASSERT_TRUE(lost);
  EXPECT_THAT(lost->error.message, HasSubstr("was deleted or replaced"));
}

TEST(CreateSession, RefusesASweepThatItsRecordWouldNotGiveBack) {
  const TempDir folder;
  SweepSpec spec = one_number(1);
  spec.trainer.type = "own";
  spec.trainer.options = {{"clip", std::numeric_limits<double>::infinity()}};
  SweepFile file;
  file.parsed.spec = spec;
  file.path = folder / "sweep.yaml";
  const auto session = create_session(file, folder / "run", 1);
  ASSERT_FALSE(session);
  EXPECT_THAT(session.error().message, HasSubstr("record"));
  EXPECT_FALSE(fs::exists(folder / "run"));
}

TEST(Run, TakesNoMoreSlotsThanTrialsHoweverTheyAreAsked) {
  SweepSpec spec = one_number(6);
  spec.slots = 50;
  EXPECT_EQ(slots_of(spec), 6);
  EXPECT_EQ(slots_of(spec, 100'000), 6);
  EXPECT_EQ(slots_of(spec, 3), 3);
  spec.run_cap = std::nullopt;
  EXPECT_EQ(slots_of(spec, 70), 70);
  EXPECT_EQ(slots_of(spec, 2'000'000'000), kMostSlots);
}

/// A sweep that goes on until something ends it, with something that happens once it is under way.
Result<Outcome> run_until(const fs::path& dir, const std::function<void()>& happens) {
  std::atomic<int> reports{0};
  std::atomic<int> interrupts{0};
  std::thread meddler([&] {
    for (int i = 0; i < 6000 && reports < 20; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    happens();
    // A minute for what ought to be noticed within a second; then the test fails rather than hangs.
    for (int i = 0; i < 12000 && reports >= 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    interrupts = 1;
  });
  auto outcome = run(one_number(1'000'000), function_trainer([&](FunctionContext& context) {
                       std::this_thread::sleep_for(std::chrono::milliseconds(1));
                       ++reports;
                       context.report({{"loss", 1.0}});
                     }),
                     {.slots = 2, .dir = dir, .interrupts = &interrupts});
  reports = -1'000'000'000;
  meddler.join();
  return outcome;
}

TEST(LostLedger, EndsTheRunWhenItIsDeleted) {
  const TempDir folder;
  const auto dir = folder / "run";
  const auto outcome = run_until(dir, [&] { fs::remove(dir / "ledger.db"); });
  ASSERT_TRUE(outcome) << outcome.error().message;
  ASSERT_TRUE(outcome->error);
  EXPECT_EQ(outcome->error->code, errc::io);
  EXPECT_EQ(outcome->error->message,
            (dir / "ledger.db").string() + ": was deleted or replaced while the sweep ran; what was recorded is lost");
  EXPECT_EQ(outcome->dir, "");
}

TEST(LostLedger, EndsTheRunWhenAnotherFileTakesItsPlace) {
  const TempDir folder;
  const auto dir = folder / "run";
  std::ofstream(folder / "other") << "something else";
  const auto outcome = run_until(dir, [&] { fs::rename(folder / "other", dir / "ledger.db"); });
  ASSERT_TRUE(outcome) << outcome.error().message;
  ASSERT_TRUE(outcome->error);
  EXPECT_THAT(outcome->error->message, HasSubstr("was deleted or replaced"));
}

TEST(LostLedger, IsFoundWhereItsDirectoryWasMovedAndIsResumedThere) {
  const TempDir folder;
  const auto dir = folder / "run";
  const auto moved = folder / "moved";
  const auto outcome = run_until(dir, [&] { fs::rename(dir, moved); });
  ASSERT_TRUE(outcome) << outcome.error().message;
  ASSERT_TRUE(outcome->error);
  EXPECT_THAT(outcome->error->message, HasSubstr("was moved to " + (moved / "ledger.db").string()));
  EXPECT_EQ(outcome->dir, moved);
  const auto recovered = recover(moved);
  ASSERT_TRUE(recovered) << recovered.error().message;
  EXPECT_GE(recovered->sweep.counts().reports, 18);
}

TEST(MetricsFile, ThatIsDeletedWhileASweepRunsIsMadeAnewAndTheSweepIsDone) {
  const TempDir folder;
  const auto dir = folder / "run";
  bool deleted = false;
  const auto outcome =
      run(one_number(20), function_trainer(report_once), {.slots = 2, .dir = dir, .on_event = [&](const Event&) {
                                                            if (!deleted) deleted = fs::remove(dir / "metrics.h5");
                                                          }});
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_TRUE(deleted);
  EXPECT_FALSE(outcome->error);
  ASSERT_EQ(outcome->warnings.size(), 1U);
  EXPECT_THAT(outcome->warnings[0], HasSubstr("it was made anew from the ledger"));
  EXPECT_TRUE(fs::exists(dir / "metrics.h5"));
}

TEST(CreateSession, RefusesADirectoryWithAPathThatSqliteCannotOpenAndMakesNothing) {
  const TempDir folder;
  fs::path root = folder.path();
  while (root.native().size() < 500) root /= std::string(50, 'd');
  const auto file = sweep_file_of(one_number(1));
  const auto session = create_session(*file, root, 1);
  ASSERT_FALSE(session);
  EXPECT_EQ(session.error().code, errc::invalid_input);
  EXPECT_THAT(session.error().message, HasSubstr("bytes long as a path"));
  EXPECT_TRUE(fs::is_empty(folder.path()));
  // The longest that is taken can be used.
  const auto longest = fs::path(root.native().substr(0, 490));
  const auto made = create_session(*file, longest, 1);
  EXPECT_TRUE(made) << made.error().message;
}

TEST(DefaultRunRoot, IsAFolderOfRunsWhateverTheNameIs) {
  for (const std::string name : {"../../../etc/x", "/abs", "..", ".hidden", "a b", "plain"}) {
    const auto root = default_run_root(name);
    EXPECT_EQ(root.parent_path(), "runs") << name;
    EXPECT_FALSE(root.filename().native().starts_with('.')) << name;
  }
  EXPECT_THAT(default_run_root("a/b").filename().native(), testing::StartsWith("a-b-2"));
  std::string umlauts;
  for (int i = 0; i < 2000; ++i) umlauts += "ä";
  const std::string cut = default_run_root("x" + umlauts).filename();
  EXPECT_LE(cut.size(), 255U);
  EXPECT_THAT(cut, HasSubstr("ä-2")) << "no half of a letter";
}

TEST(Edits, SlotsHaveTheLimitThatTheOptionHas) {
  const TempDir folder;
  const auto file = sweep_file_of(one_number(1));
  ASSERT_TRUE(create_session(*file, folder / "run", 1));
  const auto before = recover(folder / "run");
  const RunDir dir{folder / "run"};
  EXPECT_TRUE(edit(*before, dir, *parse_edits({"slots=100000"}), 0));
  const auto refused = edit(*before, dir, *parse_edits({"slots=100001"}), 0);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "--set slots: must be an integer of at most 100000, got 100001");
}

}  // namespace
}  // namespace winnow::run_test
