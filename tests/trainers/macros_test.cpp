#include <winnow/trainers/program/macros.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace winnow::program::macros_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

MacroValues values(const char* params = R"({"a": true, "b": false, "c": 1, "d": null})") {
  MacroValues values;
  values.program = "train.py";
  values.interpreter = "python3";
  values.params = OrderedJson::parse(params);
  values.variable = [](std::string_view name) {
    return name == "HOME" ? std::optional<std::string>("/home/me") : std::nullopt;
  };
  values.json_file = [] { return Result<std::string>("/run/trials/0/args.json"); };
  return values;
}

std::vector<std::string> expanded(const std::vector<std::string>& command, const MacroValues& with = values()) {
  const auto words = expand(command, with);
  EXPECT_TRUE(words.has_value()) << (words ? "" : words.error().message);
  return words.value_or(std::vector<std::string>());
}

TEST(Macros, DefaultCommandIsThatOfWandb) {
  EXPECT_THAT(expanded(default_command()),
              ElementsAre("/usr/bin/env", "python3", "train.py", "--a=True", "--b=False", "--c=1", "--d=None"));
}

TEST(Macros, EachFormOfTheArguments) {
  EXPECT_THAT(expanded({"${args_no_hyphens}"}), ElementsAre("a=True", "b=False", "c=1", "d=None"));
  EXPECT_THAT(expanded({"${args_no_equals}"}), ElementsAre("--a", "True", "--b", "False", "--c", "1", "--d", "None"));
  EXPECT_THAT(expanded({"${args_no_boolean_flags}"}), ElementsAre("--a", "--c=1", "--d=None"));
  EXPECT_THAT(expanded({"${args_append_hydra}"}), ElementsAre("+a=true", "+b=false", "+c=1", "+d=null"));
  EXPECT_THAT(expanded({"${args_override_hydra}"}), ElementsAre("++a=true", "++b=false", "++c=1", "++d=null"));
  EXPECT_THAT(expanded({"${args_json}"}), ElementsAre(R"({"a": true, "b": false, "c": 1, "d": null})"));
  EXPECT_THAT(expanded({"${args_json_file}"}), ElementsAre("/run/trials/0/args.json"));
}

TEST(Macros, ANestedParameterIsOneFlagAndADottedNameStays) {
  EXPECT_THAT(expanded({"${args}"}, values(R"({"optimizer": {"lr": 0.001, "name": "adam"}, "model.width": 32})")),
              ElementsAre("--optimizer={'lr': 0.001, 'name': 'adam'}", "--model.width=32"));
}

TEST(Macros, OneThatIsAWordMayStandWithinAnother) {
  EXPECT_THAT(expanded({"--config=${args_json_file}", "x/${program}:${interpreter}", "$program"}),
              ElementsAre("--config=/run/trials/0/args.json", "x/train.py:python3", "$program"));
  EXPECT_THAT(expanded({"--config=${args_json}"}, values(R"({"lr": 0.1})")), ElementsAre(R"(--config={"lr": 0.1})"));
}

TEST(Macros, OneThatIsSeveralWordsMayNot) {
  const auto words = expand({"train", "--params=${args}"}, values());
  ASSERT_FALSE(words.has_value());
  EXPECT_THAT(words.error().message,
              HasSubstr("'--params=${args}': ${args} stands for several words; make it a word of"));
}

TEST(Macros, InTheTextForAShellEachStandsAsTheShellNeedsIt) {
  const auto with = values(R"({"name": "it's", "n": 2})");
  EXPECT_THAT(
      expanded({"bash", "-c", "python ${program} ${args} >out; echo ${HOME} $x ${args_json}"}, with),
      ElementsAre("bash", "-c",
                  R"(python train.py '--name=it'\''s' --n=2 >out; echo ${HOME} $x '{"name": "it'\''s", "n": 2}')"));
  EXPECT_THAT(expanded({"${env}", "/bin/sh", "-ec", "run ${args_no_equals}"}, values(R"({"n": 2})")),
              ElementsAre("/usr/bin/env", "/bin/sh", "-ec", "run --n 2"));
  EXPECT_THAT(expanded({"python", "-c", "print(1)"}), ElementsAre("python", "-c", "print(1)"));
  const auto quoted = expand({"bash", "-c", "train --json '${args_json}'"}, with);
  ASSERT_FALSE(quoted.has_value());
  EXPECT_THAT(quoted.error().message, HasSubstr("${args_json} stands within quotes; take them away"));
}

TEST(Macros, WORLD_SIZEIsAVariableOfTheEnvironment) {
  for (const char* word : {"${WORLD_SIZE}", "--nproc=${WORLD_SIZE}"}) {
    const auto words = expand({"torchrun", word}, values());
    ASSERT_FALSE(words.has_value()) << word;
    EXPECT_THAT(words.error().message, HasSubstr("a variable of the environment is ${envvar:WORLD_SIZE}")) << word;
  }
}

TEST(Macros, WhatBelongsToHydraStays) {
  EXPECT_THAT(expanded({"hydra.run.dir=out/${now:%Y}", "x=${oc.env:HOME}"}),
              ElementsAre("hydra.run.dir=out/${now:%Y}", "x=${oc.env:HOME}"));
}

TEST(Macros, ANegativeNumberHasNoExponentWhereItIsAWordByItself) {
  const auto with = values(R"({"a": -5e-05, "b": 5e-05, "c": -1e+20, "d": -3})");
  EXPECT_THAT(expanded({"${args_no_equals}"}, with),
              ElementsAre("--a", "-0.00005", "--b", "5e-05", "--c", "-100000000000000000000.0", "--d", "-3"));
  EXPECT_THAT(expanded({"${args}"}, values(R"({"a": -5e-05})")), ElementsAre("--a=-5e-05"));
}

TEST(Macros, ListsAreSpreadForNargsPlus) {
  EXPECT_THAT(expanded({"${args_spread_lists}"}, values(R"({"sizes": [500, -1e-7], "lr": 0.1, "none": []})")),
              ElementsAre("--sizes", "500", "-0.0000001", "--lr", "0.1", "--none"));
}

TEST(Macros, HydraReadsBackWhatAValueIs) {
  const auto with = values(R"({"a": "adam", "b": "two words", "c": "null", "d": "12", "e": "it's\\", "f": "",
                               "g": [1, "x", null], "h": {"lr": 1e-05, "on": true}, "i": "/data/x-1.h5"})");
  EXPECT_THAT(expanded({"${args_append_hydra}"}, with),
              ElementsAre("+a=adam", "+b='two words'", "+c='null'", "+d='12'", R"(+e='it\'s\\')", "+f=''",
                          "+g=[1,x,null]", "+h={lr:1e-05,on:true}", "+i=/data/x-1.h5"));
}

TEST(Macros, ArgsJsonIsTheTextOfPythonsJsonDumps) {
  const auto with = values("{\"a\": [1, 2.0, 1e-7], \"\xc3\xa9\": \"\xf0\x9f\x98\x80\\u007f\\n\", \"n\": {\"x\": 1}}");
  EXPECT_THAT(expanded({"${args_json}"}, with),
              ElementsAre(R"({"a": [1, 2.0, 1e-07], "\u00e9": "\ud83d\ude00\u007f\n", "n": {"x": 1}})"));
}

TEST(Macros, AVariableOfTheEnvironmentExpandsAnywhere) {
  EXPECT_THAT(expanded({"${envvar:HOME}", "--data=${envvar:HOME}/d:${envvar:HOME}", "${envvar:NOT_SET}"}),
              ElementsAre("/home/me", "--data=/home/me/d:/home/me", "NOT_SET"));
}

TEST(Macros, NoParametersAreNoWords) {
  EXPECT_THAT(expanded({"run", "${args}", "end"}, values("{}")), ElementsAre("run", "end"));
}

TEST(Macros, AnUnknownOneIsAnError) {
  const auto words = expand({"${arg}"}, values());
  ASSERT_FALSE(words.has_value());
  EXPECT_THAT(words.error().message, HasSubstr("${arg}"));
}

}  // namespace
}  // namespace winnow::program::macros_test
