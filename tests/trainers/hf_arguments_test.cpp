#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <winnow/trainers/hf/training_arguments.hpp>

namespace winnow::hf_arguments_test {
namespace {

using hf::TrainingArguments;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string error_of(const auto& result) {
  if (result) return "no error";
  EXPECT_EQ(result.error().code, errc::invalid_input);
  return result.error().message;
}

TEST(HfArguments, AreWrittenAsDesignatedInitialisersInHuggingFacesOrder) {
  const TrainingArguments arguments{.output_dir = "out",
                                    .evaluation_strategy = "epoch",
                                    .per_device_train_batch_size = 16,
                                    .learning_rate = 2e-5,
                                    .num_train_epochs = 5,
                                    .save_strategy = "epoch",
                                    .load_best_model_at_end = true,
                                    .metric_for_best_model = "accuracy"};
  const auto all = hf::completed(arguments);
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_EQ(all->greater_is_better, true);
  EXPECT_EQ(all->run_name, "out");
  EXPECT_TRUE(all->do_eval);
}

TEST(HfArguments, AValueOutOfRangeIsAnErrorThatNamesIt) {
  EXPECT_EQ(error_of(hf::completed({.per_device_train_batch_size = 0})),
            "per_device_train_batch_size: must be an integer of at least 1, got 0");
  EXPECT_EQ(error_of(hf::completed({.evaluation_strategy = "step"})),
            "evaluation_strategy: must be one of no, steps, epoch, got \"step\"; did you mean steps?");
  EXPECT_EQ(error_of(hf::completed({.warmup_ratio = 1.5})),
            "warmup_ratio: must be a number of at least 0 and at most 1, got 1.5");
}

TEST(HfArguments, AValueOfTheWrongTypeInAFileIsAnErrorThatSaysWhatWouldBeRight) {
  EXPECT_EQ(error_of(hf::from_json({{"learning_rate", "fast"}})),
            "learning_rate: must be a number of at least 0, got \"fast\"");
  EXPECT_EQ(error_of(hf::from_json({{"max_steps", 2.5}})), "max_steps: must be an integer, got 2.5");
  EXPECT_EQ(error_of(hf::from_json({{"do_train", "True"}})), "do_train: must be true or false, got \"True\"");
  EXPECT_EQ(error_of(hf::from_json({{"lr_scheduler_kwargs", 3}})), "lr_scheduler_kwargs: must be an object, got 3");
  EXPECT_EQ(error_of(hf::from_json(3)), "training arguments: must be an object of names and values, got 3");
}

TEST(HfArguments, WhatTheTrainerHasNotIsKeptAndNamedWhereItMatters) {
  const auto read = hf::from_json({{"fp16", true}, {"tf32", nullptr}, {"report_to", {"wandb"}}, {"learning_rat", 1}});
  ASSERT_TRUE(read);
  EXPECT_THAT(read->warnings, ElementsAre("fp16: this trainer has no such argument; Hugging Face's has",
                                          "learning_rat: is no training argument; did you mean learning_rate?"));
  EXPECT_EQ(hf::to_json(read->arguments)["report_to"], OrderedJson({"wandb"}));
  EXPECT_FALSE(hf::to_json(read->arguments).contains("learning_rat"));
}

TEST(HfArguments, NullInAFileIsTheDefault) {
  const auto read = hf::from_json({{"seed", nullptr}, {"eval_steps", nullptr}});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->arguments, TrainingArguments{});
  EXPECT_THAT(read->warnings, IsEmpty());
}

TEST(HfArguments, ATrialsValueThatIsNoArgumentChangesNothingAndIsNamed) {
  TrainingArguments arguments;
  const auto written = hf::set(arguments, "hidden_size", 64);
  ASSERT_TRUE(written);
  EXPECT_EQ(written->trained, std::nullopt);
  EXPECT_EQ(written->warning, "hidden_size: is no training argument");
  EXPECT_EQ(arguments, TrainingArguments{});
}

TEST(HfArguments, ALossyCastIsMadeAndSaid) {
  TrainingArguments arguments;
  const auto written = hf::set(arguments, "seed", 17.9);
  ASSERT_TRUE(written);
  EXPECT_EQ(arguments.seed, 17);
  EXPECT_EQ(written->trained, Value(17));
  EXPECT_EQ(written->warning, "seed: 17.9 is trained as 17");
}

TEST(HfArguments, BooleansAreReadByWord) {
  TrainingArguments arguments{.logging_first_step = true};
  ASSERT_TRUE(hf::set(arguments, "logging_first_step", "False"));
  EXPECT_FALSE(arguments.logging_first_step);
  EXPECT_EQ(error_of(hf::set(arguments, "logging_first_step", "perhaps")),
            "logging_first_step: must be true or false, got \"perhaps\"");
}

TEST(HfArguments, ATrialMaySetAShareOfAllSteps) {
  TrainingArguments arguments;
  EXPECT_EQ(hf::set(arguments, "logging_steps", 0.1)->warning, "");
  EXPECT_EQ(arguments.logging_steps, 0.1);
  EXPECT_EQ(hf::set(arguments, "logging_steps", 250.7)->warning, "logging_steps: 250.7 is trained as 250");
  EXPECT_EQ(arguments.logging_steps, 250);
}

TEST(HfArguments, SharesOfStepsAreMultiplesAsTheyAreMeant) {
  TrainingArguments arguments{
      .evaluation_strategy = "steps", .save_steps = 0.3, .eval_steps = 0.1, .load_best_model_at_end = true};
  EXPECT_TRUE(hf::completed(arguments));
  arguments.save_steps = 0.25;
  EXPECT_THAT(error_of(hf::completed(arguments)), HasSubstr("save_steps must be a multiple of eval_steps"));
}

}  // namespace
}  // namespace winnow::hf_arguments_test
