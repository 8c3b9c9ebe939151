#include <cmath>
#include <utility>

#include <winnow/trainers/hf/training_plan.hpp>
#include <winnow/trainers/torch/detail/watched.hpp>
#include <winnow/trainers/torch/schedule.hpp>

namespace winnow::hf {
namespace {

/// JSON has no infinity.
Value json_of(double number) {
  return std::isfinite(number) ? Value(number) : Value(number > 0 ? "inf" : "-inf");
}

double number_of(const Value& json) {
  if (json.is_number()) return json.get<double>();
  return json == "inf" ? HUGE_VAL : -HUGE_VAL;
}

}  // namespace

Result<Schedule> Schedule::make(const TrainingArguments& arguments, std::int64_t rows) {
  Schedule schedule;
  schedule.learning_rate_ = schedule.rate_ = arguments.learning_rate;
  if (arguments.lr_scheduler_type == "reduce_lr_on_plateau") {
    auto plateau = ReduceOnPlateau::make(arguments.lr_scheduler_kwargs);
    if (!plateau) return fail(std::move(plateau.error()));
    schedule.plateau_ = *plateau;
    schedule.metric_ = watched_name(arguments);
    return schedule;
  }
  const TrainingPlan plan = training_plan(arguments, batches_per_epoch(arguments, rows));
  auto factor = learning_rate_factor({.type = arguments.lr_scheduler_type,
                                      .kwargs = arguments.lr_scheduler_kwargs,
                                      .warmup_steps = plan.warmup_steps,
                                      .training_steps = plan.steps,
                                      .learning_rate = arguments.learning_rate});
  if (!factor) return fail(std::move(factor.error()));
  schedule.factor_ = std::move(*factor);
  return schedule;
}

void Schedule::evaluated(const Metrics& metrics) {
  const double* metric = plateau_ ? find_metric(metrics, metric_) : nullptr;
  if (metric != nullptr) rate_ = plateau_->next(*metric, rate_);
}

Value Schedule::state() const {
  if (!plateau_) return Value::object();
  const auto& state = plateau_->state();
  return {{"rate", rate_}, {"best", json_of(state.best)}, {"bad", state.bad}, {"cooling", state.cooling}};
}

void Schedule::set_state(const Value& state) {
  if (!plateau_) return;
  rate_ = state.at("rate").get<double>();
  plateau_->restore({.best = number_of(state.at("best")),
                     .bad = state.at("bad").get<std::int64_t>(),
                     .cooling = state.at("cooling").get<std::int64_t>()});
}

}  // namespace winnow::hf
