/// `Trainer.hyperparameter_search` (transformers 4.37) as values: what it is told, and the sweep that comes of it. The
/// trials are a Trainer's (trainers/torch/trainer.hpp) or any other's.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <winnow/core/assignment.hpp>
#include <winnow/core/ids.hpp>
#include <winnow/core/report.hpp>
#include <winnow/core/result.hpp>
#include <winnow/space/dialects/optuna_trial.hpp>
#include <winnow/spec/spec.hpp>
#include <winnow/trainers/hf/search_rules.hpp>
#include <winnow/trainers/trainable.hpp>

namespace winnow::hf {

/// A trial of a search, as model_init and hp_name see it.
struct Trial {
  TrialId number = 0;
  Assignment params{};
};

/// Called by each trial, on its thread: it asks for what it wants to know, as Optuna's users write it.
using SuggestFunction = std::function<void(optuna::Trial&)>;
/// A file that holds a space.
struct FromFile {
  std::filesystem::path path;
};
/// What is searched: nothing (the backend's default space), a space that is put together in C++, a text in the
/// backend's own format (YAML, JSON or Python), a file of one, or a function.
using HpSpace = std::variant<std::monostate, Space, std::string, FromFile, SuggestFunction>;

/// From an evaluation's metrics, `eval_runtime` and the like among them: one number for each direction.
using ComputeObjective = std::function<std::vector<double>(const Metrics&)>;

struct SearchOptions {
  HpSpace hp_space{};
  ComputeObjective compute_objective{};  ///< none: default_objective
  std::int64_t n_trials = 20;            ///< in all, also where a search is gone on with
  std::vector<std::string> direction{"minimize"};
  std::optional<Backend> backend{};  ///< none: the first that is available, optuna
  /// Of the trial's folder in output_dir, where its checkpoints go; none: `run-<number>`.
  std::function<std::string(const Trial&)> hp_name{};

  // What HF hands on to the backend.
  std::string method{};                      ///< empty: the backend's sampler
  Value sampler = Value::object();           ///< its own options
  std::optional<SchedulerSpec> scheduler{};  ///< none: the backend's
  std::optional<std::uint64_t> seed{};       ///< of the draws; none: one is drawn and recorded
  int slots = 1;                             ///< trials at a time
  /// Whether each trial has a process of its own (docs/isolation-gpu-ddp.md); none: where there is more than one slot.
  /// The program is started once more for that: what it does before the search it does in the worker, too, and what its
  /// functions change (a vector that compute_objective adds to) changes there.
  std::optional<Isolation> isolation{};
  int attempts_per_worker = 1;  ///< that such a process serves, one after the other: what one leaves the next finds
  int ranks = 1;  ///< processes that train a trial together (DDP), each with per_device_train_batch_size rows a step
  std::filesystem::path
      dir{};  ///< the run directory: one that holds a search is gone on with. Empty: runs/<name>-<time>
  std::string name = "search";
  std::string objective_scope = "last";          ///< of a trial's objectives: last, best, avg, last-5-avg, last-10-avg
  std::optional<int> max_failures{};             ///< trials that may fail; none: any number
  bool fail_fast = false;                        ///< the first failure ends the search
  const std::atomic<int>* interrupts = nullptr;  ///< becomes > 0: save and end soon (Ctrl-C)
  /// What people should know: a parameter that is no training argument, a disk that fills up. None: to standard error.
  std::function<void(const std::string&)> on_notice{};
};

/// `objective`; of several `objective_1`, `objective_2`, …
std::vector<std::string> objective_names(std::size_t directions);

/// Of an evaluation, by compute_objective or default_objective; names as above. Fails with `invalid_input` where there
/// is nothing to go by, or another number of values than directions.
Result<Metrics> objectives(const SearchOptions& options, const Metrics& evaluation);

/// Fails with `invalid_input`: a space that can't be read, names that aren't there, a scheduler that needs reports
/// while evaluation_strategy is "no" (as HF refuses it with Ray).
Result<SweepSpec> sweep_of(const SearchOptions& options, const TrainingArguments& arguments);

}  // namespace winnow::hf
