#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <winnow/space/dialects/dialect.hpp>
#include <winnow/trainers/hf/search_rules.hpp>

#include "hf_vectors.hpp"

namespace winnow::hf_search_rules_test {
namespace {

using hf::Backend;
using testing::ElementsAre;
using testing::IsEmpty;

Space space_of(Dialect dialect, const Value& written) {
  const Document document = parse_document(written.dump(), "space.json").value();
  Diagnostics diagnostics("space.json");
  const Space space = read_space(dialect, document.root, diagnostics);
  EXPECT_TRUE(diagnostics.ok()) << diagnostics.first_error().message;
  return space;
}

void sort_by_name(std::vector<Parameter>& parameters) {
  std::sort(parameters.begin(), parameters.end(),
            [](const Parameter& a, const Parameter& b) { return a.name() < b.name(); });
}

/// Value's keys are sorted: the order of a mapping's parameters is lost on the way.
void expect_same_parameters(const Space& one, const Space& other) {
  auto ours = one.parameters();
  auto theirs = other.parameters();
  sort_by_name(ours);
  sort_by_name(theirs);
  EXPECT_EQ(ours, theirs);
}

TEST(HfSearchRules, TheDefaultSpaceOfEachBackend) {
  const Value& spaces = hf_vectors::of("spaces");
  expect_same_parameters(hf::default_space(Backend::optuna), space_of(Dialect::optuna, spaces.at("optuna")));
  expect_same_parameters(hf::default_space(Backend::ray), space_of(Dialect::ray, spaces.at("ray")));
  expect_same_parameters(hf::default_space(Backend::sigopt), space_of(Dialect::sigopt, spaces.at("sigopt")));
  expect_same_parameters(hf::default_space(Backend::wandb),
                         space_of(Dialect::wandb, spaces.at("wandb").at("parameters")));
}

TEST(HfSearchRules, ADefaultSpaceHasItsFourParametersInHuggingFacesOrder) {
  for (const Backend backend : {Backend::optuna, Backend::ray, Backend::sigopt, Backend::wandb}) {
    std::vector<std::string> names;
    const Space space = hf::default_space(backend);
    for (const Parameter& parameter : space.parameters()) names.push_back(parameter.name());
    EXPECT_THAT(names, ElementsAre("learning_rate", "num_train_epochs", "seed", "per_device_train_batch_size"));
  }
}

TEST(HfSearchRules, SigOptsDefaultLearningRateIsLogarithmic) {
  const Space space = hf::default_space(Backend::sigopt);
  EXPECT_EQ(std::get<Float>(space.find("learning_rate")->domain).law, Law::log_uniform);
}

TEST(HfSearchRules, TheDefaultObjectiveOfMetrics) {
  for (const Value& one : hf_vectors::of("objectives")) {
    SCOPED_TRACE(one.dump());
    const auto objective = hf::default_objective(one[0].get<Metrics>());
    EXPECT_EQ(objective ? Value(objective->value) : Value(nullptr), one[1]);
  }
}

TEST(HfSearchRules, LossesOfSeveralEvaluationSetsAreSummedWithAWarning) {
  const auto objective = hf::default_objective({{"eval_a_loss", 1}, {"eval_b_loss", 2}, {"eval_a_runtime", 9}});
  ASSERT_TRUE(objective);
  EXPECT_EQ(objective->value, 3);
  EXPECT_EQ(objective->warning,
            "the objective is the sum of all metrics, and these are losses of evaluation sets: eval_a_loss, "
            "eval_b_loss; compute_objective can choose");
  EXPECT_EQ(hf::default_objective({{"eval_loss", 1}, {"eval_accuracy", 2}})->warning, "");
}

TEST(HfSearchRules, TheFirstBackendThatIsThereIsTaken) {
  for (const Value& one : hf_vectors::of("default_backend")) {
    std::vector<Backend> available;
    for (const Value& name : one.at("available")) {
      available.push_back(hf::backend_named(name.get<std::string>()).value());
    }
    const auto taken = hf::default_backend(available);
    EXPECT_EQ(taken ? Value(to_string(*taken)) : Value(nullptr), one.at("takes"));
  }
}

TEST(HfSearchRules, AWrongWordIsAnErrorThatSaysTheRightOnes) {
  EXPECT_EQ(hf::backend_named("optunna").error().message,
            "backend: must be one of optuna, ray, sigopt, wandb, got 'optunna'; did you mean optuna?");
  EXPECT_EQ(hf::goals_named(std::vector<std::string>{"minimize", "max"}).error().message,
            "direction: must be minimize or maximize, got 'max'");
  EXPECT_FALSE(hf::goals_named({}));
  EXPECT_THAT(*hf::goals_named(std::vector<std::string>{"maximize", "minimize"}),
              ElementsAre(Goal::maximize, Goal::minimize));
}

TEST(HfSearchRules, ARunsFolderIsNamedByItsNumberOrByHpName) {
  const hf::TrainingArguments arguments{.output_dir = "out"};
  EXPECT_EQ(*hf::run_directory(arguments, "7"), "out/run-7");
  EXPECT_EQ(*hf::run_directory(arguments, "7", "a1b2"), "out/a1b2");
  EXPECT_EQ(*hf::run_directory(arguments, "7", "a/b"), "out/a/b");
  for (const char* name : {"", "/etc", "..", "a/../../b"})
    EXPECT_FALSE(hf::run_directory(arguments, "7", name)) << name;
}

TEST(HfSearchRules, EveryTrialStartsFromTheUsersOwnArguments) {
  const hf::TrainingArguments own{.learning_rate = 0.5, .seed = 3};
  const auto first = hf::trial_arguments(own, Assignment({{"seed", 9}, {"learning_rate", 0.1}}), Backend::optuna);
  const auto second = hf::trial_arguments(own, Assignment({{"learning_rate", 0.2}}), Backend::optuna);
  EXPECT_EQ(first->arguments.seed, 9);
  EXPECT_EQ(second->arguments.seed, 3);
  EXPECT_EQ(second->arguments.learning_rate, 0.2);
}

TEST(HfSearchRules, ATrialIsRecordedAsItIsTrained) {
  const auto trial = hf::trial_arguments(
      {}, Assignment({{"seed", 17.9}, {"per_device_train_batch_size", "16"}, {"hidden_size", 64}}), Backend::sigopt);
  ASSERT_TRUE(trial) << trial.error().message;
  EXPECT_EQ(trial->trained, Assignment({{"seed", 17}, {"per_device_train_batch_size", 16}, {"hidden_size", 64}}));
  EXPECT_THAT(trial->warnings, ElementsAre("seed: 17.9 is trained as 17", "hidden_size: is no training argument"));
}

TEST(HfSearchRules, ATextFromSigOptIsCastToTheArgumentsType) {
  const Assignment drawn({{"lr_scheduler_type", "cosine"}, {"logging_first_step", "True"}});
  const auto trial = hf::trial_arguments({}, drawn, Backend::sigopt);
  ASSERT_TRUE(trial);
  EXPECT_EQ(trial->arguments.lr_scheduler_type, "cosine");
}

TEST(HfSearchRules, WhatABackendPutsBesideTheValuesIsPassedOver) {
  const Assignment wandbs({{"seed", 4}, {"assignments", Value::object()}, {"metric", "eval/loss"}});
  const auto trial = hf::trial_arguments({}, wandbs, Backend::wandb);
  EXPECT_EQ(trial->trained, Assignment({{"seed", 4}}));
  EXPECT_THAT(trial->warnings, IsEmpty());
  EXPECT_THAT(hf::trial_arguments({}, wandbs, Backend::optuna)->warnings, testing::SizeIs(2));
}

}  // namespace
}  // namespace winnow::hf_search_rules_test
