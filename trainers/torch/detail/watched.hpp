/// metric_for_best_model and what is better of two of its values.
#pragma once

#include <string>

#include <winnow/core/report.hpp>
#include <winnow/trainers/hf/training_arguments.hpp>

namespace winnow::hf {

/// As an evaluation calls it.
inline std::string eval_name(const std::string& metric) {
  return metric.starts_with("eval_") ? metric : "eval_" + metric;
}

inline std::string watched_name(const TrainingArguments& args) {
  return eval_name(args.metric_for_best_model.value_or("loss"));
}

/// Null: it isn't among them.
inline const double* watched_metric(const TrainingArguments& args, const Metrics& metrics) {
  return find_metric(metrics, watched_name(args));
}

/// By more than `by`.
inline bool is_better(const TrainingArguments& args, double value, double best, double by = 0) {
  return args.greater_is_better.value_or(false) ? value > best + by : value < best - by;
}

}  // namespace winnow::hf
