/// Bare spaces: recognised, completed from options, converted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include <winnow/spec/convert.hpp>
#include <winnow/spec/sweep_file.hpp>

#include "../temp_dir.hpp"

namespace winnow::space_file_test {
namespace {

using testing::HasSubstr;

class SpaceFiles : public testing::Test {
protected:
  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }
  Input input(const std::string& name, const std::string& text) const {
    auto read = read_input(write(name, text));
    EXPECT_TRUE(read) << read.error().message;
    return std::move(*read);
  }
  SpaceFile space(const std::string& name, const std::string& text) const {
    return std::get<SpaceFile>(input(name, text));
  }

  test::TempDir folder_;
};

constexpr const char* kOptuna = R"({"lr": {"name": "FloatDistribution", "attributes": {"low": 0.1, "high": 1}}})";
constexpr const char* kRay = "lr: tune.uniform(0.1, 1)\n";
constexpr const char* kSigOpt = "- {name: lr, type: double, bounds: {min: 0.1, max: 1}}\n";
constexpr const char* kWandb = "lr: {min: 0.1, max: 1.0}\n";

TEST_F(SpaceFiles, AreRecognisedByTheirShape) {
  EXPECT_EQ(space("a.json", kOptuna).dialect, Dialect::optuna);
  EXPECT_EQ(space("a.yaml", kRay).dialect, Dialect::ray);
  EXPECT_EQ(space("b.yaml", kSigOpt).dialect, Dialect::sigopt);
  EXPECT_EQ(space("c.yaml", kWandb).dialect, Dialect::wandb);
  EXPECT_TRUE(std::holds_alternative<SweepFile>(input("d.yaml", std::string("parameters:\n  ") + kWandb)));
}

TEST_F(SpaceFiles, OfTheSameLawAreTheSameSpace) {
  const Space first = space("a.json", kOptuna).space;
  EXPECT_EQ(first, space("a.yaml", kRay).space);
  EXPECT_EQ(first, space("b.yaml", kSigOpt).space);
  EXPECT_EQ(first, space("c.yaml", kWandb).space);
}

TEST_F(SpaceFiles, AreReadAsTheDialectThatIsNamed) {
  const auto path = write("plain.yaml", "lr: 0.1\n");  // a constant for Ray Tune, of no telling shape
  EXPECT_FALSE(read_input(path));
  const auto read = read_input(path, Dialect::ray);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(std::get<SpaceFile>(*read).space.parameters().size(), 1U);
  const auto refused = read_input(write("sweep.yaml", "parameters: {a: {value: 1}}"), Dialect::ray);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("is a sweep file, not ray space; leave --dialect out"));
}

TEST_F(SpaceFiles, InScriptsAreReadAndNamed) {
  const auto path = write("train.py", "a = {'x': tune.uniform(0, 1)}\nb = {'x': tune.uniform(0, 2)}\n");
  EXPECT_FALSE(read_input(path));
  const auto named = read_input(path, {}, {}, "b");
  ASSERT_TRUE(named) << named.error().message;
  EXPECT_EQ(std::get<SpaceFile>(*named).dialect, Dialect::ray);
  const auto yaml = read_input(write("space.yaml", kRay), {}, {}, "b");
  ASSERT_FALSE(yaml);
  EXPECT_THAT(yaml.error().message,
              HasSubstr("space.yaml: --space b: names a space in a Python file, and this is none"));
}

TEST_F(SpaceFiles, InScriptsComeToSweepFilesOfJson) {
  const SpaceFile file = space("train.py", "config = {'x': tune.uniform(0, 1), 'b': (1, 2)}\n");
  EXPECT_EQ(completing_options(file), "--command 'python3 train.py ${args}' --metric loss:minimize --trials 20");
  const auto sweep = complete(file, {.command = "true", .metrics = {"loss:minimize"}, .trials = 3});
  ASSERT_TRUE(sweep) << sweep.error().message;
  EXPECT_EQ(sweep->path.filename(), "train.json");
  EXPECT_EQ(OrderedJson::parse(sweep->text)["space"]["ray"].dump(), R"j({"x":"tune.uniform(0, 1)","b":[1,2]})j");
}

TEST_F(SpaceFiles, OfYamlWithPythonInThemComeToTheSameInTheRunDirectory) {
  const SpaceFile file = space("space.yaml", "x: tune.uniform(0, 1)\nb: (1, 2)\nn: 2 ** 4\n");
  const auto sweep = complete(file, {.command = "true", .metrics = {"loss:minimize"}, .trials = 3});
  ASSERT_TRUE(sweep) << sweep.error().message;
  EXPECT_EQ(OrderedJson::parse(sweep->text)["space"]["ray"].dump(), R"j({"x":"tune.uniform(0, 1)","b":[1,2],"n":16})j");
  EXPECT_EQ(sweep->parsed.spec.space, file.space);
}

TEST_F(SpaceFiles, OfWandbInScriptsAreWholeSweepFiles) {
  const auto read = input("train.py", "sweep_config = {'method': 'random', 'parameters': {'x': {'values': [1, 2]}}}\n");
  const auto& sweep = std::get<SweepFile>(read);
  EXPECT_EQ(sweep.path.filename(), "train.json");
  EXPECT_EQ(sweep.text,
            "{\n  \"method\": \"random\",\n  \"parameters\": {\n    \"x\": {\n      \"values\": [\n        1,\n        "
            "2\n      ]\n    }\n  }\n}\n");
}

TEST_F(SpaceFiles, SayAllThatIsMissingAtOnce) {
  const auto sweep = complete(space("a.json", kOptuna), {});
  ASSERT_FALSE(sweep);
  for (const char* option : {"--command", "--metric", "--trials"}) {
    EXPECT_THAT(sweep.error().message, HasSubstr(option));
  }
  const auto ray = complete(space("a.yaml", kRay), {.command = "true", .metrics = {"loss:minimize"}});
  ASSERT_FALSE(ray);
  EXPECT_THAT(ray.error().message, testing::EndsWith("a sweep needs besides:\n  --trials 20 (how many)"));
}

TEST_F(SpaceFiles, SayWhatIsWrongInTheOptions) {
  const SpaceFile file = space("a.yaml", kRay);
  const auto message = [&](SpaceOptions options) {
    options.command = "true";
    options.trials = 1;
    return complete(file, options).error().message;
  };
  EXPECT_EQ(message({.metrics = {"loss:down"}}), "--metric loss:down: must be NAME:minimize or NAME:maximize");
  EXPECT_EQ(message({.metrics = {"loss:minimize"}, .scheduler = "asha,27"}),
            "--scheduler asha,27: '27' is no KEY=VALUE; e.g. asha,max_t=27");
  EXPECT_EQ(message({.metrics = {"loss:minimize"}, .scheduler = "asha"}),
            file.path.string() + ": scheduler.max_t: is required: the resource at which a trial is complete, >= 1");
}

TEST_F(SpaceFiles, AreCompletedToAWholeSweepFile) {
  const auto sweep = complete(space("a.yaml", kRay), {.command = "python3 train.py ${args}",
                                                      .metrics = {"eval/loss:minimize"},
                                                      .trials = 20,
                                                      .method = "",
                                                      .scheduler = "asha,max_t=27,grace_period=3"});
  ASSERT_TRUE(sweep) << sweep.error().message;
  const auto again = parse_spec(sweep->text, "sweep.json");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_TRUE(again->spec == sweep->parsed.spec);
  EXPECT_EQ(again->spec.name, "a");
  EXPECT_EQ(again->spec.command, (std::vector<std::string>{"python3", "train.py", "${args}"}));
  EXPECT_EQ(again->spec.scheduler.options, (Value{{"max_t", 27}, {"grace_period", 3}}));
  EXPECT_EQ(again->spec.run_cap, 20);
}

TEST_F(SpaceFiles, NeedNoNumberOfTrialsWhereTheGridOrTheExperimentEnds) {
  const SpaceOptions options{.command = "true", .metrics = {"loss:minimize"}};
  EXPECT_TRUE(complete(space("g.yaml", "lr: tune.grid_search([1, 2])\n"), options));
  const auto sigopt = complete(space("e.json", R"({"parameters": [{"name": "n", "type": "int", "bounds": {"min": 1,
      "max": 9}}], "metrics": [{"name": "acc"}], "observation_budget": 3})"),
                               {.command = "true", .method = "random"});
  ASSERT_TRUE(sigopt) << sigopt.error().message;
  EXPECT_EQ(sigopt->parsed.spec.run_cap, 3);
}

TEST_F(SpaceFiles, NamedInASweepFileAreTakenIn) {
  write("space.yaml", kRay);
  const auto path = write("sweep.yaml", "metric: {name: loss}\nspace: {ray: space.yaml}\n");
  const auto sweep = read_sweep_file(path);
  ASSERT_TRUE(sweep) << sweep.error().message;
  EXPECT_THAT(sweep->text, HasSubstr("tune.uniform(0.1, 1)"));
  EXPECT_TRUE(parse_spec(sweep->text, "sweep.yaml"));
  write("space.yaml", "a: 1\nlr: tune.uniform(1, 0)\n");
  const auto broken = read_sweep_file(path);
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error().message, HasSubstr("space.yaml:2:")) << "where it stands";
  std::filesystem::remove(folder_ / "space.yaml");
  const auto gone = read_sweep_file(path);
  ASSERT_FALSE(gone);
  EXPECT_THAT(gone.error().message, HasSubstr("sweep.yaml:2:14: space.ray: "));
}

TEST_F(SpaceFiles, ConvertToEachOtherWithoutALoss) {
  const Input file = input("a.json", kOptuna);
  for (const Dialect to : all_dialects()) {
    const PrintedSpace converted = convert(file, to);
    const Input back = input("back.json", converted.json.dump());
    const Space& space = std::holds_alternative<SweepFile>(back) ? std::get<SweepFile>(back).parsed.spec.space
                                                                 : std::get<SpaceFile>(back).space;
    EXPECT_EQ(space, std::get<SpaceFile>(file).space) << converted.json;
  }
}

TEST_F(SpaceFiles, ConvertASweepWithWhatTheOtherToolHas) {
  const Input sweep = input("sweep.yaml", R"(
name: s
method: random
metric: {name: acc, goal: maximize, target: 0.9}
run_cap: 7
slots: 2
command: [python3, train.py, "${args}"]
scheduler: {type: asha, max_t: 9}
parameters: {lr: {min: 0.1, max: 1.0}}
)");
  const PrintedSpace wandb = convert(sweep, Dialect::wandb);
  EXPECT_EQ(wandb.json["metric"], (OrderedJson{{"name", "acc"}, {"goal", "maximize"}, {"target", 0.9}}));
  EXPECT_EQ(wandb.json["run_cap"], 7);
  EXPECT_THAT(wandb.notes, testing::ElementsAre("scheduler: asha isn't part of a file of W&B",
                                                "slots: 2 isn't part of a file of W&B"));
  const PrintedSpace sigopt = convert(sweep, Dialect::sigopt);
  EXPECT_EQ(sigopt.json["observation_budget"], 7);
  EXPECT_EQ(sigopt.json["parallel_bandwidth"], 2);
  EXPECT_EQ(sigopt.json["metrics"][0]["objective"], "maximize");
  const PrintedSpace optuna = convert(sweep, Dialect::optuna);
  EXPECT_EQ(optuna.json.size(), 1U);
  EXPECT_EQ(optuna.notes.size(), 6U) << "method, metric, scheduler, run_cap, command, slots";
}

TEST_F(SpaceFiles, ConvertAGridToAGrid) {
  const Input grid =
      input("grid.yaml", "method: grid\nparameters: {x: {values: [1, 2]}, n: {min: 1, max: 3}, c: {value: 4}}\n");
  const PrintedSpace ray = convert(grid, Dialect::ray);
  EXPECT_EQ(ray.json, (OrderedJson{{"x", "tune.grid_search([1, 2])"}, {"n", "tune.grid_search([1, 2, 3])"}, {"c", 4}}));
  const PrintedSpace back = convert(input("ray.json", ray.json.dump()), Dialect::wandb);
  EXPECT_EQ(back.json["method"], "grid");
  EXPECT_EQ(back.json["parameters"]["x"], (OrderedJson{{"values", {1, 2}}}));
  EXPECT_THAT(back.notes, testing::ElementsAre("method: grid is put in, since all parameters are crossed"));
  EXPECT_EQ(convert(grid, Dialect::wandb).json["method"], "grid");
  const OrderedJson hydra = convert(grid, Dialect::hydra).json["hydra"]["sweeper"];
  EXPECT_EQ(hydra["params"]["n"], "choice(1, 2, 3)") << "GridSampler leaves out the end of a range";
  EXPECT_EQ(convert(grid, Dialect::hydra).json["hydra"]["sweeper"]["sampler"]["_target_"],
            "optuna.samplers.GridSampler");
}

TEST_F(SpaceFiles, ConvertWhatThisVersionCantRun) {
  const auto path = write("bayes.yaml", "method: custom\nparameters: {lr: {min: 0.1, max: 1.0}}\n");
  EXPECT_FALSE(read_input(path));
  const auto sweep = read_input(path, {}, {}, "", Reading::to_convert);
  ASSERT_TRUE(sweep) << sweep.error().message;
  EXPECT_EQ(convert(*sweep, Dialect::wandb).json["method"], "random");
  EXPECT_THAT(convert(*sweep, Dialect::ray).notes,
              testing::Contains("method: custom isn't part of a file of Ray Tune"));
}

TEST_F(SpaceFiles, ConvertTheGaussianProcessByTheNameThatEachToolHasForIt) {
  const std::string parameters = "parameters: {lr: {min: 0.1, max: 1.0}}\nmetric: {name: loss}\n";
  const Input gp = input("gp.yaml", "method: gp\n" + parameters);
  EXPECT_EQ(convert(gp, Dialect::wandb).json["method"], "bayes");
  const Input bayes = input("bayes.yaml", "method: bayes\n" + parameters);
  EXPECT_EQ(convert(bayes, Dialect::wandb).json["method"], "bayes");
  EXPECT_THAT(convert(bayes, Dialect::sigopt).notes, testing::Not(testing::Contains(testing::HasSubstr("method"))));
}

TEST_F(SpaceFiles, NameEveryKeyThatConvertDrops) {
  const Input sweep = input("launch.yaml", R"(
description: what for
job: me/project/job:latest
method: random
seed: 3
start_with: [{lr: 0.5}]
num_samples: 2
resources: {cpus: 2}
trial: {grace: 3s}
metric: {name: acc}
parameters: {lr: {min: 0.1, max: 1.0}}
)");
  const auto notes = convert(sweep, Dialect::ray).notes;
  for (const char* key : {"description", "job", "seed", "start_with", "num_samples", "resources", "trial"}) {
    EXPECT_THAT(notes, testing::Contains(testing::StartsWith(std::string(key) + ": "))) << key;
  }
  const PrintedSpace wandb = convert(sweep, Dialect::wandb);
  EXPECT_EQ(wandb.json["description"], "what for");
  EXPECT_EQ(wandb.json["job"], "me/project/job:latest");
}

TEST_F(SpaceFiles, ConvertToWhatCanBeReadBack) {
  const Input constants = input("constants.yaml", "method: random\nparameters: {a: {value: 1}, b: {value: text}}\n");
  for (const Dialect to : {Dialect::wandb, Dialect::optuna, Dialect::ray, Dialect::hydra, Dialect::nni}) {
    const PrintedSpace converted = convert(constants, to);
    const auto back = read_input(write("back.json", converted.json.dump()), {}, {}, "", Reading::to_convert);
    ASSERT_TRUE(back) << to_string(to) << ": " << back.error().message;
  }
  const PrintedSpace sigopt = convert(input("x.yaml", "parameters: {a: {min: 0.0, max: 1.0}}"), Dialect::sigopt);
  EXPECT_EQ(sigopt.json["metrics"].size(), 1U);
  EXPECT_THAT(sigopt.notes, testing::Contains(HasSubstr("metrics: SigOpt needs one, and none is given")));
}

TEST_F(SpaceFiles, OfHydraGiveTheirSamplersArgumentsAsOptions) {
  const auto sweep = [&](const std::string& sampler, const SpaceOptions& more = {}) {
    const Input file = input("h.yaml", "hydra: {sweeper: {direction: minimize, n_trials: 4, sampler: " + sampler +
                                           ", params: {x: 'interval(0, 1)'}}}\n");
    SpaceOptions options = more;
    options.command = "true";
    options.metrics = {"loss"};
    return complete(std::get<SpaceFile>(file), options);
  };
  const auto tpe = sweep("{_target_: optuna.samplers.TPESampler, seed: 3, n_startup_trials: 5, multivariate: null}");
  ASSERT_TRUE(tpe) << tpe.error().message;
  EXPECT_EQ(tpe->parsed.spec.sampler_options, Value({{"n_startup_trials", 5}}));
  const auto qmc = sweep("{_target_: optuna.samplers.QMCSampler, qmc_type: halton, scramble: true}");
  ASSERT_TRUE(qmc) << qmc.error().message;
  EXPECT_EQ(qmc->parsed.spec.method, "halton");
  EXPECT_EQ(qmc->parsed.spec.sampler_options, Value({{"scramble", true}}));
  SpaceOptions random;
  random.method = "random";
  EXPECT_TRUE(sweep("{_target_: optuna.samplers.TPESampler, n_startup_trials: 5}", random));
  EXPECT_THAT(sweep("{_target_: optuna.samplers.TPESampler, n_startup_trial: 5}").error().message,
              HasSubstr("n_startup_trial: tpe has no such option; did you mean n_startup_trials"));
}

// --- files that say more than a space

constexpr const char* kExperiment =
    "parameters: [{name: n, type: int, bounds: {min: 1, max: 9}}]\nmetrics: [{name: acc}]\n";

TEST_F(SpaceFiles, OfSigOptAreCheckedAsRunChecksThem) {
  const auto error = [&](const std::string& keys) {
    const auto read = read_input(write("e.yaml", std::string(kExperiment) + keys));
    return read ? "" : read.error().message;
  };
  EXPECT_THAT(error("budgit: 3\n"), HasSubstr("e.yaml:3:1: unknown key 'budgit'; did you mean budget?"));
  EXPECT_THAT(error("type: grid\n"), HasSubstr("e.yaml:3:7: type: must be one of offline, random"));
  const auto read = read_input(write("e.yaml",
                                     "parameters: [{name: n, type: int, bounds: {min: 1, max: 9}}]\nmetrics: [{name: "
                                     "acc, objective: maximise}]\n"));
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, HasSubstr("did you mean maximize?"));
  const SpaceFile file =
      space("e.yaml", std::string(kExperiment) + "tasks: [{name: a, cost: 1}]\nmetadata: {a: b}\nbudget: 9\n");
  EXPECT_EQ(file.warnings.size(), 2U);
  EXPECT_EQ(file.says->run_cap, 9);
}

TEST_F(SpaceFiles, NamedInASweepFileHaveTheirErrorsInTheirOwnLines) {
  write("e.yaml", std::string(kExperiment) + "budgit: 3\n");
  const auto path = write("sweep.yaml", "# one\n# two\n# three\nmethod: random\nspace: {sigopt: e.yaml}\n");
  const auto broken = read_sweep_file(path);
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error().message, HasSubstr("e.yaml:3:1: unknown key 'budgit'"));
  write("e.yaml", std::string(kExperiment) + "metadata: {a: b}\n");
  const auto warned = read_sweep_file(path);
  ASSERT_TRUE(warned) << warned.error().message;
  ASSERT_EQ(warned->parsed.warnings.size(), 1U);
  EXPECT_THAT(warned->parsed.warnings.front(), HasSubstr("e.yaml:3:11: metadata: is ignored"));
  const auto own = read_sweep_file(write("sweep.yaml", "method: random\nspace: {sigopt: e.yaml}\nslots: none\n"));
  ASSERT_FALSE(own);
  EXPECT_THAT(own.error().message, HasSubstr("sweep.yaml:3:8: slots: "));
}

constexpr const char* kHydra = R"(# @package _global_
defaults:
  - override /hydra/sweeper: optuna
optimized_metric: "val/acc_best"
hydra:
  sweeper:
    study_name: null
    n_jobs: 1
    direction: maximize
    n_trials: 20
    sampler: {_target_: optuna.samplers.TPESampler, seed: 1234}
    params:
      model.lr: interval(0.0001, 0.1)
      data.batch_size: choice(32, 64)
)";

TEST_F(SpaceFiles, OfHydraSayTheWholeSweepButTheProgram) {
  const SpaceFile file = space("mnist_optuna.yaml", kHydra);
  EXPECT_EQ(file.dialect, Dialect::hydra);
  EXPECT_EQ(completing_options(file), "--command 'python3 train.py'");
  const auto sweep = complete(file, {.command = "python train.py trainer=cpu", .method = "random"});
  ASSERT_TRUE(sweep) << sweep.error().message;
  const SweepSpec& spec = sweep->parsed.spec;
  EXPECT_EQ(spec.name, "mnist_optuna");
  EXPECT_EQ(spec.command, (std::vector<std::string>{"python", "train.py", "trainer=cpu", "${args_no_hyphens}"}));
  EXPECT_EQ(spec.metrics, (std::vector<MetricSpec>{{"val/acc_best", Goal::maximize, {}}}));
  EXPECT_EQ(spec.run_cap, 20);
  EXPECT_EQ(spec.seed, 1234U);
  EXPECT_EQ(spec.slots, 1);
  const auto own = complete(file, {.command = "python t.py ${args_json_file}", .trials = 3, .method = "random"});
  EXPECT_EQ(own->parsed.spec.command.back(), "${args_json_file}");
  EXPECT_EQ(own->parsed.spec.run_cap, 3);
}

TEST_F(SpaceFiles, OfHydraGiveTheirDirectionToAMetricOfTheCommandLine) {
  const SpaceFile file = space(
      "h.yaml", "hydra: {sweeper: {direction: [minimize, maximize], n_trials: 2, params: {x: 'interval(0, 1)'}}}\n");
  const auto lacks = complete(file, {.command = "true", .method = "random"});
  ASSERT_FALSE(lacks);
  EXPECT_THAT(lacks.error().message, HasSubstr("--metric NAME:minimize --metric NAME:maximize (what it reports)"));
  const auto sweep = complete(file, {.command = "true", .metrics = {"loss", "acc"}, .method = "random"});
  ASSERT_TRUE(sweep) << sweep.error().message;
  EXPECT_EQ(sweep->parsed.spec.metrics[1], (MetricSpec{"acc", Goal::maximize, {}}));
}

TEST_F(SpaceFiles, OfHydraWarnOfWhatOnlyHydraCanDo) {
  const SpaceFile file = space("h.yaml", R"yaml(
hydra:
  sweeper:
    direction: minimize
    storage: sqlite:///x.db
    study_name: ${name}
    params: {x: 'choice(1, 2)'}
trainer: {max_epochs: 10}
)yaml");
  EXPECT_THAT(file.warnings, testing::UnorderedElementsAre(
                                 HasSubstr("names no n_trials: 20, as in Hydra"), HasSubstr("storage: is ignored"),
                                 HasSubstr("${name} is resolved by Hydra only, and ignored"),
                                 HasSubstr("trainer is a part of the program's configuration")));
}

TEST_F(SpaceFiles, AreNotReadAsAnotherDialectThanTheirShapeSays) {
  const auto read = read_input(write("nni.json", R"({"x": {"_type": "choice", "_value": [1, 2]}})"), Dialect::ray);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, HasSubstr("nni.json: is NNI's by its shape, not Ray Tune's; leave --dialect out"));
}

// --- files of tools that have no dialect

TEST_F(SpaceFiles, OfAToolWithoutADialectAreCalledByItsName) {
  const std::pair<const char*, const char*> files[] = {
      {R"([{"name": "lr", "type": "range", "bounds": [1e-5, 0.1]}])", "1:2: this is Ax's search space"},
      {R"({"parameters": [{"name": "lr", "type": "range", "bounds": [1e-5, 0.1]}]})",
       "1:17: this is Ax's search space"},
      {"apiVersion: kubeflow.org/v1beta1\nkind: Experiment\nspec: {parameters: []}\n",
       "1:13: this is a Katib experiment"},
      {"lr: hp.loguniform('lr', -5, 0)\n", "1:5: this is hyperopt's search space"},
      {R"({"lr": {"domain_cls": "Float", "domain_kwargs": {}}})", "this is Syne Tune's search space"},
      {R"({"space": [{"class_name": "Int", "config": {"name": "units"}}]})", "this is Keras Tuner's search space"},
      {"hyperparameters: {lr: {type: log, base: 10, minval: -4, maxval: -1}}\nsearcher: {name: adaptive_asha}\n",
       "this is Determined's experiment"},
      {R"({"hyperparameters": [{"name": "x", "type": "uniform_float", "lower": 0, "upper": 1}]})",
       "this is ConfigSpace's (SMAC's) search space"},
      {"searchSpaceFile: search_space.json\ntrialCommand: python3 mnist.py\n", "this is NNI's experiment"},
      {"lr: ~loguniform(1e-5, 1.0)\n", "this is Orion's search space"},
  };
  for (const auto& [text, expected] : files) {
    const auto read = read_input(write("f.yaml", text));
    ASSERT_FALSE(read) << text;
    EXPECT_THAT(read.error().message, HasSubstr(expected));
    const auto named = read_input(write("f.yaml", text), Dialect::ray);
    ASSERT_FALSE(named) << text;
    EXPECT_THAT(named.error().message, HasSubstr(expected));
  }
}

}  // namespace
}  // namespace winnow::space_file_test
