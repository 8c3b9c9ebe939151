/// Nothing of a program outlives its trial, whatever is done to the processes that see to that, and waiting for it
/// ends.
#include "program_sweep.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace winnow::test::remains_test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Clock = std::chrono::steady_clock;

/// The processes of the winnow that runs in `dir`: itself, its helper, the wardens.
std::vector<pid_t> family_of(const fs::path& dir) {
  const Value lock = Value::parse(text_of(dir / "lock"), nullptr, false);
  if (!lock.is_object()) return {};  // it isn't written yet
  std::vector<pid_t> family = {lock.at("pid").get<pid_t>()};
  for (std::size_t i = 0; i < family.size(); ++i) {
    const std::string number = std::to_string(family[i]);
    std::istringstream children(text_of("/proc/" + number + "/task/" + number + "/children"));
    for (pid_t child = 0; children >> child;) {
      if (text_of("/proc/" + std::to_string(child) + "/comm").starts_with("wnw-")) family.push_back(child);
    }
  }
  return family;
}

/// Winnow, its helper and the warden are there, and a program of the sweep's.
bool is_under_way(const Sweep& sweep) {
  return family_of(sweep.run()).size() >= 3 && !remains(sweep.mark).empty();
}

TEST(Remains, AForkStormEndsWithItsTrial) {
  Sweep sweep("storm");
  const auto file = sweep.write_modes({"storm"}, "run_cap: 1\n");
  const auto begin = Clock::now();
  const Finished done = winnow({"run", file.string(), "--dir", sweep.run().string()});
  EXPECT_EQ(done.code, 0) << done.out << done.err;
  EXPECT_LT(Clock::now() - begin, 15s) << "it ends by itself after twenty";
  EXPECT_THAT(remains_after(sweep.mark, 2s), IsEmpty());
}

TEST(Remains, OfAKilledFamilyAreEndedByResume) {
  Sweep sweep("family");
  const auto file = sweep.write_bash(R"(
setsid sleep 1000 &
echo '{"loss":1}' >&3; read -r answer <&3
[ "$WINNOW_ATTEMPT" = 1 ] && sleep 1000
exit 0
)",
                                     "run_cap: 1\n");
  {
    // Nobody is left to remove its folder for sockets.
    Process run({winnow_program(), "run", file.string(), "--dir", sweep.run().string()}, "",
                {"TMPDIR=" + sweep.dir.path().string()});
    ASSERT_TRUE(wait_until(run, [&] { return remains(sweep.mark).size() >= 3; })) << "the program and its children";
    const auto family = family_of(sweep.run());
    ASSERT_EQ(family.size(), 3U);
    for (const pid_t pid : family) ::kill(pid, SIGSTOP);  // so that none sees another's end
    // Children first: the death of a parent makes a halted one go on.
    std::for_each(family.rbegin(), family.rend(), [](pid_t pid) { ::kill(pid, SIGKILL); });
    run.wait();
  }
  std::this_thread::sleep_for(100ms);
  EXPECT_FALSE(remains(sweep.mark).empty()) << "or there is nothing to show";
  Process stranger({"/bin/sleep", "1000"}, "", {"WINNOW_TRIAL_DIR=" + (sweep.run() / "trials/0").string()});
  const Finished done = winnow({"resume", sweep.run().string()});
  EXPECT_EQ(done.code, 0) << done.out << done.err;
  EXPECT_THAT(remains_after(sweep.mark, 1s), IsEmpty());
  EXPECT_TRUE(stranger.running()) << "it has the folder's name, but was started by nobody's trial";
}

TEST(Remains, OfAKilledWinnowWithHaltedWardensAreEnded) {
  Sweep sweep("halted");
  const auto file = sweep.write_modes({"stubborn"}, "run_cap: 1\n");
  {
    Process run({winnow_program(), "run", file.string(), "--dir", sweep.run().string()});
    ASSERT_TRUE(wait_until(run, [&] { return remains(sweep.mark).size() >= 6; }));
    const auto family = family_of(sweep.run());
    std::for_each(family.begin() + 1, family.end(), [](pid_t pid) { ::kill(pid, SIGSTOP); });
    run.kill(SIGKILL);
    run.wait();
  }
  EXPECT_THAT(remains_after(sweep.mark, 5s), IsEmpty());
}

TEST(Remains, AHaltedHelperDoesntHoldWinnowUp) {
  Sweep sweep("helper");
  const auto file = sweep.write_modes({"reports"}, "run_cap: 1\ntrial: {grace: 1}\n");
  Process run({winnow_program(), "run", file.string(), "--dir", sweep.run().string()});
  ASSERT_TRUE(wait_until(run, [&] { return is_under_way(sweep); }));
  const auto family = family_of(sweep.run());
  ASSERT_GE(family.size(), 2U);
  ::kill(family[1], SIGSTOP);
  run.kill(SIGINT);
  const auto begin = Clock::now();
  EXPECT_EQ(run.wait().code, 130);
  EXPECT_LT(Clock::now() - begin, 15s);
  EXPECT_THAT(remains_after(sweep.mark, 1s), IsEmpty());
}

TEST(Remains, AKilledHelperLeavesNoFolderBehind) {
  Sweep sweep("folder");
  const TempDir scratch;
  const auto file = sweep.write_modes({"reports"}, "run_cap: 1\ntrial: {grace: 1}\n");
  Process run({winnow_program(), "run", file.string(), "--dir", sweep.run().string()}, "",
              {"TMPDIR=" + scratch.path().string()});
  ASSERT_TRUE(wait_until(run, [&] { return is_under_way(sweep); }));
  EXPECT_FALSE(fs::is_empty(scratch.path()));
  ::kill(family_of(sweep.run()).at(1), SIGKILL);
  run.kill(SIGINT);
  EXPECT_EQ(run.wait().code, 130);
  EXPECT_TRUE(fs::is_empty(scratch.path()));
}

TEST(Remains, ClosedStandardStreamsChangeNothing) {
  for (const char* closed : {"<&-", ">&-", "2>&-", "<&- >&- 2>&-"}) {
    Sweep sweep("closed");
    const auto file = sweep.write_bash("echo out; echo '{\"loss\":1}' >&3; read -r answer <&3", "run_cap: 2\n");
    const Finished done = Process({"bash", "-c", "exec \"$@\" " + std::string(closed), "bash", winnow_program(), "run",
                                   file.string(), "--dir", sweep.run().string(), "--quiet"})
                              .wait();
    EXPECT_EQ(done.code, 0) << closed << done.out << done.err;
    std::size_t completed = 0;
    for (const Event& event : events_of(sweep.run())) completed += event.state == TrialState::completed ? 1 : 0;
    EXPECT_EQ(completed, 2U) << closed;
    EXPECT_EQ(text_of(sweep.run() / "trials" / "1" / "attempt-1.log"), "out\n") << closed;
  }
}

}  // namespace
}  // namespace winnow::test::remains_test
