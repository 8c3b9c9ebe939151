/// Hugging Face's own tests of hyperparameter search, one by one: the small regression, y = 2x + 3, over a and b.
#include <ATen/CPUGeneratorImpl.h>
#include <gmock/gmock.h>
#include <torch/nn/functional/dropout.h>
#include <torch/nn/module.h>

#include <cmath>
#include <set>

#include <winnow/session/replay.hpp>
#include <winnow/trainers/torch/trainer.hpp>

#include "../temp_dir.hpp"

namespace winnow::search_test {
namespace {

using hf::Batch;
using hf::ModelOutput;
using test::TempDir;

struct RegressionImpl : torch::nn::Module {
  RegressionImpl(double a_init, double b_init) {
    a = register_parameter("a", torch::tensor({a_init}, torch::kFloat32));
    b = register_parameter("b", torch::tensor({b_init}, torch::kFloat32));
  }
  ModelOutput forward(const Batch& batch) {
    const torch::Tensor logits = a * batch.at("input_x") + b;
    return {torch::mse_loss(logits, batch.at("labels")), logits};
  }
  torch::Tensor a, b;
};

std::shared_ptr<const hf::Rows> rows(std::uint64_t seed) {
  auto generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  const torch::Tensor x = torch::randn({64}, generator);
  return *hf::tensor_rows({{"input_x", x}, {"labels", 2 * x + 3 + 0.1 * torch::randn({64}, generator)}});
}

hf::Trainer trainer(const std::string& strategy = "epoch", const std::filesystem::path& output_dir = {}) {
  hf::TrainingArguments args;
  args.output_dir = output_dir.string();
  args.device = "cpu";
  args.learning_rate = 0.1;
  args.num_train_epochs = 4;
  args.evaluation_strategy = args.logging_strategy = args.save_strategy = strategy;
  hf::TrainerOptions options;
  options.args = args;
  options.train_dataset = rows(1);
  options.eval_dataset = rows(2);
  options.model_init = [](const hf::Trial* trial) {
    const auto init = [&](const char* name) {
      const Value* value = trial == nullptr ? nullptr : trial->params.find(name);
      return value == nullptr ? 0.0 : value->get<double>();
    };
    return hf::model_of(std::make_shared<RegressionImpl>(init("a"), init("b")));
  };
  options.compute_metrics = [](const hf::EvalPrediction& p) {
    const double right = (p.predictions - p.label_ids).abs().lt(0.25).to(torch::kFloat64).mean().item<double>();
    return Metrics{{"accuracy", right}};
  };
  return hf::Trainer::make(std::move(options)).value();
}

hf::SearchOptions options_in(const TempDir& temp, hf::Backend backend, hf::HpSpace space) {
  hf::SearchOptions options;
  options.hp_space = std::move(space);
  options.backend = backend;
  options.n_trials = 4;
  options.dir = temp.path() / "run";
  options.seed = 3;
  options.compute_objective = [](const Metrics& m) { return std::vector{*find_metric(m, "eval_loss")}; };
  options.on_notice = [](const std::string&) {};
  return options;
}

hf::BestRun best_of(const hf::Trainer& one, const hf::SearchOptions& options) {
  auto runs = one.hyperparameter_search(options);
  EXPECT_TRUE(runs) << runs.error().message;
  if (!runs || runs->size() != 1) return {};
  return runs->front();
}

void expect_good(const hf::BestRun& best) {
  ASSERT_EQ(best.objective.size(), 1U);
  EXPECT_LT(best.objective.front(), 1);
  EXPECT_NE(best.hyperparameters.find("a"), nullptr);
  EXPECT_NE(best.hyperparameters.find("b"), nullptr);
}

/// TrainerHyperParameterOptunaIntegrationTest, with its hp_name
TEST(HyperparameterSearch, OptunasFunctionAsksWhileItRuns) {
  const TempDir temp;
  auto options = options_in(temp, hf::Backend::optuna, hf::SuggestFunction([](optuna::Trial& trial) {
                              trial.suggest_int("a", -4, 4);
                              trial.suggest_int("b", -4, 4);
                            }));
  const auto name_of = [](const Assignment& params) {
    return "a" + params.find("a")->dump() + "_b" + params.find("b")->dump();
  };
  options.hp_name = [&](const hf::Trial& trial) { return name_of(trial.params); };
  const auto best = best_of(trainer("epoch", temp.path() / "out"), options);
  expect_good(best);
  EXPECT_TRUE(std::filesystem::exists(temp.path() / "out" / name_of(best.hyperparameters) / "checkpoint-32"));
}

/// TrainerHyperParameterMultiObjectOptunaIntegrationTest
TEST(HyperparameterSearch, SeveralDirectionsGiveTheParetoFront) {
  const TempDir temp;
  auto options = options_in(temp, hf::Backend::optuna, hf::SuggestFunction([](optuna::Trial& trial) {
                              trial.suggest_float("learning_rate", 1e-4, 1e-1, {.log = true});
                              trial.suggest_int("a", -4, 4);
                              trial.suggest_int("b", -4, 4);
                            }));
  options.direction = {"minimize", "maximize"};
  options.n_trials = 10;
  options.compute_objective = [](const Metrics& m) {
    return std::vector{*find_metric(m, "eval_loss"), *find_metric(m, "eval_accuracy")};
  };
  const auto runs = trainer().hyperparameter_search(options);
  ASSERT_TRUE(runs) << runs.error().message;
  ASSERT_FALSE(runs->empty());
  for (const hf::BestRun& one : *runs) {
    ASSERT_EQ(one.objective.size(), 2U);
    for (const hf::BestRun& other : *runs) {
      EXPECT_FALSE(other.objective[0] < one.objective[0] && other.objective[1] > one.objective[1]);
    }
  }
}

/// TrainerHyperParameterRayIntegrationTest
TEST(HyperparameterSearch, RaysDictionary) {
  const TempDir temp;
  auto options = options_in(temp, hf::Backend::ray, "a: tune.randint(-4, 4)\nb: tune.randint(-4, 4)");
  options.n_trials = 10;  // random, as Ray Tune is
  expect_good(best_of(trainer(), options));
}

/// TrainerHyperParameterSigOptIntegrationTest
TEST(HyperparameterSearch, SigoptsList) {
  const TempDir temp;
  expect_good(best_of(trainer(), options_in(temp, hf::Backend::sigopt, R"([
    {"bounds": {"min": -4, "max": 4}, "name": "a", "type": "int"},
    {"bounds": {"min": -4, "max": 4}, "name": "b", "type": "int"}])")));
}

/// TrainerHyperParameterWandbIntegrationTest
TEST(HyperparameterSearch, WandbsConfiguration) {
  const TempDir temp;
  expect_good(best_of(trainer(), options_in(temp, hf::Backend::wandb, R"({
    "method": "random", "metric": {"name": "objective", "goal": "minimize"}, "parameters": {
    "a": {"distribution": "int_uniform", "min": -4, "max": 4},
    "b": {"distribution": "int_uniform", "min": -4, "max": 4}}})")));
}

/// TrainerHyperParameterOptunaIntegrationTestWithFullEval: one evaluation, at the end.
TEST(HyperparameterSearch, WithoutEvaluationsInBetween) {
  const TempDir temp;
  const auto options = options_in(temp, hf::Backend::optuna, hf::SuggestFunction([](optuna::Trial& trial) {
                                    trial.suggest_int("a", -4, 4);
                                    trial.suggest_int("b", -4, 4);
                                  }));
  expect_good(best_of(trainer("no"), options));
}

TEST(HyperparameterSearch, EveryBackendHasASpaceByDefault) {
  for (const auto backend : {hf::Backend::optuna, hf::Backend::ray, hf::Backend::sigopt, hf::Backend::wandb}) {
    const TempDir temp;
    auto options = options_in(temp, backend, {});
    options.n_trials = 2;
    options.compute_objective = nullptr;
    const auto best = best_of(trainer(), options);
    for (const char* name : {"learning_rate", "num_train_epochs", "seed", "per_device_train_batch_size"}) {
      EXPECT_NE(best.hyperparameters.find(name), nullptr) << name;
    }
  }
}

/// HyperParameterSearchBackendsTest
TEST(HyperparameterSearch, TheBackendsAreThoseOfHuggingFace) {
  for (const char* name : {"optuna", "ray", "sigopt", "wandb"}) EXPECT_EQ(to_string(*hf::backend_named(name)), name);
  EXPECT_EQ(hf::backend_named("hyperopt").error().message,
            "backend: must be one of optuna, ray, sigopt, wandb, got 'hyperopt'");
}

/// Hugging Face trains a seed of 17.9 as 17 and reports 17.9.
TEST(HyperparameterSearch, SaysAndRecordsWhatWasTrained) {
  const TempDir temp;
  auto options = options_in(temp, hf::Backend::ray, "seed: tune.uniform(1, 40)");
  std::vector<std::string> said;
  options.on_notice = [&](const std::string& text) { said.push_back(text); };
  const auto best = best_of(trainer(), options);
  ASSERT_NE(best.hyperparameters.find("seed"), nullptr);
  EXPECT_TRUE(best.hyperparameters.find("seed")->is_number_integer()) << best.hyperparameters.find("seed")->dump();
  EXPECT_THAT(said, ::testing::ElementsAre(::testing::HasSubstr("seed")));
}

TEST(HyperparameterSearch, TheBestCanBeTrainedAgain) {
  const TempDir temp;
  auto options = options_in(temp, hf::Backend::ray,
                            "a: tune.randint(-4, 4)\nb: tune.randint(-4, 4)\nlearning_rate: tune.uniform(0.01, 0.2)");
  const auto one = trainer();
  const auto best = best_of(one, options);
  auto again = one.with(best);
  ASSERT_TRUE(again) << again.error().message;
  ASSERT_TRUE(again->train());
  EXPECT_EQ(*find_metric(*again->evaluate(), "eval_loss"), best.objective.front());
}

TEST(HyperparameterSearch, LeavesTheTrainerAsItWas) {
  const TempDir temp;
  const auto one = trainer();
  const auto args = one.args();
  best_of(one, options_in(temp, hf::Backend::ray, "learning_rate: tune.loguniform(1e-4, 1e-1)"));
  EXPECT_EQ(one.args(), args);
}

/// It holds two trials of four, then goes on to six, and what it does is what its record leads to.
TEST(HyperparameterSearch, GoesOnInItsDirectory) {
  const TempDir temp;
  auto options = options_in(temp, hf::Backend::ray, "a: tune.randint(-4, 4)\nb: tune.randint(-4, 4)");
  options.n_trials = 2;
  EXPECT_EQ(best_of(trainer(), options).run_summary.at("trials"), 2);
  options.n_trials = 6;
  EXPECT_EQ(best_of(trainer(), options).run_summary.at("trials"), 6);
  options.hp_space = "a: tune.randint(-4, 9)";
  EXPECT_THAT(trainer().hyperparameter_search(options).error().message,
              ::testing::HasSubstr("holds a search of another space"));
}

TEST(HyperparameterSearch, AFailedTrialIsNoEndOfIt) {
  const TempDir temp;
  auto options =
      options_in(temp, hf::Backend::ray, "a: tune.choice([0, 1])\nper_device_train_batch_size: tune.choice([0, 8])");
  options.n_trials = 8;
  const hf::BestRun best = best_of(trainer(), options);
  EXPECT_EQ(best.run_summary.at("trials"), 8);
  EXPECT_EQ(*best.hyperparameters.find("per_device_train_batch_size"), Value(8));
}

/// A program waits for it: there is nobody to look after a pause.
TEST(HyperparameterSearch, WhereEveryTrialFailsItEnds) {
  const TempDir temp;
  auto options = options_in(temp, hf::Backend::ray, "per_device_train_batch_size: tune.choice([0])");
  options.n_trials = 8;
  const auto runs = trainer().hyperparameter_search(options);
  ASSERT_FALSE(runs);
  EXPECT_EQ(runs.error().code, errc::trial_failed);
  EXPECT_THAT(runs.error().message, ::testing::HasSubstr("8 trials failed, and none ended well; the last one, "));
  EXPECT_THAT(runs.error().message,
              ::testing::HasSubstr("per_device_train_batch_size: must be an integer of at least 1, got 0"));
}

/// In Python a KeyError.
TEST(HyperparameterSearch, AMetricThatIsntThereFailsTheTrial) {
  const TempDir temp;
  auto options = options_in(temp, hf::Backend::ray, "{'a': tune.randint(-4, 4)}");  // Python, as it is pasted
  options.n_trials = 1;
  options.compute_objective = [](const Metrics& m) { return std::vector{metric_at(m, "eval_f1")}; };
  EXPECT_THAT(trainer().hyperparameter_search(options).error().message,
              ::testing::HasSubstr("there is no metric eval_f1; there are: eval_loss, eval_accuracy, eval_runtime"));
}

TEST(HyperparameterSearch, SaysWhatIsWrong) {
  const TempDir temp;
  const auto refusal = [&](hf::SearchOptions options, const std::string& strategy = "epoch") {
    options.dir = temp.path() / "run";
    options.on_notice = [](const std::string&) {};
    const auto runs = trainer(strategy).hyperparameter_search(options);
    return runs ? "" : runs.error().message;
  };
  hf::SearchOptions options;
  options.direction = {"up"};
  EXPECT_EQ(refusal(options), "direction: must be minimize or maximize, got 'up'");
  options = {};
  options.n_trials = 0;
  EXPECT_EQ(refusal(options), "n_trials: must be at least 1, got 0");
  options = {};
  options.scheduler = SchedulerSpec{};
  options.scheduler->type = "asha";
  EXPECT_EQ(refusal(options, "no"),
            "scheduler: asha needs reports while trials train, and evaluation_strategy is \"no\"; steps or epoch are "
            "right");
  options = {};
  options.objective_scope = "lats";
  EXPECT_EQ(refusal(options),
            "objective_scope: must be one of last, best, avg, last-5-avg, last-10-avg, got 'lats'; did you mean last?");
}

TEST(HyperparameterSearch, SaysOnceWhatIsNoTrainingArgument) {
  const TempDir temp;
  auto options =
      options_in(temp, hf::Backend::ray, "a: tune.randint(-4, 4)\nlearning_rate: tune.loguniform(1e-4, 1e-1)");
  std::vector<std::string> said;
  options.on_notice = [&](const std::string& text) { said.push_back(text); };
  best_of(trainer(), options);
  EXPECT_THAT(said, ::testing::ElementsAre("a is no training argument: model_init is to look at it"));
}

struct DropsImpl : RegressionImpl {
  DropsImpl() : RegressionImpl(0, 0) {}
  ModelOutput forward(const Batch& batch) {
    Batch dropped = batch;
    dropped["input_x"] = torch::dropout(batch.at("input_x"), 0.5, is_training());
    return RegressionImpl::forward(dropped);
  }
};

TEST(HyperparameterSearch, SaysThatThreadsShareWhatAModelDraws) {
  const auto said = [](bool drops, int slots) {
    const TempDir temp;
    hf::TrainerOptions made = trainer().options();
    if (drops) made.model_init = [](const hf::Trial*) { return hf::model_of(std::make_shared<DropsImpl>()); };
    auto options = options_in(temp, hf::Backend::ray, "learning_rate: tune.loguniform(1e-4, 1e-1)");
    options.n_trials = 2;
    options.slots = slots;
    options.isolation = Isolation::thread;
    std::vector<std::string> all;
    options.on_notice = [&](const std::string& text) { all.push_back(text); };
    best_of(hf::Trainer::make(std::move(made)).value(), options);
    return all;
  };
  EXPECT_THAT(said(true, 2), ::testing::ElementsAre(::testing::HasSubstr("a generator that all trials share")));
  EXPECT_THAT(said(true, 1), ::testing::IsEmpty());
  EXPECT_THAT(said(false, 2), ::testing::IsEmpty());
}

}  // namespace
}  // namespace winnow::search_test
