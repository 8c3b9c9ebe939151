#include <algorithm>
#include <array>
#include <winnow/core/registry.hpp>
#include <winnow/schedulers/asha.hpp>
#include <winnow/schedulers/combined.hpp>
#include <winnow/schedulers/dehb.hpp>
#include <winnow/schedulers/fifo.hpp>
#include <winnow/schedulers/hyperband.hpp>
#include <winnow/schedulers/median_stopping.hpp>
#include <winnow/schedulers/optuna_hyperband.hpp>
#include <winnow/schedulers/optuna_patient.hpp>
#include <winnow/schedulers/optuna_percentile.hpp>
#include <winnow/schedulers/optuna_successive_halving.hpp>
#include <winnow/schedulers/optuna_threshold.hpp>
#include <winnow/schedulers/optuna_wilcoxon.hpp>
#include <winnow/schedulers/pasha.hpp>
#include <winnow/schedulers/pb2.hpp>
#include <winnow/schedulers/pbt.hpp>
#include <winnow/schedulers/pbt_replay.hpp>
#include <winnow/schedulers/plateau.hpp>
#include <winnow/schedulers/registry.hpp>
#include <winnow/schedulers/wandb_hyperband.hpp>

namespace winnow {
namespace {

struct Entry {
  std::string_view name;
  Result<std::unique_ptr<Scheduler>> (*make)(const Value& options, SchedulerContext context);
  const char* examples;            ///< a JSON array of options; each option stands in one of them
  std::string_view resource = {};  ///< the only one that it takes, if there is one
  bool clones = false;             ///< trials go on from others' checkpoints
};

/// It may wrap another one.
Result<std::unique_ptr<Scheduler>> make_patient(const Value& options, SchedulerContext context) {
  return make_optuna_patient(options, std::move(context), &make_scheduler);
}

/// So may these.
template <Combined::Mode mode>
Result<std::unique_ptr<Scheduler>> make_several(const Value& options, SchedulerContext context) {
  return make_combined(mode, options, context, &make_scheduler, &own_resource);
}

constexpr std::array kEntries = {
    Entry{"all_of", &make_several<Combined::Mode::all_of>, R"([{"of": [{"type": "median_stopping", "grace_period": 2,
      "min_samples_required": 3, "hard_stop": true}, {"type": "optuna_percentile", "percentile": 60,
      "n_startup_trials": 0, "n_warmup_steps": 1, "interval_steps": 1, "n_min_trials": 1}]},
      {"of": [{"type": "asha", "max_t": 27, "grace_period": 1, "reduction_factor": 3, "brackets": 2, "variant":
      "promotion"}, {"type": "median_stopping", "grace_period": 2, "min_samples_required": 3, "hard_stop": true}]},
      {"of": [{"type": "hyperband", "max_t": 27, "reduction_factor": 3}, {"type": "plateau", "std": 0.15,
      "num_results": 3, "grace_period": 1}]}])"},
    Entry{"any_of", &make_several<Combined::Mode::any_of>, R"([{"of": [{"type": "median_stopping", "grace_period": 2,
      "min_samples_required": 3, "hard_stop": true}, {"type": "fifo", "max_t": 50}]},
      {"of": [{"type": "wandb_hyperband", "min_iter": 2, "eta": 3, "strict": false}, {"type": "pasha", "max_t": 27,
      "grace_period": 1, "reduction_factor": 3, "epsilon": "auto"}, {"type": "asha", "max_t": 40, "grace_period": 1,
      "reduction_factor": 3, "brackets": 1, "variant": "stopping"}]}, {"of": [{"type": "median_stopping",
      "grace_period": 2, "min_samples_required": 3, "hard_stop": false}, {"type": "asha", "max_t": 40,
      "grace_period": 1, "reduction_factor": 3, "brackets": 1, "variant": "stopping"}]},
      {"of": [{"type": "hyperband", "max_t": 27, "reduction_factor": 3}, {"type": "plateau", "std": 0.05,
      "num_results": 3, "grace_period": 4}]}, {"of": [{"type": "plateau", "std": 0.1, "num_results": 3,
      "grace_period": 4}, {"type": "pbt", "perturbation_interval": 3, "burn_in_period": 0, "quantile_fraction": 0.3,
      "resample_probability": 0.25, "perturbation_factors": [1.2, 0.8], "hyperparam_mutations": ["lr"], "synch": true,
      "max_t": 40}]}])"},
    Entry{"asha", &make_asha, R"([{"max_t": 27},
      {"max_t": 27, "grace_period": 1, "reduction_factor": 3, "brackets": 3},
      {"max_t": 27, "reduction_factor": 3, "compat": "ray"},
      {"max_t": 27, "reduction_factor": 3, "variant": "promotion", "brackets": 2}])"},
    Entry{"dehb", &make_dehb_scheduler, R"([{"max_t": 27},
      {"max_t": 40, "grace_period": 2, "reduction_factor": 2}])"},
    Entry{"fifo", &make_fifo, R"([{}, {"max_t": 27}])"},
    Entry{"hyperband", &make_hyperband, R"([{"max_t": 27}, {"max_t": 16, "reduction_factor": 2.5}])"},
    Entry{"hyperband_bohb", &make_hyperband_bohb, R"([{"max_t": 27}, {"max_t": 16, "reduction_factor": 2.5}])"},
    Entry{"median_stopping", &make_median_stopping,
          R"([{"grace_period": 2, "min_samples_required": 3}, {"grace_period": 2, "hard_stop": false}])"},
    Entry{"optuna_hyperband", &make_optuna_hyperband, R"([{}, {"min_resource": 1, "max_resource": 27,
      "reduction_factor": 2, "bootstrap_count": 1}, {"max_resource": "auto"}])",
          "step"},
    Entry{"optuna_median", &make_optuna_median,
          R"([{}, {"n_startup_trials": 2, "n_warmup_steps": 2, "interval_steps": 3, "n_min_trials": 2}])", "step"},
    Entry{"optuna_patient", &make_patient, R"([{"patience": 2, "min_delta": 0.1},
      {"patience": 1, "wrapped": {"type": "optuna_median", "n_startup_trials": 2, "n_warmup_steps": 0,
        "interval_steps": 1, "n_min_trials": 1}},
      {"patience": 1, "wrapped": {"type": "optuna_successive_halving", "min_resource": 1, "reduction_factor": 2,
        "min_early_stopping_rate": 0, "bootstrap_count": 0}}])",
          "step"},
    Entry{"optuna_percentile", &make_optuna_percentile,
          R"([{"percentile": 25}, {"percentile": 60, "n_startup_trials": 0,
      "n_warmup_steps": 1, "interval_steps": 2, "n_min_trials": 2}])",
          "step"},
    Entry{"optuna_successive_halving", &make_optuna_successive_halving,
          R"([{"min_resource": 2, "reduction_factor": 3,
      "min_early_stopping_rate": 1, "bootstrap_count": 2}, {"min_resource": "auto", "reduction_factor": 2}])",
          "step"},
    Entry{"optuna_threshold", &make_optuna_threshold,
          R"([{"lower": 0.1}, {"lower": 0.1, "upper": 0.9, "n_warmup_steps": 2, "interval_steps": 2}])", "step"},
    Entry{"optuna_wilcoxon", &make_optuna_wilcoxon, R"([{}, {"p_threshold": 0.3, "n_startup_steps": 3}])", "step"},
    Entry{"pasha", &make_pasha, R"([{"max_t": 27, "reduction_factor": 3}, {"max_t": 27, "epsilon": "auto"},
      {"max_t": 40, "grace_period": 2, "reduction_factor": 2, "epsilon": 0.01}])"},
    Entry{"pb2", &make_pb2,
          R"([{"perturbation_interval": 3, "hyperparam_mutations": ["lr"], "quantile_fraction": 0.3, "max_t": 40},
      {"perturbation_interval": 2, "burn_in_period": 4, "hyperparam_mutations": ["lr", "momentum"], "synch": true}])",
          "step", true},
    Entry{"pbt", &make_pbt,
          R"([{"perturbation_interval": 3, "hyperparam_mutations": ["lr"], "quantile_fraction": 0.3, "max_t": 40},
      {"perturbation_interval": 2, "burn_in_period": 4, "resample_probability": 0.5, "perturbation_factors": [2, 0.5],
        "hyperparam_mutations": ["lr", "momentum"], "synch": true, "compat": "ray"}])",
          "step", true},
    Entry{"pbt_replay", &make_pbt_replay, R"([{"schedule": [{"at": 4, "params": {"lr": 0.1}},
      {"at": 9, "params": {"lr": 0.01, "momentum": 0.9}}], "max_t": 27}])",
          "step", true},
    Entry{"plateau", &make_plateau,
          R"([{}, {"std": 0.25, "num_results": 3, "grace_period": 2, "metric_threshold": 0.4}])"},
    Entry{"wandb_hyperband", &make_wandb_hyperband,
          R"([{"min_iter": 2}, {"max_iter": 27, "s": 3, "eta": 2, "strict": false}])", "reports"},
};

}  // namespace

Result<std::unique_ptr<Scheduler>> make_scheduler(std::string_view type, const Value& options,
                                                  SchedulerContext context) {
  const Entry* entry = registry::find(kEntries, type);
  if (entry == nullptr) return registry::unknown(kEntries, "type", "scheduler", type);
  return entry->make(options, context);
}

std::string_view own_resource(std::string_view type, const Value& options) {
  const Entry* entry = registry::find(kEntries, type);
  if (entry == nullptr) return {};
  return entry->make == &make_several<Combined::Mode::any_of> || entry->make == &make_several<Combined::Mode::all_of>
             ? resource_of_any(options, &own_resource)
             : entry->resource;
}

bool clones(std::string_view type, const Value& options) {
  const Entry* entry = registry::find(kEntries, type);
  if (entry == nullptr || entry->clones) return entry != nullptr;
  const Value of = options.is_object() ? options.value("of", Value::array()) : Value::array();
  return std::any_of(of.begin(), of.end(),
                     [](const Value& one) { return one.is_object() && clones(one.value("type", std::string()), one); });
}

bool is_scheduler(std::string_view type) {
  return registry::find(kEntries, type) != nullptr;
}

std::vector<std::string> scheduler_names() {
  return registry::names(kEntries);
}

std::vector<Value> scheduler_examples(std::string_view type) {
  const Entry* entry = registry::find(kEntries, type);
  return entry == nullptr ? std::vector<Value>() : Value::parse(entry->examples).get<std::vector<Value>>();
}

}  // namespace winnow
