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
  EXPECT_THAT(expanded({"${args_append_hydra}"}), ElementsAre("+a=True", "+b=False", "+c=1", "+d=None"));
  EXPECT_THAT(expanded({"${args_override_hydra}"}), ElementsAre("++a=True", "++b=False", "++c=1", "++d=None"));
  EXPECT_THAT(expanded({"${args_json}"}), ElementsAre(R"({"a":true,"b":false,"c":1,"d":null})"));
  EXPECT_THAT(expanded({"${args_json_file}"}), ElementsAre("/run/trials/0/args.json"));
}

TEST(Macros, ANestedParameterIsOneFlagAndADottedNameStays) {
  EXPECT_THAT(expanded({"${args}"}, values(R"({"optimizer": {"lr": 0.001, "name": "adam"}, "model.width": 32})")),
              ElementsAre("--optimizer={'lr': 0.001, 'name': 'adam'}", "--model.width=32"));
}

TEST(Macros, OnlyAWholeWordIsOne) {
  EXPECT_THAT(expanded({"x${args}", "--program=${program}", "$program"}),
              ElementsAre("x${args}", "--program=${program}", "$program"));
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
