#include <algorithm>
#include <cmath>
#include <utility>

#include <winnow/trainers/torch/detail/default_generator.hpp>
#include <winnow/trainers/torch/detail/rank_exchange.hpp>
#include <winnow/trainers/torch/detail/run_trial.hpp>
#include <winnow/trainers/torch/trainer.hpp>

namespace winnow::hf {
namespace {

/// What the trials of a search share; read-only.
struct SearchParts {
  TrainerOptions trainer;
  SearchOptions search;
};

/// One trial of a search.
class TrainerTrial final : public RunTrial {
public:
  TrainerTrial(std::shared_ptr<const SearchParts> parts, TrialContext context)
      : RunTrial(context, parts->trainer.args.device), parts_(std::move(parts)), context_(std::move(context)) {}

private:
  Result<std::unique_ptr<TrainingRun>> start(const std::string& device) override {
    TrainingArguments args = parts_->trainer.args;
    args.device = device;
    auto ranks = join(args);
    if (!ranks) return fail(std::move(ranks.error()));
    return among_ranks(ranks->get(), [&] { return start(args, *ranks); });
  }

  /// What rank 0 draws as it goes is all ranks'.
  void ask_for_params(Trial& trial, Ranks* ranks) {
    const auto* ask = std::get_if<SuggestFunction>(&parts_->search.hp_space);
    if (ask == nullptr) return;
    if (ranks == nullptr || ranks->rank() == 0) {
      optuna::Trial asking([&](std::string_view name, const Domain& domain) -> Result<Value> {
        auto value = context_.suggest(name, domain);
        if (value) trial.params.set(std::string(name), *value);
        return value;
      });
      (*ask)(asking);
    }
    if (ranks == nullptr) return;
    const auto drawn = OrderedJson::parse(ranks->broadcast(trial.params.to_json().dump()));
    for (const auto& [name, value] : drawn.items()) trial.params.set(name, value);
  }

  Result<std::unique_ptr<TrainingRun>> start(const TrainingArguments& given, const std::shared_ptr<Ranks>& ranks) {
    Trial trial{context_.trial, context_.params};
    ask_for_params(trial, ranks.get());
    auto arguments = trial_arguments(given, trial.params, parts_->search.backend.value_or(Backend::optuna));
    if (!arguments) return fail(std::move(arguments.error()));
    auto args = completed(std::move(arguments->arguments));
    if (!args) return fail(std::move(args.error()));
    args->device = given.device;  // the slot's, whatever is drawn
    std::optional<std::string> name;
    if (parts_->search.hp_name) name = parts_->search.hp_name(trial);
    auto folder = run_directory(*args, std::to_string(trial.number), name);
    if (!folder) return fail(std::move(folder.error()));
    if (!args->output_dir.empty()) args->output_dir = folder->string();
    by_epoch_ = args->evaluation_strategy == "epoch";
    auto model = make_model(parts_->trainer.model_init, &trial, args->seed);
    auto run = TrainingRun::make(std::shared_ptr<const TrainerOptions>(parts_, &parts_->trainer), std::move(model),
                                 std::move(*args), ranks);
    if (run) (*run)->set_trial(folder->filename().string(), std::move(trial));
    return run;
  }

  Result<StepReport> report(const TrainingRun& run) override {
    auto metrics = objectives(parts_->search, run.evaluation());
    if (!metrics) return fail(std::move(metrics.error()));
    for (const auto& [name, value] : run.evaluation()) {
      if (!is_of_the_clock(name)) metrics->emplace_back(name, value);
    }
    const TrainerState& state = run.state();
    const Step step = by_epoch_ ? static_cast<Step>(std::lround(state.epoch)) : state.global_step;
    return StepReport{step, std::move(*metrics)};
  }

  std::shared_ptr<const SearchParts> parts_;
  TrialContext context_;
  bool by_epoch_ = false;
};

class TrainerTrials final : public TrainableFactory {
public:
  explicit TrainerTrials(SearchParts parts) : parts_(std::make_shared<const SearchParts>(std::move(parts))) {}
  Result<std::unique_ptr<Trainable>> make(const TrialContext& context) override {
    return std::make_unique<TrainerTrial>(parts_, context);
  }
  [[nodiscard]] bool takes_ranks() const override { return true; }
  [[nodiscard]] bool uses_devices() const override { return hf::uses_devices(parts_->trainer.args.device); }

private:
  std::shared_ptr<const SearchParts> parts_;
};

}  // namespace

Result<std::unique_ptr<TrainableFactory>> trials_of(const Trainer& trainer, const SearchOptions& options) {
  if (!trainer.options().model_init) {
    return fail(errc::invalid_input,
                "To use hyperparameter search, you need to pass your model through a model_init function.");
  }
  return std::make_unique<TrainerTrials>(SearchParts{trainer.options(), options});
}

bool shares_draws(const Trainer& trainer, const Trial& example) {
  const TrainerOptions& options = trainer.options();
  const auto found = guarded([&]() -> Result<bool> {
    const auto model = make_model(options.model_init, &example, trainer.args().seed);
    const std::int64_t rows = std::min<std::int64_t>(2, options.train_dataset->size());
    return draws(*model, options.train_dataset->batch(torch::arange(rows)));
  });
  return found && *found;
}

}  // namespace winnow::hf
