/// The small regression that Hugging Face's own tests train, y = 2x + 3 with noise, and what a Trainer keeps.
#include <ATen/CPUGeneratorImpl.h>
#include <gmock/gmock.h>
#include <torch/nn/modules/linear.h>
#include <torch/optim/sgd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>

#include <winnow/base/temp_dir.hpp>
#include <winnow/trainers/torch/trainer.hpp>

#include "../temp_dir.hpp"

namespace winnow::trainer_test {
namespace {

using hf::Batch;
using hf::ModelOutput;
using test::TempDir;

/// y = a·x + b.
struct RegressionImpl : torch::nn::Module {
  explicit RegressionImpl(double a_init = 0, double b_init = 0) {
    a = register_parameter("a", torch::tensor({a_init}, torch::kFloat32));
    b = register_parameter("b", torch::tensor({b_init}, torch::kFloat32));
  }
  ModelOutput forward(const Batch& batch) {
    const torch::Tensor logits = a * batch.at("input_x") + b;
    const auto labels = batch.find("labels");
    return {labels == batch.end() ? torch::Tensor() : torch::mse_loss(logits, labels->second), logits};
  }
  torch::Tensor a, b;
};

std::shared_ptr<const hf::Rows> regression_rows(std::int64_t size, std::uint64_t seed) {
  auto generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  const torch::Tensor x = torch::randn({size}, generator);
  return *hf::tensor_rows({{"input_x", x}, {"labels", 2 * x + 3 + 0.1 * torch::randn({size}, generator)}});
}

hf::TrainerOptions regression(hf::TrainingArguments args = {}) {
  args.device = "cpu";
  return {.model_init =
              [](const hf::Trial* trial) {
                const auto init = [&](const char* name) {
                  const Value* value = trial == nullptr ? nullptr : trial->params.find(name);
                  return value == nullptr ? 0.0 : value->get<double>();
                };
                return hf::model_of(std::make_shared<RegressionImpl>(init("a"), init("b")));
              },
          .args = std::move(args),
          .train_dataset = regression_rows(64, 1),
          .eval_dataset = regression_rows(64, 2)};
}

hf::TrainingArguments by_epoch(double epochs) {
  hf::TrainingArguments args;
  args.learning_rate = 0.1;
  args.num_train_epochs = epochs;
  args.evaluation_strategy = args.logging_strategy = args.save_strategy = "epoch";
  return args;
}

hf::Trainer make(hf::TrainerOptions options) {
  auto made = hf::Trainer::make(std::move(options));
  EXPECT_TRUE(made) << made.error().message;
  return std::move(made.value());
}

double value_of(hf::Trainer& trainer, const std::string& name) {
  for (const auto& parameter : trainer.model()->parameters()) {
    if (parameter.name == name) return parameter.tensor.item<double>();
  }
  return std::nan("");
}

std::string text_of(const hf::Trainer& trainer) {
  std::string text;
  for (OrderedJson entry : trainer.state().log_history) {
    for (const char* time : {"runtime", "samples_per_second", "steps_per_second"}) {
      entry.erase(std::string("train_") + time);
      entry.erase(std::string("eval_") + time);
    }
    text += entry.dump() + "\n";
  }
  return text;
}

TEST(Trainer, LearnsALine) {
  auto trainer = make(regression(by_epoch(20)));
  const auto output = trainer.train();
  ASSERT_TRUE(output) << output.error().message;
  EXPECT_EQ(output->global_step, 20 * 8);
  EXPECT_NEAR(value_of(trainer, "a"), 2, 0.1);
  EXPECT_NEAR(value_of(trainer, "b"), 3, 0.1);
  const auto metrics = trainer.evaluate();
  ASSERT_TRUE(metrics);
  EXPECT_LT(*find_metric(*metrics, "eval_loss"), 0.02);
  EXPECT_NE(find_metric(*metrics, "eval_samples_per_second"), nullptr);
}

TEST(Trainer, LogsWhatHfLogs) {
  auto trainer = make(regression(by_epoch(2)));
  ASSERT_TRUE(trainer.train());
  std::vector<std::string> keys;
  for (const OrderedJson& entry : trainer.state().log_history) {
    std::string line;
    for (const auto& [key, value] : entry.items()) line += key + " ";
    keys.push_back(line);
  }
  const std::string train = "loss learning_rate epoch step ";
  const std::string eval = "eval_loss eval_runtime eval_samples_per_second eval_steps_per_second epoch step ";
  EXPECT_THAT(keys, ::testing::ElementsAre(train, eval, train, eval,
                                           "train_runtime train_samples_per_second train_steps_per_second train_loss "
                                           "epoch step "));
}

TEST(Trainer, TheSameSeedGivesTheSameCurveAndAnotherAnother) {
  auto args = by_epoch(3);
  auto one = make(regression(args));
  auto other = make(regression(args));
  args.seed = 7;
  auto third = make(regression(args));
  ASSERT_TRUE(one.train() && other.train() && third.train());
  EXPECT_EQ(text_of(one), text_of(other));
  EXPECT_NE(text_of(one), text_of(third));
}

TEST(Trainer, GoesOnFromAnyCheckpointBitForBit) {
  for (const char* optim : {"adamw_torch", "sgd", "adagrad", "rmsprop", "adafactor"}) {
    SCOPED_TRACE(optim);
    const TempDir temp;
    auto args = by_epoch(3);
    args.optim = optim;
    args.save_strategy = "steps";
    args.save_steps = 5;
    args.gradient_accumulation_steps = 3;  // 8 batches an epoch: one epoch's end has gradients that wait
    args.output_dir = temp.path().string();
    auto whole = make(regression(args));
    ASSERT_TRUE(whole.train());
    auto again = make(regression(args));
    const auto output = again.train(temp.path() / "checkpoint-5");
    ASSERT_TRUE(output) << output.error().message;
    EXPECT_EQ(value_of(again, "a"), value_of(whole, "a"));
    EXPECT_EQ(value_of(again, "b"), value_of(whole, "b"));
    EXPECT_EQ(text_of(again), text_of(whole));
  }
}

TEST(Trainer, GradientsOfSmallBatchesAddUpToThoseOfALargeOne) {
  auto args = by_epoch(2);
  args.per_device_train_batch_size = 16;
  auto large = make(regression(args));
  args.per_device_train_batch_size = 4;
  args.gradient_accumulation_steps = 4;
  auto small = make(regression(args));
  ASSERT_TRUE(large.train() && small.train());
  EXPECT_NEAR(value_of(small, "a"), value_of(large, "a"), 1e-5);
  EXPECT_NEAR(value_of(small, "b"), value_of(large, "b"), 1e-5);
}

TEST(Trainer, ASmallerLastBatchIsTrainedOrLeftOut) {
  auto args = by_epoch(1);
  args.per_device_train_batch_size = 10;
  auto with = make(regression(args));
  EXPECT_EQ(with.train()->global_step, 7);
  args.dataloader_drop_last = true;
  auto without = make(regression(args));
  EXPECT_EQ(without.train()->global_step, 6);
}

TEST(Trainer, MaxStepsCountsInPlaceOfEpochs) {
  auto args = by_epoch(1);
  args.max_steps = 11;
  auto trainer = make(regression(args));
  EXPECT_EQ(trainer.train()->global_step, 11);
  EXPECT_DOUBLE_EQ(trainer.state().epoch, 11.0 / 8);
}

TEST(Trainer, StopsEarlyAndKeepsTheBest) {
  const TempDir temp;
  auto options = regression(by_epoch(50));
  options.args.load_best_model_at_end = true;
  options.args.output_dir = temp.path().string();
  options.callbacks = {hf::early_stopping(3)};
  auto trainer = make(std::move(options));
  ASSERT_TRUE(trainer.train());
  EXPECT_LT(trainer.state().epoch, 50);
  const auto metrics = trainer.evaluate();
  EXPECT_DOUBLE_EQ(*find_metric(*metrics, "eval_loss"), *trainer.state().best_metric);
}

std::set<std::string> checkpoints_in(const std::filesystem::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) names.insert(entry.path().filename().string());
  return names;
}

TEST(Trainer, KeepsAsManyCheckpointsAsItIsTold) {
  const TempDir temp;
  auto args = by_epoch(5);
  args.save_total_limit = 2;
  args.output_dir = temp.path().string();
  auto trainer = make(regression(args));
  ASSERT_TRUE(trainer.train());
  EXPECT_EQ(checkpoints_in(temp.path()), (std::set<std::string>{"checkpoint-32", "checkpoint-40"}));
}

/// The best is kept beside the latest.
TEST(Trainer, TheBestCheckpointIsNeverDeleted) {
  const TempDir temp;
  auto args = by_epoch(8);
  args.learning_rate = 5;  // it gets worse and worse
  args.lr_scheduler_type = "constant";
  args.max_grad_norm = 0;
  args.optim = "sgd";
  args.load_best_model_at_end = true;
  args.save_total_limit = 1;
  args.output_dir = temp.path().string();
  auto trainer = make(regression(args));
  ASSERT_TRUE(trainer.train());
  EXPECT_EQ(checkpoints_in(temp.path()), (std::set<std::string>{"checkpoint-64", "checkpoint-8"}));
}

/// As soon as it is said, without another batch.
TEST(Trainer, ACallbackStopsIt) {
  struct Stop final : hf::TrainerCallback {
    void on_log(const hf::TrainingArguments&, const hf::TrainerState& state, hf::TrainerControl& control,
                const OrderedJson&) override {
      control.should_training_stop = state.global_step >= 6;
    }
  };
  auto options = regression(by_epoch(5));
  options.args.logging_strategy = "steps";
  options.args.logging_steps = 3;
  options.callbacks = {[] { return std::make_shared<Stop>(); }};
  auto trainer = make(std::move(options));
  EXPECT_EQ(trainer.train()->global_step, 6);
}

TEST(Trainer, PredictsAndComputesMetrics) {
  auto options = regression(by_epoch(1));
  options.compute_metrics = [](const hf::EvalPrediction& p) {
    return Metrics{{"mae", (p.predictions - p.label_ids).abs().mean().item<double>()}, {"eval_one", 1}};
  };
  auto trainer = make(std::move(options));
  const auto predicted = trainer.predict(regression_rows(10, 3));
  ASSERT_TRUE(predicted) << predicted.error().message;
  EXPECT_EQ(predicted->predictions.size(0), 10);
  EXPECT_NE(find_metric(predicted->metrics, "test_mae"), nullptr);
  const auto metrics = trainer.evaluate();
  EXPECT_NE(find_metric(*metrics, "eval_mae"), nullptr);
  EXPECT_EQ(*find_metric(*metrics, "eval_one"), 1);
}

TEST(Trainer, WeightDecayLeavesBiasesAndLayerNormsAlone) {
  struct NetImpl : torch::nn::Module {
    NetImpl() {
      linear = register_module("linear", torch::nn::Linear(2, 2));
      norm = register_module("norm", torch::nn::LayerNorm(torch::nn::LayerNormOptions({2})));
    }
    ModelOutput forward(const Batch& batch) {
      // Nothing pulls: what changes is decay.
      const torch::Tensor logits = norm(linear(batch.at("x")));
      return {(logits * 0).sum(), logits};
    }
    torch::nn::Linear linear{nullptr};
    torch::nn::LayerNorm norm{nullptr};
  };
  hf::TrainingArguments args;
  args.device = "cpu";
  args.weight_decay = 0.5;
  args.learning_rate = 0.1;
  args.lr_scheduler_type = "constant";
  args.max_steps = 1;
  const auto net = std::make_shared<NetImpl>();
  const torch::Tensor before = net->linear->weight.detach().clone();
  const torch::Tensor bias = net->linear->bias.detach().clone();
  auto trainer = make({.model = hf::model_of(net),
                       .args = args,
                       .train_dataset = *hf::tensor_rows({{"x", torch::ones({4, 2})}, {"labels", torch::ones({4})}})});
  ASSERT_TRUE(trainer.train());
  EXPECT_TRUE(torch::allclose(net->linear->weight, before * (1 - 0.1 * 0.5)));
  EXPECT_TRUE(torch::equal(net->linear->bias, bias));
  EXPECT_TRUE(torch::equal(net->norm->weight, torch::ones({2})));
}

TEST(Trainer, SaysWhatIsWrong) {
  const auto refusal = [](hf::TrainerOptions options) {
    const auto made = hf::Trainer::make(std::move(options));
    return made ? "" : made.error().message;
  };
  EXPECT_EQ(refusal({}), "a Trainer requires either a model or a model_init");
  auto both = regression();
  both.model = hf::model_of(std::make_shared<RegressionImpl>());
  EXPECT_EQ(refusal(both), "a Trainer takes a model or a model_init, not both");
  auto without_rows = regression();
  without_rows.train_dataset = nullptr;
  EXPECT_EQ(make(without_rows).train().error().message, "training requires a train_dataset");
  auto unknown = regression();
  unknown.model_init = nullptr;
  unknown.model = hf::model_of(std::make_shared<RegressionImpl>());
  EXPECT_EQ(hf::trials_of(make(unknown)).error().message,
            "To use hyperparameter search, you need to pass your model through a model_init function.");
}

/// Reports of a trial to its end.
std::vector<StepReport> reports_of(Trainable& trial) {
  std::vector<StepReport> reports;
  for (;;) {
    auto progress = trial.advance();
    EXPECT_TRUE(progress) << progress.error().message;
    if (!progress || std::holds_alternative<Finished>(*progress)) return reports;
    reports.push_back(std::get<StepReport>(*progress));
  }
}

TEST(TrainerTrial, ReportsEachEvaluationWithItsObjective) {
  const auto trainer = make(regression(by_epoch(3)));
  hf::SearchOptions options;
  options.compute_objective = [](const Metrics& metrics) { return std::vector{-*find_metric(metrics, "eval_loss")}; };
  auto factory = hf::trials_of(trainer, options);
  ASSERT_TRUE(factory);
  TrialContext context;
  context.params = Assignment({{"a", 1}, {"learning_rate", 0.2}, {"num_train_epochs", 4}});
  auto trial = (*factory)->make(context);
  ASSERT_TRUE(trial) << trial.error().message;
  const auto reports = reports_of(**trial);
  ASSERT_EQ(reports.size(), 4U);
  EXPECT_EQ(reports[3].step, 4);
  EXPECT_EQ(reports[0].metrics[0].first, "objective");
  EXPECT_EQ(reports[0].metrics[0].second, -reports[0].metrics[1].second);
  EXPECT_EQ(trainer.args().num_train_epochs, 3);
}

TEST(TrainerTrial, WithoutEvaluationsThereIsOneAtTheEnd) {
  hf::TrainingArguments args;
  args.num_train_epochs = 2;
  auto factory = hf::trials_of(make(regression(args)));
  auto trial = (*factory)->make({});
  const auto reports = reports_of(**trial);
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].step, 16);
}

/// Checkpoints of a trial are in a folder of its own; its callbacks are its own, too.
TEST(TrainerTrial, HasItsFolderAndItsCallbacks) {
  const TempDir temp;
  auto options = regression(by_epoch(50));
  options.args.output_dir = temp.path().string();
  options.args.save_total_limit = 1;
  options.args.metric_for_best_model = "loss";
  options.callbacks = {hf::early_stopping(2)};
  hf::SearchOptions search;
  search.hp_name = [](const hf::Trial& trial) { return "a-" + trial.params.find("a")->dump(); };
  auto factory = hf::trials_of(make(options), search);
  for (const int a : {0, 1}) {
    TrialContext context;
    context.params = Assignment({{"a", a}});
    auto trial = (*factory)->make(context);
    EXPECT_LT(reports_of(**trial).size(), 50U);
    const auto folder = temp.path() / ("a-" + std::to_string(a));
    EXPECT_LE(checkpoints_in(folder).size(), 2U);
    std::ifstream file(folder / *checkpoints_in(folder).begin() / "trainer_state.json");
    const Value state = Value::parse(file);
    EXPECT_EQ(state.at("trial_name"), folder.filename().string());
    EXPECT_EQ(state.at("trial_params"), Value({{"a", a}}));
  }
  search.hp_name = [](const hf::Trial&) { return "../outside"; };
  factory = hf::trials_of(make(options), search);
  const auto refused = (*(*factory)->make({}))->advance();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "hp_name: must be the name of a folder in output_dir, got '../outside'");
}

/// HF's `optimizers`.
TEST(Trainer, TakesAnOptimizerOfOnesOwn) {
  auto options = regression(by_epoch(20));
  options.args.learning_rate = 0.05;
  options.optimizer = [](const hf::TrainingArguments& args, const std::vector<hf::NamedParameter>& parameters) {
    std::vector<torch::Tensor> tensors;
    for (const auto& one : parameters) tensors.push_back(one.tensor);
    const auto momentum = torch::optim::SGDOptions(args.learning_rate).momentum(0.9);
    return hf::torch_optimizer(std::make_unique<torch::optim::SGD>(tensors, momentum));
  };
  auto trainer = make(std::move(options));
  ASSERT_TRUE(trainer.train());
  EXPECT_NEAR(value_of(trainer, "a"), 2, 0.1);
  EXPECT_NEAR(value_of(trainer, "b"), 3, 0.1);
}

TEST(TrainerTrial, GoesOnFromItsStateBitForBit) {
  const TempDir temp;
  const auto file = temp.path() / "state";
  auto factory = hf::trials_of(make(regression(by_epoch(6))));
  auto whole = (*factory)->make({});
  std::vector<StepReport> all;
  for (int i = 0; i < 2; ++i) all.push_back(std::get<StepReport>(*(*whole)->advance()));
  ASSERT_TRUE((*whole)->save(file));
  const auto rest = reports_of(**whole);
  auto again = (*factory)->make({});
  ASSERT_TRUE((*again)->restore(file));
  const auto continued = reports_of(**again);
  ASSERT_EQ(continued.size(), rest.size());
  for (std::size_t i = 0; i < rest.size(); ++i) {
    EXPECT_EQ(continued[i].step, rest[i].step);
    EXPECT_EQ(continued[i].metrics, rest[i].metrics);
  }
}

}  // namespace
}  // namespace winnow::trainer_test
