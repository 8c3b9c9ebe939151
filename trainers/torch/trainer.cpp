#include <torch/utils.h>
#include <unistd.h>

#include <utility>

#include <winnow/trainers/torch/detail/rank_exchange.hpp>
#include <winnow/trainers/torch/detail/trainer_parts.hpp>
#include <winnow/trainers/torch/detail/training_run.hpp>
#include <winnow/trainers/torch/trainer.hpp>

namespace winnow::hf {

Trainer::Trainer(TrainerOptions options, TrainingArguments args)
    : options_(std::move(options)), args_(std::move(args)) {}
Trainer::Trainer(Trainer&&) noexcept = default;
Trainer& Trainer::operator=(Trainer&&) noexcept = default;
Trainer::~Trainer() = default;

Result<Trainer> Trainer::make(TrainerOptions options) {
  if (options.model && options.model_init) {
    return fail(errc::invalid_input, "a Trainer takes a model or a model_init, not both");
  }
  if (!options.model && !options.model_init) {
    return fail(errc::invalid_input, "a Trainer requires either a model or a model_init");
  }
  auto args = completed(options.args);
  if (!args) return fail(std::move(args.error()));
  if (auto there = check_device(args->device); !there) return fail(std::move(there.error()));
  return Trainer(std::move(options), std::move(*args));
}

const TrainerState& Trainer::state() const {
  static const TrainerState nothing;
  return run_ ? run_->state() : nothing;
}

std::shared_ptr<Model> Trainer::model() const {
  return run_ ? run_->model() : options_.model;
}

Result<void> Trainer::begin() {
  auto options = std::make_shared<TrainerOptions>(options_);
  auto ranks = join_ranks(options_.ranks, "train/" + std::to_string(++runs_), args_);
  if (!ranks) return fail(std::move(ranks.error()));
  if (options_.ranks.rank == 0 && !args_.disable_tqdm.value_or(false) && isatty(STDERR_FILENO) != 0)
    options->callbacks.push_back(progress_bar());
  auto run = among_ranks(ranks->get(), [&] {
    auto model = options_.model_init ? make_model(options_.model_init, nullptr, args_.seed) : options_.model;
    return TrainingRun::make(std::move(options), std::move(model), args_, *ranks);
  });
  if (!run) return fail(std::move(run.error()));
  run_ = std::move(*run);
  return {};
}

Result<void> Trainer::begun() {
  return run_ ? Result<void>{} : begin();
}

Result<Trainer> Trainer::with(const BestRun& run) const {
  auto arguments = trial_arguments(options_.args, run.hyperparameters, Backend::optuna);
  if (!arguments) return fail(std::move(arguments.error()));
  TrainerOptions options = options_;
  options.args = std::move(arguments->arguments);
  if (options_.model_init) {
    options.model_init = [init = options_.model_init, trial = Trial{std::stoll(run.run_id), run.hyperparameters}](
                             const Trial* of_a_search) { return init(of_a_search == nullptr ? &trial : of_a_search); };
  }
  return make(std::move(options));
}

Result<TrainOutput> Trainer::train(const std::filesystem::path& resume_from_checkpoint) {
  return guarded([&]() -> Result<TrainOutput> {
    if (auto ready = begin(); !ready) return fail(std::move(ready.error()));
    torch::manual_seed(static_cast<std::uint64_t>(args_.seed));
    if (!resume_from_checkpoint.empty()) {
      if (auto restored = run_->restore_folder(resume_from_checkpoint); !restored) return fail(restored.error());
    }
    const std::atomic<bool> cancelled{false};
    for (;;) {
      auto event = run_->next(cancelled);
      if (!event) return fail(std::move(event.error()));
      if (std::holds_alternative<TrainingLoop::Ended>(*event)) return run_->output();
    }
  });
}

Result<void> Trainer::save_model(const std::filesystem::path& folder) {
  return guarded([&]() -> Result<void> {
    if (auto ready = begun(); !ready) return ready;
    return run_->save_folder(folder);
  });
}

Result<Metrics> Trainer::evaluate(const std::shared_ptr<const Rows>& dataset) {
  return guarded([&]() -> Result<Metrics> {
    if (auto ready = begun(); !ready) return fail(std::move(ready.error()));
    return run_->evaluate(dataset);
  });
}

Result<PredictionOutput> Trainer::predict(const std::shared_ptr<const Rows>& dataset) {
  return guarded([&]() -> Result<PredictionOutput> {
    if (!dataset) return fail(errc::invalid_input, "prediction requires a dataset");
    if (auto ready = begun(); !ready) return fail(std::move(ready.error()));
    auto evaluation = run_->predict(*dataset);
    if (!evaluation) return fail(std::move(evaluation.error()));
    PredictionOutput output{evaluation->prediction.predictions, evaluation->prediction.label_ids, {}};
    for (auto& [name, value] : evaluation->metrics) output.metrics.emplace_back("test_" + name.substr(5), value);
    return output;
  });
}

}  // namespace winnow::hf
