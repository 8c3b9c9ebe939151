/// A model in training, step by step: HF's loop (transformers 4.37, Trainer._inner_training_loop), without any file and
/// without anybody who watches. Trainer.train() and the trials of a search go through it.
///
/// Reproducible on CPU with equal seeds: the order of rows comes from a generator of its own. What the model itself
/// draws (dropout) comes from LibTorch's, which all threads share: it is seeded at the start.
///
/// Several ranks train as one would with a batch of per_device_train_batch_size times their number: each takes its
/// share of every batch, gradients are added up weighted by rows, and an end is agreed on with the gradients of a step.
/// Each evaluates its share of the rows. compute_metrics runs on rank 0 alone, and where there is a `watch`, rank 0's
/// control counts.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <winnow/core/report.hpp>
#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>
#include <winnow/trainers/hf/training_arguments.hpp>
#include <winnow/trainers/torch/model.hpp>
#include <winnow/trainers/torch/optimizer.hpp>
#include <winnow/trainers/torch/ranks.hpp>
#include <winnow/trainers/torch/rows.hpp>

namespace winnow::hf {

struct EvalPrediction {
  torch::Tensor predictions;  ///< the logits, [rows, …], on the CPU
  torch::Tensor label_ids;    ///< [rows, …]; undefined: the rows have none
};
/// Names get `eval_` before them, unless they have it.
using ComputeMetrics = std::function<Metrics(const EvalPrediction&)>;

/// What evaluation comes to.
struct Evaluation {
  Metrics metrics{};  ///< eval_loss first, if there are labels; then what compute_metrics says
  EvalPrediction prediction{};
};

/// What passes between one thing that is due and the next.
enum class Moment { epoch_begin, step_begin, substep_end, step_end, epoch_end };

/// What is to come; HF's TrainerControl. The arguments' strategies set it, callbacks may change it.
struct TrainerControl {
  bool should_training_stop = false;  ///< after what is due, without another batch
  bool should_epoch_stop = false;     ///< … with the next epoch
  bool should_save = false;
  bool should_evaluate = false;
  bool should_log = false;
  bool operator==(const TrainerControl&) const = default;
};

/// What a loop is made of; all but the model may be shared.
struct LoopParts {
  std::shared_ptr<Model> model;
  TrainingArguments arguments;  ///< resolved
  std::shared_ptr<const Rows> train_rows;
  std::shared_ptr<const Rows> eval_rows{};  ///< null: nothing is evaluated
  ComputeMetrics compute_metrics{};
  OptimizerMaker optimizer{};  ///< none: make_optimizer
  std::function<void(Moment, TrainerControl&)> watch{};
  std::shared_ptr<Ranks> ranks{};  ///< null: it trains alone
};

/// Where a training with these arguments computes.
torch::Device training_device(const TrainingArguments& arguments);
/// Fails with `invalid_input` for a GPU where LibTorch finds none; `named`: as the argument `device`.
Result<void> check_device(const std::string& named);
/// Whether who trains on this device trains on its slot's, where there is one.
bool uses_devices(const std::string& named);

class TrainingLoop {
public:
  /// What comes of going on.
  struct Logged {
    Metrics metrics;  ///< loss, learning_rate
  };
  struct Evaluated {
    Metrics metrics;
    double seconds = 0;  ///< that it took
  };
  struct SaveDue {};
  struct Ended {
    double train_loss = 0;  ///< mean over all steps
  };
  struct Cancelled {};
  using Event = std::variant<Logged, Evaluated, SaveDue, Ended, Cancelled>;

  /// Fails with `invalid_input`: arguments that can't be.
  static Result<std::unique_ptr<TrainingLoop>> make(LoopParts parts);
  virtual ~TrainingLoop() = default;

  /// Trains up to the next thing that is due. `cancelled` is looked at before each batch; after that, and after Ended,
  /// there is no going on. Throws what LibTorch, the model or compute_metrics throw. Of several ranks, all are
  /// cancelled when one is, and what one of them throws in a step is a RankError of all.
  virtual Event next(const std::atomic<bool>& cancelled) = 0;
  [[nodiscard]] virtual TrainerControl& control() = 0;
  /// By all ranks together: each has all predictions.
  virtual Evaluation evaluate(const Rows& rows) = 0;

  [[nodiscard]] virtual std::int64_t global_step() const = 0;  ///< optimizer steps done
  [[nodiscard]] virtual std::int64_t max_steps() const = 0;
  [[nodiscard]] virtual double epoch() const = 0;  ///< with the part of the one under way

  /// Between two calls of `next`: weights, optimizer, generators, and the place in the epoch in one file
  /// (detail/checkpoint_file.hpp); and whatever else is to be beside them.
  virtual Result<void> save(const std::filesystem::path& file, const OrderedJson& beside) = 0;
  /// Before the first `next`. Returns what was beside. Fails with `io`, `corrupt` or `invalid_input`.
  virtual Result<OrderedJson> restore(const std::filesystem::path& file) = 0;
};

}  // namespace winnow::hf
