/// `winnow launch`: a program's search in several processes, of which rank 0 decides.
#include <gmock/gmock.h>

#include <map>

#include "program_sweep.hpp"

namespace winnow::test::launch_digits_test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kTwoSearches = std::string(WINNOW_BINARY_DIR) + "/lib/test_programs/wnw_two_searches";

class LaunchDigits : public ::testing::Test {
protected:
  [[nodiscard]] std::vector<std::string> launch(std::vector<std::string> words) const {
    words.insert(words.begin(), {winnow_program(), "launch", "--nproc", "2"});
    return words;
  }
  /// What a first search comes to that gets a SIGINT while it trains; launch would wait for five minutes for its ranks.
  [[nodiscard]] Finished interrupted(const std::string& more) const {
    Process running(
        {winnow_program(), "launch", "--nproc", "2", "--grace", "300", kTwoSearches, dir.path().string(), "1"}, "",
        {"MARK=" + mark, "EPOCHS=100000", more});
    EXPECT_TRUE(wait_until(running, [&] { return reports_in("first") > 20; }));
    running.kill(SIGINT);
    return running.wait();
  }
  [[nodiscard]] std::size_t reports_in(const char* name) const {
    return fs::exists(dir / name / "ledger.db") ? events_of(dir / name).size() : 0;
  }
  /// The process of this rank, once it is there.
  [[nodiscard]] std::optional<pid_t> rank(int number) const {
    for (const std::string& line : remains(mark)) {
      const pid_t pid = std::stoi(line);
      const std::string environment = text_of("/proc/" + std::to_string(pid) + "/environ");
      if (environment.find(std::string("\0RANK=", 6) + std::to_string(number)) != std::string::npos) return pid;
    }
    return std::nullopt;
  }

  TempDir dir;
  std::string mark = "launch" + std::to_string(::getpid());
};

std::size_t trials_in(const fs::path& run, TrialState state) {
  std::map<TrialId, TrialState> states;
  for (const Event& event : events_of(run)) {
    if (event.trial >= 0) states[event.trial] = event.state;
  }
  return static_cast<std::size_t>(
      std::count_if(states.begin(), states.end(), [&](const auto& one) { return one.second == state; }));
}

std::ptrdiff_t losses_in(const fs::path& run) {
  const auto events = events_of(run);
  return std::count_if(events.begin(), events.end(), [](const Event& e) { return e.kind() == EventKind::lost; });
}

std::ptrdiff_t starts_again(const std::string& said) {
  const auto lines = lines_of(said);
  return std::count_if(lines.begin(), lines.end(), [](const auto& line) {
    return line.ends_with("start again") || line.ends_with("starts again");
  });
}

TEST_F(LaunchDigits, RankZeroDrawsAndPrintsForAll) {
  const Finished done = Process(launch({kTwoSearches, dir.path().string(), "1"}), "", {"MARK=" + mark}).wait();
  EXPECT_EQ(done.code, 0) << done.out << done.err;
  EXPECT_EQ(lines_of(done.out).size(), 2U) << done.out;
  EXPECT_EQ(done.err, done.out) << "rank 1 comes to the same, and prints it to the standard error";
  for (const char* name : {"first", "second"}) EXPECT_EQ(trials_in(dir / name, TrialState::completed), 4U);
  EXPECT_THAT(remains_after(mark, 1s), IsEmpty());
}

TEST_F(LaunchDigits, AKilledRankStartsAgainAndAKilledFirstOneGoesOnWithTheSearch) {
  Process running(launch({kTwoSearches, dir.path().string(), "1"}), "", {"MARK=" + mark, "EPOCHS=30"});
  ASSERT_TRUE(wait_until(running, [&] { return reports_in("first") > 20 && rank(1); }));
  ::kill(*rank(1), SIGKILL);
  ASSERT_TRUE(wait_until(running, [&] { return reports_in("second") > 20 && rank(0); }));
  ::kill(*rank(0), SIGKILL);
  const Finished done = running.wait();
  EXPECT_EQ(done.code, 0) << done.out << done.err;
  EXPECT_THAT(done.err, HasSubstr("rank 1 was ended from outside by SIGKILL: it starts again"));
  EXPECT_THAT(done.err, HasSubstr("rank 0 was ended from outside by SIGKILL: all start again"));
  for (const char* name : {"first", "second"}) {
    EXPECT_EQ(trials_in(dir / name, TrialState::completed), 4U);
    expect_replays(dir / name);
  }
  EXPECT_THAT(remains_after(mark, 1s), IsEmpty());
}

TEST_F(LaunchDigits, ARankThatHangsLosesTheAttemptAndIsStartedAgainBeforeTheNext) {
  Process running(
      {winnow_program(), "launch", "--nproc", "2", "--timeout", "2", kTwoSearches, dir.path().string(), "1"}, "",
      {"MARK=" + mark, "EPOCHS=30"});
  ASSERT_TRUE(wait_until(running, [&] { return reports_in("first") > 20 && rank(1); }));
  ::kill(*rank(1), SIGSTOP);
  const Finished done = running.wait();
  EXPECT_EQ(done.code, 0) << done.out << done.err;
  EXPECT_THAT(done.out, HasSubstr("rank 1 doesn't come back from a trial, and is killed"));
  EXPECT_EQ(starts_again(done.err), 1) << done.err;
  for (const char* name : {"first", "second"}) {
    EXPECT_EQ(trials_in(dir / name, TrialState::completed), 4U);
    expect_replays(dir / name);
  }
  EXPECT_EQ(losses_in(dir / "first"), 1);
  EXPECT_THAT(remains_after(mark, 1s), IsEmpty());
}

TEST_F(LaunchDigits, ATrialThatEndsAllRanksEachTimeFailsAndTheSearchGoesOn) {
  const Finished done =
      Process({winnow_program(), "launch", "--nproc", "2", "--restarts", "4", kTwoSearches, dir.path().string(), "1"},
              "", {"MARK=" + mark, "CRASHES=1"})
          .wait();
  EXPECT_EQ(done.code, 0) << done.out << done.err;
  EXPECT_EQ(starts_again(done.err), 4) << "two attempts in each search\n" << done.err;
  for (const char* name : {"first", "second"}) {
    EXPECT_EQ(trials_in(dir / name, TrialState::completed), 3U);
    EXPECT_EQ(trials_in(dir / name, TrialState::failed), 1U);
    EXPECT_EQ(losses_in(dir / name), 2);
    expect_replays(dir / name);
  }
  for (const Event& event : events_of(dir / "first")) {
    if (event.kind() != EventKind::lost) continue;
    EXPECT_EQ(event.text, "rank 0 crashed with SIGSEGV");
  }
  EXPECT_THAT(remains_after(mark, 1s), IsEmpty());
}

TEST_F(LaunchDigits, CtrlCEndsItAsSoonAsTheRanksHaveEnded) {
  const auto start = std::chrono::steady_clock::now();
  const Finished done = interrupted("NOTHING=1");
  EXPECT_EQ(done.code, 130) << done.out << done.err;
  EXPECT_EQ(done.out + done.err, "") << "no rank complains that the others are gone";
  EXPECT_THAT(remains_after(mark, 1s), IsEmpty());
  EXPECT_LT(std::chrono::steady_clock::now() - start, 300s) << "the grace";
}

TEST_F(LaunchDigits, AProgramThatHeedsCtrlCEndsTheSearchInGoodOrder) {
  const auto start = std::chrono::steady_clock::now();
  const Finished done = interrupted("HEEDS=1");
  EXPECT_EQ(events_of(dir / "first").back().kind(), EventKind::interrupted);
  EXPECT_EQ(done.code, 0) << done.out << done.err;
  EXPECT_THAT(done.out, HasSubstr("first: 0"));
  EXPECT_THAT(remains_after(mark, 1s), IsEmpty());
  EXPECT_LT(std::chrono::steady_clock::now() - start, 300s) << "the grace";
}

TEST_F(LaunchDigits, TorchrunStartsItAsWell) {
  if (Process({"bash", "-c", "torchrun --help > /dev/null"}).wait().code != 0) GTEST_SKIP() << "there is no torchrun";
  // The options that say nothing are for PyTorch 1.13 under Python 3.11, which doesn't start without them.
  const Finished done = Process({"torchrun", "--nproc_per_node=2", "--redirects=9:1", "--tee=9:1", "--no_python",
                                 kTwoSearches, dir.path().string(), "1"},
                                "", {"TMPDIR=" + dir.path().string()})
                            .wait();
  EXPECT_EQ(done.code, 0) << done.out << done.err;
  for (const char* name : {"first", "second"}) EXPECT_EQ(trials_in(dir / name, TrialState::completed), 4U);
}

TEST_F(LaunchDigits, BadInputIsSaid) {
  const Finished absent = Process(launch({"no_such_program"})).wait();
  EXPECT_EQ(absent.code, 2);
  EXPECT_THAT(absent.err, HasSubstr("no_such_program"));
  const Finished slots = Process(launch({kTwoSearches, dir.path().string(), "2"})).wait();
  EXPECT_EQ(slots.code, 1);
  EXPECT_THAT(slots.err, HasSubstr("are one slot together"));
  EXPECT_EQ(starts_again(slots.err), 0) << "it would fail again: " << slots.err;
  const Finished isolated = Process(launch({kTwoSearches, dir.path().string(), "1"}), "", {"ISOLATED=1"}).wait();
  EXPECT_EQ(isolated.code, 1);
  EXPECT_THAT(isolated.err, HasSubstr("isolation must be thread"));
}

}  // namespace
}  // namespace winnow::test::launch_digits_test
