/// What people do with a program of theirs in the first hours, and what they are told.
#include <gmock/gmock.h>

#include "program_sweep.hpp"

namespace winnow::test::first_steps_test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string sweep(const std::string& more, const std::string& metric = "loss") {
  return "name: first\nmethod: random\nseed: 1\nmetric: {name: \"" + metric +
         "\", goal: minimize}\nparameters: {lr: {min: 0.1, max: 1.0}}\nrun_cap: 1\n" + more + "\n";
}

/// Started in `folder`.
Finished winnow_in(const fs::path& folder, const std::vector<std::string>& args) {
  std::vector<std::string> command = {"env", "-C", folder.string(), winnow_program()};
  command.insert(command.end(), args.begin(), args.end());
  return Process(command).wait();
}

/// What `check` and `run` refuse alike, before anything is made.
std::string refusal(const fs::path& folder, const std::string& more) {
  write(folder / "sweep.yaml", sweep(more));
  const Finished check = winnow_in(folder, {"check", "sweep.yaml"});
  const Finished run = winnow_in(folder, {"run", "sweep.yaml", "--dir", "run"});
  EXPECT_EQ(run.code, 2) << run.out;
  EXPECT_EQ(check.code, 2) << check.out;
  EXPECT_EQ(check.err, run.err);
  EXPECT_FALSE(fs::exists(folder / "run"));
  return run.err;
}

TEST(FirstSteps, PythonMOfASweepFileInAFolderOfItsOwnRunsWhereWinnowWasStarted) {
  const TempDir folder;
  fs::create_directories(folder / "sweeps");
  fs::create_directories(folder / "pkg");
  write(folder / "pkg" / "train.py", "import os\nos.write(3, b'{\"loss\": 1}\\n')\nprint(os.getcwd())\n");
  write(folder / "sweeps" / "a.yaml", sweep("command: [python3, -m, pkg.train, \"${args}\"]"));
  const std::string place = fs::canonical(folder.path()).string() + " (where winnow was started)";
  EXPECT_THAT(winnow_in(folder.path(), {"check", "sweeps/a.yaml"}).out, HasSubstr("in " + place));
  const Finished run = winnow_in(folder.path(), {"run", "sweeps/a.yaml", "--dir", "run"});
  EXPECT_EQ(run.code, 0) << run.out << run.err;
  EXPECT_THAT(run.out, HasSubstr("programs start in " + place));
  EXPECT_EQ(text_of(folder / "run/trials/0/attempt-1.log"), fs::canonical(folder.path()).string() + "\n");
  const Finished json = winnow_in(folder.path(), {"run", "sweeps/a.yaml", "--dir", "json", "--json"});
  EXPECT_EQ(Value::parse(lines_of(json.out).at(0))["programs_start_in"], place);
}

TEST(FirstSteps, ACommandOfAMacroAloneIsRefused) {
  const TempDir folder;
  EXPECT_THAT(refusal(folder.path(), "command: [\"${args_no_boolean_flags}\"]"),
              HasSubstr("command: it is the whole command line, and this one names no program; write command: "));
}

TEST(FirstSteps, ALauncherAsProgramIsRefused) {
  const TempDir folder;
  EXPECT_THAT(refusal(folder.path(), "program: torchrun --nproc_per_node=4 train.py"),
              HasSubstr("is written under command, e.g. command: torchrun --nproc_per_node=4 train.py ${args}"));
}

TEST(FirstSteps, AVariableOfTheEnvironmentWithinAWordIsRefused) {
  const TempDir folder;
  EXPECT_THAT(refusal(folder.path(), "command: [sh, \"--n=${WORLD_SIZE}\", \"${args}\"]"),
              HasSubstr("command: '--n=${WORLD_SIZE}': unknown macro ${WORLD_SIZE}; a variable of the environment is "
                        "${envvar:WORLD_SIZE}"));
}

TEST(FirstSteps, TwoWordsInTheFirstItemAreRefusedByRunBeforeAnythingRuns) {
  const TempDir folder;
  write(folder / "sweep.yaml", sweep("command: [accelerate launch, train.py, \"${args}\"]"));
  const Finished run = winnow_in(folder.path(), {"run", "sweep.yaml", "--dir", "run"});
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.err, AllOf(StartsWith("winnow: sweep.yaml: command: 'accelerate launch' is in no folder of PATH"),
                             HasSubstr("write [accelerate, launch]")));
  EXPECT_FALSE(fs::exists(folder / "run"));
}

TEST(FirstSteps, CheckLineShowsWhatThePatternsRead) {
  const TempDir folder;
  const auto file =
      write(folder / "sweep.yaml", sweep("command: [sh, \"${args}\"]\n"
                                         "process: {stdout: {loss: 'loss[=:] *(\\S+)', step: 'epoch (\\d+)'}}"))
          .string();
  const Finished read = winnow({"check", file, "--line", "epoch 3: train_loss=0.9 val_loss=0.4 loss=0.7"});
  EXPECT_EQ(read.out, "metric  read\nloss    0.7\nstep    3\n");
  EXPECT_EQ(read.code, 0);
  const Finished nothing = winnow({"check", file, "--line", "val_loss=0.4"});
  EXPECT_THAT(nothing.out, HasSubstr("loss    nothing\n"));
  EXPECT_EQ(nothing.code, 1);
  EXPECT_EQ(winnow({"check", file, "--line", "loss=0.5", "--json"}).out,
            "{\"metrics\":{\"loss\":0.5},\"step\":null,\"odd\":[]}\n");
  const auto without = write(folder / "none.yaml", sweep("command: [sh, \"${args}\"]")).string();
  EXPECT_EQ(winnow({"check", without, "--line", "loss=0.5"}).code, 2);
}

TEST(FirstSteps, WinnowReportTakesTheLastEqualsSignAndTextsBesideNumbers) {
  const TempDir folder;
  write(folder / "trial.sh",
        "winnow report 'mAP@[IoU=0.5]=0.41' phase=val && winnow report phase=test\necho \"code $?\"\n");
  write(folder / "sweep.yaml", sweep("command: [bash, trial.sh, \"${args}\"]", "mAP@[IoU=0.5]"));
  const Finished run = winnow_in(folder.path(), {"run", "sweep.yaml", "--dir", "run"});
  EXPECT_THAT(run.out, HasSubstr("mAP@[IoU=0.5] = 0.41"));
  EXPECT_THAT(text_of(folder / "run/trials/0/attempt-1.log"),
              AllOf(HasSubstr("winnow: phase is \"val\" in a report: no number, so it is left out\n"),
                    HasSubstr("no number to record: phase is \"test\""), HasSubstr("code 2\n")));
}

TEST(FirstSteps, AMetricNamedAlmostRightIsToldAfterTheFirstTrial) {
  const TempDir folder;
  write(folder / "sweep.yaml",
        sweep("command: [bash, -c, 'echo \"{\\\"val_loss\\\":1}\" >&3', \"${args}\"]", "val/loss"));
  const Finished run = winnow_in(folder.path(), {"run", "sweep.yaml", "--dir", "run"});
  EXPECT_THAT(run.err, HasSubstr("trial 0 has not reported val/loss, which is judged, so far (reported: val_loss; is "
                                 "val_loss what val/loss means?"));
}

}  // namespace
}  // namespace winnow::test::first_steps_test
