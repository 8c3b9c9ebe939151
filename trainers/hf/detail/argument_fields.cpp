#include <algorithm>
#include <winnow/trainers/hf/detail/argument_fields.hpp>

namespace winnow::hf {
namespace {

using Arguments = TrainingArguments;
using fields::Range;

constexpr Range kReal;
constexpr Range kWhole{.integer = true};
constexpr Range kFromZero{.low = 0};
constexpr Range kShare{.low = 0, .high = 1};
constexpr Range kBeta{.low = 0, .high = 1, .open_high = true};  // as PyTorch's Adam checks it
constexpr Range kAtLeastOne{.low = 1, .integer = true};
constexpr Range kCount{.low = 0, .integer = true};
constexpr Range kSeed{.low = 0, .high = 4294967295.0, .integer = true};  // as numpy takes it

std::vector<Field> make_fields() {
  const std::vector<std::string> intervals = {"no", "steps", "epoch"};
  const std::vector<std::string> schedules = {"linear",
                                              "cosine",
                                              "cosine_with_restarts",
                                              "polynomial",
                                              "constant",
                                              "constant_with_warmup",
                                              "inverse_sqrt",
                                              "reduce_lr_on_plateau"};
  const std::vector<std::string> optimizers = {"adamw_torch", "adafactor", "sgd", "adagrad", "rmsprop"};
  const std::vector<std::string> scopes = {"last", "all", "avg", "last-5-avg", "last-10-avg"};
  return {
      {"output_dir", &Arguments::output_dir},
      {"overwrite_output_dir", &Arguments::overwrite_output_dir},
      {"do_train", &Arguments::do_train},
      {"do_eval", &Arguments::do_eval},
      {"do_predict", &Arguments::do_predict},
      {"evaluation_strategy", &Arguments::evaluation_strategy, kReal, intervals},
      {"prediction_loss_only", &Arguments::prediction_loss_only},
      {"per_device_train_batch_size", &Arguments::per_device_train_batch_size, kAtLeastOne},
      {"per_device_eval_batch_size", &Arguments::per_device_eval_batch_size, kAtLeastOne},
      {"gradient_accumulation_steps", &Arguments::gradient_accumulation_steps, kAtLeastOne},
      {"eval_delay", &Arguments::eval_delay, kReal, {}, Counting::plain},
      {"learning_rate", &Arguments::learning_rate, kFromZero},
      {"weight_decay", &Arguments::weight_decay, kFromZero},
      {"adam_beta1", &Arguments::adam_beta1, kBeta},
      {"adam_beta2", &Arguments::adam_beta2, kBeta},
      {"adam_epsilon", &Arguments::adam_epsilon, kFromZero},
      {"max_grad_norm", &Arguments::max_grad_norm},
      {"num_train_epochs", &Arguments::num_train_epochs, kFromZero},
      {"max_steps", &Arguments::max_steps, kWhole},
      {"lr_scheduler_type", &Arguments::lr_scheduler_type, kReal, schedules},
      {"lr_scheduler_kwargs", &Arguments::lr_scheduler_kwargs},
      {"warmup_ratio", &Arguments::warmup_ratio, kShare},
      {"warmup_steps", &Arguments::warmup_steps, kWhole},
      {"logging_dir", &Arguments::logging_dir},
      {"logging_strategy", &Arguments::logging_strategy, kReal, intervals},
      {"logging_first_step", &Arguments::logging_first_step},
      {"logging_steps", &Arguments::logging_steps, kFromZero, {}, Counting::steps},
      {"logging_nan_inf_filter", &Arguments::logging_nan_inf_filter},
      {"save_strategy", &Arguments::save_strategy, kReal, intervals},
      {"save_steps", &Arguments::save_steps, kFromZero, {}, Counting::steps},
      {"save_total_limit", &Arguments::save_total_limit, kWhole},
      {"save_only_model", &Arguments::save_only_model},
      {"no_cuda", &Arguments::no_cuda},
      {"use_cpu", &Arguments::use_cpu},
      {"seed", &Arguments::seed, kSeed},
      {"data_seed", &Arguments::data_seed, kWhole},
      {"dataloader_drop_last", &Arguments::dataloader_drop_last},
      {"eval_steps", &Arguments::eval_steps, kFromZero, {}, Counting::steps},
      {"dataloader_num_workers", &Arguments::dataloader_num_workers, kCount},
      {"run_name", &Arguments::run_name},
      {"disable_tqdm", &Arguments::disable_tqdm},
      {"load_best_model_at_end", &Arguments::load_best_model_at_end},
      {"metric_for_best_model", &Arguments::metric_for_best_model},
      {"greater_is_better", &Arguments::greater_is_better},
      {"ignore_data_skip", &Arguments::ignore_data_skip},
      {"label_smoothing_factor", &Arguments::label_smoothing_factor, kShare},
      {"optim", &Arguments::optim, kReal, optimizers},
      {"optim_args", &Arguments::optim_args},
      {"adafactor", &Arguments::adafactor},
      {"group_by_length", &Arguments::group_by_length},
      {"length_column_name", &Arguments::length_column_name},
      {"resume_from_checkpoint", &Arguments::resume_from_checkpoint},
      {"include_inputs_for_metrics", &Arguments::include_inputs_for_metrics},
      {"ray_scope", &Arguments::ray_scope, kReal, scopes},
  };
}

}  // namespace

const std::vector<Field>& argument_fields() {
  static const std::vector<Field> fields = make_fields();
  return fields;
}

const Field* find_field(std::string_view name) {
  const auto& all = argument_fields();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Field& field) { return field.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace winnow::hf
