/// Devices for trials: what programs find in their environment, which devices are found, what is refused.
#include <gmock/gmock.h>

#include <algorithm>
#include <map>

#include "program_sweep.hpp"

namespace winnow::test::devices_test {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

/// Each trial says what it finds, and waits until `together` of them run.
std::string sweep(int trials, int together, const std::string& more) {
  return "name: devices\nmethod: random\nseed: 1\nmetric: {name: loss, goal: minimize}\n"
         "parameters: {x: {min: 0.0, max: 1.0}}\ncommand:\n  - sh\n  - -c\n  - |\n"
         "    echo \"cuda=$CUDA_VISIBLE_DEVICES hip=$HIP_VISIBLE_DEVICES gpus=$WINNOW_GPUS\"\n"
         "    cd \"$WINNOW_TRIAL_DIR/../..\"\n    touch here.$WINNOW_TRIAL\n"
         "    while [ $(ls here.* | wc -l) -lt " +
         std::to_string(together) + " ]; do sleep 0.01; done\n    echo '{\"loss\": 1}' >&3\n" +
         "  - sh\n  - ${args}\nrun_cap: " + std::to_string(trials) + "\ntrial: {time_limit: 20}\n" + more;
}

struct Tried {
  Finished done;
  std::vector<std::string> said;  ///< by each trial
};

/// Only the devices that the test says: none of this machine's.
Tried run_in(const fs::path& folder, const std::string& text, std::vector<std::string> environment) {
  write(folder / "sweep.yaml", text);
  environment.push_back("LD_LIBRARY_PATH=" WINNOW_BINARY_DIR "/lib/test_nvml");
  Tried run{winnow({"run", (folder / "sweep.yaml").string(), "--dir", (folder / "run").string()}, "", environment), {}};
  for (int trial = 0; fs::exists(folder / "run/trials" / std::to_string(trial)); ++trial) {
    const auto lines = lines_of(text_of(folder / "run/trials" / std::to_string(trial) / "attempt-1.log"));
    run.said.push_back(lines.empty() ? "" : lines.front());
  }
  return run;
}

TEST(Devices, FourTrialsSideBySideShareTheTwoThatTheSweepNames) {
  const TempDir folder;
  const Tried run =
      run_in(folder.path(), sweep(4, 4, "slots: 4\nresources: {gpus: 0.5}\ndevices: [0, GPU-8932f937]\n"), {});
  EXPECT_EQ(run.done.code, 0) << run.done.out << run.done.err;
  EXPECT_THAT(run.done.out, HasSubstr("4 at a time on the devices 0,GPU-8932f937"));
  EXPECT_THAT(run.said, UnorderedElementsAre("cuda=0 hip= gpus=0.5", "cuda=0 hip= gpus=0.5",
                                             "cuda=GPU-8932f937 hip= gpus=0.5", "cuda=GPU-8932f937 hip= gpus=0.5"));
}

TEST(Devices, SeveralAreOneTrialsAndMoreSlotsThanTheyAllowAreFewer) {
  const TempDir folder;
  const Tried run =
      run_in(folder.path(), sweep(3, 1, "slots: 3\nresources: {gpus: 2}\n"), {"FAKE_NVML=GPU-a,GPU-b,GPU-c"});
  EXPECT_EQ(run.done.code, 0) << run.done.out << run.done.err;
  EXPECT_THAT(run.done.err,
              HasSubstr("slots: 3, but resources.gpus: 2 has room for 1 on the devices 0,1,2: so many run"));
  EXPECT_THAT(run.said, ElementsAre("cuda=0,1 hip= gpus=2", "cuda=0,1 hip= gpus=2", "cuda=0,1 hip= gpus=2"));
}

TEST(Devices, AnEnvironmentThatLeavesSomeVisibleIsRespected) {
  const TempDir folder;
  const Tried run = run_in(folder.path(), sweep(2, 2, "resources: {gpus: 1, cpus: 0.1}\n"),
                           {"FAKE_NVML=GPU-a,GPU-b,GPU-c", "CUDA_VISIBLE_DEVICES=GPU-c,1"});
  EXPECT_EQ(run.done.code, 0) << run.done.out << run.done.err;
  EXPECT_THAT(run.said, UnorderedElementsAre("cuda=GPU-c hip= gpus=1", "cuda=1 hip= gpus=1"));
}

TEST(Devices, OfRocmAreSaidInItsVariable) {
  const TempDir folder;
  const Tried run = run_in(folder.path(), sweep(1, 1, "resources: {gpus: 1}\n"), {"HIP_VISIBLE_DEVICES=3"});
  EXPECT_THAT(run.said, ElementsAre("cuda=3 hip=3 gpus=1")) << run.done.err;
}

TEST(Devices, WhatProcessEnvSaysCountsMore) {
  const TempDir folder;
  const Tried run =
      run_in(folder.path(),
             sweep(1, 1, "resources: {gpus: 1}\ndevices: [0, 1]\nprocess: {env: {CUDA_VISIBLE_DEVICES: \"7\"}}\n"), {});
  EXPECT_THAT(run.said, ElementsAre("cuda=7 hip= gpus=1")) << run.done.err;
}

TEST(Devices, WithoutResourcesGpusTheEnvironmentIsAsOutside) {
  const TempDir folder;
  const Tried run = run_in(folder.path(), sweep(1, 1, ""), {"CUDA_VISIBLE_DEVICES=5,6", "WINNOW_GPUS=1"});
  EXPECT_THAT(run.said, ElementsAre("cuda=5,6 hip= gpus=")) << run.done.err;
}

TEST(Devices, WhereNoneIsFoundRunRefusesAndCheckWarns) {
  const TempDir folder;
  const Tried run = run_in(folder.path(), sweep(1, 1, "resources: {gpus: 1}\n"), {});
  EXPECT_EQ(run.done.code, 2);
  EXPECT_THAT(run.done.err,
              AllOf(HasSubstr("resources.gpus: 1, and no device was found: libnvidia-ml.so.1 finds no driver: "
                              "Driver Not Loaded; `devices: [0]` in the sweep file names them"),
                    Not(HasSubstr("\n\n"))));
  EXPECT_FALSE(fs::exists(folder / "run"));
  const Finished check =
      winnow({"check", (folder / "sweep.yaml").string()}, "", {"LD_LIBRARY_PATH=" WINNOW_BINARY_DIR "/lib/test_nvml"});
  EXPECT_EQ(check.code, 0);
  EXPECT_THAT(check.err, HasSubstr("resources.gpus: 1, and no device was found"));
}

TEST(Devices, AProgramThatRunsOutOfTheirMemoryRunsAgain) {
  const TempDir folder;
  const std::string text =
      "name: memory\nmethod: random\nseed: 1\nmetric: {name: loss, goal: minimize}\n"
      "parameters: {x: {min: 0.0, max: 1.0}}\nrun_cap: 2\ntrial: {retries: {oom: 1}}\ncommand:\n  - sh\n  - -c\n  - |\n"
      "    if [ $WINNOW_TRIAL$WINNOW_ATTEMPT = 11 ]; then\n"
      "      echo 'torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB'; exit 1\n    fi\n"
      "    echo '{\"loss\": 1}' >&3\n  - sh\n  - ${args}\n";
  const Tried run = run_in(folder.path(), text, {});
  EXPECT_EQ(run.done.code, 0) << run.done.out << run.done.err;
  std::vector<std::string> errors;
  for (const Event& event : events_of(folder / "run")) {
    const auto* errored = event.as<event::Errored>();
    if (errored != nullptr && errored->out_of_memory) errors.emplace_back(to_string(event.state));
  }
  EXPECT_THAT(errors, ElementsAre("queued"));
  expect_replays(folder / "run");
}

/// Of four trials side by side on a device the second runs out of memory; at its second attempt it looks around.
TEST(Devices, AProgramThatRunsOutOfItsPartRunsAgainAlone) {
  const TempDir folder;
  const std::string text =
      "name: alone\nmethod: random\nseed: 1\nmetric: {name: loss, goal: minimize}\n"
      "parameters: {x: {min: 0.0, max: 1.0}}\nrun_cap: 8\nslots: 4\nresources: {gpus: 0.25}\ndevices: [0]\n"
      "trial: {time_limit: 20, retries: {oom: 1}}\ncommand:\n  - sh\n  - -c\n  - |\n"
      "    cd \"$WINNOW_TRIAL_DIR/../..\"\n    touch came.$WINNOW_TRIAL here.$WINNOW_TRIAL\n"
      "    trap \"rm here.$WINNOW_TRIAL\" EXIT\n"
      "    while [ $(ls came.* | wc -l) -lt 4 ]; do sleep 0.01; done\n"
      "    if [ $WINNOW_TRIAL$WINNOW_ATTEMPT = 11 ]; then\n"
      "      echo 'torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB'; exit 1\n    fi\n"
      "    for i in 1 2 3 4 5 6 7 8 9 10; do\n"
      "      [ $WINNOW_ATTEMPT = 1 ] || echo \"$(ls -d here.*) of $WINNOW_GPUS\"\n      sleep 0.03\n    done\n"
      "    echo '{\"loss\": 1}' >&3\n  - sh\n  - ${args}\n";
  const Tried run = run_in(folder.path(), text, {});
  EXPECT_EQ(run.done.code, 0) << run.done.out << run.done.err;
  EXPECT_THAT(lines_of(text_of(folder / "run/trials/1/attempt-2.log")), AllOf(SizeIs(10), Each("here.1 of 1")));
  const auto events = events_of(folder / "run");
  EXPECT_EQ(std::count_if(events.begin(), events.end(),
                          [](const Event& event) { return event.state == TrialState::completed; }),
            8);
  expect_replays(folder / "run");
}

TEST(Devices, ChangeOnResume) {
  const TempDir folder;
  const std::string dir = (folder / "run").string();
  const Tried run = run_in(folder.path(), sweep(1, 1, "resources: {gpus: 1}\ndevices: [0]\n"), {});
  ASSERT_EQ(run.done.code, 0) << run.done.err;
  const Finished resumed =
      winnow({"resume", dir, "--set", "run_cap=2", "--set", "devices=[4, 5]", "--set", "resources.gpus=2"});
  ASSERT_EQ(resumed.code, 0) << resumed.err;
  EXPECT_THAT(resumed.out, HasSubstr("devices: [\"0\"] -> [\"4\",\"5\"]"));
  EXPECT_EQ(lines_of(text_of(folder / "run/trials/1/attempt-1.log")).front(), "cuda=4,5 hip= gpus=2");
  expect_replays(folder / "run");
}

}  // namespace
}  // namespace winnow::test::devices_test
