// Training arguments as transformers 4.37.2 has them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <winnow/trainers/hf/training_arguments.hpp>
#include <winnow/trainers/hf/training_plan.hpp>

#include "hf_vectors.hpp"

namespace winnow::hf_argument_vectors_test {
namespace {

using hf::TrainingArguments;

Result<TrainingArguments> made_of(const Value& given) {
  auto read = hf::from_json(given);
  if (!read) return fail(read.error());
  return hf::completed(std::move(read->arguments));
}

/// The arguments that we have, of an object with all that HF has.
Value own_part(const Value& all) {
  Value part = Value::object();
  for (const std::string& name : hf::argument_names()) part[name] = all.at(name);
  return part;
}

/// Numbers that are equal but of two types are two texts in a file.
void expect_same(const Value& ours, const Value& theirs) {
  EXPECT_EQ(ours, theirs);
  EXPECT_EQ(ours.dump(1), theirs.dump(1));
}

TEST(HfArgumentVectors, DefaultsAndDerivedValues) {
  const Value& cases = hf_vectors::of("arguments");
  ASSERT_GE(cases.size(), 60);
  const Value& standard = cases.at(0).at("becomes");
  for (const Value& one : cases) {
    SCOPED_TRACE(one.at("given").dump());
    const auto made = made_of(one.at("given"));
    const bool expected = one.contains("becomes") || one.contains("differs");
    EXPECT_EQ(made.has_value(), expected) << one.value("error", "") << (made ? "" : made.error().message);
    if (!made || !one.contains("becomes")) continue;
    Value theirs = standard;
    theirs.update(one.at("becomes"));
    Value ours = Value(hf::to_json(*made));
    ours.erase("report_to");
    expect_same(ours, own_part(theirs));
  }
}

TEST(HfArgumentVectors, ATrialsValueIsCastAsTheArgumentIs) {
  for (const Value& one : hf_vectors::of("casts")) {
    SCOPED_TRACE(one.dump());
    TrainingArguments arguments;
    const TrainingArguments before = arguments;
    const std::string name = one.at("name");
    const auto written = hf::set(arguments, name, one.at("value"));
    const Value& expected = one.contains("differs") ? one.at("ours") : one;
    ASSERT_EQ(written.has_value(), !expected.contains("error")) << (written ? "" : written.error().message);
    if (!written) {
      EXPECT_EQ(written.error().message.rfind(name + ": must be ", 0), 0) << written.error().message;
      EXPECT_EQ(arguments, before);
    } else if (expected.contains("warns")) {
      EXPECT_NE(written->warning.find(name), std::string::npos);
      EXPECT_EQ(arguments, before);
    } else {
      expect_same(written->trained.value(), expected.at("trained"));
      EXPECT_EQ(Value(hf::to_json(arguments)).at(name), expected.at("trained"));
    }
  }
}

TEST(HfArgumentVectors, ALossyCastIsTheOnlyOneThatWarns) {
  for (const Value& one : hf_vectors::of("casts")) {
    SCOPED_TRACE(one.dump());
    TrainingArguments arguments;
    const auto written = hf::set(arguments, one.at("name").get<std::string>(), one.at("value"));
    if (!written || !written->trained) continue;
    const bool is_lossy =
        one.at("value").is_number() && written->trained->is_number() && one.at("value") != *written->trained;
    const bool is_truth_of_2 = one.at("value") == 2 && written->trained->is_boolean();
    EXPECT_EQ(!written->warning.empty(), is_lossy || is_truth_of_2) << written->warning;
  }
}

TEST(HfArgumentVectors, AFileOfHuggingFaceIsReadAndWrittenAgain) {
  for (const Value& one : hf_vectors::of("files")) {
    const auto read = hf::from_json(Value::parse(one.at("text").get<std::string>()));
    ASSERT_TRUE(read) << read.error().message;
    const Value again(hf::to_json(read->arguments));
    EXPECT_EQ(again, one.at("values"));
  }
}

TEST(HfArgumentVectors, AFileOfHuggingFaceWarnsOfWhatThisTrainerWouldDoOtherwise) {
  const Value& files = hf_vectors::of("files");
  EXPECT_THAT(hf::from_json(files.at(0).at("values"))->warnings, testing::IsEmpty());
  EXPECT_THAT(hf::from_json(files.at(4).at("values"))->warnings,
              testing::ElementsAre("bf16: this trainer has no such argument; Hugging Face's has",
                                   "label_names: this trainer has no such argument; Hugging Face's has"));
}

std::vector<TrainingArguments> own_files() {
  return {
      {.output_dir = "out", .use_cpu = true},
      {.output_dir = "out",
       .evaluation_strategy = "steps",
       .per_device_train_batch_size = 32,
       .gradient_accumulation_steps = 2,
       .eval_delay = 0.5,
       .learning_rate = 3.25e-5,
       .lr_scheduler_type = "cosine_with_restarts",
       .lr_scheduler_kwargs = {{"num_cycles", 3}},
       .warmup_ratio = 0.1,
       .logging_steps = 0.05,
       .save_steps = 0.2,
       .save_total_limit = 2,
       .use_cpu = true,
       .eval_steps = 0.1,
       .load_best_model_at_end = true,
       .metric_for_best_model = "accuracy",
       .optim = "adafactor"},
      {.output_dir = "out", .max_steps = 200, .run_name = "a run", .device = "cpu"},
  };
}

TEST(HfArgumentVectors, AFileOfOursIsReadByHuggingFace) {
  Value files = Value::array();
  for (const TrainingArguments& arguments : own_files())
    files.push_back(Value(hf::to_json(hf::completed(arguments).value())));
  ASSERT_EQ(files, hf_vectors::file("ours.json")) << files.dump(1);
  const Value& theirs = hf_vectors::of("ours");
  ASSERT_EQ(theirs.size(), files.size());
  for (std::size_t i = 0; i < files.size(); ++i) {
    for (const auto& [name, value] : files[i].items()) {
      if (name == "logging_dir") continue;
      EXPECT_EQ(value, theirs[i].at(name)) << name;
    }
  }
}

TEST(HfArgumentVectors, StepsOfARun) {
  for (const Value& one : hf_vectors::of("plans")) {
    SCOPED_TRACE(one.dump());
    const TrainingArguments arguments = made_of(one.at("given")).value();
    const std::int64_t batches = hf::batches_per_epoch(arguments, one.at("rows"));
    EXPECT_EQ(batches, one.at("batches"));
    const hf::TrainingPlan plan = hf::training_plan(arguments, batches);
    EXPECT_EQ(plan.steps, one.at("steps"));
    EXPECT_EQ(plan.epochs, one.at("epochs"));
    EXPECT_EQ(plan.warmup_steps, one.at("warmup_steps"));
    EXPECT_EQ(plan.logging_steps, one.at("logging_steps"));
    EXPECT_EQ(plan.save_steps, one.at("save_steps"));
    EXPECT_EQ(plan.eval_steps ? Value(*plan.eval_steps) : Value(nullptr), one.at("eval_steps"));
  }
}

}  // namespace
}  // namespace winnow::hf_argument_vectors_test
