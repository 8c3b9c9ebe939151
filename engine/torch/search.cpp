#include <utility>

#include <winnow/engine/hyperparameter_search.hpp>
#include <winnow/space/unit_axis.hpp>
#include <winnow/trainers/torch/trainer.hpp>

namespace winnow::hf {
namespace {

/// Once a parameter: that it is model_init's alone, or that its values are trained as others.
void say_casts(const SearchOptions& options, const Space& space, const TrainingArguments& arguments) {
  constexpr double kSomewhere = 0.618;
  for (const Parameter& parameter : space.parameters()) {
    TrainingArguments copy = arguments;
    const std::string name = parameter.name();
    const auto written = set(copy, name, UnitAxis(parameter.domain).value(kSomewhere));
    if (!written) continue;  // the trial says it
    if (!written->trained) {
      say(options, name + " is no training argument: model_init is to look at it");
    } else if (!written->warning.empty()) {
      say(options, "for example, " + written->warning);
    }
  }
}

/// The values as they were trained: a seed of 34.5 is one of 34.
Result<void> cast(std::vector<BestRun>& runs, const TrainingArguments& arguments, Backend backend) {
  for (BestRun& run : runs) {
    auto trained = trial_arguments(arguments, run.hyperparameters, backend);
    if (!trained) return fail(std::move(trained.error()));
    run.hyperparameters = std::move(trained->trained);
  }
  return {};
}

}  // namespace

Result<std::vector<BestRun>> Trainer::hyperparameter_search(const SearchOptions& options) const {
  auto trials = trials_of(*this, options);
  if (!trials) return fail(std::move(trials.error()));
  const auto sweep = sweep_of(options, args_);
  if (!sweep) return fail(sweep.error());
  say_casts(options, sweep->space, args_);
  auto runs = run_search(options, *sweep, std::move(*trials));
  if (!runs) return runs;
  if (auto done = cast(*runs, args_, options.backend.value_or(Backend::optuna)); !done) return fail(done.error());
  return runs;
}

}  // namespace winnow::hf
