/// How many steps a run takes, and when it logs, evaluates and saves: what HF's Trainer works out before it starts.
#pragma once

#include <cstdint>
#include <optional>

#include <winnow/trainers/hf/training_arguments.hpp>

namespace winnow::hf {

struct TrainingPlan {
  std::int64_t steps_per_epoch = 1;  ///< optimizer steps
  std::int64_t steps = 0;            ///< in all
  std::int64_t epochs = 0;           ///< begun ones
  std::int64_t warmup_steps = 0;
  // Every how many steps; 0 where the arguments say so, which only a strategy other than `steps` can have.
  std::int64_t logging_steps = 0;
  std::int64_t save_steps = 0;
  std::optional<std::int64_t> eval_steps{};
  bool operator==(const TrainingPlan&) const = default;
};

/// Batches of one pass over the data on one device: the last one may be smaller, unless dataloader_drop_last.
std::int64_t batches_per_epoch(const TrainingArguments& arguments, std::int64_t rows);

/// `arguments` are completed ones. Batches that are left over at the end of an epoch make no step of their own, unless
/// there are too few for one. Shares of steps are rounded up.
TrainingPlan training_plan(const TrainingArguments& arguments, std::int64_t batches);

/// warmup_steps, or else warmup_ratio of all steps, rounded up.
std::int64_t warmup_steps(const TrainingArguments& arguments, std::int64_t steps);

}  // namespace winnow::hf
