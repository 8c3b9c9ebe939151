#include <winnow/trainers/hf/search.hpp>

#include <array>
#include <fstream>
#include <iterator>
#include <utility>

#include <winnow/core/nearest.hpp>
#include <winnow/space/dialects/dialect.hpp>
#include <winnow/space/dialects/python.hpp>
#include <winnow/spec/dialect_sweep.hpp>
#include <winnow/spec/sigopt_experiment.hpp>

namespace winnow::hf {
namespace {

constexpr std::array kDialects = {Dialect::optuna, Dialect::ray, Dialect::sigopt, Dialect::wandb};
constexpr std::array kScopes = {Scope::last, Scope::best, Scope::avg, Scope::last_5_avg, Scope::last_10_avg};

Dialect dialect_of(Backend backend) {
  return kDialects.at(static_cast<std::size_t>(backend));
}

Result<Scope> scope_named(const std::string& name) {
  std::vector<std::string> names;
  for (const Scope scope : kScopes) {
    if (to_string(scope) == name) return scope;
    names.emplace_back(to_string(scope));
  }
  std::string listed;
  for (const std::string& one : names) listed += (listed.empty() ? "" : ", ") + one;
  return fail(errc::invalid_input,
              "objective_scope: must be one of " + listed + ", got '" + name + "'" + did_you_mean(name, names));
}

/// Into `spec`: the space, and the method that W&B's and SigOpt's files name. `file` is for messages.
Result<void> read_text(std::string_view text, const std::string& file, Backend backend, SweepSpec& spec) {
  const auto read = python::read(text, file);  // Python as well as YAML and JSON
  if (!read) return fail(read.error());
  Diagnostics diagnostics(read->document.file);
  const Node& root = read->document.root;
  const Node* parameters = backend == Backend::wandb ? root.find("parameters") : nullptr;
  if (backend == Backend::wandb && parameters != nullptr) {
    if (const Node* method = root.find("method"); method != nullptr && method->scalar.is_string()) {
      spec.method = method->scalar.get<std::string>();
    }
    spec.space = read_space(Dialect::wandb, *parameters, diagnostics, "parameters");
  } else if (backend == Backend::sigopt) {
    SweepSpec experiment;
    if (const auto method = read_sigopt_experiment(root, experiment, diagnostics)) spec.method = *method;
    spec.space = std::move(experiment.space);
  } else {
    spec.space = read_space(dialect_of(backend), root, diagnostics);
  }
  if (!diagnostics.ok()) return fail(diagnostics.first_error());
  return {};
}

Result<void> read_space_into(const SearchOptions& options, Backend backend, SweepSpec& spec) {
  if (std::holds_alternative<std::monostate>(options.hp_space)) {
    return read_text(default_space_text(backend), "the default space of " + std::string(to_string(backend)), backend,
                     spec);
  }
  if (const auto* space = std::get_if<Space>(&options.hp_space)) spec.space = *space;
  if (const auto* text = std::get_if<std::string>(&options.hp_space)) {
    return read_text(*text, "hp_space", backend, spec);
  }
  const auto* file = std::get_if<FromFile>(&options.hp_space);
  if (file == nullptr) return {};
  std::ifstream in(file->path, std::ios::binary);
  if (!in) return fail(errc::invalid_input, file->path.string() + ": can't be read");
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  return read_text(text, file->path.string(), backend, spec);
}

Result<void> check_reports(const SearchOptions& options, const TrainingArguments& arguments) {
  if (!options.scheduler || options.scheduler->type == "fifo" || arguments.evaluation_strategy != "no") return {};
  return fail(errc::invalid_input,
              "scheduler: " + options.scheduler->type +
                  " needs reports while trials train, and evaluation_strategy is \"no\"; steps or epoch are right");
}

}  // namespace

std::vector<std::string> objective_names(std::size_t directions) {
  if (directions == 1) return {"objective"};
  std::vector<std::string> names;
  for (std::size_t i = 1; i <= directions; ++i) names.push_back("objective_" + std::to_string(i));
  return names;
}

Result<Metrics> objectives(const SearchOptions& options, const Metrics& evaluation) {
  std::vector<double> values;
  if (options.compute_objective) {
    values = options.compute_objective(evaluation);
  } else {
    const auto objective = default_objective(evaluation);
    if (!objective) return fail(objective.error());
    values = {objective->value};
  }
  if (values.size() != options.direction.size()) {
    return fail(errc::invalid_input, "compute_objective gave " + std::to_string(values.size()) + " values for " +
                                         std::to_string(options.direction.size()) + " directions");
  }
  Metrics named;
  const auto names = objective_names(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) named.emplace_back(names[i], values[i]);
  return named;
}

Result<SweepSpec> sweep_of(const SearchOptions& options, const TrainingArguments& arguments) {
  const auto goals = goals_named(options.direction);
  if (!goals) return fail(goals.error());
  const auto scope = scope_named(options.objective_scope);
  if (!scope) return fail(scope.error());
  if (options.n_trials < 1) {
    return fail(errc::invalid_input, "n_trials: must be at least 1, got " + std::to_string(options.n_trials));
  }
  if (options.ranks < 1 || options.ranks > kMostRanks) {
    return fail(errc::invalid_input,
                "ranks: must be 1 to " + std::to_string(kMostRanks) + ", got " + std::to_string(options.ranks));
  }
  if (options.ranks > 1 && options.isolation == Isolation::thread) {
    return fail(errc::invalid_input, "ranks are processes: isolation must be process with several, or left out");
  }
  for (const auto& [name, value] :
       {std::pair("slots", options.slots), {"attempts_per_worker", options.attempts_per_worker}}) {
    if (value < 1) {
      return fail(errc::invalid_input, std::string(name) + ": must be at least 1, got " + std::to_string(value));
    }
  }
  if (auto reports = check_reports(options, arguments); !reports) return fail(std::move(reports.error()));
  const Backend backend = options.backend.value_or(Backend::optuna);
  const DialectDefaults defaults = winnow::sweep_of(dialect_of(backend)).defaults(goals->size());
  SweepSpec spec;
  spec.name = options.name;
  spec.method = defaults.method;
  spec.scheduler.type = defaults.scheduler;
  spec.scheduler.resource = defaults.resource;
  spec.stopped_are_eligible = defaults.stopped_are_eligible;
  if (auto read = read_space_into(options, backend, spec); !read) return fail(std::move(read.error()));
  if (!options.method.empty()) spec.method = options.method;
  spec.sampler_options = options.sampler;
  if (options.scheduler) spec.scheduler = *options.scheduler;
  const auto names = objective_names(goals->size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    spec.metrics.push_back({.name = names[i], .goal = (*goals)[i], .target = std::nullopt});
  }
  spec.scope = *scope;
  spec.seed = options.seed;
  spec.run_cap = options.n_trials;
  spec.slots = options.slots;
  const bool apart = options.slots > 1 || options.ranks > 1;
  spec.isolation = options.isolation.value_or(apart ? Isolation::process : Isolation::thread);
  spec.attempts_per_worker = options.attempts_per_worker;
  spec.trainer.ranks = options.ranks;
  spec.failures_first = 0;  // a search isn't watched: it doesn't pause until somebody looks after failures
  spec.failures_max = options.fail_fast ? std::optional(0) : options.max_failures;
  return spec;
}

}  // namespace winnow::hf
