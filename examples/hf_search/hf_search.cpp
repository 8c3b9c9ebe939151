// Trainer.hyperparameter_search, as Hugging Face's Transformers documents it, with each of its four backends: a small
// transformer encoder classifies handwritten digits, which it reads as sequences of 64 tokens, one for each pixel.
//
//     example_hf_search optuna DIGITS.h5 [DIR [SLOTS [ENCODER.pt]]]
//
// or ray, sigopt, wandb; pareto: accuracy against time; asha: the weak pause early; pbt: they go on from the best.
// With more than one of SLOTS each trial has a process of its own. With an ENCODER.pt that is trained, a BERT of
// transformers as TorchScript (../hf_sweep/export_encoder.py writes one), else the torch::nn module below.
//
// Kill it and run it again with the same DIR: it goes on. `winnow show DIR` (best, export, replay …) reads what it
// wrote.
#include <torch/torch.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include <winnow/trainers/torch/dataset.hpp>
#include <winnow/trainers/torch/trainer.hpp>

namespace hf = winnow::hf;

namespace {

constexpr std::int64_t kTokens = 17;  // a pixel is 0 to 16
constexpr std::int64_t kPixels = 64;
constexpr std::int64_t kDigits = 10;

struct EncoderImpl : torch::nn::Module {
  explicit EncoderImpl(std::int64_t width) {
    tokens = register_module("tokens", torch::nn::Embedding(kTokens, width));
    places = register_module("places", torch::nn::Embedding(kPixels, width));
    layer = register_module(
        "layer", torch::nn::TransformerEncoderLayer(
                     torch::nn::TransformerEncoderLayerOptions(width, 2).dim_feedforward(2 * width).dropout(0)));
    classifier = register_module("classifier", torch::nn::Linear(width, kDigits));
  }

  hf::ModelOutput forward(const hf::Batch& batch) {
    const torch::Tensor& ids = batch.at("input_ids");
    const torch::Tensor embedded = tokens(ids) + places(torch::arange(ids.size(1), ids.options()));
    const torch::Tensor encoded = layer(embedded.transpose(0, 1)).mean(0);
    const torch::Tensor logits = classifier(encoded);
    const auto labels = batch.find("labels");
    return {labels == batch.end() ? torch::Tensor() : torch::cross_entropy_loss(logits, labels->second), logits};
  }

  torch::nn::Embedding tokens{nullptr}, places{nullptr};
  torch::nn::TransformerEncoderLayer layer{nullptr};
  torch::nn::Linear classifier{nullptr};
};

std::shared_ptr<const hf::Rows> rows_of(const winnow::Rows& rows, std::size_t most) {
  const std::size_t count = std::min(most, rows.y.size());
  std::vector<std::vector<std::int64_t>> tokens;
  for (std::size_t row = 0; row < count; ++row) {
    auto& sequence = tokens.emplace_back();
    for (std::size_t i = 0; i < kPixels; ++i) {
      sequence.push_back(std::lround(rows.x[row * kPixels + i] * (kTokens - 1)));
    }
  }
  const std::vector<std::int64_t> labels(rows.y.begin(), rows.y.begin() + static_cast<std::ptrdiff_t>(count));
  return hf::token_rows(std::move(tokens), torch::tensor(labels)).value();
}

std::int64_t width_of(const hf::Trial* trial) {
  const winnow::Value* width = trial == nullptr ? nullptr : trial->params.find("width");
  return width == nullptr ? 16 : width->get<std::int64_t>();
}

winnow::Metrics compute_metrics(const hf::EvalPrediction& prediction) {
  const torch::Tensor right = prediction.predictions.argmax(-1).eq(prediction.label_ids);
  return {{"accuracy", right.to(torch::kFloat64).mean().item<double>()}};
}

void optuna_space(winnow::optuna::Trial& trial) {
  trial.suggest_float("learning_rate", 1e-3, 3e-2, {.log = true});
  trial.suggest_categorical("per_device_train_batch_size", {16, 32, 64});
}

constexpr const char* kRaySpace = R"(
learning_rate: tune.loguniform(1e-3, 3e-2)
per_device_train_batch_size: tune.choice([16, 32, 64])
)";

constexpr const char* kSigoptSpace = R"([
  {"bounds": {"min": 1e-3, "max": 3e-2}, "name": "learning_rate", "type": "double", "transformation": "log"},
  {"categorical_values": ["16", "32", "64"], "name": "per_device_train_batch_size", "type": "categorical"}
])";

constexpr const char* kWandbSpace = R"(
method: random
metric: {name: objective, goal: maximize}
parameters:
  learning_rate: {distribution: log_uniform_values, min: 1e-3, max: 3e-2}
  per_device_train_batch_size: {values: [16, 32, 64]}
)";

void pareto_space(winnow::optuna::Trial& trial) {
  optuna_space(trial);
  trial.suggest_categorical("width", {4, 8, 16, 32});
}

winnow::SchedulerSpec asha() {
  winnow::SchedulerSpec scheduler;
  scheduler.type = "asha";
  scheduler.options = {{"max_t", 4}, {"grace_period", 1}, {"reduction_factor", 2}, {"variant", "promotion"}};
  return scheduler;
}

winnow::SchedulerSpec pbt() {
  winnow::SchedulerSpec scheduler;
  scheduler.type = "pbt";
  scheduler.options = {{"perturbation_interval", 1}, {"hyperparam_mutations", {"learning_rate"}}, {"max_t", 4}};
  return scheduler;
}

hf::SearchOptions search(const std::string& what) {
  hf::SearchOptions options;
  options.n_trials = 8;
  options.seed = 7;
  options.direction = {"maximize"};
  options.compute_objective = [](const winnow::Metrics& metrics) {
    return std::vector{winnow::metric_at(metrics, "eval_accuracy")};
  };
  if (what == "pareto") {
    options.hp_space = hf::SuggestFunction(pareto_space);
    options.direction = {"maximize", "minimize"};
    options.compute_objective = [](const winnow::Metrics& metrics) {
      return std::vector{winnow::metric_at(metrics, "eval_accuracy"), winnow::metric_at(metrics, "eval_runtime")};
    };
    return options;
  }
  if (what == "asha" || what == "pbt") {
    options.backend = hf::Backend::ray;
    options.hp_space = kRaySpace;
    options.scheduler = what == "asha" ? asha() : pbt();
    return options;
  }
  options.backend = hf::backend_named(what).value();
  if (what == "optuna") options.hp_space = hf::SuggestFunction(optuna_space);
  if (what == "ray") options.hp_space = kRaySpace;
  if (what == "sigopt") options.hp_space = kSigoptSpace;
  if (what == "wandb") options.hp_space = kWandbSpace;
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  const std::set<std::string> known{"optuna", "ray", "sigopt", "wandb", "pareto", "asha", "pbt"};
  if (argc < 3 || !known.contains(argv[1])) {
    return std::fprintf(stderr,
                        "usage: %s optuna|ray|sigopt|wandb|pareto|asha|pbt DIGITS.h5 [DIR [SLOTS [ENCODER.pt]]]\n",
                        argv[0]),
           2;
  }
  const auto data = winnow::read_dataset(argv[2]);
  if (!data) return std::fprintf(stderr, "%s\n", data.error().message.c_str()), 1;

  hf::TrainingArguments args;
  args.num_train_epochs = 4;
  args.per_device_eval_batch_size = 256;
  args.evaluation_strategy = "epoch";
  args.device = "cpu";
  const std::string script = argc > 5 ? argv[5] : "";
  auto trainer = hf::Trainer::make({.model_init =
                                        [&](const hf::Trial* trial) {
                                          if (!script.empty()) return hf::script_model(script).value();
                                          return hf::model_of(std::make_shared<EncoderImpl>(width_of(trial)));
                                        },
                                    .args = args,
                                    .train_dataset = rows_of(data->train, 1000),
                                    .eval_dataset = rows_of(data->test, 200),
                                    .compute_metrics = compute_metrics});
  if (!trainer) return std::fprintf(stderr, "%s\n", trainer.error().message.c_str()), 1;

  auto options = search(argv[1]);
  if (argc > 3) options.dir = argv[3];
  if (argc > 4) options.slots = std::atoi(argv[4]);
  const auto runs = trainer->hyperparameter_search(options);
  if (!runs) return std::fprintf(stderr, "%s\n", runs.error().message.c_str()), 1;
  for (const hf::BestRun& run : *runs) {
    std::printf("run %s:", run.run_id.c_str());
    for (const double objective : run.objective) std::printf(" %g", objective);
    std::printf(" with %s\n", run.hyperparameters.to_json().dump().c_str());
  }
  return runs->empty() ? 1 : 0;
}
