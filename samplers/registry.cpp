#include <algorithm>
#include <array>
#include <winnow/core/options.hpp>
#include <winnow/core/registry.hpp>
#include <winnow/samplers/bohb.hpp>
#include <winnow/samplers/brute_force.hpp>
#include <winnow/samplers/cmaes.hpp>
#include <winnow/samplers/context.hpp>
#include <winnow/samplers/dehb.hpp>
#include <winnow/samplers/distinct.hpp>
#include <winnow/samplers/fixed.hpp>
#include <winnow/samplers/gp.hpp>
#include <winnow/samplers/grid.hpp>
#include <winnow/samplers/halton.hpp>
#include <winnow/samplers/latin_hypercube.hpp>
#include <winnow/samplers/nsga2.hpp>
#include <winnow/samplers/nsga3.hpp>
#include <winnow/samplers/random.hpp>
#include <winnow/samplers/registry.hpp>
#include <winnow/samplers/regularized_evolution.hpp>
#include <winnow/samplers/repeat.hpp>
#include <winnow/samplers/sobol.hpp>
#include <winnow/samplers/start_with.hpp>
#include <winnow/samplers/tpe.hpp>

namespace winnow {
namespace {

using MadeSampler = Result<std::unique_ptr<Sampler>>;

Result<GridSampler> grid_of(const SamplerOptions& o, bool mark_all) {
  return GridSampler::make({.space = o.space,
                            .seed = o.seed,
                            .mark_all = mark_all,
                            .num_samples = o.num_samples,
                            .start_with = o.start_with,
                            .functions = o.functions});
}

MadeSampler boxed(Result<GridSampler> grid) {
  if (!grid) return fail(std::move(grid.error()));
  return std::make_unique<GridSampler>(std::move(*grid));
}

std::optional<std::int64_t> total_of(const Result<GridSampler>& grid) {
  return grid ? grid->total() : std::nullopt;
}

bool has_marks(const Space& space) {
  const auto& parameters = space.parameters();
  return std::any_of(parameters.begin(), parameters.end(), [](const Parameter& p) { return p.grid; });
}

/// For one that has no options.
Result<void> check_none(std::string_view name, const SamplerOptions& options) {
  return OptionReader(name, options.options).finish();
}

MadeSampler make_grid(const SamplerOptions& o) {
  if (auto valid = check_none("grid", o); !valid) return fail(std::move(valid.error()));
  return boxed(grid_of(o, true));
}

std::optional<std::int64_t> grid_total(const SamplerOptions& o) {
  return total_of(grid_of(o, true));
}

/// Random search crosses the marked parameters (Ray Tune's grid_search within a random space); without marks it draws.
MadeSampler make_random(const SamplerOptions& o) {
  if (auto valid = check_none("random", o); !valid) return fail(std::move(valid.error()));
  if (has_marks(o.space)) return boxed(grid_of(o, false));
  return std::make_unique<RandomSampler>(o.space, o.seed, o.functions);
}

std::optional<std::int64_t> random_total(const SamplerOptions& o) {
  return has_marks(o.space) ? total_of(grid_of(o, false)) : std::nullopt;
}

SamplerContext context_of(const SamplerOptions& o) {
  std::vector<Assignment> tried;
  for (const PriorTrial& trial : o.prior) tried.push_back(trial.params);
  return {.space = o.space,
          .seed = o.seed,
          .goals = o.goals,
          .judged = o.judged,
          .functions = o.functions,
          .start_with = o.start_with,
          .tried = std::move(tried),
          .plan = o.plan};
}

template <auto make>
MadeSampler made(const SamplerOptions& o) {
  return make(o.options, context_of(o));
}

template <auto total>
std::optional<std::int64_t> counted(const SamplerOptions& o) {
  return total(context_of(o));
}

struct Entry {
  std::string_view name;
  MadeSampler (*make)(const SamplerOptions& options);
  std::optional<std::int64_t> (*total)(const SamplerOptions& options);
  const char* examples;  ///< a JSON array of options; each option stands in one of them
  LearnsFrom from = LearnsFrom::nothing;
};

constexpr const char* kNsga2Examples = R"([
  {"population_size": 4, "mutation_prob": null, "crossover": "uniform", "crossover_prob": 0.9, "swapping_prob": 0.5,
   "mutation": null},
  {"population_size": 4, "crossover": {"type": "blxalpha", "alpha": 0.5}, "mutation_prob": 0.3,
   "mutation": "polynomial"},
  {"population_size": 5, "crossover": {"type": "sbx", "eta": 2, "uniform_crossover_prob": 0.5,
   "use_child_gene_prob": 0.5}, "mutation": {"type": "polynomial", "eta": 20}},
  {"population_size": 5, "crossover": {"type": "vsbx", "eta": 20}},
  {"population_size": 6, "crossover": {"type": "spx", "epsilon": 2}},
  {"population_size": 6, "crossover": {"type": "undx", "sigma_xi": 0.5, "sigma_eta": 0.2}}])";

constexpr const char* kNsga3Examples = R"([
  {"population_size": 4, "mutation_prob": null, "crossover": "uniform", "crossover_prob": 0.9, "swapping_prob": 0.5,
   "mutation": null, "reference_points": null, "dividing_parameter": 3},
  {"population_size": 5, "crossover": "undx", "dividing_parameter": 2}])";

constexpr std::array kEntries = {
    Entry{"bayes", &made<make_bayes>, nullptr, R"([{"n_startup_trials": 3}])", LearnsFrom::constraints},
    Entry{"bohb", &made<make_bohb>, nullptr,
          R"([{}, {"min_points_in_model": 6, "top_n_percent": 30, "num_samples": 8, "random_fraction": 0.1,
                   "bandwidth_factor": 2, "min_bandwidth": 0.01}])",
          LearnsFrom::objectives},
    Entry{"brute_force", &made<make_brute_force>, &counted<brute_force_total>,
          R"([{"avoid_premature_stop": false}, {"avoid_premature_stop": true}])"},
    Entry{"cmaes", &made<make_cmaes>, nullptr,
          R"([{}, {"x0": {}, "sigma0": 0.2, "n_startup_trials": 3, "popsize": 4, "restart_strategy": "ipop",
               "inc_popsize": 3},
              {"restart_strategy": "bipop", "use_separable_cma": true}, {"with_margin": true},
              {"lr_adapt": true, "consider_pruned_trials": true}])",
          LearnsFrom::objectives},
    Entry{"dehb", &made<make_dehb>, nullptr, R"([{}, {"mutation_factor": 0.8, "crossover_prob": 0.9}])",
          LearnsFrom::objectives},
    Entry{"gp", &made<make_gp>, nullptr,
          R"([{}, {"n_startup_trials": 2, "deterministic_objective": true, "impute": "worst",
               "impute_while_running": "latest"}])",
          LearnsFrom::constraints},
    Entry{"grid", &make_grid, &grid_total, "[{}]"},
    Entry{"halton", &made<make_halton>, nullptr, R"([{"scramble": true}, {"scramble": false}])"},
    Entry{"latin_hypercube", &made<make_latin_hypercube>, nullptr,
          R"([{"n": 32, "scramble": true}, {"n": 5, "scramble": false}])"},
    Entry{"nsga2", &made<make_nsga2>, nullptr, kNsga2Examples, LearnsFrom::constraints},
    Entry{"nsga3", &made<make_nsga3>, nullptr, kNsga3Examples, LearnsFrom::constraints},
    Entry{"random", &make_random, &random_total, "[{}]"},
    Entry{"regularized_evolution", &made<make_regularized_evolution>, nullptr,
          R"([{"population_size": 6, "sample_size": 3}])", LearnsFrom::constraints},
    Entry{"sobol", &made<make_sobol>, nullptr, R"([{"scramble": true}, {"scramble": false}])"},
    Entry{"tpe", &made<make_tpe>, nullptr,
          R"([{}, {"n_startup_trials": 4, "n_ei_candidates": 8, "multivariate": false, "constant_liar": false},
              {"n_startup_trials": 4, "group": true, "consider_endpoints": true, "gamma": "hyperopt"},
              {"n_startup_trials": 4, "prior_weight": 0.5, "consider_magic_clip": false, "weights": "uniform"},
              {"n_startup_trials": 4, "compat": "optuna4", "constant_liar": true}])",
          LearnsFrom::constraints},
};

/// Those that count points cross what is marked.
Result<void> check_marks(const Entry& entry, const Space& space) {
  if (entry.total != nullptr || !has_marks(space)) return {};
  const auto& parameters = space.parameters();
  const auto marked = std::find_if(parameters.begin(), parameters.end(), [](const Parameter& p) { return p.grid; });
  return invalid_option("parameters." + marked->name(),
                        "is to be crossed (grid), which " + std::string(entry.name) +
                            " doesn't do; random, grid and brute_force do, or take the mark away");
}

/// Trials of earlier sweeps have numbers below 0.
void tell(Sampler& sampler, const std::vector<PriorTrial>& prior) {
  if (!sampler.learns()) return;
  TrialId number = -std::ssize(prior);
  for (const PriorTrial& trial : prior) {
    sampler.observe(TrialSuggested{number, trial.params});
    sampler.observe(TrialEnded{number, trial.state, trial.values, trial.violations});
    ++number;
  }
}

MadeSampler with_points(std::unique_ptr<Sampler> sampler, const SamplerOptions& options) {
  if (options.start_with.empty()) return sampler;
  auto started = StartWith::make(
      {.points = options.start_with, .space = options.space, .seed = options.seed, .functions = options.functions},
      std::move(sampler));
  if (!started) return fail(std::move(started.error()));
  return std::make_unique<StartWith>(std::move(*started));
}

}  // namespace

Result<std::unique_ptr<Sampler>> make_sampler(std::string_view method, SamplerOptions options) {
  const Entry* entry = registry::find(kEntries, method);
  if (entry == nullptr) return registry::unknown(kEntries, "method", "sampler", method);
  if (auto valid = check_num_samples(options.num_samples); !valid) return fail(std::move(valid.error()));
  if (options.repeat < 1) return invalid_option("repeat", "must be at least 1");
  if (options.repeat > 1 && options.plan) {
    return invalid_option("repeat", "must be 1 with the scheduler dehb, which gives each trial a budget of its own");
  }
  auto space = with_fixed(options.space, options.fixed);
  if (!space) return fail(std::move(space.error()));
  options.space = std::move(*space);
  if (auto crossed = check_marks(*entry, options.space); !crossed) return fail(std::move(crossed.error()));
  auto sampler = entry->make(options);
  if (!sampler) return sampler;
  if (!options.repeats.value_or(!(*sampler)->learns() || (*sampler)->repeats())) {
    sampler = without_repeats(std::move(*sampler), context_of(options));
  }
  tell(**sampler, options.prior);
  sampler = with_points(std::move(*sampler), options);
  if (sampler && options.repeat > 1) sampler = std::make_unique<Repeat>(options.repeat, std::move(*sampler));
  if (sampler && !options.fixed.empty()) {
    sampler = std::make_unique<FixedSampler>(std::move(options.fixed), std::move(*sampler));
  }
  return sampler;
}

std::vector<Value> sampler_examples(std::string_view method) {
  const Entry* entry = registry::find(kEntries, method);
  return entry == nullptr ? std::vector<Value>() : Value::parse(entry->examples).get<std::vector<Value>>();
}

bool is_sampler(std::string_view method) {
  return registry::find(kEntries, method) != nullptr;
}

LearnsFrom learns_from(std::string_view method) {
  const Entry* entry = registry::find(kEntries, method);
  return entry == nullptr ? LearnsFrom::nothing : entry->from;
}

std::vector<std::string> sampler_names() {
  return registry::names(kEntries);
}

std::optional<std::int64_t> sampler_total(std::string_view method, const SamplerOptions& options) {
  const Entry* entry = registry::find(kEntries, method);
  if (entry == nullptr || entry->total == nullptr) return std::nullopt;
  const auto space = with_fixed(options.space, options.fixed);
  if (!space) return std::nullopt;
  SamplerOptions with_space = options;
  with_space.space = *space;
  const auto points = entry->total(with_space);
  std::int64_t trials = 0;
  if (!points || __builtin_mul_overflow(*points, std::int64_t{options.repeat}, &trials)) return std::nullopt;
  return trials;
}

}  // namespace winnow
