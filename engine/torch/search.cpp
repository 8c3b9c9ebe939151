#include <utility>

#include <winnow/engine/hyperparameter_search.hpp>
#include <winnow/engine/torch/launched.hpp>
#include <winnow/engine/torch/search_call.hpp>
#include <winnow/space/unit_axis.hpp>
#include <winnow/trainers/isolation.hpp>
#include <winnow/trainers/torch/trainer.hpp>

namespace winnow::hf {
namespace {

/// A value of each parameter.
constexpr double kSomewhere = 0.618;

/// Once a parameter: that it is model_init's alone, or that its values are trained as others.
void say_casts(const SearchOptions& options, const Space& space, const TrainingArguments& arguments) {
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

void say_shared_draws(const SearchOptions& options, const SweepSpec& sweep, const Trainer& trainer) {
  if (sweep.isolation == Isolation::process || sweep.slots == 1) return;
  Trial example;
  for (const Parameter& parameter : sweep.space.parameters()) {
    example.params.set(parameter.name(), UnitAxis(parameter.domain).value(kSomewhere));
  }
  if (shares_draws(trainer, example)) say(options, std::string(kThreadsShareDraws));
}

/// The values as they were trained: a seed of 34.5 is one of 34.
SearchResult cast(SearchResult runs, const TrainingArguments& arguments, Backend backend) {
  if (!runs) return runs;
  for (BestRun& run : *runs) {
    auto trained = trial_arguments(arguments, run.hyperparameters, backend);
    if (!trained) return fail(std::move(trained.error()));
    run.hyperparameters = std::move(trained->trained);
  }
  return runs;
}

/// Runs the trials in processes of their own, where that is asked for.
Result<void> isolate(std::shared_ptr<TrainableFactory>& trials, const SearchCall& call, const SweepSpec& sweep) {
  if (sweep.isolation == Isolation::thread) return {};
  auto spawner = Spawner::start_among_threads();
  if (!spawner) return fail(std::move(spawner.error()));
  auto isolated = isolated_trainer(call.job(sweep), isolation_of(sweep, sweep.slots), std::move(*spawner));
  if (!isolated) return fail(std::move(isolated.error()));
  trials = std::move(*isolated);
  return {};
}

}  // namespace

SearchResult Trainer::hyperparameter_search(const SearchOptions& options) const {
  const SearchCall call;
  if (auto before = call.result_before()) return std::move(*before);
  const Backend backend = options.backend.value_or(Backend::optuna);
  const auto search = [&]() -> SearchResult {
    auto made = trials_of(*this, options);
    if (!made) return fail(std::move(made.error()));
    std::shared_ptr<TrainableFactory> trials = std::move(*made);
    const auto sweep = sweep_of(options, args_);
    if (!sweep) return fail(sweep.error());
    call.serve_if_worker(*sweep, trials);
    const auto place = launched_place();
    if (!place) return fail(place.error());
    if (!*place || (*place)->rank == 0) say_casts(options, sweep->space, args_);
    if (*place) {
      return cast(search_in_ranks(**place, call.number(), options, *sweep, std::move(trials)), args_, backend);
    }
    say_shared_draws(options, *sweep, *this);
    if (auto done = isolate(trials, call, *sweep); !done) return fail(std::move(done.error()));
    return cast(run_search(options, *sweep, std::move(trials)), args_, backend);
  };
  return call.keep(search());
}

}  // namespace winnow::hf
