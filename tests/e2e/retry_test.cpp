/// What people do about trials that failed: a machine that broke in mid-sweep, and `winnow retry`.
#include <gmock/gmock.h>

#include <algorithm>

#include "program_sweep.hpp"

namespace winnow::retry_test {
namespace {

using test::events_of;
using test::expect_replays;
using test::Finished;
using test::Process;
using test::Sweep;
using test::winnow;
using test::winnow_program;
using testing::HasSubstr;

/// Fails while there is a file `broken`, which trial 2 makes if `breaks` is there.
std::filesystem::path fragile(const Sweep& sweep, const std::string& more) {
  test::write(sweep.dir / "trial.sh", R"(
if [ -e broken ]; then echo "no GPU"; exit 1; fi
winnow report loss=0.$((WINNOW_TRIAL + 1)) --step 1
if [ -e breaks ] && [ "$WINNOW_TRIAL" -eq 2 ]; then touch broken; fi
exit 0
)");
  return test::write(sweep.dir / "sweep.yaml", R"(
name: fragile
method: random
metric: {name: loss, goal: minimize}
parameters: {x: {min: 0.0, max: 1.0}}
command: bash trial.sh
slots: 1
)" + more);
}

std::int64_t count(const std::filesystem::path& dir, TrialState state) {
  const auto events = events_of(dir);
  return std::count_if(events.begin(), events.end(), [&](const Event& e) { return e.trial >= 0 && e.state == state; });
}

TEST(Retry, AfterAMachineBrokeNothingOfTheSweepIsLost) {
  Sweep sweep("fragile");
  const auto file = fragile(sweep, "run_cap: 12\nfailures: {first: 3}\n");
  test::write(sweep.dir / "breaks", "");
  const std::string dir = sweep.run().string();
  Process process({winnow_program(), "run", file.string(), "--dir", dir, "--quiet"});
  ASSERT_TRUE(test::wait_until(process, [&] {
    if (!std::filesystem::exists(dir + "/ledger.db")) return false;
    const auto events = events_of(dir);
    return !events.empty() && events.back().kind() == EventKind::command;
  }));
  EXPECT_EQ(count(dir, TrialState::failed), 3) << "of the nine that were left";
  std::filesystem::remove(sweep.dir / "broken");
  std::filesystem::remove(sweep.dir / "breaks");
  const Finished retried = winnow({"retry", dir});
  EXPECT_EQ(retried.code, 0) << retried.err;
  EXPECT_EQ(retried.out, dir + ": every failed trial runs again\n");
  EXPECT_EQ(winnow({"resume", dir}).code, 0);
  EXPECT_EQ(process.wait().code, 0);
  const Finished shown = winnow({"show", dir, "--json"});
  EXPECT_EQ(Value::parse(shown.out)["trials"]["completed"], 12);
  EXPECT_EQ(Value::parse(shown.out)["trials"]["failed"], 0);
  expect_replays(dir);
}

TEST(Retry, OfASweepThatHasEndedGoesOnWithIt) {
  Sweep sweep("ended");
  const auto file = fragile(sweep, "run_cap: 5\nfailures: {first: 0}\n");
  test::write(sweep.dir / "breaks", "");
  const std::string dir = sweep.run().string();
  EXPECT_EQ(winnow({"run", file.string(), "--dir", dir, "--quiet"}).code, 0);
  std::filesystem::remove(sweep.dir / "broken");
  const Finished one = winnow({"retry", dir, "--trial", "4", "--quiet"});
  EXPECT_EQ(one.code, 0) << one.err;
  EXPECT_THAT(one.out, HasSubstr("trial 4 runs again\n"));
  EXPECT_THAT(one.out, HasSubstr("(4 completed, 0 stopped early, 1 failed)"));
  const Finished rest = winnow({"retry", dir, "--failed", "--json"});
  EXPECT_EQ(rest.code, 0) << rest.err;
  EXPECT_THAT(rest.out, HasSubstr(R"({"event":"retried","trial":3})"));
  EXPECT_THAT(rest.out, HasSubstr(R"("completed":5)"));
  expect_replays(dir);
}

TEST(Retry, WithNothingToDoSaysSoAndChangesNothing) {
  Sweep sweep("nothing");
  const auto file = fragile(sweep, "run_cap: 1\n");
  const std::string dir = sweep.run().string();
  EXPECT_EQ(winnow({"run", file.string(), "--dir", dir, "--quiet"}).code, 0);
  const auto before = events_of(dir);
  for (const auto& [args, why] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"retry", dir}, dir + ": no trial has failed"},
           {{"retry", dir, "--trial", "0"}, dir + ": trial 0 is completed; only a failed trial can be run again"},
           {{"retry", dir, "--trial", "7"}, dir + ": there is no trial 7; 1 trials were created"}}) {
    const Finished refused = winnow(args);
    EXPECT_EQ(refused.code, 2);
    EXPECT_THAT(refused.err, HasSubstr(why));
  }
  EXPECT_EQ(events_of(dir), before);
}

TEST(Signals, OfSlurmEndASweepAsCtrlCDoes) {
  for (const int number : {SIGUSR1, SIGUSR2}) {
    Sweep sweep("signals" + std::to_string(number));
    const auto file = sweep.write_bash(R"(
step=${WINNOW_RESUME_STEP:-0}
while [ $step -lt 50 ]; do
  step=$((step + 1)); echo "{\"loss\": 1, \"step\": $step}" >&3; read -r answer <&3; sleep 0.02
  case $answer in *continue*) ;; *) echo $step > "$WINNOW_CHECKPOINT_DIR/step"; exit 0 ;; esac
done
)",
                                       "run_cap: 1\ntrial: {grace: 2}\n");
    Process process({winnow_program(), "run", file.string(), "--dir", sweep.run().string()});
    const auto log = sweep.run() / "trials/0/attempt-1.log";
    ASSERT_TRUE(test::wait_until(process, [&] { return std::filesystem::exists(log); }));
    process.kill(number);
    EXPECT_EQ(process.wait().code, 130);
    const Finished done = winnow({"resume", sweep.run().string(), "--quiet"});
    EXPECT_EQ(done.code, 0) << done.out << done.err;
    expect_replays(sweep.run());
  }
}

}  // namespace
}  // namespace winnow::retry_test
