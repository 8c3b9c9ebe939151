/// The rules of Hugging Face's `Trainer.hyperparameter_search` (transformers 4.37.2) that need no training: backends
/// and their default spaces, the default objective, the names of runs, and a trial's values as training arguments.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/core/assignment.hpp>
#include <winnow/core/goal.hpp>
#include <winnow/core/report.hpp>
#include <winnow/space/space.hpp>
#include <winnow/trainers/hf/training_arguments.hpp>

namespace winnow::hf {

/// In the order in which the first one available is taken.
enum class Backend { optuna, ray, sigopt, wandb };

std::string_view to_string(Backend backend);
/// Fails with `invalid_input` and the names that there are.
Result<Backend> backend_named(std::string_view name);
/// Fails with `invalid_input` if none is available.
Result<Backend> default_backend(std::span<const Backend> available);

/// The search space of a backend that is given none, as its users write it: suggest calls, Ray Tune's dictionary,
/// SigOpt's list, W&B's sweep configuration. SigOpt's has `transformation`, which HF misspells.
std::string_view default_space_text(Backend backend);
Space default_space(Backend backend);

/// "minimize" or "maximize", for each objective. Fails with `invalid_input` for another word, and for none at all.
Result<std::vector<Goal>> goals_named(std::span<const std::string> directions);

/// Whether a metric says how long something took: `…_runtime`, `…_per_second`, `…_compilation_time`.
bool is_of_the_clock(std::string_view metric);

struct Objective {
  double value = 0;
  std::string warning{};  ///< for people; empty: nothing to say
};
/// eval_loss where the metrics hold nothing else but epoch and the times of the evaluation, else the sum of what else
/// they hold. With several evaluation sets that sum holds their losses: it is a warning. Fails with `invalid_input`
/// where there is nothing to go by.
Result<Objective> default_objective(const Metrics& metrics);

/// The trial's folder in output_dir: what hp_name calls the trial, or `run-<run_id>`. Fails with `invalid_input` for a
/// name that leads out of output_dir.
Result<std::filesystem::path> run_directory(const TrainingArguments& arguments, std::string_view run_id,
                                            const std::optional<std::string>& name = std::nullopt);

struct TrialArguments {
  TrainingArguments arguments{};
  Assignment trained{};  ///< the trial's values, those of training arguments as trained
  std::vector<std::string> warnings{};
};
/// A trial's arguments: the user's own with the trial's values written onto them. W&B's `assignments` and `metric`, and
/// Ray's `wandb`, are passed over. Fails with `invalid_input` for a value that can't be an argument's.
Result<TrialArguments> trial_arguments(TrainingArguments own, const Assignment& trial, Backend backend);

/// What a search comes to; with several directions there is one for each trial that none dominates.
struct BestRun {
  std::string run_id;
  std::vector<double> objective;  ///< one for each direction
  Assignment hyperparameters;
  Value run_summary{};  ///< null, or what a backend says of the search
};

}  // namespace winnow::hf
