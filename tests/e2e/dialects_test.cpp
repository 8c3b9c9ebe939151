/// Sweeps and spaces in the formats of other tools, from the command line.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "support.hpp"

namespace winnow::dialects_test {
namespace {

namespace fs = std::filesystem;
using test::events_of;
using test::expect_replays;
using test::Finished;
using test::lines_of;
using test::Process;
using test::TempDir;
using test::write;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// A trial that keeps what it was told and reports once.
constexpr const char* kRecorder = R"(
import json, os, sys
seen = {"argv": sys.argv[1:], "params": json.loads(os.environ["WINNOW_PARAMS"])}
json.dump(seen, open(os.environ["WINNOW_TRIAL_DIR"] + "/seen.json", "w"))
os.write(int(os.environ["WINNOW_REPORT_FD"]), b'{"loss": 1}\n')
)";

/// Every flag is `--name=` and Python's text of the recorded value: `True`, `3`, `0.5`, `1e-05`, `None`.
constexpr const char* kCompare = R"(
import json, sys
trials = json.load(open(sys.argv[1]))["list"]
assert len(trials) == int(sys.argv[3]), len(trials)
for trial in trials:
    seen = json.load(open(f"{sys.argv[2]}/trials/{trial['trial']}/seen.json"))
    params = trial["params"]
    assert seen["params"] == params and json.dumps(seen["params"]) == json.dumps(params), (seen, params)
    assert seen["argv"] == [f"--{name}={value}" for name, value in params.items()], (seen["argv"], params)
print(sorted({type(value).__name__ for trial in trials for value in trial["params"].values()}))
)";

class Dialects : public testing::Test {
protected:
  std::string file(const std::string& name, const std::string& text) { return write(temp_ / name, text).string(); }
  /// Six trials of the recorder, compared with what is recorded; the types that came up.
  std::string types_seen(const std::string& space, std::vector<std::string> options = {}) {
    file("recorder.py", kRecorder);
    const fs::path dir = temp_ / "run";
    std::vector<std::string> args = {"run", space, "--dir", dir.string(), "--quiet", "--seed", "5"};
    args.insert(args.end(), options.begin(), options.end());
    const Finished run = test::winnow(args);
    EXPECT_EQ(run.code, 0) << run.out << run.err;
    expect_replays(dir);
    const auto list = file("list.json", test::winnow({"show", dir.string(), "--json"}).out);
    const Finished compared = test::python(kCompare, {list, dir.string(), "6"});
    EXPECT_EQ(compared.code, 0) << compared.err;
    return compared.out;
  }
  std::vector<std::string> bare() const {
    return {"--command",   "python3 recorder.py ${args}",
            "--metric",    "loss:minimize",
            "--trials",    "6",
            "--method",    "random",
            "--scheduler", "fifo"};
  }
  /// The parsed space in Winnow's own terms.
  OrderedJson parameters(const std::string& path) {
    const Finished checked = test::winnow({"check", path, "--json"});
    EXPECT_EQ(checked.code, 0) << path << ": " << checked.err;
    return checked.code == 0 ? OrderedJson::parse(checked.out)["parameters"] : OrderedJson();
  }

  TempDir temp_;
};

// --- values as programs see them

TEST_F(Dialects, WandbValuesReachTheProgramAsRecorded) {
  const auto sweep = file("sweep.yaml", R"(
program: recorder.py
command: [python3, "${program}", "${args}"]
method: random
metric: {name: loss, goal: minimize}
run_cap: 6
parameters:
  flag: {values: [true, false]}
  count: {min: 1, max: 9}
  rate: {distribution: log_uniform_values, min: 0.00000001, max: 0.0001}
  whole: {value: 2.0}
  nothing: {value: null}
  words: {value: two words}
  sizes: {values: [[16, 32], [64]]}
  group: {parameters: {depth: {min: 1, max: 3}, deep: {parameters: {on: {value: true}}}}}
)");
  EXPECT_EQ(types_seen(sweep), "['NoneType', 'bool', 'dict', 'float', 'int', 'list', 'str']\n");
}

TEST_F(Dialects, OptunaValuesReachTheProgramAsRecorded) {
  const auto space = file("space.yaml", R"(
rate: trial.suggest_float(1e-8, 1e-4, log=True)
stepped: trial.suggest_float(0, 1, step=0.25)
count: trial.suggest_int(1, 9)
mixed: trial.suggest_categorical([True, None, 3, 2.0, "text"])
)");
  EXPECT_THAT(types_seen(space, bare()), AllOf(HasSubstr("float"), HasSubstr("int")));
}

TEST_F(Dialects, RayValuesReachTheProgramAsRecorded) {
  const auto space = file("space.yaml", R"(
rate: tune.loguniform(1e-8, 1e-4)
model:
  layers: tune.randint(1, 5)
  act: tune.choice(["relu", "gelu"])
  bias: true
batch: tune.qrandint(16, 64, 16)
fixed: 10
)");
  EXPECT_EQ(types_seen(space, bare()), "['dict', 'float', 'int']\n");
}

TEST_F(Dialects, SigOptValuesHaveTheDeclaredType) {
  const auto space = file("space.yaml", R"(
- {name: rate, type: double, bounds: {min: 1, max: 9}}
- {name: level, type: double, grid: [1, 2, 3]}
- {name: count, type: int, bounds: {min: 1, max: 9}}
- {name: name, type: categorical, categorical_values: [a, b]}
)");
  EXPECT_EQ(types_seen(space, bare()), "['float', 'int', 'str']\n");
}

// --- from one to another

TEST_F(Dialects, TheSpellingsOfOneSpaceConvertToEachOther) {
  const fs::path examples = fs::path(WINNOW_SOURCE_DIR) / "examples" / "programs";
  const OrderedJson expected = parameters((examples / "wandb.yaml").string());
  ASSERT_EQ(expected.size(), 5U);
  file("disc.py", "");  // of W&B's
  for (const std::string from : {"wandb", "optuna", "ray", "sigopt"}) {
    for (const std::string to : {"wandb", "optuna", "ray", "sigopt"}) {
      const auto there = (temp_ / (from + "-" + to + ".json")).string();
      const Finished converted =
          test::winnow({"convert", (examples / (from + ".yaml")).string(), "--to", to, "-o", there});
      ASSERT_EQ(converted.code, 0) << from << " to " << to << ": " << converted.err;
      EXPECT_EQ(parameters(there).dump(), expected.dump()) << from << " to " << to;
    }
  }
}

TEST_F(Dialects, ConvertSaysWhatHasNoEqual) {
  const auto sweep = file("sweep.yaml", R"(
method: random
metric: {name: loss}
scheduler: {type: asha, max_t: 9}
run_cap: 5
parameters:
  group: {parameters: {flag: {values: [true, false]}}}
  skewed: {values: [a, b], probabilities: [0.9, 0.1]}
  shape: {distribution: beta, a: 2, b: 5}
  fixed: {value: 3}
)");
  const Finished optuna = test::winnow({"convert", sweep, "--to", "optuna"});
  EXPECT_EQ(optuna.code, 0);
  EXPECT_TRUE(Value::accept(optuna.out)) << "notes stand on standard error";
  for (const char* what : {"group.flag: ", "skewed: ", "shape: ", "metric: ", "scheduler: ", "run_cap: "}) {
    EXPECT_THAT(optuna.err, HasSubstr(std::string("note: ") + what));
  }
  const Finished sigopt = test::winnow({"convert", sweep, "--to", "sigopt"});
  EXPECT_EQ(sigopt.code, 0);
  EXPECT_THAT(sigopt.err,
              AllOf(HasSubstr("note: fixed: "), HasSubstr("note: group.flag: "), Not(HasSubstr("run_cap"))));
  const Finished unknown = test::winnow({"convert", sweep, "--to", "optuan"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("did you mean optuna"));
}

TEST_F(Dialects, AnExperimentKeepsItsMetricsAndBudgetWhenConverted) {
  const auto experiment = file("experiment.yaml", R"(
name: tuned
metrics: [{name: acc, objective: maximize}]
observation_budget: 12
parameters: [{name: x, type: int, bounds: {min: 1, max: 9}}]
)");
  const Finished wandb = test::winnow({"convert", experiment, "--to", "wandb"});
  ASSERT_EQ(wandb.code, 0) << wandb.err;
  const Value file = Value::parse(wandb.out);
  EXPECT_EQ(file["name"], "tuned");
  EXPECT_EQ(file["metric"], (Value{{"name", "acc"}, {"goal", "maximize"}}));
  EXPECT_EQ(file["run_cap"], 12);
  const Finished ray = test::winnow({"convert", experiment, "--to", "ray"});
  EXPECT_THAT(ray.err, AllOf(HasSubstr("metric: acc"), HasSubstr("run_cap: 12")));
  const Finished same = test::winnow({"convert", experiment, "--to", "sigopt"});
  EXPECT_EQ(Value::parse(same.out)["observation_budget"], 12);
}

// --- bare spaces, and spaces in sweep files

TEST_F(Dialects, ABareSpaceIsToldAllThatIsMissingAtOnce) {
  const auto space = file("space.yaml", "lr: tune.uniform(0, 1)\n");
  const Finished run = test::winnow({"run", space, "--dir", (temp_ / "run").string()});
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.err, AllOf(HasSubstr("--command"), HasSubstr("--metric"), HasSubstr("--trials")));
  EXPECT_FALSE(fs::exists(temp_ / "run"));
}

/// Runs what `check` prints behind `run it`, as a shell does.
constexpr const char* kPaste = R"(
import os, shlex, subprocess, sys
folder, file, winnow, *options = sys.argv[1:]
env = dict(os.environ, PATH=os.path.dirname(winnow) + ":" + os.environ["PATH"])
checked = subprocess.run([winnow, "check", file, *options], cwd=folder, capture_output=True, text=True)
line = [line for line in checked.stdout.splitlines() if line.startswith("run it")][0].split(None, 2)[2]
done = subprocess.run(line.replace("--trials 20", "--trials 2") + " --quiet --dir " + shlex.quote("runs/" + file), shell=True, cwd=folder, env=env,
                      capture_output=True, text=True)
print(line)
sys.exit(f"{checked.stderr}{done.stdout}{done.stderr}" if done.returncode or "2 trials (2 completed" not in done.stdout else 0)
)";

TEST_F(Dialects, TheLineThatCheckPrintsRunsTheSpace) {
  file("train.py", kRecorder);
  const auto printed = [&](const std::string& name, const std::string& text, std::vector<std::string> options = {}) {
    file(name, text);
    std::vector<std::string> args = {(temp_ / "train.py").parent_path().string(), name, test::winnow_program()};
    args.insert(args.end(), options.begin(), options.end());
    const Finished pasted = test::python(kPaste, args);
    EXPECT_EQ(pasted.code, 0) << name << ": " << pasted.err;
    return pasted.out;
  };
  constexpr std::string_view kCommand = " --command 'python3 train.py ${args}'";
  EXPECT_EQ(printed("ray.yaml", "lr: tune.uniform(0, 1)\n"),
            fmt::format("winnow run ray.yaml{} --metric loss:minimize --trials 20\n", kCommand));
  EXPECT_EQ(printed("grid.yaml", "lr: tune.grid_search([1, 2])\n"),
            fmt::format("winnow run grid.yaml{} --metric loss:minimize\n", kCommand));
  EXPECT_EQ(printed("optuna.yaml", "lr: {type: float, low: 0, high: 1}\n"),
            fmt::format("winnow run optuna.yaml{} --metric loss:minimize --trials 20\n", kCommand));
  EXPECT_EQ(printed("sigopt.yaml",
                    "metrics: [{name: loss, objective: minimize}]\nobservation_budget: 2\n"
                    "parameters: [{name: x, type: int, bounds: {min: 1, max: 9}}]\n"),
            fmt::format("winnow run sigopt.yaml{}\n", kCommand));
  EXPECT_EQ(printed("wandb.yaml", "lr: {min: 0.0, max: 1.0}\n"),
            fmt::format("winnow run wandb.yaml{} --metric loss:minimize --trials 20\n", kCommand));
  EXPECT_EQ(printed("a b.py", "a = {'x': tune.uniform(0, 1)}\nb = {'x': tune.uniform(0, 1)}\n", {"--space", "b"}),
            fmt::format("winnow run 'a b.py' --space b{} --metric loss:minimize --trials 20\n", kCommand));
}

TEST_F(Dialects, ASpaceInAScriptIsCheckedSampledConvertedAndRun) {
  const auto script =
      file("train_ray.py", "from ray import tune\nconfig = {'lr': tune.uniform(0, 1), 'betas': (0.9, 0.999)}\n");
  EXPECT_EQ(parameters(script).dump(),
            R"({"lr":{"distribution":"uniform","min":0.0,"max":1.0},"betas":{"value":[0.9,0.999]}})");
  EXPECT_THAT(test::winnow({"sample", script, "-n", "1", "--seed", "1"}).out, HasSubstr(R"("betas":[0.9,0.999])"));
  EXPECT_THAT(test::winnow({"convert", script, "--to", "optuna"}).out, HasSubstr("FloatDistribution"));
  file("recorder.py", kRecorder);
  const fs::path dir = temp_ / "run";
  std::vector<std::string> args = {"run", script, "--dir", dir.string(), "--quiet"};
  std::ranges::copy(bare(), std::back_inserter(args));
  EXPECT_EQ(test::winnow(args).code, 0);
  expect_replays(dir);
  EXPECT_EQ(test::winnow({"resume", dir.string(), "--set", "run_cap=7", "--quiet"}).code, 0);
}

TEST_F(Dialects, AWandbSweepInAScriptRunsWithTheOptionsThatTheScriptSaysElsewhere) {
  const auto script = file("agent.py", R"(
import wandb
sweep_configuration = {
    "method": "random",
    "metric": {"goal": "minimize", "name": "loss"},
    "parameters": {"x": {"max": 0.1, "min": 0.01}, "y": {"values": [1, 3, 7]}},
}
sweep_id = wandb.sweep(sweep=sweep_configuration, project="my-first-sweep")
wandb.agent(sweep_id, function=main, count=10)
)");
  file("recorder.py", kRecorder);
  const fs::path dir = temp_ / "run";
  const Finished run = test::winnow(
      {"run", script, "--dir", dir.string(), "--quiet", "--command", "python3 recorder.py ${args}", "--trials", "3"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("3 trials (3 completed"));
  expect_replays(dir);
}

TEST_F(Dialects, AnExperimentNamesItsRun) {
  const auto space = file("e.yaml", R"(
name: tuned
metrics: [{name: loss, objective: minimize}]
observation_budget: 1
parameters: [{name: x, type: int, bounds: {min: 1, max: 9}}]
)");
  file("recorder.py", kRecorder);
  const fs::path dir = temp_ / "run";
  ASSERT_EQ(test::winnow({"run", space, "--dir", dir.string(), "--quiet", "--method", "random", "--command",
                          "python3 recorder.py ${args}"})
                .code,
            0);
  EXPECT_EQ(Value::parse(test::winnow({"show", dir.string(), "--json"}).out)["name"], "tuned");
}

TEST_F(Dialects, OptionsTakeThePlaceOfWhatASweepFileSaysAndTheRunsCopyHasThem) {
  const auto sweep = file("sweep.yaml", R"(
method: bayes
metric: {name: loss, goal: minimize, scope: best, target: 0.1}
parameters: {x: {min: 0.0, max: 1.0}}
early_terminate: {type: hyperband, min_iter: 3}
program: train.py
seed: 3
)");
  file("report.py", "import os\nos.write(3, b'{\"loss\": 0.5, \"step\": 1}\\n')\n");
  const fs::path dir = temp_ / "run";
  const Finished run =
      test::winnow({"run", sweep, "--dir", dir.string(), "--quiet", "--method", "random", "--trials", "2", "--metric",
                    "loss:minimize", "--scheduler", "asha,max_t=9", "--command", "python3 report.py"});
  ASSERT_EQ(run.code, 0) << run.err;
  std::ifstream copy(dir / "sweep.json");
  const Value kept = Value::parse(copy);
  EXPECT_EQ(kept["method"], "random");
  EXPECT_EQ(kept["run_cap"], 2);
  EXPECT_EQ(kept["metric"], (Value{{"name", "loss"}, {"goal", "minimize"}, {"scope", "best"}, {"target", 0.1}}));
  EXPECT_EQ(kept["scheduler"], (Value{{"type", "asha"}, {"max_t", 9}}));
  EXPECT_EQ(kept["command"], "python3 report.py");
  EXPECT_FALSE(kept.contains("early_terminate"));
  EXPECT_EQ(kept["seed"], 3);
  test::expect_replays(dir);
}

TEST_F(Dialects, AMetricOfAnotherNameOnTheCommandLineBeginsAnew) {
  const auto sweep = file("sweep.yaml", "parameters: {x: {value: 1}}\nmetric: {name: loss, target: 0.1}\n");
  const fs::path dir = temp_ / "run";
  ASSERT_EQ(test::winnow({"asktell", sweep, "--dir", dir.string(), "--metric", "acc:maximize"}, "").code, 0);
  std::ifstream copy(dir / "sweep.json");
  EXPECT_EQ(Value::parse(copy)["metric"], (Value{{"name", "acc"}, {"goal", "maximize"}}));
}

TEST_F(Dialects, WhatIsWrongInAnOptionIsSaidAndNothingIsMade) {
  const auto sweep = file("sweep.yaml", "parameters: {x: {value: 1}}\nmetric: {name: loss}\ncommand: 'true'\n");
  for (const auto& [option, value, said] :
       {std::tuple("--method", "rndom", "did you mean random?"), std::tuple("--metric", "loss", "NAME:minimize"),
        std::tuple("--scheduler", "asha,max_t", "'max_t' is no KEY=VALUE"), std::tuple("--scheduler", "asha", "max_t"),
        std::tuple("--trials", "0", "--trials")}) {
    const Finished run = test::winnow({"run", sweep, "--dir", (temp_ / "run").string(), option, value});
    EXPECT_EQ(run.code, 2) << option;
    EXPECT_THAT(run.err, HasSubstr(said));
    EXPECT_FALSE(fs::exists(temp_ / "run"));
  }
}

TEST_F(Dialects, TheOptionDoesNotMakeASpaceAnothersThanItsShapeSays) {
  const auto space = file("space.yaml", "lr: trial.suggest_float(0, 1)\n");
  EXPECT_THAT(test::winnow({"check", space}).out, HasSubstr("space      optuna"));
  const Finished ray = test::winnow({"check", space, "--dialect", "ray"});  // it would be a constant there
  EXPECT_EQ(ray.code, 2);
  EXPECT_THAT(ray.err, HasSubstr("is Optuna's by its shape, not Ray Tune's; leave --dialect out"));
  const auto plain = file("plain.yaml", "lr: 0.1\n");
  EXPECT_THAT(test::winnow({"check", plain, "--dialect", "ray"}).out, HasSubstr("space      ray"));
}

TEST_F(Dialects, ASpaceNamedByItsPathIsKeptInTheRunDirectory) {
  file("recorder.py", kRecorder);
  const auto space = file("space.json", R"({"x": {"name": "FloatDistribution",
    "attributes": {"low": 0.0, "high": 1.0, "log": false, "step": null}}})");
  const auto sweep = file("sweep.yaml",
                          "space: {optuna: space.json}\nmethod: random\nscheduler: {type: fifo}\nrun_cap: 2\n"
                          "metric: {name: loss}\ncommand: [python3, recorder.py, \"${args}\"]\n");
  const fs::path dir = temp_ / "run";
  const Finished run = test::winnow({"run", sweep, "--dir", dir.string(), "--quiet"});
  ASSERT_EQ(run.code, 0) << run.err;
  fs::remove(space);
  fs::remove(sweep);
  const Finished resumed = test::winnow({"resume", dir.string(), "--set", "run_cap=4", "--quiet"});
  ASSERT_EQ(resumed.code, 0) << resumed.err;
  EXPECT_EQ(Value::parse(test::winnow({"show", dir.string(), "--json"}).out)["list"].size(), 4U);
  expect_replays(dir);
}

// --- define-by-run from any language

constexpr const char* kSuggest =
    R"({"op":"suggest","trial":0,"name":"lr","distribution":{"type":"float","low":0.0,"high":1.0}})";

struct Suggest : Dialects {
  std::vector<Value> talk(const std::string& requests) {
    const Finished end = test::winnow({"asktell", sweep, "--dir", dir.string()}, requests);
    EXPECT_EQ(end.code, 0) << end.err;
    std::vector<Value> answers;
    for (const std::string& line : lines_of(end.out)) answers.push_back(Value::parse(line));
    return answers;
  }
  std::string sweep = file("sweep.yaml", "parameters: {fixed: {value: 1}}\nmetric: {name: loss}\nrun_cap: 2\n");
  fs::path dir = temp_ / "run";
};

TEST_F(Suggest, IsRecordedBeforeItIsAnsweredAndTheSameAfterAKill) {
  Process first({test::winnow_program(), "asktell", sweep, "--dir", dir.string()},
                std::string("{\"op\":\"ask\"}\n") + kSuggest + "\n", {}, true);
  ASSERT_TRUE(test::wait_until(first, [&] {
    if (!fs::exists(dir / "metrics.h5")) return false;
    const auto events = events_of(dir);
    return std::any_of(events.begin(), events.end(), [](const Event& e) { return e.kind() == EventKind::drawn; });
  }));
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  first.kill(SIGKILL);
  const auto lines = lines_of(first.wait().out);
  ASSERT_EQ(lines.size(), 2U);
  const Value value = Value::parse(lines[1])["value"];
  ASSERT_TRUE(value.is_number_float()) << lines[1];

  const auto again = talk(std::string("{\"op\":\"ask\"}\n") + kSuggest + "\n");
  EXPECT_EQ(again.at(0)["trial"], 0);
  EXPECT_EQ(again.at(0)["attempt"], 2);
  EXPECT_EQ(again.at(0)["params"], (Value{{"fixed", 1}, {"lr", value}})) << "what was drawn comes along";
  EXPECT_EQ(again.at(1)["value"], value);
  expect_replays(dir);
}

TEST_F(Suggest, RefusesAnotherDistributionUnderOneNameWithinATrialOnly) {
  const std::string other = R"("name":"lr","distribution":{"type":"int","low":1,"high":3}})";
  const auto answers = talk(std::string("{\"op\":\"ask\"}\n") + kSuggest + "\n{\"op\":\"suggest\",\"trial\":0," +
                            other + "\n{\"op\":\"ask\"}\n{\"op\":\"suggest\",\"trial\":1," + other + "\n");
  ASSERT_EQ(answers.size(), 5U);
  EXPECT_THAT(answers[2]["error"].get<std::string>(), HasSubstr("another domain"));
  EXPECT_TRUE(answers[4]["value"].is_number_integer()) << answers[4];
}

TEST_F(Suggest, ShowsInTheTableAndInTheExport) {
  talk(std::string("{\"op\":\"ask\"}\n") + kSuggest +
       "\n{\"op\":\"tell\",\"trial\":0,\"state\":\"complete\",\"metrics\":{\"loss\":1}}\n");
  EXPECT_THAT(lines_of(test::winnow({"show", dir.string()}).out).at(3), HasSubstr("lr"));
  EXPECT_THAT(lines_of(test::winnow({"export", dir.string(), "--csv"}).out).at(0), HasSubstr("param.lr"));
}

// --- Hydra and NNI

constexpr const char* kHydraFile = R"(# @package _global_
defaults:
  - override /hydra/sweeper: optuna
optimized_metric: "val/acc_best"
hydra:
  sweeper:
    direction: maximize
    n_trials: 6
    n_jobs: 1
    params:
      model.lr: tag(log, interval(0.0001, 0.1))
      data.batch_size: choice(32, 64)
      ++trainer.deterministic: choice(true, false)
      optimizer: adam,sgd
)";

/// Hydra's jobs get `key=value`; this one says what it got.
constexpr const char* kHydraJob = R"(#!/bin/bash
echo "$@" > "$WINNOW_TRIAL_DIR/argv"
echo '{"val/acc_best": 0.5}' >&"$WINNOW_REPORT_FD"
)";

std::string argv_of(const fs::path& trial) {
  std::ifstream stream(trial / "argv");
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

TEST_F(Dialects, RunTheFileOfHydrasOptunaSweeperAsHydraDoes) {
  const auto space = file("mnist_optuna.yaml", kHydraFile);
  const auto job = file("job.sh", kHydraJob);
  const fs::path dir = temp_ / "run";
  const Finished run = test::winnow({"run", space, "--command", "bash " + job + " trainer=cpu", "--method", "random",
                                     "--dir", dir.string(), "--quiet", "--seed", "5"});
  ASSERT_EQ(run.code, 0) << run.out << run.err;
  expect_replays(dir);
  for (int trial = 0; trial < 6; ++trial) {
    EXPECT_THAT(argv_of(dir / "trials" / std::to_string(trial)),
                testing::MatchesRegex("trainer=cpu model\\.lr=0\\.[0-9]+ data\\.batch_size=(32|64) "
                                      "\\+\\+trainer\\.deterministic=(True|False) optimizer=(adam|sgd)\n"));
  }
}

TEST_F(Dialects, GiveTrialsOfAnNniSpaceWhatNniGivesThem) {
  const auto space = file("search_space.json", R"({
    "dropout": {"_type": "quniform", "_value": [0, 0.58, 0.1]},
    "layer": {"_type": "choice", "_value": [{"_name": "Empty"}, {"_name": "Conv", "kernel": {"_type": "choice", "_value": [3, 5]}}]}})");
  const Finished sampled = test::winnow({"sample", space, "-n", "200", "--seed", "1"});
  ASSERT_EQ(sampled.code, 0) << sampled.err;
  for (const std::string& line : lines_of(sampled.out)) {
    EXPECT_THAT(line, testing::MatchesRegex(
                          R"(\{"dropout":0\.([0-5]|58),"layer":\{"_name":"(Empty"|Conv","kernel":[35])\}\})"));
  }
}

TEST_F(Dialects, SampleNoMoreThanARunWouldTry) {
  const auto sweep = file("sweep.yaml", "method: random\nrun_cap: 3\nparameters: {x: {min: 0.0, max: 1.0}}\n");
  EXPECT_EQ(lines_of(test::winnow({"sample", sweep, "-n", "50"}).out).size(), 3U);
}

TEST_F(Dialects, CheckSaysHowManyPointsAHugeGridHas) {
  std::string text = "method: grid\nparameters:\n";
  for (int i = 0; i < 40; ++i) text += "  p" + std::to_string(i) + ": {min: 1, max: 10}\n";
  const Finished checked = test::winnow({"check", file("sweep.yaml", text)});
  ASSERT_EQ(checked.code, 0) << checked.err;
  EXPECT_THAT(checked.out, HasSubstr("trials     1e+40, the points of the grid: no run_cap"));
}

TEST_F(Dialects, CheckSaysWhatCountsAsBestAndWhy) {
  const auto sweep = file(
      "sweep.yaml",
      "method: random\nslots: 2\nmetric: {name: loss}\ncommand: [\"true\"]\nparameters: {x: {min: 0.0, max: 1.0}}\n");
  const Finished checked = test::winnow({"check", sweep});
  ASSERT_EQ(checked.code, 0) << checked.err;
  EXPECT_THAT(checked.out,
              HasSubstr("best       by its best value, among all trials that didn't fail (as in W&B, whose "
                        "keys method, parameters and command the file has)"));
}

}  // namespace
}  // namespace winnow::dialects_test
