#include <torch/cuda.h>

#include <stdexcept>
#include <system_error>
#include <utility>

#include <winnow/trainers/torch/detail/default_generator.hpp>
#include <winnow/trainers/torch/detail/one_thread.hpp>
#include <winnow/trainers/torch/detail/trainer_parts.hpp>
#include <winnow/trainers/torch/hf_options.hpp>
#include <winnow/trainers/torch/hf_trainer.hpp>
#include <winnow/trainers/torch/trainer.hpp>

namespace winnow {
namespace {

class HfTrials final : public TrainableFactory {
public:
  HfTrials(hf::SweepOptions options, std::unique_ptr<TrainableFactory> trials, bool shares_draws)
      : options_(std::move(options)), trials_(std::move(trials)), shares_draws_(shares_draws) {}
  Result<std::unique_ptr<Trainable>> make(const TrialContext& context) override {
    if (auto good = hf::check_parameters(options_, context.params); !good) return fail(std::move(good.error()));
    return trials_->make(context);
  }
  Result<void> check(const Assignment& example) override { return hf::check_parameters(options_, example); }
  [[nodiscard]] bool takes_ranks() const override { return true; }
  [[nodiscard]] bool shares_draws() const override { return shares_draws_; }
  [[nodiscard]] bool uses_devices() const override { return trials_->uses_devices(); }
  [[nodiscard]] std::string reports_once() const override {
    if (options_.arguments.evaluation_strategy != "no") return {};
    return "trainer.evaluation_strategy is \"no\"; steps or epoch are right";
  }

private:
  const hf::SweepOptions options_;
  const std::unique_ptr<TrainableFactory> trials_;
  const bool shares_draws_;
};

/// Throws where the logits don't fit the labels.
Metrics accuracy_or_error(const hf::EvalPrediction& prediction) {
  const torch::Tensor& labels = prediction.label_ids;
  const torch::Tensor logits = prediction.predictions;
  const auto misfit = [&] {
    return std::invalid_argument("the model's logits are " + c10::str(logits.sizes()) + ", the labels " +
                                 c10::str(labels.sizes()) +
                                 "; whole labels are classes, one for each row of logits, others are numbers to hit");
  };
  if (labels.is_floating_point()) {
    if (logits.numel() != labels.numel()) throw misfit();
    return {{"mse", torch::mse_loss(logits.reshape_as(labels), labels).item<double>()}};
  }
  const torch::Tensor guesses = logits.argmax(-1);
  if (guesses.sizes() != labels.sizes()) throw misfit();
  const torch::Tensor counted = labels.ne(-100);
  const torch::Tensor right = guesses.eq(labels).logical_and(counted);
  return {{"accuracy", right.sum().item<double>() / counted.sum().item<double>()}};
}

hf::ModelInit loader_of(const std::filesystem::path& file) {
  return [file](const hf::Trial*) {
    auto model = hf::script_model(file);
    if (!model) throw std::invalid_argument(model.error().message);
    return *model;
  };
}

/// Evaluates some rows, so that what doesn't fit is said before the first trial.
Result<void> try_out(hf::Model& model, const hf::ReadRows& read, const std::string& where) {
  const hf::Batch batch = read.rows->batch(read.telling);
  std::string columns;
  for (const auto& [name, column] : batch) columns += (columns.empty() ? "" : ", ") + name;
  const auto wrong = [&](const std::string& what) {
    return fail(errc::invalid_input, where + ": " + what + " (the data's columns: " + columns + ")");
  };
  const torch::NoGradGuard no_grad;
  const auto tried = hf::guarded([&]() -> Result<void> {
    const hf::ModelOutput output = model.forward(batch);
    if (!output.loss.defined()) {
      return fail(errc::invalid_input, "no loss to train on; the data need a column labels, or the model returns one");
    }
    const auto labels = batch.find("labels");
    if (labels != batch.end()) accuracy_or_error({output.logits, labels->second});
    return {};
  });
  return tried ? Result<void>{} : wrong(tried.error().message);
}

/// Says whether the model's trials share draws.
Result<bool> check_model(const hf::SweepOptions& options, const hf::RowSets& sets) {
  const std::string where = "trainer.model: " + options.model.string();
  std::error_code error;
  if (!std::filesystem::is_regular_file(options.model, error)) {
    return fail(errc::invalid_input, where + ": no such file; it is one of torch.jit.save");
  }
  if (auto there = hf::check_device(options.arguments.device); !there) {
    return fail(errc::invalid_input, "trainer." + there.error().message);
  }
  auto model = hf::script_model(options.model);
  if (!model) return fail(errc::invalid_input, "trainer.model: " + model.error().message);
  if ((*model)->parameters().empty()) return fail(errc::invalid_input, where + ": has no parameters to train");
  use_one_thread();
  (*model)->set_training(false);
  for (const hf::ReadRows* rows : {&sets.train, &sets.eval}) {
    if (auto good = try_out(**model, *rows, where); !good) return fail(std::move(good.error()));
  }
  return hf::guarded([&]() -> Result<bool> { return hf::draws(**model, sets.train.rows->batch(sets.train.telling)); });
}

}  // namespace

Result<std::unique_ptr<TrainableFactory>> make_hf_trainer(const std::string&, const Value& given,
                                                          const std::filesystem::path& base) {
  auto options = hf::read_sweep_options(given, base);
  if (!options) return fail(std::move(options.error()));
  auto sets = hf::read_rows(options->rows);
  if (!sets) return fail(std::move(sets.error()));
  const auto shares_draws = check_model(*options, *sets);
  if (!shares_draws) return fail(shares_draws.error());
  auto trainer = hf::Trainer::make({.model_init = loader_of(options->model),
                                    .args = options->arguments,
                                    .train_dataset = std::move(sets->train.rows),
                                    .eval_dataset = std::move(sets->eval.rows),
                                    .compute_metrics = accuracy_or_error});
  if (!trainer) return fail(errc::invalid_input, "trainer." + trainer.error().message);
  auto trials = hf::trials_of(*trainer);
  if (!trials) return fail(std::move(trials.error()));
  return std::make_unique<HfTrials>(std::move(*options), std::move(*trials), *shares_draws);
}

}  // namespace winnow
