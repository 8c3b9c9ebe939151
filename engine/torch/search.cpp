#include <cstdio>
#include <utility>

#include <winnow/engine/hyperparameter_search.hpp>
#include <winnow/trainers/torch/trainer.hpp>

namespace winnow::hf {
namespace {

/// What model_init alone can look at, said once.
void say_strangers(const SearchOptions& options, const Space& space, const TrainingArguments& arguments) {
  for (const Parameter& parameter : space.parameters()) {
    TrainingArguments copy = arguments;
    const std::string name = parameter.name();
    const auto written = set(copy, name, Value());
    if (!written || written->trained) continue;
    const std::string text = name + " is no training argument: model_init is to look at it";
    options.on_notice ? options.on_notice(text) : void(std::fprintf(stderr, "winnow: %s\n", text.c_str()));
  }
}

}  // namespace

Result<std::vector<BestRun>> Trainer::hyperparameter_search(const SearchOptions& options) const {
  auto trials = trials_of(*this, options);
  if (!trials) return fail(std::move(trials.error()));
  const auto sweep = sweep_of(options, args_);
  if (!sweep) return fail(sweep.error());
  say_strangers(options, sweep->space, args_);
  return run_search(options, *sweep, std::move(*trials));
}

}  // namespace winnow::hf
