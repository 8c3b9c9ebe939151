/// What a training run is told: Hugging Face's `TrainingArguments`, by its names, defaults and file format.
///
/// Compared with transformers 4.37.2. The members stand in the order of its documentation, as designated initialisers
/// want them. Values that HF derives when the object is made (`eval_steps` from `logging_steps`, …) are derived by
/// `completed`, so that a trial's values come first. What HF has and this trainer hasn't stays in `others`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>

namespace winnow::hf {

struct TrainingArguments {
  std::string output_dir{};
  bool overwrite_output_dir = false;
  bool do_train = false;
  bool do_eval = false;
  bool do_predict = false;
  std::string evaluation_strategy = "no";  ///< no, steps, epoch
  bool prediction_loss_only = false;
  std::int64_t per_device_train_batch_size = 8;
  std::int64_t per_device_eval_batch_size = 8;
  std::int64_t gradient_accumulation_steps = 1;
  double eval_delay = 0;  ///< epochs or steps, as evaluation_strategy counts
  double learning_rate = 5e-5;
  double weight_decay = 0;
  double adam_beta1 = 0.9;
  double adam_beta2 = 0.999;
  double adam_epsilon = 1e-8;
  double max_grad_norm = 1;  ///< 0: no clipping
  double num_train_epochs = 3;
  std::int64_t max_steps = -1;  ///< > 0: counts in place of num_train_epochs
  std::string lr_scheduler_type = "linear";
  Value lr_scheduler_kwargs = Value::object();
  double warmup_ratio = 0;        ///< of all steps; counts if warmup_steps is 0
  std::int64_t warmup_steps = 0;  ///< optimizer steps
  std::optional<std::string> logging_dir{};
  std::string logging_strategy = "steps";
  bool logging_first_step = false;
  double logging_steps = 500;  ///< below 1: a share of all steps; so are eval_steps and save_steps
  bool logging_nan_inf_filter = true;
  std::string save_strategy = "steps";
  double save_steps = 500;
  std::optional<std::int64_t> save_total_limit{};
  bool save_only_model = false;
  bool no_cuda = false;  ///< the old spelling of use_cpu
  bool use_cpu = false;
  std::int64_t seed = 42;
  std::optional<std::int64_t> data_seed{};  ///< of the order of rows; none: seed
  bool dataloader_drop_last = false;
  std::optional<double> eval_steps{};
  std::int64_t dataloader_num_workers = 0;
  std::optional<std::string> run_name{};
  std::optional<bool> disable_tqdm{};
  bool load_best_model_at_end = false;
  std::optional<std::string> metric_for_best_model{};
  std::optional<bool> greater_is_better{};
  bool ignore_data_skip = false;
  double label_smoothing_factor = 0;
  std::string optim = "adamw_torch";
  std::optional<std::string> optim_args{};
  bool adafactor = false;  ///< the old spelling of optim = "adafactor"
  bool group_by_length = false;
  std::string length_column_name = "length";
  std::optional<std::string> resume_from_checkpoint{};
  bool include_inputs_for_metrics = false;
  std::string ray_scope = "last";  ///< last, all, avg, last-5-avg, last-10-avg

  /// `auto`, `cpu`, `cuda`, `cuda:1`. HF has it as a property, not as an argument: it isn't in the file.
  std::string device = "auto";
  /// Arguments that HF has and this trainer hasn't, as a file gave them.
  Value others = Value::object();

  bool operator==(const TrainingArguments&) const = default;
};

/// All names, in HF's order; without `device`.
std::vector<std::string> argument_names();

/// The arguments as they count: with what HF derives from the others. Fails with `invalid_input` and `name: what` for a
/// value out of its range and for arguments that contradict each other.
Result<TrainingArguments> completed(TrainingArguments arguments);

/// HF's file (`TrainingArguments.to_json_string`), in its order, `others` last.
OrderedJson to_json(const TrainingArguments& arguments);

struct ReadArguments {
  TrainingArguments arguments{};
  /// For people: names that are no argument, and arguments that this trainer hasn't and that aren't at their defaults.
  std::vector<std::string> warnings{};
};
/// Fails with `invalid_input` and `name: must be …, got …` for a value of the wrong type; null is the default.
Result<ReadArguments> from_json(const Value& file);

/// What writing a trial's value onto the arguments came to.
struct Written {
  std::optional<Value> trained{};  ///< the value as trained; none: the name is no argument
  std::string warning{};           ///< for people; empty: all is as it was asked
};
/// Casts the value to the argument's type, as HF does before a trial: 34.5 is a seed of 34, "16" a batch size of 16.
/// Booleans are read by word. A name that is no argument changes nothing, and gets a warning. Fails with
/// `invalid_input` for what can't be cast.
Result<Written> set(TrainingArguments& arguments, std::string_view name, const Value& value);

}  // namespace winnow::hf
