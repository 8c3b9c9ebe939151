/// The example of the Trainer's search: each way to ask for it, one of them with trials in processes of their own,
/// killed in the middle and run again.
#include <map>
#include <random>

#include "support.hpp"

namespace winnow::hf_search_digits_test {
namespace {

using test::Finished;
using test::Process;
using test::TempDir;

const std::string kProgram = std::string(WINNOW_BINARY_DIR) + "/bin/example_hf_search";

std::size_t events_so_far(const std::filesystem::path& dir) {
  return std::filesystem::exists(dir / "ledger.db") ? test::events_of(dir).size() : 0;
}

class HfSearch : public ::testing::TestWithParam<std::string> {};

TEST_P(HfSearch, KilledThreeTimesItGoesOnAndReplays) {
  const TempDir temp;
  const auto dir = temp / "run";
  const std::vector<std::string> args{kProgram, GetParam(),
                                      std::string(WINNOW_SOURCE_DIR) + "/examples/digits/digits.h5", dir.string(),
                                      GetParam() == "asha" ? "2" : "1"};
  for (int kills = 0; kills < 3; ++kills) {
    const std::size_t until = events_so_far(dir) + 7;
    Process process(args);
    while (process.running() && events_so_far(dir) < until) std::this_thread::sleep_for(std::chrono::milliseconds(3));
    process.kill(SIGKILL);
    ASSERT_EQ(process.wait().signal, SIGKILL);
  }
  const Finished last = Process(args).wait();
  EXPECT_EQ(last.code, 0) << last.out << last.err;
  EXPECT_NE(last.out.find("learning_rate"), std::string::npos) << last.out;
  test::expect_replays(dir);
  std::size_t trials = 0;
  for (const Event& event : test::events_of(dir)) {
    trials += event.kind() == EventKind::suggested ? 1 : 0;
    EXPECT_NE(event.state, TrialState::failed);
  }
  EXPECT_EQ(trials, 8U);
}

INSTANTIATE_TEST_SUITE_P(Ways, HfSearch, ::testing::Values("optuna", "pareto", "asha", "pbt"),
                         [](const auto& way) { return way.param; });

/// Of each trial its reports' first values.
std::map<TrialId, std::vector<double>> curves_of(const std::filesystem::path& dir) {
  std::map<TrialId, std::vector<double>> curves;
  for (const Event& event : test::events_of(dir)) {
    if (const auto* reported = event.as<event::Reported>()) {
      curves[event.trial].push_back(reported->metrics.front().second);
    }
  }
  return curves;
}

const std::string kTwoSearches = std::string(WINNOW_BINARY_DIR) + "/lib/test_programs/wnw_two_searches";

TEST(HfSearchInProcesses, TrainsAsInThreadsAndALaterSearchsWorkersKnowWhatTheEarlierCameTo) {
  const TempDir threads;
  const TempDir processes;
  ASSERT_EQ(Process({kTwoSearches, threads.path().string(), "1"}).wait().code, 0);
  const Finished done = Process({kTwoSearches, processes.path().string(), "2"}).wait();
  EXPECT_EQ(done.code, 0) << done.out << done.err;
  for (const char* name : {"first", "second"}) {
    EXPECT_EQ(curves_of(processes / name).size(), 4U);
    EXPECT_EQ(curves_of(processes / name), curves_of(threads / name));
    EXPECT_FALSE(std::filesystem::exists(threads / name / "trials"));
    EXPECT_TRUE(std::filesystem::exists(processes / name / "trials/0/attempt-1.log"));
  }
}

TEST(HfSearchInProcesses, AWorkerThatComesToAnotherSearchIsRefused) {
  const TempDir temp;
  const Finished drifts = Process({kTwoSearches, temp.path().string(), "2"}, "", {"DRIFT=1"}).wait();
  EXPECT_EQ(drifts.code, 1);
  EXPECT_NE(drifts.err.find("second: search 2 of the program is another one in a worker"), std::string::npos)
      << drifts.err;
}

}  // namespace
}  // namespace winnow::hf_search_digits_test
