#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <torch/cuda.h>
#include <torch/nn/utils/clip_grad.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <utility>

#include <winnow/trainers/hf/training_plan.hpp>
#include <winnow/trainers/torch/detail/checkpoint_file.hpp>
#include <winnow/trainers/torch/detail/default_generator.hpp>
#include <winnow/trainers/torch/detail/device_option.hpp>
#include <winnow/trainers/torch/detail/first_line.hpp>
#include <winnow/trainers/torch/detail/one_thread.hpp>
#include <winnow/trainers/torch/detail/ranked_training.hpp>
#include <winnow/trainers/torch/detail/watched.hpp>
#include <winnow/trainers/torch/optimizer.hpp>
#include <winnow/trainers/torch/schedule.hpp>
#include <winnow/trainers/torch/training_loop.hpp>

namespace winnow::hf {
namespace {

constexpr const char* kFormat = "winnow.trainer";
constexpr int kVersion = 2;

Batch on_device(Batch batch, const torch::Device& device) {
  for (auto& [name, column] : batch) {
    if (column.device() != device) column = column.to(device);
  }
  return batch;
}

torch::Device device_of(const std::string& name) {
  return torch::Device(device_of_trial(name, {}, torch::cuda::is_available()).value());
}

/// Label smoothing (transformers 4.37, LabelSmoother): a part of each label's weight goes to all classes alike.
torch::Tensor smoothed_loss(const torch::Tensor& logits, const torch::Tensor& labels, double factor) {
  const torch::Tensor rows = -torch::log_softmax(logits, -1);
  const torch::Tensor padding = labels.eq(-100).unsqueeze(-1);
  const torch::Tensor own = rows.gather(-1, labels.clamp_min(0).unsqueeze(-1)).masked_fill(padding, 0);
  const torch::Tensor all = rows.sum(-1, true).masked_fill(padding, 0);
  const auto counted = static_cast<double>(padding.numel() - padding.sum().item<std::int64_t>());
  return (1 - factor) * own.sum() / counted + factor * all.sum() / (counted * static_cast<double>(logits.size(-1)));
}

/// The order of an epoch's rows.
torch::Tensor order_of(const Rows& rows, const TrainingArguments& arguments, at::Generator& generator) {
  torch::Tensor order = torch::randperm(rows.size(), generator);
  const auto lengths = arguments.group_by_length ? rows.lengths() : std::vector<std::int64_t>();
  if (lengths.empty()) return order;
  // HF's get_length_grouped_indices: within each 50 batches the longest first, and the longest of all in the first.
  const std::int64_t size = rows.size();
  const std::int64_t batch = arguments.per_device_train_batch_size * arguments.gradient_accumulation_steps;
  const std::int64_t mega = std::max<std::int64_t>(std::min(size / (batch * 4), std::int64_t{50}), 1) * batch;
  auto* at = order.data_ptr<std::int64_t>();
  const auto longer = [&](std::int64_t one, std::int64_t other) {
    return lengths[static_cast<std::size_t>(one)] > lengths[static_cast<std::size_t>(other)];
  };
  std::int64_t longest = 0;
  for (std::int64_t begin = 0; begin < size; begin += mega) {
    std::stable_sort(at + begin, at + std::min(begin + mega, size), longer);
    if (longer(at[begin], at[longest])) longest = begin;
  }
  std::swap(at[0], at[longest]);
  return order;
}

std::vector<torch::Tensor> tensors_of(const std::vector<NamedParameter>& parameters) {
  std::vector<torch::Tensor> tensors;
  for (const NamedParameter& one : parameters) tensors.push_back(one.tensor);
  return tensors;
}

/// What tells one model from another: names and shapes.
OrderedJson shapes_of(const std::vector<NamedParameter>& parameters) {
  OrderedJson shapes = OrderedJson::object();
  for (const NamedParameter& one : parameters) shapes[one.name] = one.tensor.sizes().vec();
  return shapes;
}

class Loop final : public TrainingLoop {
public:
  Loop(LoopParts parts, std::vector<NamedParameter> parameters, std::unique_ptr<Optimizer> optimizer, Schedule schedule)
      : parts_(std::move(parts)),
        arguments_(parts_.arguments),
        device_(device_of(arguments_.device)),
        parameters_(std::move(parameters)),
        tensors_(tensors_of(parameters_)),
        optimizer_(std::move(optimizer)),
        batches_(batches_per_epoch(arguments_, parts_.train_rows->size())),
        plan_(training_plan(arguments_, batches_)),
        schedule_(std::move(schedule)),
        generator_(at::make_generator<at::CPUGeneratorImpl>(
            static_cast<std::uint64_t>(arguments_.data_seed.value_or(arguments_.seed)))) {
    if (parts_.ranks == nullptr) return;
    ranks_ =
        std::make_unique<RankedTraining>(parts_.ranks, parts_.model, tensors_, arguments_.gradient_accumulation_steps);
  }

  Event next(const std::atomic<bool>& cancelled) override {
    use_one_thread();
    if (ranks_ != nullptr) enter();
    Event event = go_on(cancelled);
    const bool can_be_saved = !std::holds_alternative<Logged>(event) && !std::holds_alternative<Cancelled>(event);
    if (ranks_ != nullptr && can_be_saved) collect();
    return event;
  }
  [[nodiscard]] TrainerControl& control() override { return control_; }

  Evaluation evaluate(const Rows& rows) override {
    use_one_thread();
    const std::int64_t batches =
        (rows.size() + arguments_.per_device_eval_batch_size - 1) / arguments_.per_device_eval_batch_size;
    if (ranks_ != nullptr) enter();
    const auto evaluate = [&](std::int64_t first, std::int64_t last) { return evaluate_batches(rows, first, last); };
    const EvaluatedPart all = ranks_ == nullptr ? evaluate(0, batches) : ranks_->evaluate_share(batches, evaluate);
    Evaluation evaluation;
    if (all.has_loss) evaluation.metrics.emplace_back("eval_loss", all.loss / static_cast<double>(rows.size()));
    evaluation.prediction.predictions = torch::cat(all.logits);
    if (!all.labels.empty()) evaluation.prediction.label_ids = torch::cat(all.labels);
    if (parts_.compute_metrics && !all.labels.empty()) {
      const auto compute = [&] { return parts_.compute_metrics(evaluation.prediction); };
      for (auto& [name, value] : ranks_ == nullptr ? compute() : ranks_->computed(compute)) {
        evaluation.metrics.emplace_back(eval_name(name), value);
      }
    }
    return evaluation;
  }

  [[nodiscard]] std::int64_t global_step() const override { return global_step_; }
  [[nodiscard]] std::int64_t max_steps() const override { return plan_.steps; }
  [[nodiscard]] double epoch() const override {
    return static_cast<double>(epoch_) + static_cast<double>(batch_) / static_cast<double>(batches_);
  }

  Result<void> save(const std::filesystem::path& file, const OrderedJson& beside) override;
  Result<OrderedJson> restore(const std::filesystem::path& file) override;

private:
  enum class Phase { training, after_step, after_epoch, ended };

  ModelOutput forward(const Batch& batch) {
    ModelOutput output = parts_.model->forward(batch);
    const auto labels = batch.find("labels");
    if (arguments_.label_smoothing_factor > 0 && labels != batch.end()) {
      output.loss = smoothed_loss(output.logits, labels->second, arguments_.label_smoothing_factor);
    }
    return output;
  }

  Event go_on(const std::atomic<bool>& cancelled) {
    for (;;) {
      const bool control_counts = phase_ != Phase::training || !order_.defined();
      if (ranks_ != nullptr && control_counts) control_ = control_of(ranks_->agreed(flags_of(control_)));
      if (auto due = take_due()) return std::move(*due);
      settle();
      if (phase_ == Phase::ended) return Ended{global_step_ == 0 ? 0 : total_loss_ / static_cast<double>(global_step_)};
      if (phase_ != Phase::training) continue;
      if (ranks_ == nullptr && cancelled) return Cancelled{};
      if (!order_.defined()) {
        begin_epoch();
      } else if (!train_batch(cancelled)) {
        return Cancelled{};
      }
    }
  }

  EvaluatedPart evaluate_batches(const Rows& rows, std::int64_t first, std::int64_t last) {
    const torch::NoGradGuard no_grad;
    parts_.model->set_training(false);
    EvaluatedPart part;
    const std::int64_t size = arguments_.per_device_eval_batch_size;
    for (std::int64_t begin = first * size; begin < std::min(last * size, rows.size()); begin += size) {
      const std::int64_t end = std::min(begin + size, rows.size());
      const Batch batch = on_device(rows.batch(torch::arange(begin, end)), device_);
      const ModelOutput output = forward(batch);
      part.has_loss = part.has_loss && output.loss.defined();
      if (part.has_loss) part.loss += output.loss.item<double>() * static_cast<double>(end - begin);
      part.logits.push_back(output.logits.cpu());
      if (const auto label = batch.find("labels"); label != batch.end()) part.labels.push_back(label->second.cpu());
    }
    parts_.model->set_training(true);
    return part;
  }

  void passes(Moment moment) {
    if (parts_.watch) parts_.watch(moment, control_);
  }

  /// In this order: what was asked for by the end of a step or an epoch.
  std::optional<Event> take_due() {
    if (phase_ == Phase::training || phase_ == Phase::ended) return std::nullopt;
    if (std::exchange(control_.should_log, false) && global_step_ > last_logged_) return logged();
    if (std::exchange(control_.should_evaluate, false) && parts_.eval_rows != nullptr) return evaluated();
    if (std::exchange(control_.should_save, false)) return SaveDue{};
    return std::nullopt;
  }

  /// When nothing is due any more.
  void settle() {
    if (phase_ == Phase::after_step) {
      const bool ends = batch_ == batches_ || control_.should_epoch_stop || control_.should_training_stop;
      ends ? end_epoch() : void(phase_ = Phase::training);
    } else if (phase_ == Phase::after_epoch) {
      order_ = torch::Tensor();
      phase_ = Phase::training;
      if (batch_ != 0 && !control_.should_training_stop) {  // the rest of it is left out
        ++epoch_;
        batch_ = 0;
      }
    }
    const bool between_epochs = phase_ == Phase::training && !order_.defined();
    if (between_epochs && (control_.should_training_stop || epoch_ >= plan_.epochs)) phase_ = Phase::ended;
  }

  void begin_epoch() {
    order_ = order_of(*parts_.train_rows, arguments_, generator_);
    control_.should_epoch_stop = false;
    passes(Moment::epoch_begin);
  }

  /// False: it is cancelled.
  bool train_batch(const std::atomic<bool>& cancelled) {
    if (batch_ % arguments_.gradient_accumulation_steps == 0) {
      control_.should_log = control_.should_evaluate = control_.should_save = false;
      passes(Moment::step_begin);
    }
    const bool is_last = batch_ + 1 == batches_;
    const bool steps = (batches_done_ + 1) % arguments_.gradient_accumulation_steps == 0 ||
                       (is_last && batches_ <= arguments_.gradient_accumulation_steps);
    const std::int64_t size = arguments_.per_device_train_batch_size;
    const std::int64_t begin = batch_ * size;
    const std::int64_t rows = std::min(size, order_.size(0) - begin);
    if (ranks_ == nullptr) {
      add_loss(backward(begin, rows, rows));
    } else {
      ranks_->train_share(rows, steps, cancelled, [&](std::int64_t first, std::int64_t last) {
        return backward(begin + first, last - first, rows);
      });
      if (steps || is_last) {
        const auto losses = ranks_->end_of_step(steps);
        if (!losses) return false;
        for (const double loss : *losses) add_loss(loss);
      }
    }
    ++batch_;
    ++batches_done_;
    is_pending_ = true;
    if (steps) {
      update();
      return true;
    }
    passes(Moment::substep_end);
    if (is_last) end_epoch();
    return true;
  }

  /// Of some rows of a batch that has `of` of them, which weighs their loss. Returns it as weighed.
  double backward(std::int64_t begin, std::int64_t rows, std::int64_t of) {
    const Batch batch = on_device(parts_.train_rows->batch(order_.narrow(0, begin, rows)), device_);
    torch::Tensor loss = forward(batch).loss;
    if (!loss.defined()) throw std::invalid_argument("the model gives no loss: do the rows have labels?");
    auto divisor = static_cast<double>(arguments_.gradient_accumulation_steps);
    if (rows != of) divisor *= static_cast<double>(of) / static_cast<double>(rows);
    if (divisor != 1) loss = loss / divisor;
    loss.backward();
    return loss.item<double>();
  }

  /// One that is no number counts as the mean of those before it (logging_nan_inf_filter).
  void add_loss(double loss) {
    if (arguments_.logging_nan_inf_filter && !std::isfinite(loss)) {
      loss = recent_loss_ / static_cast<double>(1 + global_step_ - last_logged_);
    }
    recent_loss_ += loss;
    total_loss_ += loss;
  }

  void update() {
    if (arguments_.max_grad_norm > 0) torch::nn::utils::clip_grad_norm_(tensors_, arguments_.max_grad_norm);
    optimizer_->step(schedule_.rate(global_step_));
    for (torch::Tensor& tensor : tensors_) tensor.mutable_grad().reset();
    is_pending_ = false;
    ++global_step_;
    const auto every = [&](const std::string& strategy, std::int64_t steps) {
      return strategy == "steps" && steps > 0 && global_step_ % steps == 0;
    };
    const bool first = global_step_ == 1 && arguments_.logging_first_step;
    ask_for(first || every(arguments_.logging_strategy, plan_.logging_steps),
            every(arguments_.evaluation_strategy, plan_.eval_steps.value_or(0)) &&
                arguments_.eval_delay <= static_cast<double>(global_step_),
            every(arguments_.save_strategy, plan_.save_steps));
    if (global_step_ >= plan_.steps) control_.should_training_stop = true;
    phase_ = Phase::after_step;
    passes(Moment::step_end);
  }

  void end_epoch() {
    if (batch_ == batches_) {
      ++epoch_;
      batch_ = 0;
    }
    ask_for(arguments_.logging_strategy == "epoch",
            arguments_.evaluation_strategy == "epoch" && arguments_.eval_delay <= epoch(),
            arguments_.save_strategy == "epoch");
    phase_ = Phase::after_epoch;
    passes(Moment::epoch_end);
  }

  /// Beside what a callback has asked for.
  void ask_for(bool log, bool evaluation, bool save) {
    control_.should_log = control_.should_log || log;
    control_.should_evaluate = control_.should_evaluate || evaluation;
    control_.should_save = control_.should_save || save;
  }

  Event evaluated() {
    const auto start = std::chrono::steady_clock::now();
    Metrics metrics = evaluate(*parts_.eval_rows).metrics;
    schedule_.evaluated(metrics);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    return Evaluated{std::move(metrics), took.count()};
  }

  Event logged() {
    const auto steps = static_cast<double>(global_step_ - last_logged_);
    Metrics metrics{{"loss", recent_loss_ / steps}, {"learning_rate", schedule_.rate(global_step_)}};
    recent_loss_ = 0;
    last_logged_ = global_step_;
    return Logged{std::move(metrics)};
  }

  /// Of several ranks: where all of them stand when they begin.
  void enter() {
    OrderedJson about = to_json(arguments_);
    for (const char* own : {"output_dir", "logging_dir", "run_name", "disable_tqdm"}) about.erase(own);
    about["the model"] = shapes_of(parameters_);
    about["the number of rows"] = parts_.train_rows->size();
    if (!ranks_->enter(about, parts_.watch != nullptr) || is_restored_) return;
    auto generators = parts_.model->generators();
    generators.push_back(at::globalContext().defaultGenerator(device_));
    ranks_->draw_apart(std::move(generators));
  }

  /// What one rank needs of the others to save.
  void collect() {
    rank_states_ = ranks_->gather(generator_states());
    waiting_ = is_pending_ ? ranks_->waiting_gradients() : std::vector<torch::Tensor>();
  }

  /// LibTorch's own first.
  [[nodiscard]] std::vector<torch::Tensor> generator_states() const {
    std::vector<torch::Tensor> states{default_generator_state(device_)};
    for (const at::Generator& one : parts_.model->generators()) states.push_back(one.get_state());
    return states;
  }
  void write_state(CheckpointParts& parts);
  void read_state(const CheckpointParts& parts);
  [[nodiscard]] Result<void> check(const std::filesystem::path& file, const OrderedJson& about) const;
  static std::array<bool, 5> flags_of(const TrainerControl& control) {
    return {control.should_training_stop, control.should_epoch_stop, control.should_save, control.should_evaluate,
            control.should_log};
  }
  static TrainerControl control_of(const std::array<bool, 5>& flags) {
    return {flags[0], flags[1], flags[2], flags[3], flags[4]};
  }

  LoopParts parts_;
  const TrainingArguments& arguments_;  ///< per_device_train_batch_size: that of all ranks together
  torch::Device device_;
  std::vector<NamedParameter> parameters_;
  std::vector<torch::Tensor> tensors_;  ///< the parameters'
  std::unique_ptr<Optimizer> optimizer_;
  std::int64_t batches_;  ///< in an epoch
  TrainingPlan plan_;
  Schedule schedule_;
  at::Generator generator_;  ///< of the order of rows
  torch::Tensor order_{};    ///< of this epoch; undefined: not drawn yet
  std::int64_t epoch_ = 0;   ///< whole ones
  std::int64_t batch_ = 0;   ///< of this epoch, done
  std::int64_t batches_done_ = 0;
  bool is_pending_ = false;  ///< gradients wait for their step
  std::int64_t global_step_ = 0;
  double recent_loss_ = 0;  ///< since the last log
  double total_loss_ = 0;
  std::int64_t last_logged_ = 0;
  Phase phase_ = Phase::training;
  TrainerControl control_{};

  std::unique_ptr<RankedTraining> ranks_{};  ///< null: it trains alone
  bool is_restored_ = false;
  std::vector<std::vector<torch::Tensor>> rank_states_{};  ///< of all ranks' generators when it could be saved last
  std::vector<torch::Tensor> waiting_{};                   ///< the sums of all ranks' gradients then
};

/// That the checkpoint's `theirs` is this training's `ours`, said by the first difference.
Result<void> check_shapes(const std::filesystem::path& file, const OrderedJson& theirs, const OrderedJson& ours) {
  if (theirs == ours) return {};
  for (const auto& [name, shape] : ours.items()) {
    if (theirs.contains(name) && theirs.at(name) == shape) continue;
    return fail(errc::invalid_input,
                file.string() + ": the checkpoint is of another model: it has " +
                    (theirs.contains(name) ? name + " of " + theirs.at(name).dump() : "no " + name) + ", this model " +
                    name + " of " + shape.dump());
  }
  return fail(errc::invalid_input, file.string() + ": the checkpoint is of another model, with more parameters: " +
                                       theirs.dump() + ", this model's " + ours.dump());
}

/// Rank 0's names are those of a training by one.
std::string of_rank(std::size_t rank, const std::string& name) {
  return rank == 0 ? name : "rank" + std::to_string(rank) + "." + name;
}

/// The default generator's, and those of the model's own.
void write_generators(CheckpointParts& parts, std::size_t rank, const std::vector<torch::Tensor>& states) {
  parts.training.emplace(of_rank(rank, "default_generator"), states.front());
  for (std::size_t i = 1; i < states.size(); ++i) {
    parts.training.emplace(of_rank(rank, "generator" + std::to_string(i - 1)), states[i]);
  }
}

void Loop::write_state(CheckpointParts& parts) {
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const NamedParameter& one = parameters_[i];
    parts.model.emplace(one.name, one.tensor);
    const torch::Tensor grad = waiting_.empty() ? one.tensor.grad() : waiting_[i];
    if (is_pending_ && grad.defined()) parts.training.emplace("grad." + one.name, grad);
  }
  for (const auto& [name, buffer] : parts_.model->buffers()) parts.model.emplace(name, buffer);
  parts.training.emplace("losses", torch::tensor({recent_loss_, total_loss_}, torch::kFloat64));
  if (order_.defined()) parts.training.emplace("order", order_);
  parts.training.emplace("generator", generator_.get_state());
  for (std::size_t rank = 0; rank < rank_states_.size(); ++rank) write_generators(parts, rank, rank_states_[rank]);
  if (rank_states_.empty()) write_generators(parts, 0, generator_states());
  parts.optimizer = optimizer_->state();
}

Result<void> Loop::save(const std::filesystem::path& file, const OrderedJson& beside) {
  CheckpointParts parts;
  parts.about = OrderedJson{{"format", kFormat},
                            {"version", kVersion},
                            {"parameters", shapes_of(parameters_)},
                            {"optim", arguments_.optim},
                            {"epoch", epoch_},
                            {"batch", batch_},
                            {"batches_done", batches_done_},
                            {"pending", is_pending_},
                            {"global_step", global_step_},
                            {"last_logged", last_logged_},
                            {"schedule", schedule_.state()},
                            {"phase", static_cast<int>(phase_)},
                            {"control", flags_of(control_)},
                            {"ranks", ranks_ == nullptr ? 1 : ranks_->size()},
                            {"beside", beside}};
  write_state(parts);
  return write_checkpoint(file, parts);
}

Result<void> Loop::check(const std::filesystem::path& file, const OrderedJson& about) const {
  if (about.at("format") != kFormat || about.at("version") != kVersion) {
    return fail(errc::corrupt, file.string() + ": no checkpoint of a Trainer, or of another version");
  }
  if (about.at("optim") != arguments_.optim) {
    return fail(errc::invalid_input, file.string() + ": the checkpoint has optim " + about.at("optim").dump() +
                                         ", this training \"" + arguments_.optim + "\"; they must be the same");
  }
  const int ranks = ranks_ == nullptr ? 1 : ranks_->size();
  if (const int theirs = about.value("ranks", 1); theirs != ranks) {
    return fail(errc::invalid_input, file.string() + ": the checkpoint is of a training by " + std::to_string(theirs) +
                                         " ranks, this one is by " + std::to_string(ranks) + "; they must be as many");
  }
  return check_shapes(file, about.at("parameters"), shapes_of(parameters_));
}

void Loop::read_state(const CheckpointParts& parts) {
  const torch::NoGradGuard no_grad;
  const std::size_t rank = ranks_ == nullptr ? 0 : static_cast<std::size_t>(ranks_->rank());
  for (NamedParameter& one : parameters_) {
    one.tensor.copy_(parts.model.at(one.name));
    const auto grad = parts.training.find("grad." + one.name);
    // Gradients are those of all ranks: one of them has them all.
    if (grad != parts.training.end() && rank == 0) one.tensor.mutable_grad() = grad->second.to(device_);
  }
  for (auto [name, buffer] : parts_.model->buffers()) buffer.copy_(parts.model.at(name));
  const torch::Tensor& losses = parts.training.at("losses");
  recent_loss_ = losses[0].item<double>();
  total_loss_ = losses[1].item<double>();
  if (const auto order = parts.training.find("order"); order != parts.training.end()) order_ = order->second;
  generator_.set_state(parts.training.at("generator"));
  // One that was saved before the others' states were known has rank 0's only.
  is_restored_ = rank == 0 || parts.training.contains(of_rank(rank, "default_generator"));
  if (is_restored_) {
    set_default_generator_state(device_, parts.training.at(of_rank(rank, "default_generator")));
    auto generators = parts_.model->generators();
    for (std::size_t i = 0; i < generators.size(); ++i) {
      generators[i].set_state(parts.training.at(of_rank(rank, "generator" + std::to_string(i))));
    }
  }
  optimizer_->set_state(parts.optimizer);
}

Result<OrderedJson> Loop::restore(const std::filesystem::path& file) {
  auto parts = read_checkpoint(file, "a Trainer");
  if (!parts) return fail(std::move(parts.error()));
  const OrderedJson& about = parts->about;
  try {
    if (auto fits = check(file, about); !fits) return fail(std::move(fits.error()));
    is_pending_ = about.at("pending").get<bool>();
    read_state(*parts);
    epoch_ = about.at("epoch").get<std::int64_t>();
    batch_ = about.at("batch").get<std::int64_t>();
    batches_done_ = about.at("batches_done").get<std::int64_t>();
    global_step_ = about.at("global_step").get<std::int64_t>();
    last_logged_ = about.at("last_logged").get<std::int64_t>();
    schedule_.set_state(about.at("schedule"));
    phase_ = static_cast<Phase>(about.at("phase").get<int>());
    const auto control = about.at("control").get<std::array<bool, 5>>();
    control_ = control_of(control);
    return about.at("beside");
  } catch (const std::exception& error) {
    return fail(errc::corrupt, file.string() + ": no whole checkpoint of a Trainer: " + first_line(error));
  }
}

Result<void> check(const LoopParts& parts) {
  const auto need = [](const char* name, std::int64_t least, std::int64_t given) -> Result<void> {
    if (given >= least) return {};
    return fail(errc::invalid_input,
                std::string(name) + ": must be at least " + std::to_string(least) + ", got " + std::to_string(given));
  };
  const TrainingArguments& arguments = parts.arguments;
  if (parts.train_rows == nullptr) return fail(errc::invalid_input, "training requires a train_dataset");
  if (auto ok = need("per_device_train_batch_size", 1, arguments.per_device_train_batch_size); !ok) return ok;
  if (auto ok = need("per_device_eval_batch_size", 1, arguments.per_device_eval_batch_size); !ok) return ok;
  if (auto ok = need("gradient_accumulation_steps", 1, arguments.gradient_accumulation_steps); !ok) return ok;
  if (arguments.dataloader_drop_last && parts.train_rows->size() < arguments.per_device_train_batch_size) {
    return fail(errc::invalid_input,
                "per_device_train_batch_size: " + std::to_string(arguments.per_device_train_batch_size) +
                    " is more than the " + std::to_string(parts.train_rows->size()) +
                    " rows, and dataloader_drop_last leaves out what isn't a whole batch");
  }
  if (arguments.evaluation_strategy != "no" && parts.eval_rows == nullptr) {
    return fail(errc::invalid_input, "evaluation_strategy asks for evaluations, which require an eval_dataset");
  }
  return {};
}

}  // namespace

torch::Device training_device(const TrainingArguments& arguments) {
  return device_of(arguments.device);
}

Result<void> check_device(const std::string& named) {
  if (!named.starts_with("cuda") || torch::cuda::is_available()) return {};
  return fail(errc::invalid_input, "device: " + named + ": LibTorch finds no GPU here; cpu and auto are right");
}

bool uses_devices(const std::string& named) {
  return named != "cpu" && torch::cuda::is_available();
}

Result<std::unique_ptr<TrainingLoop>> TrainingLoop::make(LoopParts parts) {
  use_one_thread();
  if (auto valid = check(parts); !valid) return fail(std::move(valid.error()));
  parts.model->to(device_of(parts.arguments.device));
  parts.model->set_training(true);
  auto parameters = parts.model->parameters();
  auto optimizer = (parts.optimizer ? parts.optimizer : make_optimizer)(parts.arguments, parameters);
  if (!optimizer) return fail(std::move(optimizer.error()));
  if (parts.ranks != nullptr) parts.arguments.per_device_train_batch_size *= parts.ranks->size();
  if (auto valid = check(parts); !valid) return fail(std::move(valid.error()));
  auto schedule = Schedule::make(parts.arguments, parts.train_rows->size());
  if (!schedule) return fail(std::move(schedule.error()));
  return std::make_unique<Loop>(std::move(parts), std::move(parameters), std::move(*optimizer), std::move(*schedule));
}

}  // namespace winnow::hf
