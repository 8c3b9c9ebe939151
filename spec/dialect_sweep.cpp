#include <winnow/spec/dialect_sweep.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include <winnow/samplers/registry.hpp>
#include <winnow/schedulers/registry.hpp>
#include <winnow/spec/hydra_sweep.hpp>
#include <winnow/spec/sigopt_experiment.hpp>

namespace winnow {
namespace {

/// Notes on what of the sweep doesn't come along.
class Lost {
public:
  Lost(const SweepSpec& spec, std::string tool, std::vector<std::string>& notes)
      : spec_(spec), tool_(std::move(tool)), notes_(notes) {}

  void scheduler() { note("scheduler", spec_.scheduler.type != "fifo", spec_.scheduler.type); }
  void method() { note("method", true, spec_.method); }
  void metrics() { note("metric", !spec_.metrics.empty(), spec_.metrics.empty() ? "" : spec_.metrics.front().name); }
  void trials() { note("run_cap", spec_.run_cap.has_value(), fmt::to_string(spec_.run_cap.value_or(0))); }
  void program() { note("command", spec_.runs_program(), "a program"); }
  void trainer() { note("trainer", !spec_.trainer.type.empty(), spec_.trainer.type); }
  void seed() { note("seed", spec_.seed.has_value(), fmt::to_string(spec_.seed.value_or(0))); }
  void slots() { note("slots", spec_.slots > 0, fmt::to_string(spec_.slots)); }

  /// What no other tool's file has.
  void ours() {
    const SweepSpec plain;
    key("num_samples", spec_.num_samples != 1);
    key("trial_seed", spec_.trial_seed.has_value());
    key("start_with", !spec_.start_with.empty());
    key("sampler", !spec_.sampler_options.empty());
    key("fixed", !spec_.fixed.empty());
    key("repeat", spec_.repeat != 1);
    key("repeats", spec_.repeats.has_value());
    key("resources", spec_.cpus || spec_.gpus);
    key("devices", spec_.devices.has_value());
    key("budget", spec_.budget_wall || spec_.budget_resource || spec_.budget_no_improvement);
    key("trial", spec_.trial != plain.trial);
    key("failures", spec_.failures_max || spec_.failures_first != plain.failures_first);
    key("checkpoints",
        spec_.checkpoints_last != plain.checkpoints_last || spec_.checkpoints_best != plain.checkpoints_best);
    key("durability", spec_.durability != plain.durability);
    key("process", !spec_.process.directory.empty() || !spec_.process.env.empty() || !spec_.process.metrics.empty());
  }

private:
  void note(std::string_view key, bool is_said, const std::string& value) {
    if (is_said) notes_.push_back(fmt::format("{}: {} isn't part of a file of {}", key, value, tool_));
  }
  void key(std::string_view key, bool is_said) {
    if (is_said) notes_.push_back(fmt::format("{}: isn't part of a file of {}", key, tool_));
  }

  const SweepSpec& spec_;
  std::string tool_;
  std::vector<std::string>& notes_;
};

OrderedJson wandb_metric(const MetricSpec& metric) {
  OrderedJson json{{"name", metric.name}, {"goal", to_string(metric.goal)}};
  if (metric.target) json["target"] = *metric.target;
  return json;
}

void print_wandb_sweep(const SweepSpec& spec, PrintedSpace& converted) {
  OrderedJson file{{"name", spec.name}, {"method", spec.method}};
  if (!spec.project.empty()) file["project"] = spec.project;
  if (!spec.entity.empty()) file["entity"] = spec.entity;
  if (!spec.program.empty()) file["program"] = spec.program;
  if (!spec.command.empty()) file["command"] = spec.command;
  if (!spec.metrics.empty()) file["metric"] = wandb_metric(spec.metrics.front());
  if (spec.metrics.size() > 1) {
    converted.notes.push_back(fmt::format("metrics: W&B optimises one; {} is kept", spec.metrics.front().name));
  }
  if (spec.run_cap) file["run_cap"] = *spec.run_cap;
  Lost lost(spec, "W&B", converted.notes);
  if (spec.scheduler.type == "wandb_hyperband") {
    file["early_terminate"] = {{"type", "hyperband"}};
    for (const auto& [key, value] : spec.scheduler.options.items()) file["early_terminate"][key] = value;
  } else {
    lost.scheduler();
  }
  if (spec.method == "gp") {
    file["method"] = "bayes";
  } else if (spec.method != "random" && spec.method != "grid" && spec.method != "bayes") {
    file["method"] = "random";
    lost.method();
  }
  lost.trainer();
  lost.seed();
  lost.slots();
  lost.ours();
  file["parameters"] = std::move(converted.json);
  converted.json = std::move(file);
}

void print_wandb_space(PrintedSpace& converted) {
  converted.json = {{"method", "random"}, {"parameters", std::move(converted.json)}};
  converted.notes.emplace_back("method: random is put in, since a space names none");
}

/// SigOpt takes no experiment without one.
void add_sigopt_metric(OrderedJson& file, std::vector<std::string>& notes) {
  file["metrics"] = {{{"name", "objective"}, {"objective", "maximize"}}};
  notes.emplace_back("metrics: SigOpt needs one, and none is given: 'objective' (maximize) is put in; name yours");
}

void print_sigopt_space(PrintedSpace& converted) {
  add_sigopt_metric(converted.json, converted.notes);
}

void print_sigopt_sweep(const SweepSpec& spec, PrintedSpace& converted) {
  OrderedJson file{{"name", spec.name}};
  if (!spec.project.empty()) file["project"] = spec.project;
  for (const auto& [key, value] : converted.json.items()) file[key] = value;
  for (const MetricSpec& metric : spec.metrics) {
    OrderedJson json{{"name", metric.name}, {"objective", to_string(metric.goal)}, {"strategy", "optimize"}};
    if (metric.threshold) json["threshold"] = *metric.threshold;
    file["metrics"].push_back(std::move(json));
  }
  for (const OtherMetric& metric : spec.other_metrics) {
    OrderedJson json{
        {"name", metric.name}, {"objective", to_string(metric.goal)}, {"strategy", to_string(metric.strategy)}};
    if (metric.threshold) json["threshold"] = *metric.threshold;
    file["metrics"].push_back(std::move(json));
  }
  if (spec.metrics.empty()) add_sigopt_metric(file, converted.notes);
  if (spec.run_cap) file["observation_budget"] = *spec.run_cap;
  if (spec.slots > 0) file["parallel_bandwidth"] = spec.slots;
  Lost lost(spec, "SigOpt", converted.notes);
  lost.scheduler();
  if (spec.method == "random") {
    file["type"] = "random";
  } else if (spec.method != "gp" && spec.method != "bayes") {
    lost.method();
  }
  lost.program();
  lost.trainer();
  lost.seed();
  lost.ours();
  converted.json = std::move(file);
}

void print_hydra_sweep(const SweepSpec& spec, PrintedSpace& converted) {
  OrderedJson section{{"_target_", "hydra_plugins.hydra_optuna_sweeper.optuna_sweeper.OptunaSweeper"},
                      {"study_name", spec.name}};
  for (const MetricSpec& metric : spec.metrics) section["direction"].push_back(to_string(metric.goal));
  if (spec.metrics.size() == 1) section["direction"] = to_string(spec.metrics.front().goal);
  if (spec.run_cap) section["n_trials"] = *spec.run_cap;
  if (spec.slots > 0) section["n_jobs"] = spec.slots;
  Lost lost(spec, "Hydra", converted.notes);
  if (spec.method == "random" || spec.method == "grid") {
    const bool random = spec.method == "random";
    section["sampler"]["_target_"] = random ? "optuna.samplers.RandomSampler" : "optuna.samplers.GridSampler";
    if (spec.seed && random) section["sampler"]["seed"] = *spec.seed;
    if (!random) section["sampler"]["_partial_"] = true;
  } else if (spec.method != "tpe") {
    lost.method();
  }
  section["params"] = std::move(converted.json["hydra"]["sweeper"]["params"]);
  if (spec.metrics.size() == 1) converted.json["optimized_metric"] = spec.metrics.front().name;
  converted.json["hydra"]["sweeper"] = std::move(section);
  lost.scheduler();
  lost.program();
  lost.trainer();
  lost.ours();
}

/// Optuna's, Ray Tune's and NNI's spaces stand beside a program or a file that says the rest.
void note_the_rest(const SweepSpec& spec, std::string_view tool, std::string_view own_method, PrintedSpace& converted) {
  Lost lost(spec, std::string(tool), converted.notes);
  lost.seed();
  lost.slots();
  lost.ours();
  if (spec.method != own_method) lost.method();
  lost.metrics();
  lost.scheduler();
  lost.trials();
  lost.program();
  lost.trainer();
}

constexpr std::array kRows = {
    DialectSweep{.dialect = Dialect::wandb,
                 .tool = "W&B",
                 .defaults = [](std::size_t) { return DialectDefaults{}; },
                 .print = &print_wandb_sweep,
                 .print_bare = &print_wandb_space},
    DialectSweep{.dialect = Dialect::optuna,
                 .tool = "Optuna",
                 .in_space_key = true,
                 // Optuna doesn't prune with several objectives.
                 .defaults =
                     [](std::size_t objectives) {
                       return DialectDefaults{.method = "tpe", .scheduler = objectives > 1 ? "fifo" : "optuna_median"};
                     },
                 .print = [](const SweepSpec& spec, PrintedSpace& to) { note_the_rest(spec, "Optuna", "tpe", to); }},
    DialectSweep{
        .dialect = Dialect::ray,
        .tool = "Ray Tune",
        .in_space_key = true,
        .defaults = [](std::size_t) { return DialectDefaults{.resource = "reports", .stopped_are_eligible = true}; },
        .print = [](const SweepSpec& spec, PrintedSpace& to) { note_the_rest(spec, "Ray Tune", "random", to); }},
    DialectSweep{.dialect = Dialect::sigopt,
                 .tool = "SigOpt",
                 .in_space_key = true,
                 .defaults = [](std::size_t) { return DialectDefaults{.method = "gp"}; },
                 .read = &read_sigopt_experiment,
                 .print = &print_sigopt_sweep,
                 .print_bare = &print_sigopt_space},
    // Hydra's jobs get `key=value`, and nothing prunes them.
    DialectSweep{.dialect = Dialect::hydra,
                 .tool = "Hydra",
                 .in_space_key = true,
                 .arguments = "${args_no_hyphens}",
                 .adds_arguments = true,
                 .defaults = [](std::size_t) { return DialectDefaults{.method = "tpe"}; },
                 .read = &read_hydra_sweep,
                 .goals = &goals_of_hydra,
                 .print = &print_hydra_sweep},
    DialectSweep{.dialect = Dialect::nni,
                 .tool = "NNI",
                 .in_space_key = true,
                 .defaults = [](std::size_t) { return DialectDefaults{.resource = "reports"}; },
                 .print = [](const SweepSpec& spec, PrintedSpace& to) { note_the_rest(spec, "NNI", "", to); }},
};

}  // namespace

const DialectSweep& sweep_of(Dialect dialect) {
  return *std::find_if(kRows.begin(), kRows.end(), [&](const DialectSweep& row) { return row.dialect == dialect; });
}

std::vector<std::string> missing_policies(const DialectDefaults& defaults, bool own_method, bool own_scheduler) {
  std::vector<std::string> missing;
  if (!own_method && !is_sampler(defaults.method)) missing.push_back("the sampler " + defaults.method);
  if (!own_scheduler && !is_scheduler(defaults.scheduler)) {
    missing.push_back("the scheduler " + defaults.scheduler);
  }
  return missing;
}

}  // namespace winnow
