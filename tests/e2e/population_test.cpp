/// A population of programs: kill -9 ten times in the middle, and nothing is lost.
#include <fstream>

#include "population.hpp"

namespace winnow::population_test {
namespace {

/// Its state says what it was trained with, so that a report tells whose state it goes on from.
constexpr const char* kProgram = R"(
import json, os, subprocess, sys
params = json.loads(os.environ["WINNOW_PARAMS"])
file = os.path.join(os.environ["WINNOW_CHECKPOINT_DIR"], "state.json")
state = {"step": 0, "x": 5.0}
resume = os.environ.get("WINNOW_RESUME_STEP")
if resume is not None:
    state = json.load(open(file))
    if state["step"] != int(resume):
        sys.exit("the state is of step %d, not %s" % (state["step"], resume))
while state["step"] < 12:
    before = state["x"]
    state = {"step": state["step"] + 1, "x": before * (1 - params["rate"])}
    verdict = subprocess.run([WINNOW, "report", "--step", str(state["step"]), "loss=%r" % state["x"],
                              "before=%r" % before], capture_output=True, text=True).stdout.strip()
    if verdict == "exploit":  # it goes on from another's state
        with open(os.environ["WINNOW_TRIAL_DIR"] + "/exploits", "a") as out:
            out.write("%d\n" % state["step"])
        break
    if verdict != "continue":
        with open(file, "w") as out:
            json.dump(state, out)
        break
)";

/// How often a program noted that it was told so.
std::size_t told_to_exploit(const std::filesystem::path& dir) {
  std::size_t notes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(dir)) {
    if (entry.path().filename() != "exploits") continue;
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) ++notes;
  }
  return notes;
}

TEST(PopulationOfPrograms, TenKillsLoseNothingAndStatesGoFromTrialToTrial) {
  const TempDir temp;
  write(temp / "train.py", "WINNOW = '" + winnow_program() + "'\n" + kProgram);
  const auto file =
      write(temp / "sweep.yaml",
            "name: programs\nprogram: train.py\ncommand: [python3, \"${program}\"]\nmethod: random\nseed: 5\n"
            "metric: {name: loss, goal: minimize}\nparameters: {rate: {min: 0.001, max: 0.5}}\n"
            "scheduler: {type: pbt, perturbation_interval: 2, hyperparam_mutations: [rate], max_t: 12}\n"
            "trial: {retries: {lost: 50}}\nslots: 3\nrun_cap: 6\n");
  kill_and_resume(file, temp / "run", 10, 14);
  expect_replays(temp / "run");
  const auto events = events_of(temp / "run");
  EXPECT_GT(check_exploits(events, "loss", -1), 3);
  // How many it is hangs on when the kills come: a program that is killed before it notes the verdict notes none.
  EXPECT_GT(told_to_exploit(temp / "run"), 0);
  std::map<std::pair<TrialId, Step>, double> loss;
  std::map<TrialId, std::pair<TrialId, Step>> stands;  // at the end of this report
  for (const Event& event : events) {
    if (const auto* exploit = event.as<event::Exploited>()) stands[event.trial] = {exploit->donor, *exploit->from_step};
    const auto* report = event.as<event::Reported>();
    if (report == nullptr) continue;
    const double* before = find_metric(report->metrics, "before");
    ASSERT_NE(before, nullptr);
    if (const auto from = stands.find(event.trial); from != stands.end() && from->second.second == report->step - 1) {
      EXPECT_EQ(*before, loss[from->second]) << "event " << event.seq;
    }
    loss[{event.trial, report->step}] = *find_metric(report->metrics, "loss");
    stands[event.trial] = {event.trial, report->step};
  }
}

}  // namespace
}  // namespace winnow::population_test
