/// A training with all that goes with it: log_history, callbacks, checkpoint folders. Trainer::train and each trial of
/// a search are one.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <vector>

#include <winnow/trainers/torch/trainer_options.hpp>

namespace winnow::hf {

/// Throws what LibTorch, the model, compute_metrics and callbacks throw. Of several ranks the others hear of it, and of
/// errors; a RankError is an error here.
class TrainingRun {
public:
  /// `args` are completed; checkpoints go to its output_dir, if there is one. `ranks`: null, or the processes that
  /// train together, of which rank 0 writes. Fails with `invalid_input`.
  static Result<std::unique_ptr<TrainingRun>> make(std::shared_ptr<const TrainerOptions> options,
                                                   std::shared_ptr<Model> model, TrainingArguments args,
                                                   std::shared_ptr<Ranks> ranks = nullptr);

  /// TrainingLoop::next, and what HF does with it. Fails with `io` where a checkpoint can't be written.
  Result<TrainingLoop::Event> next(const std::atomic<bool>& cancelled);
  /// On the eval_dataset, or others. Fails with `invalid_input` where there are none.
  Result<Metrics> evaluate(const std::shared_ptr<const Rows>& rows);
  Result<Evaluation> predict(const Rows& rows);

  /// The whole state in one file, and in a folder with trainer_state.json and training_args.json beside it.
  Result<void> save(const std::filesystem::path& file);
  Result<void> save_folder(const std::filesystem::path& folder);
  /// Before the first `next`.
  Result<void> restore(const std::filesystem::path& file);
  Result<void> restore_folder(const std::filesystem::path& folder);

  [[nodiscard]] const TrainerState& state() const { return state_; }
  void set_trial(std::string name, Trial trial);
  [[nodiscard]] const TrainOutput& output() const { return output_; }
  [[nodiscard]] const std::shared_ptr<Model>& model() const { return model_; }
  /// The last one that was logged.
  [[nodiscard]] double loss() const { return loss_; }
  /// The last one: names begin with `eval_`, and there is how long it took.
  [[nodiscard]] const Metrics& evaluation() const { return evaluation_; }

private:
  TrainingRun(std::shared_ptr<const TrainerOptions> options, std::shared_ptr<Model> model, TrainingArguments args,
              std::shared_ptr<Ranks> ranks);
  [[nodiscard]] LoopParts parts();
  [[nodiscard]] bool writes() const { return ranks_ == nullptr || ranks_->rank() == 0; }
  Result<TrainingLoop::Event> go_on(const std::atomic<bool>& cancelled);
  void passes(Moment moment, TrainerControl& control);
  void log(const Metrics& metrics);
  void on_evaluated(Metrics metrics, double seconds, const Rows& rows);
  Result<void> on_save_due();
  Result<void> on_ended(double train_loss);

  std::shared_ptr<const TrainerOptions> options_;
  TrainingArguments args_;
  std::shared_ptr<Model> model_;
  std::shared_ptr<Ranks> ranks_;  ///< null: it trains alone
  std::vector<std::shared_ptr<TrainerCallback>> callbacks_{};
  std::unique_ptr<TrainingLoop> loop_{};
  TrainerState state_{};
  TrainOutput output_{};
  double loss_ = 0;
  Metrics evaluation_{};
  bool begun_ = false;
  std::chrono::steady_clock::time_point start_{};
};

}  // namespace winnow::hf
