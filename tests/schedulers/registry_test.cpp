#include <gmock/gmock.h>

#include <winnow/schedulers/registry.hpp>

namespace winnow::registry_test {
namespace {

using ::testing::HasSubstr;

TEST(SchedulerRegistry, KnowsItsNames) {
  EXPECT_THAT(
      scheduler_names(),
      ::testing::ElementsAre("all_of", "any_of", "asha", "dehb", "fifo", "hyperband", "hyperband_bohb",
                             "median_stopping", "optuna_hyperband", "optuna_median", "optuna_patient",
                             "optuna_percentile", "optuna_successive_halving", "optuna_threshold", "optuna_wilcoxon",
                             "pasha", "pb2", "pbt", "pbt_replay", "plateau", "wandb_hyperband"));
}

TEST(SchedulerRegistry, AnUnknownTypeListsTheKnownOnesAndSuggestsTheNearest) {
  const auto made = make_scheduler("ahsa", Value::object(), {});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, errc::invalid_option);
  EXPECT_EQ(
      made.error().message,
      "type: 'ahsa' is not a registered scheduler (registered: all_of any_of asha dehb fifo hyperband hyperband_bohb "
      "median_stopping "
      "optuna_hyperband "
      "optuna_median optuna_patient "
      "optuna_percentile optuna_successive_halving optuna_threshold optuna_wilcoxon pasha pb2 pbt pbt_replay "
      "plateau wandb_hyperband); did you "
      "mean asha?");
}

TEST(SchedulerRegistry, AnUnknownTypeFarFromAllIsNotGuessedAt) {
  const auto made = make_scheduler("evolution", Value::object(), {});
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, ::testing::Not(HasSubstr("did you mean")));
}

TEST(SchedulerRegistry, ClassesOfOtherToolsAreKnownByName) {
  for (const auto& [theirs, ours] : {std::pair("ASHAScheduler", "asha"), std::pair("MedianPruner", "optuna_median")}) {
    const auto made = make_scheduler(theirs, Value::object(), {});
    ASSERT_FALSE(made);
    EXPECT_THAT(made.error().message, ::testing::EndsWith("; did you mean " + std::string(ours) + "?"));
  }
}

TEST(SchedulerRegistry, EveryOneRefusesAnUnknownKey) {
  for (const std::string& name : scheduler_names()) {
    std::string key = name == "wandb_hyperband" ? "min_iter" : "max_t";
    if (name == "pbt" || name == "pb2") key = "burn_in_period";
    if (name == "median_stopping" || name == "plateau") key = "grace_period";
    if (name.ends_with("_of")) key = "of";
    if (name.starts_with("optuna_")) key = scheduler_examples(name).back().items().begin().key();
    const auto made = make_scheduler(name, {{key, 9}, {key + "t", 9}}, {});
    ASSERT_FALSE(made) << name;
    EXPECT_EQ(made.error().message, key + "t: " + name + " has no such option; did you mean " + key + "?");
  }
}

TEST(SchedulerRegistry, SaysWhichOneTakesOnlyOneResource) {
  EXPECT_EQ(own_resource("wandb_hyperband"), "reports");
  EXPECT_EQ(own_resource("optuna_median"), "step");
  EXPECT_EQ(own_resource("asha"), "");
  EXPECT_EQ(own_resource("ahsa"), "");
  EXPECT_TRUE(clones("pbt", {}));
  EXPECT_TRUE(clones("pb2", {}));
  EXPECT_TRUE(clones("any_of", {{"of", {{{"type", "fifo"}}, {{"type", "pbt"}}}}}));
  EXPECT_FALSE(clones("any_of", {{"of", {{{"type", "fifo"}}, {{"type", "asha"}}}}}));
}

}  // namespace
}  // namespace winnow::registry_test
