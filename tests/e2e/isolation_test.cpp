/// `isolation: process`: what a trial does to its process stays inside it.
#include <gmock/gmock.h>

#include <map>

#include "program_sweep.hpp"

namespace winnow::test::isolation_test {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Told {
  TrialState state{};
  std::string reason;
  int reports = 0;
  double process = 0;
  double changed = 0;  ///< the most of what it found changed
};

/// By mode.
std::map<std::string, Told> told_of(const fs::path& run) {
  std::map<TrialId, std::string> modes;
  std::map<std::string, Told> told;
  for (const Event& event : events_of(run)) {
    if (const auto* suggested = event.as<event::Suggested>()) {
      modes[event.trial] = suggested->params.find("mode")->get<std::string>();
    } else if (const auto* reported = event.as<event::Reported>()) {
      Told& one = told[modes[event.trial]];
      ++one.reports;
      one.process = metric_at(reported->metrics, "process");
      one.changed = std::max(one.changed, metric_at(reported->metrics, "changed"));
    } else if (modes.contains(event.trial)) {
      told[modes[event.trial]].state = event.state;
      if (!event.text.empty()) told[modes[event.trial]].reason = event.text;
    }
  }
  return told;
}

class Isolation : public ::testing::Test {
protected:
  fs::path write_sweep(const std::string& modes, const std::string& more = "", const std::string& options = "") const {
    return write(dir / "sweep.yaml",
                 "name: apart\nmethod: grid\nmetric: {name: loss, goal: minimize}\nslots: 4\nisolation: process\n"
                 "parameters:\n  mode: {values: [" +
                     modes + "]}\nfailures: {first: 0}\ntrainer: {type: misbehaves, module: " + WINNOW_BINARY_DIR +
                     "/lib/test_modules/libwinnow_trainer_misbehaves.so" + options + "}\n" + more);
  }
  [[nodiscard]] fs::path run() const { return dir / "run"; }
  [[nodiscard]] Finished winnow(std::vector<std::string> args) const {
    return test::winnow(std::move(args), "", {"MARK=" + mark});
  }

  TempDir dir;
  std::string mark = "apart" + std::to_string(::getpid());
};

TEST_F(Isolation, EachMisbehaviourFailsItsOwnTrialAndNoOther) {
  const auto file =
      write_sweep("segfault, abort, throw, exit, leak, shm, globals, children, good, fine, well, right, quiet",
                  "trial: {grace: 0.3s, retries: {lost: 0}}\n");
  const Finished done = winnow({"run", file.string(), "--dir", run().string()});
  EXPECT_EQ(done.code, 0) << done.out << done.err;
  const auto told = told_of(run());
  const auto failed_with = [&](const std::string& mode) {
    EXPECT_EQ(told.at(mode).state, TrialState::failed) << mode;
    EXPECT_EQ(told.at(mode).reports, 1) << mode;
    return told.at(mode).reason;
  };
  EXPECT_THAT(failed_with("segfault"), AnyOf(HasSubstr("crashed with SIGSEGV"), HasSubstr("AddressSanitizer")));
  EXPECT_THAT(failed_with("abort"), HasSubstr("crashed with SIGABRT"));
  EXPECT_THAT(failed_with("throw"), HasSubstr("thrown at its second slice"));
  EXPECT_THAT(failed_with("exit"), HasSubstr("ended its process"));
  EXPECT_THAT(failed_with("shm"), HasSubstr("crashed with SIGABRT"));
  for (const char* mode : {"leak", "children", "good", "fine", "well", "right", "quiet"}) {
    EXPECT_EQ(told.at(mode).state, TrialState::completed) << mode << ": " << told.at(mode).reason;
    EXPECT_EQ(told.at(mode).changed, 0) << mode;
  }
  EXPECT_EQ(told.at("globals").state, TrialState::completed);
  EXPECT_GT(told.at("globals").changed, 3) << "or there is nothing to keep apart";
  EXPECT_THAT(remains_after(mark, 1s), IsEmpty());
  for (const auto& entry : fs::directory_iterator("/dev/shm")) {
    EXPECT_THAT(entry.path().filename().string(), ::testing::Not(HasSubstr("torch_"))) << "of a trial that is over";
  }
}

TEST_F(Isolation, TheLastOfTwoHundredTrialsThatLeakFindsAsMuchMemoryAsTheFirst) {
  const auto file = write(dir / "sweep.yaml", text_of(write_sweep("spill")) + "repeat: 200\n");
  const Finished done = winnow({"run", file.string(), "--dir", run().string()});
  EXPECT_EQ(done.code, 0) << done.out << done.err;
  std::map<TrialId, std::vector<double>> memory;  // by trial: at each report
  for (const Event& event : events_of(run())) {
    if (const auto* reported = event.as<event::Reported>()) {
      memory[event.trial].push_back(metric_at(reported->metrics, "memory"));
    }
  }
  ASSERT_EQ(memory.size(), 200U);
  constexpr double kMebibyte = 1024;
  for (const auto& [trial, at] : memory) {
    EXPECT_NEAR(at.front(), memory[0].front(), 2 * kMebibyte) << "trial " << trial;
    EXPECT_GT(at.back(), at.front() + 8 * kMebibyte) << "or it leaks nothing";
  }
}

TEST_F(Isolation, AProcessServesAsManyAttemptsAsItMayUnlessOneFailsOrItGrows) {
  const auto file =
      write_sweep("good, fine, globals, well, right, abort, quiet, spill, calm, still", "attempts_per_worker: 3\n");
  const Finished done = winnow({"run", file.string(), "--slots", "1", "--dir", run().string()});
  EXPECT_EQ(done.code, 0) << done.out << done.err;
  const auto told = told_of(run());
  const auto process = [&](const char* mode) { return told.at(mode).process; };
  EXPECT_EQ(process("good"), process("fine"));
  EXPECT_EQ(process("good"), process("globals"));
  EXPECT_NE(process("good"), process("well")) << "three attempts are over";
  EXPECT_EQ(told.at("well").changed, 0);
  EXPECT_EQ(process("well"), process("right"));
  EXPECT_EQ(process("well"), process("abort"));
  EXPECT_EQ(told.at("abort").state, TrialState::failed);
  EXPECT_EQ(process("quiet"), process("spill"));
  EXPECT_NE(process("spill"), process("calm")) << "its process has grown";
  EXPECT_EQ(process("calm"), process("still"));
  EXPECT_EQ(text_of(run() / "trials/1/attempt-1.log"), "about to fine\n");
  EXPECT_THAT(remains_after(mark, 1s), IsEmpty());
}

TEST_F(Isolation, WhatATrialPrintsIsInItsLogAndInWhatItsFailureSays) {
  const auto file = write_sweep("abort, good");
  EXPECT_EQ(winnow({"run", file.string(), "--dir", run().string()}).code, 0);
  EXPECT_EQ(text_of(run() / "trials/1/attempt-1.log"), "about to good\n");
  EXPECT_THAT(told_of(run()).at("abort").reason, HasSubstr("its last lines: about to abort"));
}

TEST_F(Isolation, AProcessThatCantBeCopiedIsStartedForEachTrial) {
  const auto file = write_sweep("good, abort, globals, fine, well", "", ", thread: true");
  const Finished done = winnow({"run", file.string(), "--dir", run().string()});
  EXPECT_EQ(done.code, 0) << done.out << done.err;
  const auto told = told_of(run());
  EXPECT_THAT(told.at("abort").reason, HasSubstr("crashed with SIGABRT"));
  for (const char* mode : {"good", "fine", "well"}) {
    EXPECT_EQ(told.at(mode).state, TrialState::completed) << mode << ": " << told.at(mode).reason;
    EXPECT_EQ(told.at(mode).changed, 0) << mode;
  }
  EXPECT_THAT(remains_after(mark, 1s), IsEmpty());
}

TEST_F(Isolation, OfSeveralRanksOneThatFailsEndsAll) {
  const auto file =
      write_sweep("abort, exit, throw, loop, good", "trial: {report_timeout: 3s, grace: 0.3s, retries: {lost: 0}}\n",
                  ", ranks: 3, only_rank: 1");
  const Finished done = winnow({"run", file.string(), "--dir", run().string()});
  EXPECT_EQ(done.code, 0) << done.out << done.err;
  const auto told = told_of(run());
  EXPECT_THAT(told.at("abort").reason, HasSubstr("rank 1: crashed with SIGABRT; its last lines: about to abort"));
  EXPECT_THAT(told.at("exit").reason, HasSubstr("rank 1: ended its process"));
  EXPECT_THAT(told.at("throw").reason, HasSubstr("rank 1: thrown at its second slice"));
  EXPECT_THAT(told.at("loop").reason, HasSubstr("no report within 3 s"));
  EXPECT_EQ(told.at("good").state, TrialState::completed);
  EXPECT_EQ(told.at("good").reports, 3);
  EXPECT_EQ(text_of(run() / "trials/4/attempt-1.rank-1.log"), "about to good\n");
  EXPECT_THAT(remains_after(mark, 1s), IsEmpty());
}

TEST_F(Isolation, AWrongTrainerIsRefusedInItsOwnWords) {
  const auto file =
      write(dir / "sweep.yaml",
            "metric: {name: loss}\nparameters: {x: {min: 0.0, max: 1.0}}\nisolation: process\nrun_cap: 1\n"
            "trainer: {type: landscape, function: flat}\n");
  const Finished refused = winnow({"run", file.string(), "--dir", run().string()});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("trainer.function: must be one of"));
  EXPECT_FALSE(fs::exists(run()));
  write(dir / "sweep.yaml",
        "metric: {name: loss}\nparameters: {x1: {min: 0.0, max: 1.0}, x2: {min: 0.0, max: 1.0}}\nrun_cap: 1\n"
        "trainer: {type: landscape, function: branin, ranks: 2}\n");
  EXPECT_THAT(winnow({"run", file.string(), "--dir", run().string()}).err,
              HasSubstr("trainer.ranks: landscape trains in one process"));
}

TEST_F(Isolation, AfterAKilledWorkerTheTrialIsTriedAgain) {
  const auto file = write_sweep("loop, good", "trial: {report_timeout: 60s, retries: {lost: 1}}\nrun_cap: 2\n");
  Process running({winnow_program(), "run", file.string(), "--dir", run().string()}, "", {"MARK=" + mark});
  for (int kills = 0; kills < 2; ++kills) {
    ASSERT_TRUE(
        wait_until(running, [&] { return workers_of(mark).size() == 1 && told_of(run())["good"].reports == 3; }));
    const pid_t worker = workers_of(mark).front();
    ::kill(worker, SIGKILL);
    wait_until(running, [&] { return ::kill(worker, 0) != 0; });
  }
  const Finished done = running.wait();
  EXPECT_EQ(done.code, 0) << done.out << done.err;
  EXPECT_EQ(told_of(run())["loop"].state, TrialState::failed);
  EXPECT_THAT(told_of(run())["loop"].reason, HasSubstr("ended from outside by SIGKILL"));
}

TEST_F(Isolation, GoesOnAfterEverythingWasKilled) {
  const auto file = write_sweep("good, fine, well, right, quiet");
  {
    // Nobody is left to remove its folder for sockets.
    Process running({winnow_program(), "run", file.string(), "--dir", run().string()}, "",
                    {"MARK=" + mark, "TMPDIR=" + dir.path().string()});
    ASSERT_TRUE(wait_until(running, [&] { return fs::exists(run() / "ledger.db") && !events_of(run()).empty(); }));
    for (const std::string& line : remains(mark)) ::kill(std::stoi(line), SIGKILL);
    running.wait();
  }
  EXPECT_THAT(remains_after(mark, 2s), IsEmpty());
  const Finished done = winnow({"resume", run().string()});
  EXPECT_EQ(done.code, 0) << done.out << done.err;
  const auto told = told_of(run());
  for (const char* mode : {"good", "fine", "well", "right"}) EXPECT_EQ(told.at(mode).state, TrialState::completed);
  expect_replays(run());
}

}  // namespace
}  // namespace winnow::test::isolation_test
