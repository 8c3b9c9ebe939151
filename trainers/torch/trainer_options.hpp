/// What a Trainer is made of, and those who watch it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <winnow/core/assignment.hpp>
#include <winnow/core/ids.hpp>
#include <winnow/core/report.hpp>
#include <winnow/core/value.hpp>
#include <winnow/trainers/hf/training_arguments.hpp>
#include <winnow/trainers/torch/model.hpp>
#include <winnow/trainers/torch/rows.hpp>
#include <winnow/trainers/torch/training_loop.hpp>

namespace winnow::hf {

/// A trial of a search, as `model_init` sees it.
struct Trial {
  TrialId number = 0;
  Assignment params{};
};

/// Null outside of a search. With the same seed it is to give the same model: LibTorch's generator is seeded before.
using ModelInit = std::function<std::shared_ptr<Model>(const Trial*)>;

/// Where the training stands; what `trainer_state.json` holds.
struct TrainerState {
  double epoch = 0;
  std::int64_t global_step = 0;
  std::int64_t max_steps = 0;
  std::vector<OrderedJson> log_history{};  ///< loss and learning_rate, evaluations, at the end the training's own
  std::optional<double> best_metric{};     ///< of metric_for_best_model
  std::filesystem::path best_model_checkpoint{};

  [[nodiscard]] OrderedJson to_json() const;
};

/// What a callback may ask for.
struct TrainerControl {
  bool should_training_stop = false;
};

/// HF's TrainerCallback: each event that a program can act on. What they throw ends the training.
class TrainerCallback {
public:
  virtual ~TrainerCallback() = default;
  virtual void on_train_begin(const TrainingArguments&, const TrainerState&, TrainerControl&) {}
  virtual void on_log(const TrainingArguments&, const TrainerState&, TrainerControl&, const OrderedJson& /*logs*/) {}
  virtual void on_evaluate(const TrainingArguments&, const TrainerState&, TrainerControl&, const Metrics&) {}
  virtual void on_save(const TrainingArguments&, const TrainerState&, TrainerControl&) {}
  virtual void on_train_end(const TrainingArguments&, const TrainerState&, TrainerControl&) {}
};

/// Stops when metric_for_best_model hasn't become better by more than `threshold` for so many evaluations in a row.
std::shared_ptr<TrainerCallback> early_stopping(int patience = 1, double threshold = 0);

/// What a Trainer is made of; a model_init or a model.
struct TrainerOptions {
  ModelInit model_init{};
  std::shared_ptr<Model> model{};
  TrainingArguments args{};
  std::shared_ptr<const Rows> train_dataset{};
  std::shared_ptr<const Rows> eval_dataset{};
  ComputeMetrics compute_metrics{};
  std::vector<std::shared_ptr<TrainerCallback>> callbacks{};
};

}  // namespace winnow::hf
