#include <algorithm>
#include <cmath>
#include <winnow/trainers/hf/training_plan.hpp>

namespace winnow::hf {
namespace {

std::int64_t share_of(std::int64_t steps, double share) {
  return static_cast<std::int64_t>(std::ceil(static_cast<double>(steps) * share));
}

std::int64_t interval(std::int64_t steps, double every) {
  return every < 1 ? share_of(steps, every) : static_cast<std::int64_t>(every);
}

std::int64_t rounded_up(std::int64_t count, std::int64_t size) {
  return (count + size - 1) / size;
}

}  // namespace

std::int64_t batches_per_epoch(const TrainingArguments& arguments, std::int64_t rows) {
  const std::int64_t size = arguments.per_device_train_batch_size;
  return arguments.dataloader_drop_last ? rows / size : rounded_up(rows, size);
}

std::int64_t warmup_steps(const TrainingArguments& arguments, std::int64_t steps) {
  return arguments.warmup_steps > 0 ? arguments.warmup_steps : share_of(steps, arguments.warmup_ratio);
}

TrainingPlan training_plan(const TrainingArguments& arguments, std::int64_t batches) {
  TrainingPlan plan;
  plan.steps_per_epoch = std::max<std::int64_t>(1, batches / arguments.gradient_accumulation_steps);
  if (arguments.max_steps > 0) {
    plan.steps = arguments.max_steps;
    plan.epochs = rounded_up(plan.steps, plan.steps_per_epoch);
  } else {
    plan.steps = share_of(plan.steps_per_epoch, arguments.num_train_epochs);
    plan.epochs = static_cast<std::int64_t>(std::ceil(arguments.num_train_epochs));
  }
  plan.warmup_steps = warmup_steps(arguments, plan.steps);
  plan.logging_steps = interval(plan.steps, arguments.logging_steps);
  plan.save_steps = interval(plan.steps, arguments.save_steps);
  if (arguments.eval_steps) plan.eval_steps = interval(plan.steps, *arguments.eval_steps);
  return plan;
}

}  // namespace winnow::hf
