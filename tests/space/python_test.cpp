/// Spaces in Python: what is Python, what is found in a script, and what is said of the rest.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <winnow/space/dialects/dialect.hpp>
#include <winnow/space/dialects/python.hpp>
#include <winnow/space/dialects/wandb.hpp>

namespace winnow::python_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// What was read, as JSON, or the message.
std::string tree(std::string_view text, std::string_view name = "", std::string_view file = "f.yaml") {
  const auto found = python::read(text, file, name);
  return found ? found->document.root.ordered().dump() : found.error().message;
}

std::string script(std::string_view text, std::string_view name = "") {
  return tree(text, name, "train.py");
}

std::vector<std::string> warnings(std::string_view text) {
  auto found = python::read(text, "train.py");
  return found ? found->warnings : std::vector<std::string>{found.error().message};
}

/// The space, by the dialect that it looks like, in W&B's terms; or the message.
std::string space(std::string_view text, std::string_view file = "f.yaml") {
  const auto found = python::read(text, file);
  if (!found) return found.error().message;
  const auto dialect = recognise(found->document.root);
  if (!dialect) return "no dialect";
  Diagnostics diagnostics(file);
  const Space space = read_space(*dialect, found->document.root, diagnostics);
  return diagnostics.ok() ? wandb::to_json(space).dump() : diagnostics.first_error().message;
}

// --- Python or YAML

TEST(PythonText, IsToldFromYamlByHowItStarts) {
  for (const char* text :
       {R"j({"n": tune.choice([1, 2])})j", "dict(n=tune.choice([1, 2]))", "space = {'n': tune.choice([1])}",
        "import numpy as np\nx = 1", "from ray import tune\n", "# mine\n\nx = trial.suggest_float('x', 0, 1)\n",
        "trial.suggest_float('x', 0, 1)\ntrial.suggest_int('n', 1, 2)", R"j({"b": (1, 2), "n": tune.choice([1])})j",
        "{'a': None, 'b': True}", "space: dict = {'n': tune.choice([1])}", "#!/usr/bin/env python3\nprint(1)",
        "{trial.suggest_float('a', 0, 1), trial.suggest_float('b', 0, 1)}", R"j({"n": tune.choice([1, 2]))j",
        "def objective(trial):\n  pass", "\"\"\"A sweep.\"\"\"\n"}) {
    EXPECT_TRUE(python::is_python(text, "f.yaml")) << text;
  }
  for (const char* text :
       {"lr: tune.loguniform(1e-4, 1e-1)", "{lr: tune.uniform(0, 1)}", "{lr: {min: 0, max: 1}}",
        R"j({"lr": {min: 0, max: 1}, "opt": adam})j", R"j({"lr": {"min": 0.0, "max": 1.0}})j",
        "- trial.suggest_float('x', 0, 1)", "parameters:\n  x: {values: [1]}", "name: a = b", "method: random\n",
        "from: 3", "[1, 2]", "", "# nothing\n", "command: [python, train.py, \"${args}\"]", "'{\"name\": \"x\"}'"}) {
    EXPECT_FALSE(python::is_python(text, "f.yaml")) << text;
  }
  EXPECT_TRUE(python::is_python("x: 1", "train.py"));
  EXPECT_FALSE(python::is_python("{'lr': {'min': 0.1,}}", "f.json"));  // JSON says what is wrong
}

// --- literals

TEST(PythonLiteral, OfRayTunesTutorialIsRead) {
  EXPECT_EQ(space(R"({
    "l1": tune.choice([2 ** i for i in range(9)]),  # first layer
    "lr": tune.loguniform(1e-4, 1e-1),
    "batch_size": tune.choice([2, 4, 8, 16]),
})"),
            R"j({"l1":{"values":[1,2,4,8,16,32,64,128,256]},"lr":{"distribution":"log_uniform_values","min":0.0001,)j"
            R"j("max":0.1},"batch_size":{"values":[2,4,8,16]}})j");
}

TEST(PythonLiteral, KeepsATupleWholeAndNoneNothing) {
  EXPECT_EQ(tree(R"j({"n": tune.choice(range(3)), "b": (1, 2), "c": None, "d": 2 ** 4, "e": "x" "y"})j"),
            R"j({"n":"tune.choice([0, 1, 2])","b":[1,2],"c":null,"d":16,"e":"xy"})j");
}

TEST(PythonLiteral, OfSuggestCallsInBracesIsAListOfThem) {
  EXPECT_EQ(tree("{trial.suggest_float('a', 1e-8, 1), trial.suggest_float('b', 1e-8, 1)}"),
            R"j(["trial.suggest_float('a', 1e-08, 1)","trial.suggest_float('b', 1e-08, 1)"])j");
}

TEST(PythonLiteral, ByDictHasItsKeywordsAsNames) {
  EXPECT_EQ(tree("dict(n=tune.choice([1, 2]), **{'m': 1})"), R"j({"n":"tune.choice([1, 2])","m":1})j");
}

TEST(PythonLiteral, WithPlainConstantsBesideSuggestCallsHasThemAsConstants) {
  EXPECT_EQ(
      space("{'verbosity': -1, 'objective': 'binary', 'lr': trial.suggest_float('lr', 0, 1)}"),
      R"j({"verbosity":{"value":-1},"objective":{"value":"binary"},"lr":{"distribution":"uniform","min":0.0,"max":1.0}})j");
}

TEST(PythonProblem, IsSaidWhereItStandsInTheFile) {
  EXPECT_EQ(
      space("{\n  \"a\": tune.choice([\n    1,\n    torch.nn.ReLU]),\n}"),
      "f.yaml:4:5: a: 'torch.nn.ReLU' is a name of the Python code, unknown here; write its value (a text goes in "
      "quotes)");
  EXPECT_EQ(space("{\"a\": tune.uniform(2,\n  1)}"), "f.yaml:1:20: a: lower (2) must be at most upper (1)");
  EXPECT_THAT(space("{\"a\": tune.sample_from(lambda spec: spec.config.b * 2)}"),
              HasSubstr("f.yaml:1:7: a: sample_from is Python code, and nothing is run here"));
  EXPECT_EQ(tree("{\"a\": tune.choice([1, 2]"), "f.yaml:1:1: this { isn't closed");
  EXPECT_EQ(tree("{\"a\": tune.choice([i for i in range(10 ** 9)])}"), "f.yaml:1:31: a range of over 1000000 values");
  EXPECT_EQ(script("import math\nx = {\"a\": tune.choice([1]), \"b\": lambda: 3}"),
            "train.py:2:34: x: a lambda is Python code, and nothing is run here; write the values themselves");
}

// --- scripts

constexpr const char* kScript = R"(
from ray import tune
from ray.tune import choice, loguniform as lu
import ray.tune as t

SIZES = [16, 32]

def train(config):
    defaults = {"lr": 0.1}
    return 1

space = {"a": choice(SIZES), "b": lu(1e-4, 1e-1), "c": t.uniform(0, 1)}
space["d"] = 3
tuner = tune.Tuner(train, param_space=space)
)";

TEST(PythonScript, KnowsEarlierConstantsImportsAndLaterItems) {
  EXPECT_EQ(script(kScript), R"j({"a":"ray.tune.choice([16, 32])","b":"ray.tune.loguniform(0.0001, 0.1)",)j"
                             R"j("c":"ray.tune.uniform(0, 1)","d":3})j");
  EXPECT_EQ(script(kScript, "defaults"), R"j({"lr":0.1})j");
  EXPECT_EQ(script(kScript, "12"), script(kScript, "space"));
}

TEST(PythonScript, WithASpaceInACallOrInAFunctionIsReadToo) {
  EXPECT_EQ(script("tune.run(f, config={\"a\": tune.uniform(0, 1)})"), R"j({"a":"tune.uniform(0, 1)"})j");
  EXPECT_EQ(script("def hp_space(trial):\n    return {\"a\": tune.uniform(0, 1)}"), R"j({"a":"tune.uniform(0, 1)"})j");
  EXPECT_EQ(script("if __name__ == '__main__':\n  wandb.sweep({'parameters': {'a': {'values': [1]}}})"),
            R"j({"parameters":{"a":{"values":[1]}}})j");
}

TEST(PythonScript, WithSeveralSpacesListsThem) {
  const char* text = "a = {\"x\": tune.uniform(0, 1)}\nb = {\"x\": tune.uniform(0, 2)}\n";
  EXPECT_EQ(script(text),
            "train.py: holds 2 spaces; say which one by --space and its name or line: a (line 1), b (line 2)");
  EXPECT_EQ(script(text, "b"), R"j({"x":"tune.uniform(0, 2)"})j");
  EXPECT_EQ(script(text, "c"),
            "train.py: --space c: there is no dict, and no function with suggest calls, of this name "
            "(there are: a, b)");
  EXPECT_THAT(script("x = 1"), HasSubstr("train.py: holds no search space"));
}

TEST(PythonScript, ThatChangesItsSpaceOtherwiseIsRefused) {
  EXPECT_EQ(script("a = {\"x\": tune.uniform(0, 1)}\na.update(b)\n"),
            "train.py:2:1: a: a is changed here, and nothing is run; write it as it is in the end");
  EXPECT_THAT(script("a = {\"x\": tune.uniform(0, 1)}\nif y:\n  a[\"z\"] = 1\n"),
              HasSubstr("train.py:3:3: a: a is changed"));
}

/// The form of W&B's own tutorial.
TEST(PythonScript, ThatPutsItsSweepTogetherPieceByPieceIsReadAsItIsInTheEnd) {
  EXPECT_EQ(script("sweep_config = {'method': 'grid'}\n"
                   "parameters_dict = {'optimizer': {'values': ['adam', 'sgd']}}\n"
                   "sweep_config['parameters'] = parameters_dict\n"
                   "parameters_dict.update({'epochs': {'value': 1}})\n"
                   "parameters_dict['lr'] = {'values': [0.1, 0.2]}\n"),
            R"j({"method":"grid","parameters":{"optimizer":{"values":["adam","sgd"]},"epochs":{"value":1},)j"
            R"j("lr":{"values":[0.1,0.2]}}})j");
}

TEST(PythonScript, ThatMakesItsSpaceAnewOrChangesAListInItIsRefused) {
  EXPECT_THAT(script("a = {\"x\": tune.uniform(0, 1)}\na = {**a, \"b\": 3}\n"),
              HasSubstr("train.py:2:1: a: a is changed here"));
  for (const char* change : {"n.append(3)", "n.remove(1)", "n.insert(0, 9); n.reverse()"}) {
    EXPECT_THAT(script("n = [1, 2]\n" + std::string(change) + "\na = {\"x\": tune.choice(n)}"),
                HasSubstr("'n' is set in several places"))
        << change;
  }
}

TEST(PythonScript, WhoseNamesHaveNoOneValueIsRefusedWhereTheyAreUsed) {
  EXPECT_THAT(script("n = 1\nn = 2\na = {\"x\": tune.choice([n])}"),
              HasSubstr("train.py:3:24: a: 'n' is set in several places"));
  EXPECT_THAT(script("a = {\"x\": tune.choice([n])}\nn = 1"), HasSubstr("train.py:1:24: a: 'n' is set later"));
  EXPECT_THAT(script("for n in f():\n  pass\na = {\"x\": tune.choice([n])}"),
              HasSubstr("'n' is set in a loop or a branch"));
  EXPECT_THAT(script("a = {\"x\": tune.choice([1}"), HasSubstr("train.py:1:25: this } comes before the [ is closed"));
}

// --- suggest calls

TEST(SuggestCalls, OfAScriptAreListedInTheirOrder) {
  EXPECT_EQ(script("lr = trial.suggest_float(\"lr\", 1e-5, 1e-1, log=True)\nn = trial.suggest_int('n', 1, 3)\n"),
            R"j(["trial.suggest_float('lr', 1e-05, 0.1, log=True)","trial.suggest_int('n', 1, 3)"])j");
}

TEST(SuggestCalls, OfAnObjectiveAndItsHelpersAreOneSpace) {
  EXPECT_EQ(
      script("def model(trial):\n  return trial.suggest_int('n', 1, 3)\n\n"
             "def objective(trial: optuna.Trial):\n  x = trial.suggest_float('x', 0, 1)\n  return model(trial) + x\n"),
      R"j(["trial.suggest_float('x', 0, 1)","trial.suggest_int('n', 1, 3)"])j");
}

TEST(SuggestCalls, InALoopOverWhatIsKnownAreGoneThrough) {
  EXPECT_EQ(script("def objective(trial):\n  for i in range(2):\n    trial.suggest_float(f'drop_{i}', 0, 1)\n"),
            R"j(["trial.suggest_float('drop_0', 0, 1)","trial.suggest_float('drop_1', 0, 1)"])j");
}

TEST(SuggestCalls, InABranchOrAnUnknownLoopAreNoted) {
  EXPECT_THAT(
      warnings(
          "def objective(trial):\n  n = trial.suggest_int('n', 1, 3)\n  if n > 1:\n    trial.suggest_int('m', 1, 2)\n"
          "  for i in range(n):\n    trial.suggest_int(f'u{i}', 1, 2)\n"),
      ElementsAre(HasSubstr("train.py:4:5: objective: this call stands in a branch; here every trial gets its value"),
                  HasSubstr("train.py:6:5: objective: this call stands in a loop that only the running program "
                            "knows, and is left out; to keep it")));
}

// --- any text

TEST(PythonText, ThatIsMangledIsRefusedOrReadAndNothingElse) {
  std::string text = kScript;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string cut = text.substr(0, i);
    EXPECT_FALSE(tree(cut, "", "train.py").empty());
    cut = text;
    cut.erase(i, 1);
    EXPECT_FALSE(tree(cut, "", "train.py").empty());
    cut.insert(i, 1, "([{'\"#\\:="[i % 9]);
    EXPECT_FALSE(tree(cut, "", "train.py").empty());
  }
}

}  // namespace
}  // namespace winnow::python_test
