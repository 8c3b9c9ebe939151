#include <atomic>
#include <cmath>
#include <utility>

#include <winnow/trainers/torch/detail/trainer_parts.hpp>
#include <winnow/trainers/torch/trainer.hpp>

namespace winnow::hf {
namespace {

/// What the trials of a search share; read-only.
struct SearchParts {
  TrainerOptions trainer;
  SearchOptions search;
};

/// One trial of a search.
class TrainerTrial final : public Trainable {
public:
  TrainerTrial(std::shared_ptr<const SearchParts> parts, TrialContext context)
      : parts_(std::move(parts)), context_(std::move(context)) {}

  Result<Progress> advance() override {
    return guarded([&]() -> Result<Progress> {
      if (cancelled_) return fail(errc::cancelled, "the trial was cancelled");
      if (auto begun = begin(); !begun) return fail(std::move(begun.error()));
      for (;;) {
        const TrainingLoop::Event event = loop_->next(cancelled_);
        if (const auto* evaluated = std::get_if<TrainingLoop::Evaluated>(&event)) return report(evaluated->metrics);
        if (std::holds_alternative<TrainingLoop::Cancelled>(event)) {
          return fail(errc::cancelled, "the trial was cancelled");
        }
        if (!std::holds_alternative<TrainingLoop::Ended>(event)) continue;
        if (has_reported_) return Finished{};
        if (!parts_->trainer.eval_dataset) return fail(errc::invalid_input, "a search requires an eval_dataset");
        return report(loop_->evaluate(*parts_->trainer.eval_dataset).metrics);
      }
    });
  }
  Result<void> save(const std::filesystem::path& file) override {
    return guarded([&]() -> Result<void> {
      if (cancelled_ || !loop_) return fail(errc::illegal_state, "the trial was cancelled in the middle of a step");
      return loop_->save(file);
    });
  }
  Result<void> restore(const std::filesystem::path& file) override {
    from_ = file;
    return {};
  }
  [[nodiscard]] bool can_save() const override { return true; }
  void cancel() noexcept override { cancelled_ = true; }

private:
  /// On the thread that trains, in a slice: the space may be a function that asks for values.
  Result<void> begin() {
    if (loop_) return {};
    Trial trial{context_.trial, context_.params};
    if (const auto* ask = std::get_if<SuggestFunction>(&parts_->search.hp_space)) {
      optuna::Trial asking([&](std::string_view name, const Domain& domain) -> Result<Value> {
        auto value = context_.suggest(name, domain);
        if (value) trial.params.set(std::string(name), *value);
        return value;
      });
      (*ask)(asking);
    }
    auto arguments =
        trial_arguments(parts_->trainer.args, trial.params, parts_->search.backend.value_or(Backend::optuna));
    if (!arguments) return fail(std::move(arguments.error()));
    auto args = completed(std::move(arguments->arguments));
    if (!args) return fail(std::move(args.error()));
    by_epoch_ = args->evaluation_strategy == "epoch";
    auto model = make_model(parts_->trainer.model_init, &trial, args->seed);
    auto loop = TrainingLoop::make(parts_of(parts_->trainer, std::move(model), std::move(*args)));
    if (!loop) return fail(std::move(loop.error()));
    if (!from_.empty()) {
      if (auto restored = (*loop)->restore(from_); !restored) return restored;
      has_reported_ = true;  // it was saved with a report
    }
    loop_ = std::move(*loop);
    return {};
  }

  Result<Progress> report(const Metrics& evaluation) {
    auto metrics = objectives(parts_->search, evaluation);
    if (!metrics) return fail(std::move(metrics.error()));
    has_reported_ = true;
    metrics->insert(metrics->end(), evaluation.begin(), evaluation.end());
    const Step step = by_epoch_ ? static_cast<Step>(std::lround(loop_->epoch())) : loop_->global_step();
    return StepReport{step, std::move(*metrics)};
  }

  std::shared_ptr<const SearchParts> parts_;
  TrialContext context_;
  std::filesystem::path from_{};  ///< a state to go on from
  std::unique_ptr<TrainingLoop> loop_{};
  bool by_epoch_ = false;
  std::atomic<bool> cancelled_{false};
  bool has_reported_ = false;
};

class TrainerTrials final : public TrainableFactory {
public:
  explicit TrainerTrials(SearchParts parts) : parts_(std::make_shared<const SearchParts>(std::move(parts))) {}
  Result<std::unique_ptr<Trainable>> make(const TrialContext& context) override {
    return std::make_unique<TrainerTrial>(parts_, context);
  }

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

}  // namespace winnow::hf
