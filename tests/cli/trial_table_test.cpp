#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <winnow/cli/trial_table.hpp>

namespace winnow::cli::trial_table_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Space space_of(std::initializer_list<const char*> names) {
  std::vector<Parameter> parameters;
  for (const char* name : names) parameters.push_back({{name}, Constant{1}, {}, false});
  return *Space::make(parameters);
}

TrialTable two_trials() {
  TrialTable table;
  table.values = {"eval/accuracy"};
  table.trials = {{.trial = 0,
                   .state = TrialState::completed,
                   .step = 27,
                   .rung = 2,
                   .values = {0.98},
                   .seconds = 65,
                   .params = Assignment({{"lr", 0.001}, {"optimizer", "adam"}}),
                   .reason = ""},
                  {.trial = 1,
                   .state = TrialState::running,
                   .step = 1,
                   .rung = -1,
                   .values = {std::nullopt},
                   .seconds = std::nullopt,
                   .params = Assignment({{"lr", 0.25}, {"optimizer", "sgd"}}),
                   .reason = ""}};
  return table;
}

TEST(TrialTable, ParametersHaveColumnsWhereTheyFit) {
  EXPECT_THAT(two_trials().lines(space_of({"lr", "optimizer"}), kNoLimit),
              ElementsAre("trial  state      step  rung  eval/accuracy   time     lr  optimizer",
                          "    0  completed    27     2           0.98  1m05s  0.001  adam",
                          "    1  running       1     -              -      -   0.25  sgd"));
}

TEST(TrialTable, ElseTheyShareOneAsWordsThatAreCut) {
  EXPECT_THAT(two_trials().lines(space_of({"lr", "optimizer"}), 66),
              ElementsAre("trial  state      step  rung  eval/accu…   time  parameters",
                          "    0  completed    27     2        0.98  1m05s  lr=0.001 optimiz…",
                          "    1  running       1     -           -      -  lr=0.25 optimize…"));
}

TEST(TrialTable, TheMetricKeepsItsWholeNameWhereThereIsRoom) {
  TrialTable table = two_trials();
  table.trials.front().params.set("momentum", std::string(40, '9'));
  const auto lines = table.lines(space_of({"lr", "optimizer", "momentum"}), 80);
  EXPECT_THAT(lines.front(), HasSubstr("eval/accuracy"));
  EXPECT_THAT(lines.front(), HasSubstr("parameters"));
}

TEST(TrialTable, SaysWhyATrialFailed) {
  TrialTable table = two_trials();
  table.trials[1].state = TrialState::failed;
  table.trials[1].reason = "CUDA is out of memory\nin line 3";
  EXPECT_THAT(table.lines(space_of({"lr", "optimizer"}), kNoLimit)[2],
              HasSubstr("sgd        CUDA is out of memory in"));
  EXPECT_THAT(table.lines(space_of({"lr", "optimizer"}), 66)[2], HasSubstr("[CUDA is out of …"));
}

TEST(TrialTable, NoLineIsWiderThanTheTerminal) {
  for (std::size_t width = 1; width < 90; ++width) {
    for (const std::string& line : two_trials().lines(space_of({"lr", "optimizer"}), width)) {
      EXPECT_LE(display_width(line), width) << line;
    }
  }
}

TEST(TrialTable, AParameterThatATrialLacksIsADash) {
  EXPECT_THAT(two_trials().lines(space_of({"momentum"}), kNoLimit).back(), HasSubstr("-         -"));
}

}  // namespace
}  // namespace winnow::cli::trial_table_test
