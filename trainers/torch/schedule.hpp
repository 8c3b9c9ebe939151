/// The learning rate of each step: a factor of the step, or what is left after evaluations that brought nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <winnow/core/report.hpp>
#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>
#include <winnow/trainers/hf/learning_rate.hpp>
#include <winnow/trainers/hf/training_arguments.hpp>

namespace winnow::hf {

class Schedule {
public:
  /// `rows`: of the training data. Fails with `invalid_input`.
  static Result<Schedule> make(const TrainingArguments& arguments, std::int64_t rows);

  /// After `step` steps.
  [[nodiscard]] double rate(std::int64_t step) const { return factor_ ? learning_rate_ * factor_(step) : rate_; }
  /// reduce_lr_on_plateau looks at metric_for_best_model.
  void evaluated(const Metrics& metrics);

  /// What a checkpoint needs.
  [[nodiscard]] Value state() const;
  void set_state(const Value& state);

private:
  double learning_rate_ = 0;
  LearningRateFactor factor_{};  ///< none: plateau_
  std::optional<ReduceOnPlateau> plateau_{};
  std::string metric_{};
  double rate_ = 0;
};

}  // namespace winnow::hf
