#include <algorithm>
#include <array>
#include <winnow/core/options.hpp>
#include <winnow/core/registry.hpp>
#include <winnow/samplers/context.hpp>
#include <winnow/samplers/fixed.hpp>
#include <winnow/samplers/gp.hpp>
#include <winnow/samplers/grid.hpp>
#include <winnow/samplers/halton.hpp>
#include <winnow/samplers/latin_hypercube.hpp>
#include <winnow/samplers/random.hpp>
#include <winnow/samplers/registry.hpp>
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

template <auto make>
MadeSampler made(const SamplerOptions& o) {
  return make(o.options, {.space = o.space,
                          .seed = o.seed,
                          .goals = o.goals,
                          .judged = o.judged,
                          .functions = o.functions,
                          .given = o.start_with.size()});
}

struct Entry {
  std::string_view name;
  MadeSampler (*make)(const SamplerOptions& options);
  std::optional<std::int64_t> (*total)(const SamplerOptions& options);
  const char* examples;  ///< a JSON array of options; each option stands in one of them
};

constexpr std::array kEntries = {
    Entry{"gp", &make_gp, nullptr,
          R"([{}, {"n_startup_trials": 2}, {"deterministic_objective": true}, {"impute": "worst"},
              {"impute_while_running": "latest"}])"},
    Entry{"grid", &make_grid, &grid_total, "[{}]"},
    Entry{"halton", &made<make_halton>, nullptr, R"([{"scramble": true}, {"scramble": false}])"},
    Entry{"latin_hypercube", &made<make_latin_hypercube>, nullptr,
          R"([{"n": 32, "scramble": true}, {"n": 5, "scramble": false}])"},
    Entry{"random", &make_random, &random_total, "[{}]"},
    Entry{"sobol", &made<make_sobol>, nullptr, R"([{"scramble": true}, {"scramble": false}])"},
    Entry{"tpe", &make_tpe, nullptr,
          R"([{}, {"n_startup_trials": 4, "n_ei_candidates": 8, "multivariate": false, "constant_liar": false},
              {"n_startup_trials": 4, "group": true, "consider_endpoints": true, "gamma": "hyperopt"},
              {"n_startup_trials": 4, "prior_weight": 0.5, "consider_magic_clip": false, "weights": "uniform"}])"},
};

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
  auto space = with_fixed(options.space, options.fixed);
  if (!space) return fail(std::move(space.error()));
  options.space = std::move(*space);
  auto sampler = entry->make(options);
  if (!sampler) return sampler;
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
