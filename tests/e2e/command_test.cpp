/// `winnow run` with programs as trials: however they behave, the sweep goes on, and nothing of theirs is left.
#include "program_sweep.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>

namespace winnow::test::command_test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// The last state of each trial, by the nasty program's mode, with why.
std::map<std::string, std::string> states_by_mode(const fs::path& run) {
  std::map<TrialId, std::string> modes;
  std::map<std::string, std::string> states;
  for (const Event& event : events_of(run)) {
    if (const auto* suggested = event.as<event::Suggested>())
      modes[event.trial] = suggested->params.find("mode")->get<std::string>();
    if (event.trial >= 0 && has_ended(event.state)) {
      states[modes[event.trial]] = std::string(to_string(event.state)) + ": " + event.text;
    }
  }
  return states;
}

TEST(Programs, EachMisbehaviourEndsAsDocumentedAndLeavesNobody) {
  Sweep sweep("misbehave");
  const auto file =
      sweep.write_modes({"children", "flood", "closes", "garbage", "late", "silent", "sleeps", "crashes", "stubborn"},
                        "slots: 3\ntrial: {grace: 0.5, time_limit: 3}\nfailures: {first: 0}\n"
                        "scheduler: {type: asha, max_t: 5, grace_period: 4}\n");
  const Finished done = winnow({"run", file.string(), "--dir", sweep.run().string()});
  EXPECT_THAT(remains_after(sweep.mark, 5s), IsEmpty()) << "when winnow has ended";
  EXPECT_EQ(done.code, 0) << done.out << done.err;
  const auto states = states_by_mode(sweep.run());
  ASSERT_EQ(states.size(), 9U);
  EXPECT_EQ(states.at("children"), "completed: ");
  EXPECT_EQ(states.at("flood"), "completed: ");
  EXPECT_EQ(states.at("closes"), "completed: ");
  EXPECT_EQ(states.at("garbage"), "completed: ");
  EXPECT_THAT(states.at("late"), HasSubstr("completed")) << "at max_t; what it says later is dropped";
  EXPECT_THAT(states.at("stubborn"), HasSubstr("completed"));
  EXPECT_THAT(states.at("silent"), HasSubstr("failed: exited with 0 without reporting 'loss'"));
  EXPECT_THAT(states.at("sleeps"), HasSubstr("failed: over its time limit of 3 s"));
  EXPECT_THAT(states.at("crashes"), HasSubstr("failed: crashed with SIGABRT; its last lines: about to crash"));
  std::int64_t reports = 0;
  std::uintmax_t largest = 0;
  for (const Event& event : events_of(sweep.run())) reports += event.kind() == EventKind::reported ? 1 : 0;
  for (const auto& trial : fs::directory_iterator(sweep.run() / "trials")) {
    largest = std::max(largest, fs::file_size(trial.path() / "attempt-1.log"));
  }
  EXPECT_EQ(reports, 4 + 5 + 5);
  EXPECT_GE(largest, std::uintmax_t{75} << 20) << "the flood's first and last part are in its log";
  EXPECT_LE(largest, std::uintmax_t{101} << 20) << "process.log_limit";
  expect_replays(sweep.run());
}

TEST(Programs, NoneOutlivesAWinnowThatIsKilledAndResumeGoesOn) {
  Sweep sweep("killed");
  const auto file =
      sweep.write_modes({"reports", "stubborn", "children"},
                        "slots: 3\ntrial: {grace: 1}\nscheduler: {type: asha, max_t: 30, grace_period: 29}\n"
                        "run_cap: 3\n");
  {
    Process process({winnow_program(), "run", file.string(), "--dir", sweep.run().string()});
    ASSERT_TRUE(wait_until(process, [&] { return remains(sweep.mark).size() >= 2; }));
    std::this_thread::sleep_for(100ms);
    process.kill(SIGKILL);
    process.wait();
  }
  EXPECT_THAT(remains_after(sweep.mark, 2s), IsEmpty());
  const Finished done = winnow({"resume", sweep.run().string()});
  EXPECT_EQ(done.code, 0) << done.out << done.err;
  EXPECT_THAT(remains_after(sweep.mark, 5s), IsEmpty());
  for (const auto& [mode, state] : states_by_mode(sweep.run())) EXPECT_THAT(state, HasSubstr("completed")) << mode;
  expect_replays(sweep.run());
}

TEST(Programs, CheckpointAndArePromoted) {
  Sweep sweep("promoted");
  const auto file = sweep.write_bash(R"(
state=$WINNOW_CHECKPOINT_DIR/step
step=0
[ -n "$WINNOW_RESUME_STEP" ] && step=$(cat "$state")
echo "from $step, told to go on from ${WINNOW_RESUME_STEP:-the start}"
while [ "$step" -lt 9 ]; do
  step=$((step + 1))
  echo "{\"loss\": $((100 - step - WINNOW_TRIAL)), \"step\": $step}" >&3
  read -r answer <&3
  case $answer in
    *pause*) echo "$step" > "$state"; exit 0 ;;
    *stop*) exit 0 ;;
  esac
done
)",
                                     "scheduler: {type: asha, variant: promotion, max_t: 9, reduction_factor: 3}\n"
                                     "run_cap: 9\nslots: 2\n");
  const Finished done = winnow({"run", file.string(), "--dir", sweep.run().string()});
  EXPECT_EQ(done.code, 0) << done.out << done.err;
  std::int64_t promotions = 0;
  std::map<TrialId, Step> last;
  std::map<std::pair<TrialId, Attempt>, std::string> logs;
  for (const Event& event : events_of(sweep.run())) {
    promotions += event.kind() == EventKind::promoted ? 1 : 0;
    const auto* reported = event.as<event::Reported>();
    if (reported == nullptr) continue;
    EXPECT_EQ(reported->step, last[event.trial] + 1) << "no step is trained twice, none is left out";
    last[event.trial] = reported->step;
  }
  EXPECT_GE(promotions, 3);
  bool second_seen = false;
  for (const auto& trial : fs::directory_iterator(sweep.run() / "trials")) {
    if (!fs::exists(trial.path() / "attempt-2.log")) continue;
    second_seen = true;
    EXPECT_EQ(text_of(trial.path() / "attempt-2.log"), "from 1, told to go on from 1\n");
  }
  EXPECT_TRUE(second_seen);
  expect_replays(sweep.run());
}

TEST(Programs, ReportFromAShellScript) {
  Sweep sweep("shell");
  const auto file = sweep.write_bash(R"(
for step in 1 2 3 4 5 6; do
  winnow report loss=$((WINNOW_TRIAL * 10 + step)) accuracy=0.5 --step $step || { echo "left at $step"; exit 0; }
done
echo "done"
)",
                                     "scheduler: {type: asha, max_t: 6, grace_period: 2, reduction_factor: 2}\n"
                                     "run_cap: 3\n");
  const Finished done = winnow({"run", file.string(), "--dir", sweep.run().string()});
  EXPECT_EQ(done.code, 0) << done.out << done.err;
  EXPECT_THAT(text_of(sweep.run() / "trials" / "0" / "attempt-1.log"),
              AllOf(HasSubstr("continue\n"), HasSubstr("stop\nleft at 6")));
  EXPECT_THAT(text_of(sweep.run() / "trials" / "2" / "attempt-1.log"), HasSubstr("stop\nleft at 2"));
}

TEST(Programs, ReportSaysWhatIsWrongWithItsUse) {
  const Finished outside = winnow({"report", "loss=1"});
  EXPECT_EQ(outside.code, 2);
  EXPECT_THAT(outside.err, HasSubstr("WINNOW_REPORT_SOCKET isn't set"));
  EXPECT_EQ(winnow({"report", "loss"}).code, 2);
  EXPECT_EQ(winnow({"report", "loss=low"}).code, 2);
  EXPECT_EQ(winnow({"report"}).code, 2);
  const Finished twice = winnow({"report", "loss=1", "acc=2", "loss=2"});
  EXPECT_EQ(twice.code, 2);
  EXPECT_THAT(twice.err, HasSubstr("loss is given twice ('loss=2' is the second)"));
  const Finished latin = winnow({"report", "\xff=1"});
  EXPECT_EQ(latin.code, 2);
  EXPECT_THAT(latin.err, HasSubstr("a metric's name isn't UTF-8"));
  const Finished ended = winnow({"report", "loss=1"}, "", {"WINNOW_REPORT_SOCKET=/nowhere/1"});
  EXPECT_EQ(ended.code, 1) << "the trial has ended, nothing is wrong with the report";
  EXPECT_THAT(ended.err, HasSubstr("/nowhere/1: no answer there"));
}

TEST(Programs, AreReadByPatternsAndStopped) {
  Sweep sweep("patterns");
  write(sweep.dir / "trial.sh", R"(
for step in 1 2 3 4; do
  echo "epoch $step/4"
  echo "  val loss: 0.$((WINNOW_TRIAL + 1))$step  acc: 1e-$step,"
  sleep 0.05
done
)");
  const auto file = write(sweep.dir / "sweep.yaml", R"(
name: patterns
method: random
metric: {name: loss, goal: minimize}
parameters: {x: {min: 0.0, max: 1.0}}
command: bash trial.sh
scheduler: {type: asha, max_t: 4, grace_period: 2, reduction_factor: 2}
run_cap: 3
process:
  stdout: {loss: 'val loss: *(\S+)', acc: 'acc: (\S+)', step: 'epoch (\d+)/'}
)");
  const Finished done = winnow({"run", file.string(), "--dir", sweep.run().string()});
  EXPECT_EQ(done.code, 0) << done.out << done.err;
  EXPECT_THAT(done.out, HasSubstr("running patterns in"));
  EXPECT_THAT(done.out, HasSubstr("1 at a time"));
  std::vector<Step> steps;
  for (const Event& event : events_of(sweep.run())) {
    const auto* reported = event.as<event::Reported>();
    if (reported == nullptr) continue;
    ASSERT_EQ(reported->metrics.size(), 2U);
    if (event.trial == 0) steps.push_back(reported->step);
  }
  EXPECT_EQ(steps, (std::vector<Step>{1, 2, 3, 4}));
  EXPECT_THAT(done.out, HasSubstr("trial 2 stopped at step 2"));
}

TEST(Programs, OfAProgressBarTheLastStateOfEachEpochIsTheReport) {
  Sweep sweep("bars");
  write(sweep.dir / "trial.sh", R"(
for epoch in 1 2 3; do
  for batch in 9 5 "$epoch"; do printf 'Epoch %s: loss=0.%s\r' "$epoch" "$batch"; done
  [ "$epoch" = 2 ] && printf '\n'
done
echo "$1" > "$2/seen"
)");
  const auto file = write(sweep.dir / "sweep.yaml", R"(
method: random
metric: {name: loss, goal: minimize}
parameters: {x: {min: 0.0, max: 1.0}}
command: [bash, trial.sh, "${args_json}", "${envvar:WINNOW_TRIAL_DIR}"]
run_cap: 1
process: {stdout: {loss: 'loss=(\S+)', step: 'Epoch (\d+)'}}
)");
  const Finished done = winnow({"run", file.string(), "--dir", sweep.run().string()});
  EXPECT_EQ(done.code, 0) << done.out << done.err;
  std::vector<std::pair<Step, double>> reports;
  for (const Event& event : events_of(sweep.run())) {
    const auto* reported = event.as<event::Reported>();
    if (reported != nullptr) reports.emplace_back(reported->step, reported->metrics.front().second);
  }
  EXPECT_EQ(reports, (std::vector<std::pair<Step, double>>{{1, 0.1}, {2, 0.2}, {3, 0.3}}));
  EXPECT_TRUE(std::filesystem::exists(sweep.run() / "trials/0/seen"));
}

TEST(Programs, CtrlCReachesThemThroughWinnowAndTheSweepGoesOn) {
  Sweep sweep("interrupted");
  const auto file = sweep.write_bash(R"(
trap 'echo asked to leave; exit 0' TERM
step=${WINNOW_RESUME_STEP:-0}
while [ $step -lt 12 ]; do
  step=$((step + 1)); echo "{\"loss\": 1, \"step\": $step}" >&3; read -r answer <&3; sleep 0.1
done
)",
                                     "run_cap: 1\ntrial: {grace: 2}\n");
  {
    Process process({winnow_program(), "run", file.string(), "--dir", sweep.run().string()});
    ASSERT_TRUE(wait_until(process, [&] { return !remains(sweep.mark).empty(); }));
    std::this_thread::sleep_for(300ms);
    process.kill(SIGINT);
    EXPECT_EQ(process.wait().code, 130);
  }
  EXPECT_THAT(remains_after(sweep.mark, 5s), IsEmpty());
  const Finished done = winnow({"resume", sweep.run().string()});
  EXPECT_EQ(done.code, 0) << done.out << done.err;
  expect_replays(sweep.run());
}

TEST(Programs, CheckShowsWhatWouldRun) {
  Sweep sweep("check");
  const auto file = write(sweep.dir / "sweep.yaml", R"(
program: train.py
method: grid
metric: {name: loss}
parameters:
  lr: {values: [0.00001]}
  opt: {parameters: {name: {value: it's}}}
)");
  const Finished missing = winnow({"check", file.string()});
  EXPECT_EQ(missing.code, 2);
  EXPECT_THAT(missing.err, HasSubstr("sweep.yaml: program: no file train.py in"));
  write(sweep.dir / "train.py", "");
  EXPECT_THAT(winnow({"check", file.string()}).out,
              AllOf(HasSubstr("train.py --lr=1e-05"), HasSubstr("in " + sweep.dir.path().string())));
}

TEST(Programs, AProgramThatIsntThereIsOneErrorBeforeAnythingRuns) {
  Sweep sweep("missing");
  const auto file =
      write(sweep.dir / "sweep.yaml", "program: train.py\nmethod: grid\nparameters: {lr: {values: [1]}}\n");
  const Finished done = winnow({"run", file.string(), "--dir", sweep.run().string()});
  EXPECT_EQ(done.code, 2);
  EXPECT_THAT(done.err, HasSubstr("program: no file train.py in " + sweep.dir.path().string()));
  EXPECT_FALSE(fs::exists(sweep.run()));
}

}  // namespace
}  // namespace winnow::test::command_test
