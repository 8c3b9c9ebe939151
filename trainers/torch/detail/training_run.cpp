#include <algorithm>
#include <cmath>
#include <fstream>
#include <system_error>
#include <utility>

#include <winnow/trainers/torch/detail/checkpoint_folders.hpp>
#include <winnow/trainers/torch/detail/rank_exchange.hpp>
#include <winnow/trainers/torch/detail/training_run.hpp>
#include <winnow/trainers/torch/detail/watched.hpp>

namespace winnow::hf {
namespace {

constexpr const char* kTraining = "training.pt";

/// `eval_runtime` and what goes with it (transformers 4.37, speed_metrics).
void add_speed(Metrics& metrics, const std::string& prefix, double seconds, std::int64_t samples, std::int64_t steps) {
  metrics.emplace_back(prefix + "_runtime", seconds);
  if (seconds <= 0) return;
  metrics.emplace_back(prefix + "_samples_per_second", static_cast<double>(samples) / seconds);
  metrics.emplace_back(prefix + "_steps_per_second", static_cast<double>(steps) / seconds);
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// What is beside a checkpoint's tensors.
OrderedJson beside(const TrainerState& state, const std::vector<std::shared_ptr<TrainerCallback>>& callbacks) {
  Value states = Value::array();
  for (const auto& callback : callbacks) states.push_back(callback->state());
  return {{"trainer", state.to_json()}, {"callbacks", states}};
}

void read_trainer(const OrderedJson& saved, TrainerState& state) {
  state.log_history = saved.at("log_history").get<std::vector<OrderedJson>>();
  if (saved.at("best_metric").is_number()) state.best_metric = saved.at("best_metric").get<double>();
  if (saved.at("best_model_checkpoint").is_string()) {
    state.best_model_checkpoint = saved.at("best_model_checkpoint").get<std::string>();
  }
}

}  // namespace

OrderedJson TrainerState::to_json() const {
  const std::string best = best_model_checkpoint.string();
  OrderedJson json{{"best_metric", best_metric ? OrderedJson(*best_metric) : OrderedJson()},
                   {"best_model_checkpoint", best.empty() ? OrderedJson() : OrderedJson(best)},
                   {"epoch", epoch},
                   {"global_step", global_step},
                   {"is_hyper_param_search", trial.has_value()}};
  json["log_history"] = log_history;
  json["max_steps"] = max_steps;
  json["trial_name"] = trial ? OrderedJson(trial_name) : OrderedJson();
  json["trial_params"] = trial ? OrderedJson::parse(trial->params.to_json().dump()) : OrderedJson();
  return json;
}

TrainingRun::TrainingRun(std::shared_ptr<const TrainerOptions> options, std::shared_ptr<Model> model,
                         TrainingArguments args, std::shared_ptr<Ranks> ranks)
    : options_(std::move(options)), args_(std::move(args)), model_(std::move(model)), ranks_(std::move(ranks)) {
  for (const CallbackMaker& make : options_->callbacks) callbacks_.push_back(make());
}

LoopParts TrainingRun::parts() {
  std::function<void(Moment, TrainerControl&)> watch;
  if (!callbacks_.empty()) watch = [this](Moment moment, TrainerControl& control) { passes(moment, control); };
  return {.model = model_,
          .arguments = args_,
          .train_rows = options_->train_dataset,
          .eval_rows = options_->eval_dataset,
          .compute_metrics = options_->compute_metrics,
          .optimizer = options_->optimizer,
          .watch = std::move(watch),
          .ranks = ranks_};
}

Result<std::unique_ptr<TrainingRun>> TrainingRun::make(std::shared_ptr<const TrainerOptions> options,
                                                       std::shared_ptr<Model> model, TrainingArguments args,
                                                       std::shared_ptr<Ranks> ranks) {
  std::unique_ptr<TrainingRun> run(
      new TrainingRun(std::move(options), std::move(model), std::move(args), std::move(ranks)));
  auto loop = TrainingLoop::make(run->parts());
  if (!loop) return fail(std::move(loop.error()));
  run->loop_ = std::move(*loop);
  run->state_.max_steps = run->loop_->max_steps();
  run->start_ = std::chrono::steady_clock::now();
  return run;
}

void TrainingRun::set_trial(std::string name, Trial trial) {
  state_.trial_name = std::move(name);
  state_.trial = std::move(trial);
}

void TrainingRun::passes(Moment moment, TrainerControl& control) {
  state_.epoch = loop_->epoch();
  state_.global_step = loop_->global_step();
  for (const auto& callback : callbacks_) {
    switch (moment) {
      case Moment::epoch_begin: callback->on_epoch_begin(args_, state_, control); break;
      case Moment::step_begin: callback->on_step_begin(args_, state_, control); break;
      case Moment::substep_end: callback->on_substep_end(args_, state_, control); break;
      case Moment::step_end: callback->on_step_end(args_, state_, control); break;
      case Moment::epoch_end: callback->on_epoch_end(args_, state_, control); break;
    }
  }
}

Result<TrainingLoop::Event> TrainingRun::next(const std::atomic<bool>& cancelled) {
  return among_ranks(ranks_.get(), [&] { return go_on(cancelled); });
}

Result<Evaluation> TrainingRun::predict(const Rows& rows) {
  return among_ranks(ranks_.get(), [&]() -> Result<Evaluation> { return loop_->evaluate(rows); });
}

Result<TrainingLoop::Event> TrainingRun::go_on(const std::atomic<bool>& cancelled) {
  if (!std::exchange(begun_, true)) {
    for (const auto& callback : callbacks_) callback->on_train_begin(args_, state_, loop_->control());
  }
  TrainingLoop::Event event = loop_->next(cancelled);
  state_.epoch = loop_->epoch();
  state_.global_step = loop_->global_step();
  if (const auto* logged = std::get_if<TrainingLoop::Logged>(&event)) {
    loss_ = *find_metric(logged->metrics, "loss");
    log(logged->metrics);
  } else if (const auto* evaluated = std::get_if<TrainingLoop::Evaluated>(&event)) {
    on_evaluated(evaluated->metrics, evaluated->seconds, *options_->eval_dataset);
  } else if (std::holds_alternative<TrainingLoop::SaveDue>(event)) {
    if (auto saved = on_save_due(); !saved) return fail(std::move(saved.error()));
  } else if (const auto* ended = std::get_if<TrainingLoop::Ended>(&event)) {
    if (auto done = on_ended(ended->train_loss); !done) return fail(std::move(done.error()));
  }
  return event;
}

Result<Metrics> TrainingRun::evaluate(const std::shared_ptr<const Rows>& others) {
  const auto& rows = others ? others : options_->eval_dataset;
  if (!rows) return fail(errc::invalid_input, "evaluation requires an eval_dataset");
  return among_ranks(ranks_.get(), [&]() -> Result<Metrics> {
    const auto start = std::chrono::steady_clock::now();
    Metrics metrics = loop_->evaluate(*rows).metrics;
    on_evaluated(std::move(metrics), seconds_since(start), *rows);
    return evaluation_;
  });
}

void TrainingRun::log(const Metrics& metrics) {
  OrderedJson entry = OrderedJson::object();
  for (const auto& [name, value] : metrics) entry[name] = value;
  entry["epoch"] = std::round(state_.epoch * 100) / 100;
  entry["step"] = state_.global_step;
  state_.log_history.push_back(entry);
  for (const auto& callback : callbacks_) callback->on_log(args_, state_, loop_->control(), entry);
}

void TrainingRun::on_evaluated(Metrics metrics, double seconds, const Rows& rows) {
  const std::int64_t size = args_.per_device_eval_batch_size;
  add_speed(metrics, "eval", seconds, rows.size(), (rows.size() + size - 1) / size);
  evaluation_ = std::move(metrics);
  log(evaluation_);
  for (const auto& callback : callbacks_) callback->on_evaluate(args_, state_, loop_->control(), evaluation_);
  const double* value = args_.metric_for_best_model ? watched_metric(args_, evaluation_) : nullptr;
  if (value == nullptr || (state_.best_metric && !is_better(args_, *value, *state_.best_metric))) return;
  state_.best_metric = *value;
  if (!args_.output_dir.empty()) {
    state_.best_model_checkpoint = checkpoint_folder(args_.output_dir, state_.global_step);
  }
}

Result<void> TrainingRun::on_save_due() {
  if (args_.output_dir.empty()) return {};
  if (writes()) {
    if (auto saved = save_folder(checkpoint_folder(args_.output_dir, state_.global_step)); !saved) return saved;
    if (const auto limit = args_.save_total_limit.value_or(0); limit > 0) {
      rotate_checkpoints(args_.output_dir, static_cast<std::size_t>(limit), state_.best_model_checkpoint);
    }
  }
  for (const auto& callback : callbacks_) callback->on_save(args_, state_, loop_->control());
  return {};
}

Result<void> TrainingRun::on_ended(double train_loss) {
  output_ = {.global_step = state_.global_step, .training_loss = train_loss, .metrics = {}};
  add_speed(output_.metrics, "train", seconds_since(start_),
            state_.global_step * args_.per_device_train_batch_size * args_.gradient_accumulation_steps *
                (ranks_ == nullptr ? 1 : ranks_->size()),
            state_.global_step);
  output_.metrics.emplace_back("train_loss", train_loss);
  log(output_.metrics);
  if (args_.load_best_model_at_end && !state_.best_model_checkpoint.empty()) {
    auto best = TrainingLoop::make(parts());
    if (!best) return fail(std::move(best.error()));
    if (auto restored = (*best)->restore(state_.best_model_checkpoint / kTraining); !restored) {
      return fail(std::move(restored.error()));
    }
  }
  for (const auto& callback : callbacks_) callback->on_train_end(args_, state_, loop_->control());
  return {};
}

Result<void> TrainingRun::save(const std::filesystem::path& file) {
  return loop_->save(file, beside(state_, callbacks_));
}

Result<void> TrainingRun::save_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail(errc::io, folder.string() + ": can't make the folder: " + error.message());
  if (auto saved = save(folder / kTraining); !saved) return saved;
  std::ofstream state(folder / "trainer_state.json");
  state << state_.to_json().dump(2) << '\n';
  std::ofstream args(folder / "training_args.json");
  args << to_json(args_).dump(2) << '\n';
  if (!state.flush() || !args.flush()) return fail(errc::io, folder.string() + ": can't write the checkpoint");
  return {};
}

Result<void> TrainingRun::restore(const std::filesystem::path& file) {
  const auto saved = loop_->restore(file);
  if (!saved) return fail(saved.error());
  try {
    read_trainer(saved->at("trainer"), state_);
    const OrderedJson& states = saved->at("callbacks");
    if (states.size() != callbacks_.size()) return {};  // of a training with other callbacks
    for (std::size_t i = 0; i < callbacks_.size(); ++i) callbacks_[i]->set_state(states[i]);
  } catch (const OrderedJson::exception&) {
    return fail(errc::corrupt, file.string() + ": no checkpoint of a Trainer");
  }
  return {};
}

Result<void> TrainingRun::restore_folder(const std::filesystem::path& folder) {
  return restore(std::filesystem::is_directory(folder) ? folder / kTraining : folder);
}

}  // namespace winnow::hf
