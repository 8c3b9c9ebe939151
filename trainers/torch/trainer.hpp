/// Hugging Face's Trainer (transformers 4.37) over LibTorch: trains, evaluates and predicts with a model by the
/// TrainingArguments, under HF's names; docs/trainer.md puts both side by side.
///
///     auto trainer = hf::Trainer::make({.model_init = [](const hf::Trial*) { return
///     hf::model_of(std::make_shared<Net>()); },
///                                       .args = args, .train_dataset = train, .eval_dataset = eval});
///     if (trainer) auto output = trainer->train();
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <winnow/core/report.hpp>
#include <winnow/core/result.hpp>
#include <winnow/trainers/hf/search.hpp>
#include <winnow/trainers/hf/training_arguments.hpp>
#include <winnow/trainers/torch/model.hpp>
#include <winnow/trainers/torch/rows.hpp>
#include <winnow/trainers/torch/trainer_options.hpp>
#include <winnow/trainers/torch/training_loop.hpp>
#include <winnow/trainers/trainable.hpp>

namespace winnow::hf {

struct PredictionOutput {
  torch::Tensor predictions{};  ///< the logits
  torch::Tensor label_ids{};    ///< undefined: the rows have no labels
  Metrics metrics{};            ///< test_loss …
};

class TrainingRun;

/// Used by one thread at a time.
class Trainer {
public:
  Trainer(Trainer&&) noexcept;
  Trainer& operator=(Trainer&&) noexcept;
  ~Trainer();

  /// Fails with `invalid_input`: neither model nor model_init, or both; arguments that contradict each other.
  static Result<Trainer> make(TrainerOptions options);

  /// From the beginning, or from a checkpoint: its folder, or the file that a trial of a search left. Checkpoints go to
  /// `output_dir`/checkpoint-STEP, if there is an output_dir. Fails with `invalid_input`, `io`, `corrupt`, or
  /// `trial_failed` with what was thrown.
  Result<TrainOutput> train(const std::filesystem::path& resume_from_checkpoint = {});
  /// On the eval_dataset, or others. Names begin with `eval_`.
  Result<Metrics> evaluate(const std::shared_ptr<const Rows>& dataset = nullptr);
  /// Names begin with `test_`.
  Result<PredictionOutput> predict(const std::shared_ptr<const Rows>& dataset);
  /// The checkpoint of what has been trained, in this folder.
  Result<void> save_model(const std::filesystem::path& folder);

  /// With what HF derives from others.
  [[nodiscard]] const TrainingArguments& args() const { return args_; }
  /// Of the last training.
  [[nodiscard]] const TrainerState& state() const;
  /// Null before the first use of a model_init.
  [[nodiscard]] std::shared_ptr<Model> model() const;
  [[nodiscard]] const TrainerOptions& options() const { return options_; }

  /// Searches the arguments (and whatever else model_init looks at) that make `compute_objective` best: HF's
  /// `hyperparameter_search`. Each trial begins with the arguments of this Trainer, which it leaves as they are. It is
  /// in the library winnow::search (engine/torch/).
  Result<std::vector<BestRun>> hyperparameter_search(const SearchOptions& options = {}) const;
  /// One that trains with what the run was given, model_init's share as well: to train the best again, for longer say.
  /// Fails with `invalid_input`.
  [[nodiscard]] Result<Trainer> with(const BestRun& run) const;

private:
  Trainer(TrainerOptions options, TrainingArguments args);
  Result<void> begin();
  Result<void> begun();  ///< unless it has

  TrainerOptions options_;  ///< with the arguments as they were given
  TrainingArguments args_;
  std::unique_ptr<TrainingRun> run_{};
  int runs_ = 0;  ///< begun
};

/// Trials of a search, each with a model of its own: the assignment is written onto the arguments (names that are none
/// are `model_init`'s), and each evaluation is a report: the objectives, then its metrics. The step is the epoch where
/// evaluation goes by epochs, else the optimizer's. Without evaluations in between there is one at the end.
/// Fails with `invalid_input` where there is no model_init, as HF does.
Result<std::unique_ptr<TrainableFactory>> trials_of(const Trainer& trainer, const SearchOptions& options = {});
/// Whether the model of such a trial draws, in training, from LibTorch's own generator (dropout), which all threads
/// share. Makes one, and asks it for the first rows' loss; false where that fails.
bool shares_draws(const Trainer& trainer, const Trial& example);

}  // namespace winnow::hf
