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
  for (const char* option : {"--command", "--metric", "--trials", "--method random", "--scheduler fifo"}) {
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
  for (const Dialect to : {Dialect::wandb, Dialect::optuna, Dialect::ray, Dialect::sigopt}) {
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
  EXPECT_THAT(wandb.notes, testing::ElementsAre("scheduler: asha isn't part of a file of W&B"));
  const PrintedSpace sigopt = convert(sweep, Dialect::sigopt);
  EXPECT_EQ(sigopt.json["observation_budget"], 7);
  EXPECT_EQ(sigopt.json["parallel_bandwidth"], 2);
  EXPECT_EQ(sigopt.json["metrics"][0]["objective"], "maximize");
  const PrintedSpace optuna = convert(sweep, Dialect::optuna);
  EXPECT_EQ(optuna.json.size(), 1U);
  EXPECT_EQ(optuna.notes.size(), 5U) << "method, metric, scheduler, run_cap, command";
}

}  // namespace
}  // namespace winnow::space_file_test
