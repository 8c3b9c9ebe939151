#include <torch/utils.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>
#include <map>
#include <utility>

#include <winnow/trainers/torch/detail/trainer_parts.hpp>
#include <winnow/trainers/torch/trainer.hpp>

namespace winnow::hf {
namespace {

constexpr const char* kState = "trainer_state.json";
constexpr const char* kModel = "training.pt";

OrderedJson numbers(const Metrics& metrics) {
  OrderedJson json = OrderedJson::object();
  for (const auto& [name, value] : metrics) json[name] = value;
  return json;
}

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// `eval_runtime` and what goes with it (transformers 4.37, speed_metrics).
void add_speed(Metrics& metrics, const std::string& prefix, double seconds, std::int64_t samples, std::int64_t steps) {
  metrics.emplace_back(prefix + "_runtime", seconds);
  if (seconds <= 0) return;
  metrics.emplace_back(prefix + "_samples_per_second", static_cast<double>(samples) / seconds);
  metrics.emplace_back(prefix + "_steps_per_second", static_cast<double>(steps) / seconds);
}

/// What metric_for_best_model names; null: it isn't among them.
const double* watched(const TrainingArguments& args, const Metrics& metrics) {
  const std::string name = args.metric_for_best_model.value_or("loss");
  return find_metric(metrics, name.starts_with("eval_") ? name : "eval_" + name);
}

bool is_better(const TrainingArguments& args, double value, double best, double by = 0) {
  return args.greater_is_better.value_or(false) ? value > best + by : value < best - by;
}

class EarlyStopping final : public TrainerCallback {
public:
  EarlyStopping(int patience, double threshold) : patience_(patience), threshold_(threshold) {}
  void on_train_begin(const TrainingArguments&, const TrainerState&, TrainerControl&) override { waited_ = 0; }
  void on_evaluate(const TrainingArguments& args, const TrainerState&, TrainerControl& control,
                   const Metrics& metrics) override {
    const double* value = watched(args, metrics);
    if (value == nullptr) return;
    if (!best_ || is_better(args, *value, *best_, threshold_)) {
      best_ = *value;
      waited_ = 0;
    } else if (++waited_ >= patience_) {
      control.should_training_stop = true;
    }
  }

private:
  int patience_;
  double threshold_;
  int waited_ = 0;
  std::optional<double> best_{};
};

}  // namespace

OrderedJson TrainerState::to_json() const {
  OrderedJson json{{"best_metric", best_metric ? OrderedJson(*best_metric) : OrderedJson()},
                   {"best_model_checkpoint",
                    best_model_checkpoint.empty() ? OrderedJson() : OrderedJson(best_model_checkpoint.string())},
                   {"epoch", epoch},
                   {"global_step", global_step},
                   {"max_steps", max_steps}};
  json["log_history"] = log_history;
  return json;
}

std::shared_ptr<TrainerCallback> early_stopping(int patience, double threshold) {
  return std::make_shared<EarlyStopping>(patience, threshold);
}

Result<Trainer> Trainer::make(TrainerOptions options) {
  if (options.model && options.model_init) {
    return fail(errc::invalid_input, "a Trainer takes a model or a model_init, not both");
  }
  if (!options.model && !options.model_init) {
    return fail(errc::invalid_input, "a Trainer requires either a model or a model_init");
  }
  auto args = completed(options.args);
  if (!args) return fail(std::move(args.error()));
  return Trainer(std::move(options), std::move(*args));
}

Result<void> Trainer::begin() {
  if (options_.model_init) model_ = make_model(options_.model_init, nullptr, args_.seed);
  auto loop = TrainingLoop::make(parts_of(options_, model_, args_));
  if (!loop) return fail(std::move(loop.error()));
  loop_ = std::move(*loop);
  state_ = {};
  control_ = {};
  state_.max_steps = loop_->max_steps();
  return {};
}

Result<void> Trainer::restore(const std::filesystem::path& folder) {
  if (auto restored = loop_->restore(folder / kModel); !restored) return restored;
  std::ifstream in(folder / kState);
  const OrderedJson saved = OrderedJson::parse(in, nullptr, false);
  if (!saved.is_object() || !saved.contains("log_history")) {
    return fail(errc::corrupt, (folder / kState).string() + ": no state of a Trainer");
  }
  state_.log_history = saved.at("log_history").get<std::vector<OrderedJson>>();
  if (saved.at("best_metric").is_number()) state_.best_metric = saved.at("best_metric").get<double>();
  if (saved.at("best_model_checkpoint").is_string()) {
    state_.best_model_checkpoint = saved.at("best_model_checkpoint").get<std::string>();
  }
  return {};
}

Result<TrainOutput> Trainer::train(const std::filesystem::path& resume_from_checkpoint) {
  return guarded([&]() -> Result<TrainOutput> {
    const double start = seconds_now();
    if (auto begun = begin(); !begun) return fail(std::move(begun.error()));
    torch::manual_seed(static_cast<std::uint64_t>(args_.seed));
    if (!resume_from_checkpoint.empty()) {
      if (auto restored = restore(resume_from_checkpoint); !restored) return fail(restored.error());
    }
    for (const auto& callback : options_.callbacks) callback->on_train_begin(args_, state_, control_);
    const std::atomic<bool> cancelled{false};
    for (;;) {
      const TrainingLoop::Event event = loop_->next(cancelled);
      state_.epoch = loop_->epoch();
      state_.global_step = loop_->global_step();
      if (const auto* logged = std::get_if<TrainingLoop::Logged>(&event)) log(logged->metrics);
      if (const auto* evaluated = std::get_if<TrainingLoop::Evaluated>(&event)) on_evaluated(evaluated->metrics);
      if (std::holds_alternative<TrainingLoop::SaveDue>(event)) {
        if (auto saved = on_save_due(); !saved) return fail(saved.error());
      }
      if (control_.should_training_stop) loop_->stop();
      const auto* ended = std::get_if<TrainingLoop::Ended>(&event);
      if (ended == nullptr) continue;
      TrainOutput output{.global_step = state_.global_step, .training_loss = ended->train_loss};
      add_speed(output.metrics, "train", seconds_now() - start,
                state_.global_step * args_.per_device_train_batch_size * args_.gradient_accumulation_steps,
                state_.global_step);
      output.metrics.emplace_back("train_loss", ended->train_loss);
      log(output.metrics);
      if (args_.load_best_model_at_end && !state_.best_model_checkpoint.empty()) {
        auto best = TrainingLoop::make(parts_of(options_, model_, args_));
        if (!best) return fail(std::move(best.error()));
        if (auto restored = (*best)->restore(state_.best_model_checkpoint / kModel); !restored) {
          return fail(restored.error());
        }
      }
      for (const auto& callback : options_.callbacks) callback->on_train_end(args_, state_, control_);
      return output;
    }
  });
}

void Trainer::log(const Metrics& metrics) {
  OrderedJson entry = numbers(metrics);
  entry["epoch"] = std::round(state_.epoch * 100) / 100;
  entry["step"] = state_.global_step;
  state_.log_history.push_back(entry);
  for (const auto& callback : options_.callbacks) callback->on_log(args_, state_, control_, entry);
}

void Trainer::on_evaluated(const Metrics& metrics) {
  log(metrics);
  for (const auto& callback : options_.callbacks) callback->on_evaluate(args_, state_, control_, metrics);
  const double* value = args_.metric_for_best_model ? watched(args_, metrics) : nullptr;
  if (value == nullptr || (state_.best_metric && !is_better(args_, *value, *state_.best_metric))) return;
  state_.best_metric = *value;
  if (!args_.output_dir.empty()) {
    state_.best_model_checkpoint =
        std::filesystem::path(args_.output_dir) / ("checkpoint-" + std::to_string(state_.global_step));
  }
}

/// save_total_limit: the oldest go, but never the best; beside that one the latest stays, to go on from (transformers
/// 4.37, Trainer._rotate_checkpoints).
void Trainer::rotate_checkpoints(const std::filesystem::path& root) const {
  const std::string prefix = "checkpoint-";
  std::map<std::int64_t, std::filesystem::path> by_step;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(root, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(prefix) || name.size() == prefix.size()) continue;
    if (name.find_first_not_of("0123456789", prefix.size()) != std::string::npos) continue;
    by_step.emplace(std::stoll(name.substr(prefix.size())), entry.path());
  }
  const auto& best = state_.best_model_checkpoint;
  auto limit = static_cast<std::size_t>(*args_.save_total_limit);
  if (limit == 1 && !best.empty() && !by_step.empty() && by_step.rbegin()->second != best) limit = 2;
  std::size_t left = by_step.size();
  for (const auto& [step, path] : by_step) {
    if (left <= limit) return;
    if (path == best) continue;
    std::filesystem::remove_all(path, error);
    --left;
  }
}

Result<void> Trainer::on_save_due() {
  const std::filesystem::path root = args_.output_dir;
  if (root.empty()) return {};
  const auto folder = root / ("checkpoint-" + std::to_string(state_.global_step));
  if (auto saved = save(folder); !saved) return saved;
  if (args_.save_total_limit.value_or(0) > 0) rotate_checkpoints(root);
  for (const auto& callback : options_.callbacks) callback->on_save(args_, state_, control_);
  return {};
}

Result<void> Trainer::save(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail(errc::io, folder.string() + ": can't make the folder: " + error.message());
  if (auto saved = loop_->save(folder / kModel); !saved) return saved;
  std::ofstream out(folder / kState);
  out << state_.to_json().dump(2) << '\n';
  std::ofstream args(folder / "training_args.json");
  args << to_json(args_).dump(2) << '\n';
  if (!out.flush() || !args.flush()) return fail(errc::io, folder.string() + ": can't write the checkpoint");
  return {};
}

Result<void> Trainer::save_model(const std::filesystem::path& folder) {
  return guarded([&]() -> Result<void> {
    if (!loop_) {
      if (auto begun = begin(); !begun) return begun;
    }
    return save(folder);
  });
}

Result<Metrics> Trainer::evaluate(const std::shared_ptr<const Rows>& dataset) {
  return guarded([&]() -> Result<Metrics> {
    const auto& rows = dataset ? dataset : options_.eval_dataset;
    if (!rows) return fail(errc::invalid_input, "evaluation requires an eval_dataset");
    if (!loop_) {
      if (auto begun = begin(); !begun) return fail(std::move(begun.error()));
    }
    const double start = seconds_now();
    Metrics metrics = loop_->evaluate(*rows).metrics;
    const std::int64_t size = args_.per_device_eval_batch_size;
    add_speed(metrics, "eval", seconds_now() - start, rows->size(), (rows->size() + size - 1) / size);
    log(metrics);
    return metrics;
  });
}

Result<PredictionOutput> Trainer::predict(const std::shared_ptr<const Rows>& dataset) {
  return guarded([&]() -> Result<PredictionOutput> {
    if (!dataset) return fail(errc::invalid_input, "prediction requires a dataset");
    if (!loop_) {
      if (auto begun = begin(); !begun) return fail(std::move(begun.error()));
    }
    Evaluation evaluation = loop_->evaluate(*dataset);
    PredictionOutput output{evaluation.prediction.predictions, evaluation.prediction.label_ids, {}};
    for (auto& [name, value] : evaluation.metrics) output.metrics.emplace_back("test_" + name.substr(5), value);
    return output;
  });
}

}  // namespace winnow::hf
