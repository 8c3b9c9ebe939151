/// A sweep whose files may not grow any more: a clear end, and `resume` goes on when they may.
#include <gmock/gmock.h>

#include <map>
#include <set>
#include <tuple>

#include "support.hpp"

namespace winnow::full_disk_test {
namespace {

using test::curve_sweep;
using test::events_of;
using test::expect_replays;
using test::Finished;
using test::Process;
using test::TempDir;
using test::winnow_program;
using test::write;
using testing::HasSubstr;

std::string full_sweep() {
  return test::acklog_sweep("{type: asha, max_t: 27, grace_period: 1, reduction_factor: 3}", 100, 4);
}

/// `winnow ARGS…` whose files may not grow beyond `kibibytes`.
Finished limited(int kibibytes, const std::vector<std::string>& args, const std::string& acks) {
  std::vector<std::string> command = {"bash", "-c", "ulimit -f " + std::to_string(kibibytes) + "; exec \"$@\"", "bash",
                                      winnow_program()};
  command.insert(command.end(), args.begin(), args.end());
  return Process(command, "", {"WINNOW_ACKLOG=" + acks}).wait();
}

/// Every report that a trainer was told is in the ledger, as it was; returns how many there are.
std::size_t expect_acknowledged(const std::filesystem::path& acks, const std::vector<Event>& events) {
  std::map<std::pair<TrialId, Step>, std::string> rows;
  for (const Event& event : events) {
    const auto* reported = event.as<event::Reported>();
    if (reported == nullptr || !reported->judged) continue;
    EXPECT_TRUE(
        rows.emplace(std::pair(event.trial, reported->step), format_double(reported->metrics.front().second)).second);
  }
  std::ifstream log(acks);
  std::size_t count = 0;
  for (std::tuple<TrialId, Attempt, Step, std::string> line;
       log >> std::get<0>(line) >> std::get<1>(line) >> std::get<2>(line) >> std::get<3>(line); ++count) {
    const auto& [trial, attempt, step, value] = line;
    EXPECT_EQ((rows[{trial, step}]), value) << "trial " << trial << " step " << step;
  }
  return count;
}

TEST(FullDisk, EndsARunClearlyAndItIsResumedWithNothingLost) {
  for (const int kibibytes : {120, 400, 900}) {
    const TempDir temp;
    const auto dir = temp / "run";
    const std::string acks = (temp / "acks").string();
    const auto file = write(temp / "sweep.yaml", full_sweep());
    const Finished full = limited(kibibytes, {"run", file.string(), "--dir", dir.string(), "--quiet"}, acks);
    EXPECT_EQ(full.code, 1) << full.out << full.err;
    EXPECT_THAT(full.err, HasSubstr("ledger.db: cannot write events: disk I/O error in writing (File too large)"));
    EXPECT_THAT(full.err, testing::Not(HasSubstr("HDF5-DIAG")));
    EXPECT_THAT(full.out, HasSubstr("go on with: winnow resume " + dir.string()));
    const std::size_t before = expect_acknowledged(acks, events_of(dir));
    EXPECT_GT(before, 0U);

    const Finished resumed =
        Process({winnow_program(), "resume", dir.string(), "--quiet"}, "", {"WINNOW_ACKLOG=" + acks}).wait();
    EXPECT_EQ(resumed.code, 0) << resumed.out << resumed.err;
    EXPECT_GT(expect_acknowledged(acks, events_of(dir)), before);
    expect_replays(dir);
  }
}

TEST(FullDisk, OfTheVeryStartLeavesADirectoryThatCanBeUsed) {
  const TempDir temp;
  const auto dir = temp / "run";
  const auto file = write(temp / "sweep.yaml", curve_sweep(5));
  const Finished full = limited(4, {"run", file.string(), "--dir", dir.string(), "--quiet"}, "/dev/null");
  EXPECT_EQ(full.code, 1) << full.out << full.err;
  EXPECT_THAT(full.err, HasSubstr((dir / "ledger.db").string() + ": cannot make the ledger: "));
  const Finished again = test::winnow({"run", file.string(), "--dir", dir.string(), "--quiet"});
  EXPECT_EQ(again.code, 0) << again.out << again.err;
}

/// Programs that keep each step that they have a verdict on, and go on behind the last one they kept.
std::filesystem::path write_keepers(const TempDir& temp, int steps) {
  write(temp / "keep.sh", R"(
kept=$WINNOW_CHECKPOINT_DIR/step
step=$(cat "$kept" 2> /dev/null || echo 0)
while [ "$step" -lt )" + std::to_string(steps) +
                              R"( ]; do
  step=$((step + 1))
  echo "{\"loss\": 1, \"step\": $step}" >&3
  read -r answer <&3 || exit 0
  case $answer in *verdict*) echo "$step" > "$kept.new"; mv "$kept.new" "$kept" ;; esac
  case $answer in *continue*) ;; *) exit 0 ;; esac
done
)");
  return write(temp / "sweep.yaml",
               "name: keepers\nmethod: random\nseed: 5\nmetric: {name: loss, goal: minimize}\n"
               "parameters: {x: {min: 0.0, max: 1.0}}\ncommand: [bash, keep.sh]\nrun_cap: 4\nslots: 4\n");
}

/// Every step up to the one that a program kept is in the ledger; returns how many steps were kept.
Step expect_kept(const std::filesystem::path& dir) {
  std::map<TrialId, std::set<Step>> recorded;
  for (const Event& event : events_of(dir)) {
    if (const auto* reported = event.as<event::Reported>()) recorded[event.trial].insert(reported->step);
  }
  Step sum = 0;
  for (TrialId trial = 0; trial < 4; ++trial) {
    Step kept = 0;
    std::ifstream(RunDir{dir}.trial(trial) / "checkpoint" / "step") >> kept;
    for (Step step = 1; step <= kept; ++step) EXPECT_TRUE(recorded[trial].contains(step)) << trial << ", " << step;
    sum += kept;
  }
  return sum;
}

TEST(FullDisk, OfProgramsAcknowledgesNothingThatIsNotRecorded) {
  const TempDir temp;
  const auto dir = temp / "run";
  const auto file = write_keepers(temp, 150);
  const Finished full = limited(400, {"run", file.string(), "--dir", dir.string(), "--quiet"}, "/dev/null");
  EXPECT_EQ(full.code, 1) << full.out << full.err;
  EXPECT_GT(expect_kept(dir), 0);
  const Finished resumed = test::winnow({"resume", dir.string(), "--quiet"});
  EXPECT_EQ(resumed.code, 0) << resumed.out << resumed.err;
  EXPECT_EQ(expect_kept(dir), 4 * 150);
  expect_replays(dir);
}

TEST(LockedLedger, OfProgramsAcknowledgesNothingThatIsNotRecorded) {
  const TempDir temp;
  const auto dir = temp / "run";
  const auto file = write_keepers(temp, 5000);
  Process run({winnow_program(), "run", file.string(), "--dir", dir.string(), "--quiet"});
  ASSERT_TRUE(test::wait_until(run, [&] { return std::filesystem::exists(dir / "trials/3/checkpoint/step"); }));
  Process lock({"/usr/bin/python3", "-c",
                "import sqlite3, sys, time\n"
                "ledger = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=60)\n"
                "ledger.execute('begin immediate')\ntime.sleep(600)\n",
                (dir / "ledger.db").string()});
  const Finished locked = run.wait();
  lock.kill(SIGKILL);
  lock.wait();
  EXPECT_EQ(locked.code, 1) << locked.out << locked.err;
  EXPECT_THAT(locked.err, HasSubstr("database is locked"));
  EXPECT_GT(expect_kept(dir), 0);
}

TEST(Interrupted, ProgramsKeepWhatIsRecordedAndNothingElse) {
  const TempDir temp;
  const auto dir = temp / "run";
  const auto file = write_keepers(temp, 5000);
  Process run({winnow_program(), "run", file.string(), "--dir", dir.string(), "--quiet"});
  ASSERT_TRUE(test::wait_until(run, [&] { return std::filesystem::exists(dir / "trials/3/checkpoint/step"); }));
  run.kill(SIGINT);
  EXPECT_EQ(run.wait().code, 130);
  EXPECT_GT(expect_kept(dir), 0);
}

TEST(ExclusiveLedger, TellsOthersThatItIsLockedAndIsResumedAfterAKill) {
  const TempDir temp;
  const auto dir = (temp / "run").string();
  const auto file = write(temp / "sweep.yaml", curve_sweep(12));
  const std::vector<std::string> environment = {"WINNOW_LEDGER_LOCKING=exclusive"};
  Process owner({winnow_program(), "asktell", file.string(), "--dir", dir}, "{\"op\":\"ask\"}\n", environment, true);
  while (owner.running() && !std::filesystem::exists(temp / "run/metrics.h5")) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  const Finished busy = test::winnow({"show", dir});
  EXPECT_EQ(busy.code, 2) << busy.out;
  EXPECT_THAT(busy.err, HasSubstr("ledger.db: is locked by the process that runs the sweep"));
  const Finished second = test::winnow({"resume", dir});
  EXPECT_EQ(second.code, 2);
  EXPECT_THAT(second.err, HasSubstr(dir + ": is run by pid "));
  owner.kill(SIGKILL);
  EXPECT_EQ(owner.wait().signal, SIGKILL);

  const Finished resumed = test::winnow({"resume", dir}, "", environment);
  EXPECT_EQ(resumed.code, 0) << resumed.out << resumed.err;
  EXPECT_THAT(resumed.err, HasSubstr("warning: " + dir + ": WINNOW_LEDGER_LOCKING=exclusive: "));
  EXPECT_THAT(resumed.out, HasSubstr("trial 11 "));  // the feed reads through the writer
  expect_replays(dir);
  const Finished h5 =
      test::python("import h5py,sys; print(len(h5py.File(sys.argv[1])['trials']))", {dir + "/metrics.h5"});
  EXPECT_EQ(h5.out, "12\n") << h5.err;
}

TEST(ExclusiveLedger, ServesAskTell) {
  const TempDir temp;
  const auto dir = (temp / "run").string();
  const auto file = write(temp / "sweep.yaml", curve_sweep(3));
  const Finished told = test::winnow({"asktell", file.string(), "--dir", dir},
                                     "{\"op\":\"ask\"}\n{\"op\":\"report\",\"trial\":0,\"metrics\":{\"loss\":0.5}}\n",
                                     {"WINNOW_LEDGER_LOCKING=exclusive"});
  EXPECT_EQ(told.code, 0) << told.err;
  EXPECT_EQ(test::lines_of(told.out).size(), 2U) << told.out;
  EXPECT_EQ(events_of(dir).size(), 6U);
}

TEST(LedgerLocking, OfAnUnknownKindIsBadUsage) {
  const TempDir temp;
  const auto file = write(temp / "sweep.yaml", curve_sweep(3));
  const Finished run =
      test::winnow({"run", file.string(), "--dir", (temp / "run").string()}, "", {"WINNOW_LEDGER_LOCKING=perhaps"});
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.err, HasSubstr("WINNOW_LEDGER_LOCKING: is auto, shared or exclusive, not \"perhaps\""));
  EXPECT_FALSE(std::filesystem::exists(temp / "run"));
}

}  // namespace
}  // namespace winnow::full_disk_test
