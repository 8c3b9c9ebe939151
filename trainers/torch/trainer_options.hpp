/// What a Trainer is made of, and those who watch it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <winnow/core/report.hpp>
#include <winnow/core/value.hpp>
#include <winnow/trainers/hf/search.hpp>
#include <winnow/trainers/hf/training_arguments.hpp>
#include <winnow/trainers/rank_place.hpp>
#include <winnow/trainers/torch/model.hpp>
#include <winnow/trainers/torch/rows.hpp>
#include <winnow/trainers/torch/training_loop.hpp>

namespace winnow::hf {

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
  std::string trial_name{};      ///< in a search
  std::optional<Trial> trial{};  ///< in a search

  [[nodiscard]] OrderedJson to_json() const;
};

/// HF's TrainerCallback. Changes to the control count at once. What a callback throws ends the training.
class TrainerCallback {
public:
  virtual ~TrainerCallback() = default;
  virtual void on_train_begin(const TrainingArguments&, const TrainerState&, TrainerControl&) {}
  virtual void on_train_end(const TrainingArguments&, const TrainerState&, TrainerControl&) {}
  virtual void on_epoch_begin(const TrainingArguments&, const TrainerState&, TrainerControl&) {}
  virtual void on_epoch_end(const TrainingArguments&, const TrainerState&, TrainerControl&) {}
  virtual void on_step_begin(const TrainingArguments&, const TrainerState&, TrainerControl&) {}
  virtual void on_substep_end(const TrainingArguments&, const TrainerState&, TrainerControl&) {}
  virtual void on_step_end(const TrainingArguments&, const TrainerState&, TrainerControl&) {}
  virtual void on_evaluate(const TrainingArguments&, const TrainerState&, TrainerControl&, const Metrics&) {}
  virtual void on_save(const TrainingArguments&, const TrainerState&, TrainerControl&) {}
  virtual void on_log(const TrainingArguments&, const TrainerState&, TrainerControl&, const OrderedJson& /*logs*/) {}

  /// What a checkpoint needs to hold, for a training that goes on as if nothing had been. Null: nothing.
  [[nodiscard]] virtual Value state() const { return {}; }
  virtual void set_state(const Value&) {}
};

/// Makes one for each training, and for each trial of a search: trials run side by side.
using CallbackMaker = std::function<std::shared_ptr<TrainerCallback>()>;

/// Stops when metric_for_best_model hasn't become better by more than `threshold` for so many evaluations in a row.
CallbackMaker early_stopping(int patience = 1, double threshold = 0);
/// A line on standard error that says how far the training is. Trainer::train adds it by itself on a terminal, unless
/// disable_tqdm.
CallbackMaker progress_bar();

/// What a training comes to.
struct TrainOutput {
  std::int64_t global_step = 0;
  double training_loss = 0;  ///< mean over all steps
  Metrics metrics{};         ///< train_runtime (seconds), train_samples_per_second, train_steps_per_second, train_loss
};

/// What a Trainer is made of; a model_init or a model.
struct TrainerOptions {
  ModelInit model_init{};
  std::shared_ptr<Model> model{};
  TrainingArguments args{};
  std::shared_ptr<const Rows> train_dataset{};
  std::shared_ptr<const Rows> eval_dataset{};
  ComputeMetrics compute_metrics{};
  std::vector<CallbackMaker> callbacks{};
  OptimizerMaker optimizer{};  ///< in place of `optim`, as HF's `optimizers`
  RankPlace ranks{};           ///< of several processes that train together, this one; a search's trials have their own
};

}  // namespace winnow::hf
