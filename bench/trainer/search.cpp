#include <chrono>
#include <mutex>

#include <winnow/trainers/torch/trainer.hpp>

#include "parts.hpp"

namespace winnow::bench {
namespace {

/// HF's default space for Optuna, but for the learning rates: with its own (1e-6 to 1e-4) this model learns little.
void space(optuna::Trial& trial) {
  trial.suggest_float("learning_rate", 1e-4, 1e-2, {.log = true});
  trial.suggest_int("num_train_epochs", 1, 5);
  trial.suggest_int("seed", 1, 40);
  trial.suggest_categorical("per_device_train_batch_size", {4, 8, 16, 32, 64});
}

/// Seconds since 1970, as the peers' scripts count.
double now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

OrderedJson measure_search(const Digits& digits, const Settings& settings) {
  hf::TrainingArguments args;
  args.evaluation_strategy = "epoch";
  args.per_device_eval_batch_size = 256;
  args.device = "cpu";
  const auto trainer =
      must(hf::Trainer::make({.model_init = [&](const hf::Trial*) { return hf::model_of(make_net(settings.model)); },
                              .args = args,
                              .train_dataset = rows_of(digits.x_train, digits.y_train),
                              .eval_dataset = rows_of(digits.x_test, digits.y_test),
                              .compute_metrics = accuracy}));
  std::mutex mutex;
  OrderedJson curve = OrderedJson::array();  // [when, objective] of each evaluation
  hf::SearchOptions options;
  options.hp_space = hf::SuggestFunction(space);
  options.compute_objective = [&](const Metrics& metrics) {
    const double value = *find_metric(metrics, "eval_accuracy");
    const std::lock_guard lock(mutex);
    curve.push_back({now(), value});
    return std::vector{value};
  };
  options.n_trials = settings.trials;
  options.direction = {"maximize"};
  options.backend = hf::Backend::optuna;
  options.seed = static_cast<std::uint64_t>(settings.seed);
  options.slots = settings.slots;
  options.isolation = Isolation::thread;  // the curve is this process's
  options.dir = settings.directory / "run";
  const double begin = now();
  const auto best = must(trainer.hyperparameter_search(options));
  return {{"begin", begin},
          {"end", now()},
          {"steps", training_steps()},
          {"best", best.empty() ? OrderedJson() : OrderedJson(best.front().objective.front())},
          {"curve", curve}};
}

}  // namespace winnow::bench
